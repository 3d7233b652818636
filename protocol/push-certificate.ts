/** Reads the APNs certificate that Apple issues for MDM, and the key that belongs to it. */
import type { PushCertificate } from '../core/device/push-certificate.ts';
import { WavecastError } from '../core/errors.ts';
import { readCertificate, readKey } from './pem.ts';

/** In the subject's UID: what devices listen to. */
const TOPIC = /^UID=(com\.apple\.mgmt\.[0-9A-Za-z.-]{1,200})$/m;

/** Both PEM. Throws `invalid-input` where they are no MDM push certificate and its key. */
export function readPushCertificate(certificatePem: string, keyPem: string): PushCertificate {
  const certificate = readCertificate(certificatePem);
  const [, topic] = TOPIC.exec(certificate.subject) ?? [];
  if (topic === undefined) {
    throw new WavecastError('invalid-input', 'The certificate is no MDM push certificate: its subject has no UID that begins with com.apple.mgmt.', { remedy: 'Download the MDM push certificate from identity.apple.com and upload that.' });
  }
  if (!certificate.checkPrivateKey(readKey(keyPem))) {
    throw new WavecastError('invalid-input', 'The key does not belong to the certificate.', { remedy: 'Upload the key with which the certificate\'s signing request was made.' });
  }
  return { certificate: certificate.toString(), key: keyPem, topic, expiresAt: certificate.validToDate.getTime() };
}
