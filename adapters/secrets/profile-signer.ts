import type { ProfileSigner, ProfileSigners, ProfileSignerStore } from '../../core/device/profile-signer.ts';
import { parseSha256 } from '../../core/ids.ts';
import { createSecret, readTexts, type SecretOptions } from './secret.ts';

const nobody: ProfileSigners = { former: [] };

/** The certificates that sign enrolment profiles, with their keys. A replaced one is used everywhere within five minutes. */
export function createProfileSignerStore(options: Omit<SecretOptions<never>, 'decode' | 'ttl'>): ProfileSignerStore {
  const secret = createSecret({ ...options, decode: decodeSigners });
  return { signers: async () => (await secret.read()) ?? nobody, change: (change) => secret.change((signers) => change(signers ?? nobody)) };
}

function decodeSigners(document: unknown): ProfileSigners | undefined {
  const former = member(document, 'former');
  if (!Array.isArray(former)) return undefined;
  const current = decodeSigner(member(document, 'current'));
  return { ...(current === undefined ? {} : { current }), former: former.flatMap((each: unknown) => decodeSigner(each) ?? []) };
}

function decodeSigner(document: unknown): ProfileSigner | undefined {
  const texts = readTexts(document, ['fingerprint', 'certificate', 'key']);
  const [chain, expiresAt] = [member(document, 'chain'), member(document, 'expiresAt')];
  if (texts === undefined || !Array.isArray(chain) || typeof expiresAt !== 'number') return undefined;
  return { ...texts, fingerprint: parseSha256(texts.fingerprint), chain: chain.filter((each) => typeof each === 'string'), expiresAt };
}

function member(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined;
}
