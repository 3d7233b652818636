import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { incomingKey } from '../../../core/catalog/placement-keys.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;
const put = (fileName: string, size: number) => admin.placed.set(incomingKey(fileName), size);

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  version = seedVersion(world);
  put(version.fileName, version.size);
  put('refused.ipa', 700);
  admin.placed.set(`packages/${version.digest}/${version.fileName}`, version.size);
});

const list = async (query: Readonly<Record<string, string>> = {}) => admin.call('listFiles', { query }, 'viewer') as Promise<AnswerOf<'listFiles'>>;
const remove = (fileName: string, force?: boolean) => admin.call('removeFile', { body: { fileName, ...(force === undefined ? {} : { force }) } });
const withdrawn = { at: 1, by: 'ada', reason: 'It crashed.' };

describe('the files that were placed', () => {
  it('are listed by name with the versions that go by them, page by page, without the copies that are served', async () => {
    const { id, bundleId, shortVersion, version: build, placement } = version;
    const own = { fileName: version.fileName, size: version.size, placedAt: world.clock.now(), version: { id, bundleId, shortVersion, version: build, placement } };
    const refused = { fileName: 'refused.ipa', size: 700, placedAt: world.clock.now() };
    const all = [own, refused].toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
    expect(await list()).toEqual({ items: all });
    expect(await list({ limit: '1' })).toEqual({ items: [all[0]], next: all[0]?.fileName });
    expect(await list({ limit: '1', after: all[0]?.fileName ?? '' })).toEqual({ items: [all[1]] });
  });

  it('are no version\'s any more once it is withdrawn, or has another file', async () => {
    world.tables.versions.set(version.id, { ...version, withdrawn });
    expect((await list()).items.find(({ fileName }) => fileName === version.fileName)).not.toHaveProperty('version');
    world.tables.versions.set(version.id, { ...version, fileName: 'another.ipa' });
    expect((await list()).items.find(({ fileName }) => fileName === version.fileName)).not.toHaveProperty('version');
  });
});

describe('removing a file that was placed', () => {
  it('frees it, and nothing that is served', async () => {
    expect(await remove('refused.ipa')).toEqual({ fileName: 'refused.ipa', size: 700 });
    expect([...admin.placed.keys()]).toEqual([incomingKey(version.fileName), `packages/${version.digest}/${version.fileName}`]);
    expect(admin.writes).toEqual(['audit.record', 'files.remove']);
  });

  it('is refused where a version goes by it, naming that as people know it, unless it is meant', async () => {
    await expect(remove(version.fileName)).rejects.toMatchObject({
      code: 'conflict', message: `"${version.fileName}" is the file of version ${version.shortVersion} (${version.version}) of ${version.bundleId}: without it that version is distributed no more.`,
      remedy: expect.stringContaining(`wavecast app withdraw ${version.id}`) as string,
    });
    expect(admin.writes).toEqual([]);
    await remove(version.fileName, true);
    expect(admin.placed.has(incomingKey(version.fileName))).toBe(false);
    expect(world.tables.audit).toMatchObject([{ action: 'file.remove', subject: version.fileName, before: { size: version.size, versionId: version.id }, after: { removed: true, force: true } }]);
  });

  it('needs no force where its version is withdrawn', async () => {
    world.tables.versions.set(version.id, { ...version, withdrawn });
    await remove(version.fileName);
    expect(admin.placed.has(incomingKey(version.fileName))).toBe(false);
  });

  it('says so where there is none', async () => {
    await expect(remove('nothing.ipa')).rejects.toMatchObject({ code: 'not-found', message: 'There is no file "nothing.ipa" on the communication server.' });
  });

  it.each(['', 'folder/', '/', '..', '../packages/x', 'a/../b', 'a/..', './a', 'a\u0000b'])('takes %j for no file, and looks nowhere', async (name) => {
    await expect(remove(name, true)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(admin.writes).toEqual([]);
  });

  it.each(['a folder/one.ipa', '..hidden', 'Ärger (1).ipa', 'x..y', 'a/...'])('takes %j, however it came there', async (name) => {
    put(name, 5);
    expect(await remove(name)).toEqual({ fileName: name, size: 5 });
  });
});

describe('what is stored', () => {
  it('counts the files that no version goes by, beside the versions', async () => {
    put('other.ipa', 300);
    const { leftovers, bytes } = await admin.call('getStorage', { query: { pricePerGb: '1000' } }) as AnswerOf<'getStorage'>;
    expect(leftovers).toEqual({ files: 2, bytes: 1_000, monthlyCost: (1_000 / 1024 ** 3) * 1_000 });
    expect(bytes).toBe(2 * version.size);
  });

  it('counts all of them, however many pages they take', async () => {
    for (let n = 0; n < 2_300; n += 1) put(`left-${String(n).padStart(4, '0')}.ipa`, 1);
    expect((await admin.call('getStorage') as AnswerOf<'getStorage'>).leftovers).toMatchObject({ files: 2_301, bytes: 3_000 });
  });
});
