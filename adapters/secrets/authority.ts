import type { AuthorityDocument, AuthorityKeys, FormerAuthority } from '../../core/device/authority.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

/** The certification authorities of device identities, with their keys. */
export function createAuthoritySecret(options: Omit<SecretOptions<never>, 'decode' | 'ttl'>): AuthorityKeys {
  const secret = createSecret({ ...options, decode: decodeDocument });
  return { current: () => secret.read(), fresh: () => secret.fresh(), establish: (make) => secret.establish(make), change: (change) => secret.change(change) };
}

/** The oldest form is a certificate and its key, and nothing else. */
function decodeDocument(document: unknown): AuthorityDocument | undefined {
  const texts = readTexts(document, ['certificate', 'key']);
  if (texts === undefined) return undefined;
  const revision = member(document, 'revision');
  const former = member(document, 'former');
  return {
    ...texts, ...chainOf(document),
    ...(typeof revision === 'number' ? { revision } : {}),
    ...(Array.isArray(former) ? { former: former.flatMap((each: unknown) => decodeFormer(each) ?? []) } : {}),
  };
}

function decodeFormer(document: unknown): FormerAuthority | undefined {
  const texts = readTexts(document, ['certificate']);
  const replacedAt = member(document, 'replacedAt');
  if (texts === undefined || typeof replacedAt !== 'number') return undefined;
  return { ...texts, ...chainOf(document), ...readTexts(document, ['key']), replacedAt };
}

function chainOf(document: unknown): { readonly chain?: readonly string[] } {
  const chain = member(document, 'chain');
  return Array.isArray(chain) ? { chain: chain.filter((each) => typeof each === 'string') } : {};
}

function member(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined;
}
