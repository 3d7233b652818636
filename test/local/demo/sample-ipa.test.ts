import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { judgePackage } from '../../../core/catalog/package-verdict.ts';
import { sampleKinds, writeSampleIpa, type SampleIpa } from '../../../local/demo/sample-ipa.ts';
import { decodeIcon } from '../../../protocol/icon/decode-icon.ts';
import { readIpa } from '../../../protocol/ipa.ts';
import { decodePlist } from '../../../protocol/plist.ts';
import { withFile } from '../../fixtures/byte-sources.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wavecast-sample-'));
});
afterAll(() => rm(folder, { recursive: true }));

const signedAt = Date.UTC(2026, 0, 5);
let count = 0;
async function write(options: Partial<SampleIpa>): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.ipa`);
  await writeSampleIpa({ path, bundleId: 'com.example.fieldwork', version: '42', shortVersion: '1.4.2', title: 'Fieldwork', sizeBytes: 0, kind: 'enterprise', signedAt, ...options });
  return path;
}

async function filesOf(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await openPromise(path);
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

describe('a sample IPA', () => {
  it.each(sampleKinds)('of the kind %s is judged so', async (kind) => {
    const facts = await withFile(await write({ kind, provisionedDevices: ['A', 'B'], extensions: [{ name: 'Widget' }] }), (source) => readIpa(source));
    expect(judgePackage(facts, signedAt, { allowDevelopment: false })).toMatchObject({ kind, accepted: kind === 'enterprise' || kind === 'ad-hoc', warnings: [] });
  });

  it.each([300_000, 1_234_567])('has exactly the size asked for: %i bytes', async (sizeBytes) => {
    expect((await readFile(await write({ sizeBytes, extensions: [{ name: 'Widget' }] }))).length).toBe(sizeBytes);
  });

  it('is the same, byte by byte, for the same options, and another for another seed', async () => {
    const digest = async (options: Partial<SampleIpa>): Promise<string> => createHash('sha256').update(await readFile(await write({ sizeBytes: 300_000, ...options }))).digest('hex');
    const [first, again, other] = [await digest({ seed: 'one' }), await digest({ seed: 'one' }), await digest({ seed: 'two' })];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('lists the digest of every file in its code resources', async () => {
    const files = await filesOf(await write({ sizeBytes: 300_000 }));
    const root = 'Payload/fieldwork.app/';
    const resources = decodePlist(files.get(`${root}_CodeSignature/CodeResources`) ?? Buffer.alloc(0)) as { readonly files2: Readonly<Record<string, { readonly hash2: Uint8Array }>> };
    expect(Object.keys(resources.files2).toSorted()).toEqual(['AppIcon512x512.png', 'AppIcon57x57.png', 'AppIcon60x60@2x.png', 'Data/media.bin', 'fieldwork']);
    for (const [name, { hash2 }] of Object.entries(resources.files2)) expect(Buffer.from(hash2)).toEqual(createHash('sha256').update(files.get(`${root}${name}`) ?? '').digest());
  });

  it('has icons as Xcode writes them, whole, of the sizes in their names', async () => {
    const files = await filesOf(await write({}));
    for (const [name, pixels] of [['AppIcon57x57.png', 57], ['AppIcon60x60@2x.png', 120], ['AppIcon512x512.png', 512]] as const) {
      const png = files.get(`Payload/fieldwork.app/${name}`) ?? Buffer.alloc(24);
      expect(png.subarray(0, 16).toString('latin1')).toBe('\x89PNG\r\n\x1a\n\0\0\0\x04CgBI');
      expect(decodeIcon(png)).toMatchObject({ size: pixels, rgba: { length: pixels * pixels * 4 } });
    }
  });

  it('is made from the command line', async () => {
    const path = join(folder, 'cli.ipa');
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['local/demo/make-ipa.ts', path, '--size', '0.5MB', '--kind', 'ad-hoc', '--device', 'A', '--build', '9', '--expires', '2027-06-30']);
    expect(stdout).toMatch(/com\.example\.fieldwork 1\.0\.0 \(9\), ad-hoc, 500000 bytes/);
    expect(await withFile(path, (source) => readIpa(source))).toMatchObject({ version: '9', profiles: [{ deviceList: ['A'], expiresAt: Date.UTC(2027, 5, 30) }] });
    expect((await run(process.execPath, ['local/demo/make-ipa.ts', '--help'])).stdout).toContain('$ npm run --silent make-ipa -- ');
    await expect(run(process.execPath, ['local/demo/make-ipa.ts', path, '--size', 'huge'])).rejects.toMatchObject({ stderr: expect.stringMatching(/Use bytes, or a number with kB, MB or GB/) as unknown });
  });
});
