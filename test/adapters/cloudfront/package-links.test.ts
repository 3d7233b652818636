import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPackageLinks } from '../../../adapters/cloudfront/package-links.ts';
import { parseBranchId, parseDeviceId, parseWaveId } from '../../../core/ids.ts';
import { checkSignedUrl } from '../../../local/edge/signed-url.ts';
import { readInstructionName } from '../../../protocol/install-link.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
const links = createPackageLinks({ edgeUrl: 'https://packages.example', keyPairId: 'K1', privateKey: () => Promise.resolve(keys.privateKey) });
const expiresAt = Date.parse('2026-03-10T12:00:00.500Z');
const bearer = { waveId: parseWaveId('direct.3f1c2f0e-0000-4000-8000-000000000001'), deviceId: parseDeviceId('3f1c2f0e-0000-4000-8000-000000000002'), branchId: parseBranchId('berlin') };
const check = (url: string, now = expiresAt - 1) => checkSignedUrl({ url, viewerAddress: '127.0.0.1' }, () => keys.publicKey, now);

describe('a package link', () => {
  it('says for which instruction and branch it is, within what is signed', async () => {
    const url = new URL(await links.packageLink('packages/ab/my app.ipa', expiresAt, bearer));
    expect([url.origin, url.pathname, url.searchParams.get('b')]).toEqual(['https://packages.example', '/packages/ab/my%20app.ipa', 'berlin']);
    const { branchId: _, ...instruction } = bearer;
    expect(readInstructionName(url.searchParams.get('i') ?? '')).toEqual(instruction);
    expect(check(url.href)).toBeUndefined();
  });

  it('lives to the second in which it ends, rounded up', async () => {
    const url = await links.packageLink('packages/ab/app.ipa', expiresAt, bearer);
    expect([check(url, expiresAt + 499), check(url, expiresAt + 500)]).toEqual([undefined, 'AccessDenied']);
  });

  it.each<[string, (url: string) => string]>([
    ['another branch', (url) => url.replace('b=berlin', 'b=tokyo')],
    ['no branch', (url) => url.replace('&b=berlin', '')],
    ['another instruction', (url) => url.replace(/i=.../, 'i=AAA')],
    ['another version', (url) => url.replace('/ab/', '/cd/')],
    ['a later end', (url) => url.replace(/Expires=\d+/, 'Expires=1999999999')],
  ])('is worth nothing with %s', async (_, change) => {
    const url = await links.packageLink('packages/ab/app.ipa', expiresAt, bearer);
    expect(change(url)).not.toBe(url);
    expect(check(change(url))).toBe('AccessDenied');
  });

  it('is nobody\'s without a bearer', async () => {
    const url = new URL(await links.packageLink('packages/ab/app.ipa', expiresAt));
    expect([...url.searchParams.keys()].sort()).toEqual(['Expires', 'Key-Pair-Id', 'Signature']);
  });
});
