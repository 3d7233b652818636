/**
 * What a device makes of a SCEP payload: Apple's "SCEP" and "Over-the-Air Profile Delivery and Configuration", RFC 8894, and
 * the published sources of Apple's Security framework, which know two digests for CAFingerprint.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { ScepPayload } from './enrolment-profile.ts';
import type { Identity, Keychain } from './openssl.ts';
import { envelopeIn, pkcsReq, type Digest } from './scep-message.ts';
import type { Answer, Transport } from './transport.ts';

export interface ScepDevice {
  readonly transport: Transport;
  readonly keychain: Keychain;
  readonly now: () => Date;
}

/** The identity that the payload leads to. Throws `ScepRefusal`, and where the server does not keep to the documents. */
export async function obtainIdentity({ transport, keychain, now }: ScepDevice, payload: ScepPayload): Promise<Identity & { readonly der: Buffer }> {
  const ask = async (operation: string, message?: string): Promise<Answer> => {
    const answer = await transport.ask(`${payload.url}${payload.url.includes('?') ? '&' : '?'}operation=${operation}${message === undefined ? '' : `&message=${encodeURIComponent(message)}`}`);
    if (answer.status !== 200) throw new Error(`${operation} was answered ${answer.status}.`);
    return answer;
  };
  const authority = authorityIn(await ask('GetCACert', payload.name), payload.fingerprint);
  const capabilities = new Set((await ask('GetCACaps', payload.name)).body.toString('utf8').split(/\r?\n/).map((line) => line.trim()));
  const digest: Digest = capabilities.has('SHA-512') ? 'SHA-512' : capabilities.has('SHA-256') ? 'SHA-256' : 'SHA-1';
  if (!capabilities.has('AES') && !capabilities.has('SCEPStandard')) throw new Error('The server knows no cipher that is still used.');

  const key = await keychain.newKey(payload.keySize);
  const { request, self } = await keychain.request(key, { subject: payload.subject, challenge: payload.challenge, usage: payload.keyUsage });
  const pending = await pkcsReq(await keychain.seal(request, await keychain.keep(authority)), self, await keychain.keyBytes(key), digest, now());
  const answer = capabilities.has('POSTPKIOperation') || capabilities.has('SCEPStandard')
    ? await transport.ask(`${payload.url}?operation=PKIOperation`, { method: 'POST', headers: { 'Content-Type': 'application/x-pki-message' }, body: pending.message })
    : await ask('PKIOperation', pending.message.toString('base64'));
  if (answer.status !== 200 || answer.headers['content-type'] !== 'application/x-pki-message') throw new Error(`PKIOperation was answered ${answer.status}.`);
  const envelope = await envelopeIn(answer.body, pending, authority);
  const [der, ...more] = await keychain.certificatesIn(await keychain.open(envelope, { key, certificate: await keychain.keep(self) }));
  if (der === undefined || more.length > 0) throw new Error('The answer holds not one certificate.');
  const issued = new X509Certificate(der);
  if (!issued.publicKey.equals(new X509Certificate(self).publicKey)) throw new Error('The certificate is for another key.');
  if (!issued.verify(new X509Certificate(authority).publicKey)) throw new Error('The certificate is not of the authority that was asked.');
  return { key, certificate: await keychain.keep(der), der };
}

/** A certificate by itself: what Apple's clients accept without knowing which of several is which. */
function authorityIn({ headers, body }: Answer, fingerprint: Buffer): Buffer {
  if (headers['content-type'] !== 'application/x-x509-ca-cert') throw new Error(`GetCACert was answered with ${String(headers['content-type'])}.`);
  const name = new Map([[16, 'md5'], [20, 'sha1']]).get(fingerprint.length);
  if (name === undefined) throw new Error(`CAFingerprint is ${fingerprint.length} bytes: neither MD5 nor SHA-1.`);
  if (!createHash(name).update(body).digest().equals(fingerprint)) throw new Error('The authority is another one than CAFingerprint says.');
  return body;
}
