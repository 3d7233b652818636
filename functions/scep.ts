/** GET|POST /scep: issues device identities (RFC 8894). */
import { X509Certificate } from 'node:crypto';
import { DAY } from '../core/ambient.ts';
import { redeemChallenge } from '../core/device/invite.ts';
import { WavecastError } from '../core/errors.ts';
import { issueIdentity, type Authority } from '../protocol/certificate-authority.ts';
import { CAPABILITIES, decodePkiOperation, encodeFailure, encodeSuccess, type PkcsReq } from '../protocol/scep/server.ts';
import { fingerprintOf } from '../protocol/signature.ts';
import { deviceEndpoint, type DeviceAnswer, type DeviceCall } from './device-edge.ts';
import { existingAuthority } from './authority.ts';
import { clock, inviteServices } from './services.ts';

const services = inviteServices();
const YEARS = 5;

export const handler = deviceEndpoint(async (request) => {
  switch (request.event.queryStringParameters?.['operation']) {
    case 'GetCACaps':
      return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: CAPABILITIES };
    case 'GetCACert':
      return binary('application/x-x509-ca-cert', new X509Certificate((await existingAuthority()).certificatePem).raw);
    case 'PKIOperation':
      return binary('application/x-pki-message', await pkiOperation(messageOf(request)));
    default:
      throw new WavecastError('invalid-input', 'The SCEP operation is not known.');
  }
});

/** By GET the message is in the address; by POST in the body (and by some clients in both). */
function messageOf({ event, body }: DeviceCall): Uint8Array {
  if (event.requestContext.http.method === 'POST') return body;
  return Buffer.from((event.queryStringParameters?.['message'] ?? '').replaceAll(' ', '+'), 'base64');
}

async function pkiOperation(message: Uint8Array): Promise<Uint8Array> {
  const now = clock.now();
  const ours = await existingAuthority();
  const result = await decodePkiOperation(message, ours);
  if ('failure' in result) return encodeFailure(result, result.failure, ours, now);
  try {
    const issued = await redeemChallenge(services, result.request.challenge, result.request.transactionId, ({ invitationId }) => make(result.request, ours, invitationId), now);
    return encodeSuccess(result.request, new X509Certificate(Buffer.from(issued.der, 'base64')), ours, now);
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'identity-refused') return encodeFailure(result.request, 'badRequest', ours, now);
    throw error;
  }
}

async function make(request: PkcsReq, ours: Authority, invitationId: Parameters<Parameters<typeof redeemChallenge>[3]>[0]['invitationId']) {
  const now = clock.now();
  const certificate = await issueIdentity({ authority: ours, publicKey: request.publicKey, commonName: `wavecast ${services.ids.fresh()}`, now, years: YEARS });
  return {
    fingerprint: fingerprintOf(certificate.raw), serialNumber: certificate.serialNumber, invitationId, issuedAt: now, expiresAt: now + YEARS * 365 * DAY,
    revoked: false, der: certificate.raw.toString('base64'),
  };
}

function binary(contentType: string, bytes: Uint8Array): DeviceAnswer {
  return { statusCode: 200, headers: { 'content-type': contentType }, body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}
