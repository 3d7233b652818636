import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { AppVersion, PlacementState } from '../../../core/catalog/app.ts';
import type { OutsideView, SeenFile } from '../../../core/catalog/outside-view.ts';
import { judgePlacement, type InsideView } from '../../../core/catalog/placement-checks.ts';
import { anApp, aVersion } from '../../support/samples/catalogue.ts';
import { seenFrom } from '../../support/samples/outside.ts';
import { MORNING, uniqueDigest } from '../../support/samples/unique.ts';

const app = anApp({ title: 'Field' });
const version = aVersion(app, { size: 30_000_000, chunkDigests: [uniqueDigest('a'), uniqueDigest('b'), uniqueDigest('c')], chunkSize: 10_485_760, title: 'Fieldwork' });
const now = MORNING;
const linkUntil = now + HOUR;
const whole: InsideView = { file: { size: version.size }, copy: { size: version.size } };
const good = seenFrom(version, app.title, linkUntil);
const file = (changes: Partial<SeenFile>): OutsideView => ({ ...good, file: { ...good.file, ...changes } });
const says = (changes: Partial<NonNullable<OutsideView['says']>>): OutsideView => ({ ...good, says: { ...good.says, ...changes } });
const inFile = (changes: Partial<NonNullable<SeenFile['says']>>): OutsideView => file({ says: { ...good.file.says, bundleId: version.bundleId, version: version.version, shortVersion: version.shortVersion, title: version.title, ...changes } });
const judge = (inside = whole, view: OutsideView = good, of: AppVersion = version) => judgePlacement({ version: of, title: app.title, linkUntil }, inside, view, now);
const failed = (inside?: InsideView, view?: OutsideView) => judge(inside, view).checks.filter(({ passed }) => !passed);

