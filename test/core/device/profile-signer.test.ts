import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signerOf, withSigner, type ProfileSigner, type ProfileSigners } from '../../../core/device/profile-signer.ts';
import { digestOf } from '../../support/memory/seed.ts';

const signer = (name: string): ProfileSigner => ({ fingerprint: digestOf(name), certificate: name, key: '', chain: [], expiresAt: 1 });
const nobody: ProfileSigners = { former: [] };

describe('who signs profiles', () => {
  it('is the one set last, and the others stay known', () => {
    const both = withSigner(withSigner(nobody, signer('a')), signer('b'));
    expect(both).toEqual({ current: signer('b'), former: [signer('a')] });
    expect(signerOf(both, signer('a').fingerprint)).toEqual(signer('a'));
    expect(signerOf(both, signer('b').fingerprint)).toEqual(signer('b'));
    expect(withSigner(both, undefined)).toEqual({ former: [signer('b'), signer('a')] });
  });

  it('is nobody of a profile that was plain, or whose signer is forgotten', () => {
    expect(signerOf(withSigner(nobody, signer('a')), undefined)).toBeUndefined();
    expect(signerOf(nobody, signer('a').fingerprint)).toBeUndefined();
  });

  it('is never there twice, nor more than a secret holds', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { nil: undefined })), (names) => {
      const signers = names.reduce<ProfileSigners>((before, name) => withSigner(before, name === undefined ? undefined : signer(name)), nobody);
      const known = [...(signers.current === undefined ? [] : [signers.current]), ...signers.former].map(({ fingerprint }) => fingerprint);
      expect(new Set(known).size).toBe(known.length);
      expect(known.length).toBeLessThanOrEqual(6);
      const last = names.at(-1);
      expect(signers.current?.certificate).toBe(last);
    }));
  });
});
