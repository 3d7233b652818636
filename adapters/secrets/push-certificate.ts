import type { PushCertificate, PushCertificateStore } from '../../core/device/push-certificate.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

/** The organisation's APNs certificate. A replaced one is used everywhere within five minutes. */
export function createPushCertificateStore(options: Omit<SecretOptions<never>, 'decode' | 'ttl'>): PushCertificateStore {
  const secret = createSecret({ ...options, decode: decodeCertificate });
  return { current: () => secret.read(), replace: (certificate) => secret.replace(certificate) };
}

function decodeCertificate(document: unknown): PushCertificate | undefined {
  const texts = readTexts(document, ['certificate', 'key', 'topic']);
  const expiresAt: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'expiresAt') : undefined;
  return texts === undefined || typeof expiresAt !== 'number' ? undefined : { ...texts, expiresAt };
}
