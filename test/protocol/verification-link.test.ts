import { describe, expect, it } from 'vitest';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { parseDeviceId, parseVersionId } from '../../core/ids.ts';
import { directWaveId } from '../../core/rollout/wave-id.ts';
import { encodeInstallLink } from '../../protocol/install-link.ts';
import { linkUntil } from '../../protocol/package-link.ts';
import { decodeVerificationLink, encodeVerificationLink, isVerificationLink } from '../../protocol/verification-link.ts';

const key = Buffer.alloc(32, 7);
const link = { versionId: parseVersionId('0123456789abcdef'.repeat(2)), expiresAt: Date.parse('2026-11-23T10:00:00Z') };
const text = encodeVerificationLink(link, key);

describe('the link of a verification', () => {
  it('says its version and its end by any of the keys that are good, and is told from a device\'s', () => {
    expect(decodeVerificationLink(text, [Buffer.alloc(32, 8), key])).toEqual(link);
    expect(isVerificationLink(text)).toBe(true);
    const device = { waveId: directWaveId(createIdentifiers()), deviceId: parseDeviceId('0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c') };
    expect(isVerificationLink(encodeInstallLink(device, key))).toBe(false);
  });

  const [mark = '', name = '', proof = ''] = text.split('.');
  it.each([
    ['another end', `${mark}.${Buffer.from(`${link.versionId}/9999999999999`).toString('base64url')}.${proof}`], ['another proof', `${mark}.${name}.${'A'.repeat(proof.length)}`],
    ['no proof', `${mark}.${name}`], ['something behind it', `${text}.x`], ['nothing', ''], ['another mark', `x.${name}.${proof}`],
  ])('is not known with %s', (_, other) => {
    expect(() => decodeVerificationLink(other, [key])).toThrow('There is nothing here.');
  });

  it('is not known by another key', () => {
    expect(() => decodeVerificationLink(text, [Buffer.alloc(32, 8)])).toThrow('There is nothing here.');
  });
});

describe('how long a package\'s link says that it is good', () => {
  const policy = Buffer.from('{"Statement":[{"Resource":"https://p.example/*","Condition":{"DateLessThan":{"AWS:EpochTime":1764000000}}}]}').toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~');
  it.each<[string, string, number | undefined]>([
    ['by a canned policy', 'https://p.example/a.ipa?Expires=1764000000&Signature=x', 1_764_000_000_000], ['by a custom one', `https://p.example/a.ipa?Policy=${policy}`, 1_764_000_000_000],
    ['not at all', 'https://p.example/a.ipa', undefined], ['in words', 'https://p.example/a.ipa?Expires=never', undefined], ['by no policy', 'https://p.example/a.ipa?Policy=e30_', undefined], ['in no address', 'nonsense', undefined],
  ])('%s', (_, url, until) => {
    expect(linkUntil(url)).toBe(until);
  });
});
