/** Reads the certificate that signs enrolment profiles, and signs with it. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Instant } from '../core/ambient.ts';
import type { ProfileSigner } from '../core/device/profile-signer.ts';
import { WavecastError } from '../core/errors.ts';
import { signData } from './cms.ts';
import { readCertificates, readKey } from './pem.ts';
import { fingerprintOf } from './signature.ts';

/** More than any chain has. */
const LONGEST_CHAIN = 5;

/** All PEM; the certificate first, then those above it. Throws `invalid-input`. */
export function readProfileSigner(certificatesPem: string, keyPem: string, now: Instant): ProfileSigner {
  const [certificate, ...chain] = readCertificates(certificatesPem);
  if (certificate === undefined || chain.length > LONGEST_CHAIN) throw new WavecastError('invalid-input', 'There are too many certificates.', { remedy: 'Give the signing certificate and those above it.' });
  if (!certificate.checkPrivateKey(readKey(keyPem))) throw new WavecastError('invalid-input', 'The key does not belong to the first certificate.', { remedy: 'Put the signing certificate first, and give its own key.' });
  const expiresAt = certificate.validToDate.getTime();
  if (expiresAt <= now) throw new WavecastError('invalid-input', `The certificate expired at ${new Date(expiresAt).toISOString()}.`, { remedy: 'Give one that is still good: devices would show the profile as not verified.' });
  return { fingerprint: fingerprintOf(certificate.raw), certificate: certificate.toString(), key: keyPem, chain: chain.map(String), expiresAt };
}

/** A profile as it is handed out: signed, DER; plain, XML, where nobody signs. */
export function signProfile(xml: string, signer: ProfileSigner | undefined, now: Instant): Uint8Array {
  const content = Buffer.from(xml, 'utf8');
  if (signer === undefined) return content;
  return signData(content, {
    certificate: new X509Certificate(signer.certificate), key: createPrivateKey(signer.key), time: now, chain: signer.chain.map((pem) => new X509Certificate(pem)),
  }, false);
}
