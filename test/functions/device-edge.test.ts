import { generateKeyPairSync } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { deviceEndpoint, empty, signerOf } from '../../functions/device-edge.ts';
import { createAuthority, issueIdentity, type Authority } from '../../protocol/certificate-authority.ts';
import { fingerprintOf, signMdmBody } from '../../protocol/signature.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const body = Buffer.from('<plist/>');
const authority = await createAuthority('Ours', now, 20);

async function identity(by: Authority = authority, at = now) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = await issueIdentity({ authority: by, publicKey: publicKey.export({ type: 'spki', format: 'der' }), commonName: 'device', now: at, life: 5 * 365 * DAY });
  return { certificate, key: privateKey, fingerprint: fingerprintOf(certificate.raw) };
}

/** What API Gateway hands on: the client of mutual TLS, headers. */
function call(clientCertPem: string | undefined, headers: Record<string, string> = {}) {
  const requestContext = clientCertPem === undefined ? {} : { authentication: { clientCert: { clientCertPem, subjectDN: '', issuerDN: '', serialNumber: '', validity: { notBefore: '', notAfter: '' } } } };
  const event: Partial<Omit<APIGatewayProxyEventV2, 'requestContext'>> & { readonly requestContext: unknown } = { headers, requestContext };
  return { event: event as unknown as APIGatewayProxyEventV2, body };
}
const identify = (pem: string | undefined, headers?: Record<string, string>) => signerOf(call(pem, headers), () => Promise.resolve([authority.certificatePem]), now);
const refused = { code: 'identity-refused' };

describe('who sends a request', () => {
  it('is the client of the mutual TLS where the body is not signed', async () => {
    const { certificate, fingerprint } = await identity();
    expect(await identify(certificate.toString())).toEqual({ fingerprint, expired: false });
  });

  it('is who signed the body, whoever brought it', async () => {
    const [signer, client] = [await identity(), await identity()];
    const signature = signMdmBody(body, signer, now);
    expect(await identify(client.certificate.toString(), { 'mdm-signature': signature })).toEqual({ fingerprint: signer.fingerprint, expired: false });
    await expect(identify(client.certificate.toString(), { 'mdm-signature': '' })).rejects.toMatchObject(refused);
    await expect(identify(client.certificate.toString(), { 'mdm-signature': signature.slice(0, 800) })).rejects.toMatchObject(refused);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['of another authority', async () => (await identity(await createAuthority('Ours', now, 20))).certificate.toString()],
    ['that is the authority', () => Promise.resolve(authority.certificatePem)],
    ['that cannot be read', () => Promise.resolve('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')],
    ['of the future', async () => (await identity(authority, now + 30 * DAY)).certificate.toString()],
    ['that is none', () => Promise.resolve(undefined)],
  ])('is nobody by a certificate %s', async (_, certificate) => {
    await expect(identify(await certificate())).rejects.toMatchObject(refused);
  });

  it('may have come too late, by either way', async () => {
    const late = await identity(authority, now - 6 * 365 * DAY);
    expect(await identify(late.certificate.toString())).toEqual({ fingerprint: late.fingerprint, expired: true });
    expect(await identify(undefined, { 'mdm-signature': signMdmBody(body, late, now) })).toEqual({ fingerprint: late.fingerprint, expired: true });
  });
});

describe('an endpoint', () => {
  it('answers what goes wrong inside with 500, and says nothing of it', async () => {
    const handler = deviceEndpoint(() => {
      throw new Error('a secret');
    });
    const { event } = call(undefined);
    const answer = await Promise.resolve(handler({ ...event, routeKey: 'PUT /mdm/command' }, {} as never, () => undefined));
    expect(answer).toMatchObject({ statusCode: 500 });
    expect(JSON.stringify(answer)).not.toContain('a secret');
  });

  it('gives what it is given', async () => {
    const handler = deviceEndpoint(() => Promise.resolve(empty));
    expect(await Promise.resolve(handler(call(undefined).event, {} as never, () => undefined))).toEqual({ statusCode: 200, body: '' });
  });
});
