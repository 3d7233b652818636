/** Certificates and keys in PEM, as administrators bring them. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';

/** The first certificate in it. Throws `invalid-input`. */
export function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new WavecastError('invalid-input', 'The certificate is not PEM.', { remedy: 'Convert it, for example with `openssl x509 -inform DER -in FILE -out FILE.pem`.', cause });
  }
}

/** Every certificate in it, in order. Throws `invalid-input`. */
export function readCertificates(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.length === 0 ? [readCertificate(pem)] : blocks.map(readCertificate);
}

/** Throws `invalid-input`. */
export function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new WavecastError('invalid-input', 'The key is not an unencrypted private key in PEM.', { remedy: 'Convert it, for example with `openssl pkey -in FILE -out FILE.pem`.', cause });
  }
}
