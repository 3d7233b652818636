/** GET|POST /scep: issues device identities (RFC 8894). */
import { X509Certificate } from 'node:crypto';
import { IDENTITY_LIFE } from '../core/device/authority.ts';
import { groundOf, redeemChallenge, type MakeCertificate } from '../core/device/invite.ts';
import { renewByCertificate } from '../core/device/renew-identity.ts';
import type { IssuedCertificate } from '../core/device/enrolment.ts';
import type { Instant } from '../core/ambient.ts';
import { WavecastError } from '../core/errors.ts';
import { issueIdentity, type Authority } from '../protocol/certificate-authority.ts';
import { bagOfCertificates } from '../protocol/cms.ts';
import type { FailInfo } from '../protocol/scep/attributes.ts';
import { pkiMessageOf } from '../protocol/scep/http.ts';
import { CAPABILITIES, decodePkiOperation, encodeFailure, encodeNextAuthority, encodeSuccess, type PkiOperation } from '../protocol/scep/server.ts';
import { fingerprintOf } from '../protocol/signature.ts';
import { answeringAuthorities, type AnsweringAuthority } from './authority.ts';
import { deviceEndpoint, type DeviceAnswer } from './device-edge.ts';
import { clock, legacyScep, scepServices } from './services.ts';

const services = scepServices();

export const handler = deviceEndpoint(async ({ event, body }) => {
  const { operation, message } = event.queryStringParameters ?? {};
  switch (operation) {
    case 'GetCACaps':
      return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: CAPABILITIES };
    case 'GetCACert':
      return certificates(message);
    case 'GetNextCACert':
      return nextAuthority(message);
    case 'PKIOperation':
      return binary('application/x-pki-message', await pkiOperation(pkiMessageOf(body, event.rawQueryString)));
    default:
      throw new WavecastError('invalid-input', 'The SCEP operation is not known.', { remedy: 'Use GetCACaps, GetCACert or PKIOperation.' });
  }
});

/**
 * The authority that the client's profile names, alone: of several, Apple's clients take the last of the chain for what the
 * profile's fingerprint is of, and insist on key usages that an authority need not have. Without a name the one that issues,
 * with its chain and, for a while, the one before it.
 */
async function certificates(name: string | undefined): Promise<DeviceAnswer> {
  const named = await authorityNamed(name);
  const [current, ...former] = await answeringAuthorities(clock.now());
  const [only, ...more] = named === undefined ? [current.certificatePem, ...current.chain, ...former.map(({ certificatePem }) => certificatePem)] : [named.certificatePem];
  if (more.length === 0) return binary('application/x-x509-ca-cert', new X509Certificate(only).raw);
  return binary('application/x-x509-ca-ra-cert', bagOfCertificates([only, ...more].map((pem) => new X509Certificate(pem))));
}

/** There is a next authority only for who knows a former one: a replacement takes effect at once. */
async function nextAuthority(name: string | undefined): Promise<DeviceAnswer> {
  const now = clock.now();
  const [current] = await answeringAuthorities(now);
  const known = await authorityNamed(name);
  if (known === undefined || known.name === current.name) throw new WavecastError('not-found', 'There is no next authority.', { remedy: 'Go on with the one that GetCACert answers.' });
  return binary('application/x-x509-next-ca-cert', encodeNextAuthority(new X509Certificate(current.certificatePem), known, now));
}

async function authorityNamed(name: string | undefined): Promise<AnsweringAuthority | undefined> {
  if (name === undefined || !name.startsWith('wavecast-')) return undefined;
  const now = clock.now();
  const isIt = (each: AnsweringAuthority): boolean => each.name === name;
  return (await answeringAuthorities(now)).find(isIt) ?? (await answeringAuthorities(now, true)).find(isIt);
}

async function pkiOperation(message: Uint8Array): Promise<Uint8Array> {
  const now = clock.now();
  const operation = await decoded(message, now);
  if (operation.kind === 'failure') return encodeFailure(operation, operation.failure, now);
  const issued = await issue(operation, now);
  return issued instanceof X509Certificate ? encodeSuccess(operation, issued, now) : encodeFailure(operation, issued, now);
}

/** A message that nobody of ours can read may be for an authority that is newer than what we know. */
async function decoded(message: Uint8Array, now: Instant): Promise<PkiOperation> {
  const known = await answeringAuthorities(now);
  const operation = decodePkiOperation(message, known, now, legacyScep());
  if (operation.kind !== 'failure' || operation.failure !== 'badMessageCheck') return operation;
  const anew = await answeringAuthorities(now, true);
  return anew[0].name === known[0].name ? operation : decodePkiOperation(message, anew, now, legacyScep());
}

async function issue(operation: Extract<PkiOperation, { publicKey: Uint8Array }>, now: Instant): Promise<X509Certificate | FailInfo> {
  try {
    const issued = await recordFor(operation, now);
    if (typeof issued === 'string') return issued;
    const certificate = new X509Certificate(Buffer.from(issued.der, 'base64'));
    // The same transaction again gets the same certificate; with another key it is another transaction.
    return certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(operation.publicKey) ? certificate : 'badRequest';
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'identity-refused') return 'badRequest';
    throw error;
  }
}

/** By the authority that the client asked, as it may check: for a day after a replacement that may be the former one. */
async function recordFor({ kind, challenge, transactionId, requester, publicKey, authority }: Extract<PkiOperation, { publicKey: Uint8Array }>, now: Instant): Promise<IssuedCertificate | FailInfo> {
  const make = maker(authority, publicKey, now);
  if (kind === 'renewal') {
    const renewed = await renewByCertificate(services, fingerprintOf(requester.raw), transactionId, make, now);
    if (typeof renewed === 'object') return renewed;
    if (challenge === undefined) return renewed === 'unknown' ? 'badCertId' : 'badRequest';
  }
  return challenge === undefined ? 'badRequest' : redeemChallenge(services, challenge, transactionId, make, now);
}

/** The subject that a client asks for is of no account: the certificate names nothing from outside. */
function maker(authority: Authority, publicKey: Uint8Array, now: Instant): MakeCertificate {
  return async (challenge) => {
    const certificate = await issueIdentity({ authority, publicKey, commonName: `wavecast ${services.ids.fresh()}`, now, life: IDENTITY_LIFE });
    return {
      fingerprint: fingerprintOf(certificate.raw), serialNumber: certificate.serialNumber, issuedAt: now, expiresAt: certificate.validToDate.getTime(),
      revoked: false, der: certificate.raw.toString('base64'), ...groundOf(challenge),
    };
  };
}

function binary(contentType: string, bytes: Uint8Array): DeviceAnswer {
  return { statusCode: 200, headers: { 'content-type': contentType }, body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}
