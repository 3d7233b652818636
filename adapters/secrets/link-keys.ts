import { isRotated, rotated, type LinkKeys, type ManifestLinkKey, type PackageLinkKey } from '../../core/catalog/link-keys.ts';
import { WavecastError } from '../../core/errors.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

type Options = Omit<SecretOptions<never>, 'decode' | 'ttl'>;

/** The keys of package links: what reads them can give anybody any package. */
export function createPackageLinkKeys(options: Options): LinkKeys<PackageLinkKey> {
  return linkKeys(options, (key) => readTexts(key, ['privateKey', 'publicKey']));
}

/** The keys of manifest links. */
export function createManifestLinkKeys(options: Options): LinkKeys<ManifestLinkKey> {
  return linkKeys(options, (key) => readTexts(key, ['key']));
}

/** One document `{ keys: [{ generation, … }, …] }`. */
function linkKeys<T extends object>(options: Options, readKey: (key: unknown) => T | undefined): LinkKeys<T & { readonly generation: number }> {
  type Key = T & { readonly generation: number };
  const secret = createSecret<{ readonly keys: readonly Key[] }>({
    ...options,
    decode: (document) => {
      const list: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'keys') : undefined;
      if (!Array.isArray(list) || list.length === 0) return undefined;
      const keys = list.map((each: unknown): Key | undefined => {
        const texts = readKey(each);
        const generation: unknown = typeof each === 'object' && each !== null ? Reflect.get(each, 'generation') : undefined;
        return texts === undefined || typeof generation !== 'number' ? undefined : { ...texts, generation };
      });
      return keys.every((key) => key !== undefined) ? { keys } : undefined;
    },
  });
  return {
    async keys() {
      const found = await secret.read();
      if (found === undefined) throw new WavecastError('internal', 'The keys of download links were not made yet.', { remedy: 'Deploy again: the deployment makes them.' });
      return found.keys;
    },
    async rotate(present, make) {
      const found = await secret.fresh();
      if (found !== undefined && isRotated(found.keys, present)) return found.keys;
      return (await secret.change((current) => ({ keys: rotated(current?.keys ?? [], present, make) }))).keys;
    },
  };
}
