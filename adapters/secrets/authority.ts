import { DAY } from '../../core/ambient.ts';
import type { AuthorityStore } from '../../core/device/authority.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

/** The certification authority of device identities. It never changes once it is made, so it is kept for long. */
export function createAuthoritySecret(options: Omit<SecretOptions<never>, 'decode' | 'ttl'>): AuthorityStore {
  const secret = createSecret({ ...options, ttl: DAY, decode: (document) => readTexts(document, ['certificate', 'key']) });
  return { current: () => secret.read(), authority: (make) => secret.establish(make) };
}