describe('a placement that is as it should be', () => {
  it('passes every check, and is verified; proven, where it was', () => {
    const { checks, placement } = judge();
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(checks).toHaveLength(26);
    expect(placement).toBe('verified');
    for (const [before, after] of [['placed', 'verified'], ['mismatched', 'verified'], ['missing', 'verified'], ['proven', 'proven']] as const) expect(judge(whole, good, { ...version, placement: before }).placement).toBe(after);
  });

  it('has no check twice, and none without a name', () => {
    const names = judge().checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('may be the whole of a machine\'s own cloud, whose API has no TLS', () => {
    expect(failed(whole, { ...good, at: { secure: false, host: '127.0.0.1' } })).toEqual([]);
    expect(failed(whole, file({ at: { secure: true, host: 'localhost' } }))).toEqual([]);
    const [check] = judge(whole, { ...good, at: { secure: false, host: '127.0.0.1' } }).checks.filter(({ name }) => name === 'Manifest address');
    expect(check?.found).toBe('http, 127.0.0.1: devices outside this machine could not fetch it; accepted in its local cloud only');
  });
});

describe('of a placement that is not, exactly what is wrong is named:', () => {
  const other = uniqueDigest('other');
  it.each<[string, InsideView, OutsideView, string, string, PlacementState]>([
    ['the file is gone', { copy: { size: version.size } }, good, 'File name', 'no file of this name', 'missing'],
    ['the file has another size', { ...whole, file: { size: 1 } }, good, 'File unchanged', '1 bytes', 'mismatched'],
    ['the file has other bytes', { ...whole, file: { size: version.size, digest: other } }, good, 'File unchanged', `30000000 bytes, SHA-256 ${other.slice(0, 16)}…`, 'mismatched'],
    ['the copy is gone', { file: { size: version.size } }, good, 'Served copy', 'no file', 'missing'],
    ['the copy has another size', { ...whole, copy: { size: 2 } }, good, 'Served copy', '2 bytes', 'mismatched'],
    ['the manifest comes without TLS', whole, { ...good, at: { secure: false, host: 'api.example.com' } }, 'Manifest address', 'http, api.example.com', 'placed'],
    ['the manifest comes from an address', whole, { ...good, at: { secure: true, host: '10.0.0.7' } }, 'Manifest address', 'https, 10.0.0.7', 'placed'],
    ['the manifest comes from a name of the company\'s own net', whole, { ...good, at: { secure: true, host: 'wavecast.corp.internal' } }, 'Manifest address', 'https, wavecast.corp.internal', 'placed'],
    ['the manifest is not served', whole, { at: good.at, manifest: { ...good.manifest, status: 503 } }, 'Manifest download', 'status 503', 'placed'],
    ['the manifest has another type', whole, { ...good, manifest: { ...good.manifest, contentType: 'text/html' } }, 'Manifest content type', 'text/html', 'placed'],
    ['there is another page in its place', whole, { at: good.at, manifest: good.manifest, unreadable: 'This is not a manifest that a device can use.' }, 'Manifest content', 'This is not a manifest that a device can use.', 'placed'],
    ['the manifest names another app', whole, says({ bundleId: 'com.example.other' }), 'Package name in the manifest', 'com.example.other', 'mismatched'],
    ['the manifest names another version', whole, says({ version: '99' }), 'Version in the manifest', '99', 'mismatched'],
    ['the manifest has another title', whole, says({ title: 'Other' }), 'Title in the manifest', 'Other', 'mismatched'],
    ['the manifest has another digest', whole, says({ sha256s: [version.chunkDigests[0] ?? '', other, version.chunkDigests[2] ?? ''] }), 'Digests in the manifest', '3 of 10485760 bytes, of which no. 2 is another', 'mismatched'],
    ['the manifest lacks a digest', whole, says({ sha256s: version.chunkDigests.slice(1) }), 'Digests in the manifest', '2 of 10485760 bytes', 'mismatched'],
    ['the link is dead', whole, { ...good, file: { at: good.file.at, linkUntil, head: { status: 404, contentType: 'application/xml' } } }, 'Package download', 'status 404', 'placed'],
    ['the link ends early', whole, file({ linkUntil: now + HOUR / 2 }), 'Link lifetime', '30 min', 'placed'],
    ['the package has another type', whole, file({ head: { ...good.file.head, contentType: 'text/plain' } }), 'Content type', 'text/plain', 'placed'],
    ['the package is not said to be as long', whole, file({ head: { ...good.file.head, size: 3 } }), 'Size', '3 bytes', 'mismatched'],
    ['downloads cannot be resumed', whole, file({ range: 200 }), 'Resumable download', 'status 200', 'placed'],
    ['a changed file would be resumed', whole, file({ ifRange: { same: 206, other: 206 } }), 'Resumed download', 'a part of this file, status 206 for another', 'placed'],
    ['other bytes are served', whole, file({ digests: { whole: other, chunks: version.chunkDigests, size: version.size } }), 'Digest', other, 'mismatched'],
    ['another part is served', whole, file({ digests: { whole: version.digest, chunks: [...version.chunkDigests.slice(0, 2), other], size: version.size } }), 'Digests of the parts', 'part 3 is another', 'mismatched'],
    ['the package served is another app', whole, inFile({ bundleId: 'com.example.other' }), 'Package name in the file', 'com.example.other', 'mismatched'],
    ['the package served is another version', whole, inFile({ shortVersion: '9' }), 'Version in the file', '9 (100)', 'mismatched'],
    ['the package served has another title', whole, inFile({ title: 'Other' }), 'Title in the file', 'Other', 'mismatched'],
    ['the profile has expired since', whole, inFile({ profileExpiresAt: now - DAY }), 'Provisioning profile', `valid until ${new Date(now - DAY).toISOString().slice(0, 10)}`, 'placed'],
  ])('%s', (_, inside, view, name, found, placement) => {
    expect(failed(inside, view)).toMatchObject([{ name, found, passed: false, expected: expect.any(String) as string, remedy: expect.stringMatching(/./) as string }]);
    expect(judge(inside, view).placement).toBe(placement);
    expect(judge(inside, view, { ...version, placement: 'proven' }).placement).toBe(placement);
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'Package certificate', 'a certificate that has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Package certificate', 'a certificate for another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Package certificate', 'a certificate signed by itself, which no device trusts'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'Package certificate', 'a certificate without its chain, or of an authority that devices do not trust'],
    ['ERR_SSL_SOMETHING_NEW', 'Package certificate', 'a certificate or connection that does not hold (ERR_SSL_SOMETHING_NEW)'],
    ['ENOTFOUND', 'Package address', 'https, packages.example.com, with a name that DNS does not know'],
    ['ECONNREFUSED', 'Package download', 'a connection that is refused'],
    ['EHOSTUNREACH', 'Package download', 'no answer (EHOSTUNREACH)'],
  ])('the server of packages cannot be reached for %s', (problem, name, found) => {
    const view: OutsideView = { ...good, file: { at: good.file.at, linkUntil, head: { status: 0, contentType: '', problem } } };
    expect(failed(whole, view)).toMatchObject([{ name, found, remedy: expect.stringMatching(/verify again/) as string }]);
  });

  it('several things at once are all named, and what is worst decides', () => {
    const view = file({ range: 200, head: { ...good.file.head, size: 3 } });
    expect(failed({ copy: { size: 5 } }, view).map(({ name }) => name)).toEqual(['File name', 'Served copy', 'Size', 'Resumable download']);
    expect(judge({ copy: { size: 5 } }, view).placement).toBe('missing');
  });

  it('a dead link is told from a copy that is not there', () => {
    const dead: OutsideView = { ...good, file: { at: good.file.at, linkUntil, head: { status: 404, contentType: '' } } };
    expect(failed(whole, dead)[0]?.remedy).toMatch(/signed link is dead/);
    expect(failed({ file: { size: version.size } }, dead).at(-1)?.remedy).toMatch(/Register "Field-1\.0\.ipa" again/);
  });

  it('of what could not be seen nothing is said', () => {
    const names = judge(whole, { at: good.at, manifest: { status: 0, contentType: '', problem: 'ECONNREFUSED' } }).checks.map(({ name }) => name);
    expect(names).toEqual(['File name', 'File unchanged', 'Served copy', 'Manifest address', 'Manifest download']);
  });
});
