import { WavecastError } from '../../core/errors.ts';
import type { LinkKeyStore } from '../../core/catalog/link-keys.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

/** The keys of download links. */
export function createLinkKeySecret(options: Omit<SecretOptions<never>, 'decode' | 'ttl'>): LinkKeyStore {
  const secret = createSecret({ ...options, decode: (document) => readTexts(document, ['privateKey', 'publicKey', 'linkKey']) });
  return {
    async keys() {
      const keys = await secret.read();
      if (keys === undefined) throw new WavecastError('internal', 'The keys of download links were not made yet.', { remedy: 'Deploy again: the deployment makes them.' });
      return keys;
    },
    establish: (make) => secret.establish(make),
  };
}
