import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { hollowIpa, readHollow } from '../../local/demo/hollow-ipa.ts';
import { writeSampleIpa, type SampleIpa } from '../../local/demo/sample-ipa.ts';
import { decodeIcon } from '../../protocol/icon/decode-icon.ts';
import { readIpa } from '../../protocol/ipa.ts';
import { bufferSource, withFile } from '../fixtures/byte-sources.ts';
import { app, evilInfo, hostileIpas, info, infoPlist } from '../fixtures/hostile-ipas.ts';
import { rawZip, type RawEntry } from '../fixtures/raw-zip.ts';
import { cpuTime } from '../support/cpu-time.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wavecast-ipa-'));
});
afterAll(() => rm(folder, { recursive: true }));

const defaults = { bundleId: 'com.example.fieldwork', version: '42', shortVersion: '1.4.2', title: 'Fieldwork 現場', sizeBytes: 0, kind: 'enterprise', signedAt: Date.UTC(2026, 0, 5) } as const;
let count = 0;

async function sample(options: Partial<SampleIpa> = {}): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.ipa`);
  await writeSampleIpa({ ...defaults, path, ...options });
  return path;
}

describe('reading an IPA', () => {
  it.each(['binary', 'xml'] as const)('takes its facts from a %s Info.plist', async (form) => {
    const facts = await withFile(await sample({ infoPlist: form }), (source) => readIpa(source));
    expect(facts).toMatchObject({
      appFolder: 'Payload/fieldwork.app', bundleId: 'com.example.fieldwork', version: '42', shortVersion: '1.4.2', title: 'Fieldwork 現場', minimumOsVersion: '16.0', deviceFamilies: [1, 2],
      supportedPlatforms: ['iPhoneOS'], storeTraces: [], cryptid: 0,
      icons: ['Payload/fieldwork.app/AppIcon57x57.png', 'Payload/fieldwork.app/AppIcon60x60@2x.png'],
    });
    expect(facts.profiles).toMatchObject([{ path: 'Payload/fieldwork.app/embedded.mobileprovision', bundleId: 'com.example.fieldwork', provisionsAllDevices: true, signatureHolds: true }]);
  });

  it('finds the profile of every nested bundle, the app\'s own first', async () => {
    const { profiles } = await withFile(await sample({ extensions: [{ name: 'Widget' }, { name: 'Share', profile: 'ad-hoc' }], provisionedDevices: ['A'] }), (source) => readIpa(source));
    expect(profiles.map(({ path, bundleId, provisionsAllDevices, deviceList }) => [path.replace('Payload/fieldwork.app/', ''), bundleId, provisionsAllDevices, deviceList])).toEqual([
      ['embedded.mobileprovision', 'com.example.fieldwork', true, undefined],
      ['PlugIns/Share.appex/embedded.mobileprovision', 'com.example.fieldwork.share', false, ['A']],
      ['PlugIns/Widget.appex/embedded.mobileprovision', 'com.example.fieldwork.widget', true, undefined],
    ]);
  });

  it('takes the largest icon of those that Info.plist names, as it is in the package', async () => {
    const { icon } = await withFile(await sample(), (source) => readIpa(source));
    expect(icon?.path).toBe('Payload/fieldwork.app/AppIcon60x60@2x.png');
    expect(icon !== undefined && 'bytes' in icon ? decodeIcon(icon.bytes).size : icon).toBe(120);
  });

  const named = { name: info.name, data: infoPlist({ CFBundleIcons: { CFBundlePrimaryIcon: { CFBundleIconFiles: ['Icon', 'Icon76x76'] } } }) };
  const picture = (name: string, size: number): RawEntry => ({ name: `${app}/${name}`, data: Buffer.alloc(size, name), method: 0 });
  it.each<[string, readonly RawEntry[], string]>([
    ['by the size in its name', [picture('Icon.png', 900), picture('Icon76x76@2x~ipad.png', 100), picture('Icon76x76.png', 100)], 'Icon76x76@2x~ipad.png'],
    ['by its bytes where no name says a size', [picture('Icon.png', 90), picture('Icon@2x.png', 100)], 'Icon@2x.png'],
    ['but none that is larger than an icon can be', [picture('Icon.png', 90), picture('Icon76x76@3x.png', 600_000)], 'Icon.png'],
    ['of the app itself', [picture('Icon.png', 90), picture('PlugIns/W.appex/Icon76x76.png', 100), picture('Elsewhere/Icon76x76.png', 100)], 'Icon.png'],
  ])('chooses the icon %s', async (_, entries, best) => {
    expect((await readIpa(bufferSource(rawZip([named, ...entries])))).icon).toMatchObject({ path: `${app}/${best}`, bytes: expect.anything() as unknown });
  });

  it.each<[string, readonly RawEntry[], RegExp]>([
    ['damaged', [{ ...picture('Icon.png', 90), crc: 1 }], /damaged/],
    ['too large', [picture('Icon.png', 600_000)], /larger than/],
    ['a bomb', [{ name: `${app}/Icon.png`, packed: deflateRawSync(Buffer.alloc(5_000_000)), declaredUnpacked: 400_000 }], /damaged/],
  ])('does not mind an icon that is %s, and says so', async (_, entries, says) => {
    expect(await readIpa(bufferSource(rawZip([named, ...entries])))).toMatchObject({ bundleId: 'com.example.good', icon: { path: `${app}/Icon.png`, problem: expect.stringMatching(says) as unknown } });
  });

  it('knows an app without an icon', async () => {
    expect((await readIpa(bufferSource(rawZip([named])))).icon).toBeUndefined();
  });

  it('sees what only a download from the App Store has', async () => {
    const facts = await withFile(await sample({ kind: 'store-download' }), (source) => readIpa(source));
    expect(facts).toMatchObject({ storeTraces: ['Payload/fieldwork.app/SC_Info/', 'iTunesMetadata.plist'], cryptid: 1, profiles: [] });
  });

  it('reads 30 MB by at most ten requests and far under a megabyte', async () => {
    const path = await sample({ sizeBytes: 30_000_000, extensions: [{ name: 'Widget' }, { name: 'Share' }] });
    await withFile(path, async (source) => {
      const facts = await readIpa(source);
      const bytes = source.reads.reduce((sum, length) => sum + length, 0);
      expect(source.size).toBe(30_000_000);
      expect(source.reads.length).toBeLessThanOrEqual(10);
      expect(bytes).toBeLessThan(600_000);
      expect(facts.reads).toEqual({ requests: source.reads.length, bytes });
    });
  });

  it('reads zip64', async () => {
    const facts = await withFile(await sample({ forceZip64: true, sizeBytes: 200_000 }), (source) => readIpa(source));
    expect(facts).toMatchObject({ bundleId: 'com.example.fieldwork', cryptid: 0 });
  });

  it.each([[0, 4_096], [5, 4_096], [11, 4_096], [3, 9_000]])('reads a package whose %i first files are %i MB away from the others by few requests, and less than a megabyte', async (filesBefore, megabytes) => {
    const { kind, signedAt, title, bundleId, version, shortVersion } = defaults;
    const extensions = Array.from({ length: 8 }, (_, index) => ({ name: `Widget${index}` }));
    const ipa = await hollowIpa({ kind, signedAt, title, bundleId, version, shortVersion, extensions }, { holeBytes: megabytes * 1024 ** 2, filesBefore });
    const lengths: number[] = [];
    const read = (offset: number, length: number): Promise<Buffer> => {
      lengths.push(length);
      return Promise.resolve(readHollow(ipa, offset, length));
    };
    const facts = await readIpa({ size: ipa.size, read });
    expect(ipa.size).toBeGreaterThan(megabytes * 1024 ** 2);
    expect(facts).toMatchObject({ bundleId: 'com.example.fieldwork', cryptid: 0, icon: { path: 'Payload/fieldwork.app/AppIcon60x60@2x.png', bytes: expect.anything() as unknown } });
    expect(facts.profiles).toHaveLength(9);
    expect(facts.reads).toEqual({ requests: lengths.length, bytes: lengths.reduce((sum, length) => sum + length, 0) });
    expect(facts.reads.bytes).toBeLessThan(1_000_000);
    // The end, what is at the beginning, and each extension: they stand apart.
    expect(facts.reads.requests).toBeLessThanOrEqual(3 + extensions.length);
  });

  it('reads a directory of many files in few requests', async () => {
    const many = Array.from({ length: 9_000 }, (_, index) => ({ name: `${app}/assets/image-${index}.png`, data: 'x', method: 0 }));
    const source = bufferSource(rawZip([...many, info]));
    expect(await readIpa(source)).toMatchObject({ bundleId: 'com.example.good', entries: 9_001 });
    expect(source.reads.length).toBeLessThanOrEqual(6);
  });

  it('lets no decoy win', async () => {
    const decoys = ['Info.plist', 'Payload/Info.plist', 'payload/Good.app/Info.plist', `${app}/info.plist`, `${app}/PlugIns/Evil.appex/Info.plist`, `${app}/Frameworks/Payload/Evil.app/Info.plist`, `x/${app}/Info.plist`];
    const entries = decoys.map((name) => ({ name, data: evilInfo }));
    for (const order of [[...entries, info], [info, ...entries]]) expect(await readIpa(bufferSource(rawZip(order)))).toMatchObject({ bundleId: 'com.example.good', appFolder: app });
  });

  it('calls an app without a name of its own after its folder', async () => {
    const unnamed = { name: info.name, data: infoPlist({ CFBundleName: '', CFBundleDisplayName: ' ' }) };
    expect(await readIpa(bufferSource(rawZip([unnamed])))).toMatchObject({ title: 'Good' });
  });

  it.each(hostileIpas)('refuses $name', async ({ code, says, make }) => {
    const source = bufferSource(make());
    const began = cpuTime();
    const error: unknown = await readIpa(source).catch((thrown: unknown) => thrown);
    expect(cpuTime() - began).toBeLessThan(1_500);
    expect(source.reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(8_000_000);
    expect(error).toBeInstanceOf(WavecastError);
    const { message, evidence, remedy, ...rest } = error as WavecastError;
    expect(rest.code, message).toBe(code);
    expect([message, ...evidence].join('\n')).toMatch(says);
    expect(remedy).toMatch(/\.$/);
  });

  it('refuses a package that is cut off, wherever', async () => {
    const bytes = rawZip([info, { name: `${app}/Good`, data: 'x'.repeat(300), method: 0 }]);
    for (let length = 0; length < bytes.length; length += 1) {
      await expect(readIpa(bufferSource(bytes.subarray(0, length))), `${length} bytes of it`).rejects.toMatchObject({ code: 'package-unreadable' });
    }
  });

  it('looks for a hundred icons and no more, however many are named and there', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `Icon${index}-`);
    const entries = names.map((name) => ({ name: `${app}/${name}.png`, data: 'x', method: 0 }));
    const began = cpuTime();
    const { icons } = await readIpa(bufferSource(rawZip([{ name: info.name, data: infoPlist({ CFBundleIconFiles: names }) }, ...entries])));
    expect(icons).toHaveLength(100);
    expect(cpuTime() - began).toBeLessThan(5_000);
  });

  it('needs little memory for the hostile ones', async () => {
    const hostile = await mkdtemp(join(folder, 'hostile-'));
    for (const [index, { make }] of hostileIpas.entries()) await writeFile(join(hostile, `${index}.ipa`), make());
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', 'fixtures', 'read-hostile.ts'), hostile]);
    await rm(hostile, { recursive: true });
    expect(Number(stdout)).toBeLessThan(96);
  });

  it('passes on a failure of the source as it is', async () => {
    const failure = new WavecastError('throttled', 'Try again later.');
    const source = { ...bufferSource(rawZip([info])), read: () => Promise.reject(failure) };
    await expect(readIpa(source)).rejects.toBe(failure);
  });

  it('notices a file that shrinks while it is read', async () => {
    const bytes = rawZip([info]);
    const source = { size: bytes.length, read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length - 1)) };
    await expect(readIpa(source)).rejects.toMatchObject({ code: 'package-unreadable', message: expect.stringMatching(/changed or ended/) as unknown });
  });

  it('stops when reading would take more than allowed', async () => {
    await withFile(await sample(), (source) => expect(readIpa(source, { readBytes: 10_000 })).rejects.toMatchObject({ code: 'package-refused' }));
  });

  it('never fails in another way, whatever is broken', async () => {
    const bytes = await readFile(await sample());
    const structure = bytes.length - 1_500;
    const change = fc.record({ at: fc.oneof(fc.nat(bytes.length - 1), fc.integer({ min: structure, max: bytes.length - 1 })), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        const outcome: unknown = await readIpa(bufferSource(broken)).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: expect.stringMatching(/^package-/) as unknown });
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
  });
});
