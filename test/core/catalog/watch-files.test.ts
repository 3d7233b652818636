import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion, PlacementState } from '../../../core/catalog/app.ts';
import { incomingKey, packageKey, placedKey } from '../../../core/catalog/placement-keys.ts';
import { takeFileEvent } from '../../../core/catalog/watch-files.ts';
import { anApp, aVersion, sizeCheck } from '../../support/samples/catalogue.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
/** Sizes and etags by key. */
let files: Map<string, { readonly size: number; readonly etag: string }>;
let verified: string[];
const app = anApp();

beforeEach(async () => {
  world = memoryWorld();
  verified = [];
  version = aVersion(app, { placement: 'proven', fileEtag: '"file"', copyEtag: '"copy"', checks: [sizeCheck] });
  await world.catalogue.putVersion(app, version);
  files = new Map([[incomingKey(version.fileName), { size: version.size, etag: '"file"' }], [packageKey(version.digest, version.fileName), { size: version.size, etag: '"copy"' }]]);
});

const event = (key: string) => takeFileEvent({
  ...world, files: { head: (at) => Promise.resolve(files.get(at)) },
  verify: ({ id }) => {
    verified.push(id);
    return Promise.resolve();
  },
}, key);
const stored = () => world.tables.versions.get(version.id);
const incoming = () => incomingKey(version.fileName);
const copy = () => packageKey(version.digest, version.fileName);

describe('a file that was put, replaced or removed', () => {
  it.each<[string, () => string, { readonly size: number; readonly etag: string } | undefined, PlacementState, string]>([
    ['the registered file is gone', incoming, undefined, 'missing', 'File name'],
    ['the registered file has another size', incoming, { size: 1, etag: '"x"' }, 'mismatched', 'File unchanged'],
    ['the served copy is gone', copy, undefined, 'missing', 'Served copy'],
    ['the served copy has another size', copy, { size: 1, etag: '"x"' }, 'mismatched', 'Served copy'],
  ])('%s: the placement says so, with the check', async (_, key, now, placement, name) => {
    if (now === undefined) files.delete(key());
    else files.set(key(), now);
    await event(key());
    expect(stored()).toMatchObject({ placement, checks: [{ name, passed: false, remedy: expect.any(String) as string }, sizeCheck] });
    expect(verified).toEqual([]);
  });

  it('is the same as before: nothing happens, however often it is told', async () => {
    for (const key of [incoming(), copy(), incoming()]) await event(key);
    expect(stored()).toEqual(version);
    expect(verified).toEqual([]);
  });

  it('is of the same size but placed anew: its bytes are compared before anything is said', async () => {
    files.set(incoming(), { size: version.size, etag: '"again"' });
    await event(incoming());
    expect(verified).toEqual([version.id]);
    expect(stored()).toEqual(version);
  });

  it('is told of late, after it was put back: what lies there now counts', async () => {
    files.delete(incoming());
    files.set(incoming(), { size: version.size, etag: '"file"' });
    await event(incoming());
    expect(stored()).toEqual(version);
  });

  it.each<PlacementState>(['placed', 'mismatched', 'missing'])('is of a version that is %s: that is for its verification to say', async (placement) => {
    await world.catalogue.movePlacement(version.id, 'proven', { placement, checks: [] });
    files.clear();
    await event(incoming());
    expect(stored()).toMatchObject({ placement, checks: [] });
  });

  it('is nobody\'s: no version is touched', async () => {
    files.clear();
    for (const key of ['incoming/other.ipa', `packages/${'0'.repeat(64)}/other.ipa`, 'elsewhere/x', 'incoming/', 'incoming/a/b']) await event(key);
    expect(stored()).toEqual(version);
  });

  it('bears a name that another build was registered under since: that one is looked at', async () => {
    const second = aVersion(app, { placement: 'verified', version: '101' });
    await world.catalogue.putVersion(app, second);
    files.delete(incoming());
    await event(incoming());
    expect(stored()?.placement).toBe('proven');
    expect(world.tables.versions.get(second.id)?.placement).toBe('missing');
  });

  it('changes while a test device proves the version: it is missing all the same', async () => {
    await world.catalogue.movePlacement(version.id, 'proven', { placement: 'verified', checks: [] });
    files.delete(incoming());
    const { catalogue } = world;
    let moved = false;
    world.catalogue = {
      ...catalogue,
      movePlacement: async (id, from, to) => {
        if (!moved) await catalogue.movePlacement(version.id, 'verified', { placement: 'proven', checks: [] });
        moved = true;
        return catalogue.movePlacement(id, from, to);
      },
    };
    await event(incoming());
    expect(stored()?.placement).toBe('missing');
  });
});

it('a key says whose it is', () => {
  const digest = 'ab'.repeat(32);
  expect(placedKey('incoming/Field work (1).ipa')).toEqual({ kind: 'incoming', fileName: 'Field work (1).ipa' });
  expect(placedKey(`packages/${digest}/a.ipa`)).toEqual({ kind: 'package', digest });
  for (const key of ['incoming/', 'packages/x/a.ipa', `packages/${digest}`, `packages/${digest}/a/b`, 'reports/a']) expect(placedKey(key)).toBeUndefined();
});
