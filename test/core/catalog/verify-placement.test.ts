import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { incomingKey, packageKey } from '../../../core/catalog/placement-keys.ts';
import { verifyPlacement, type VerifyServices } from '../../../core/catalog/verify-placement.ts';
import { parseVersionId } from '../../../core/ids.ts';
import { digestOf } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { anApp, aVersion } from '../../support/samples/catalogue.ts';
import { seenFrom } from '../../support/samples/outside.ts';
import { uniqueDigest } from '../../support/samples/unique.ts';

let world: MemoryWorld;
let version: AppVersion;
let files: Map<string, { readonly size: number; readonly etag: string; readonly text: string }>;
/** What happens while the world is being looked at. */
let meanwhile: () => Promise<unknown>;
let read: string[];
const app = anApp();
const content = 'the package';

beforeEach(async () => {
  world = memoryWorld();
  meanwhile = () => Promise.resolve();
  read = [];
  const digest = digestOf(content);
  version = aVersion(app, { size: content.length, digest, chunkDigests: [digest], fileEtag: '"f"', copyEtag: '"c"' });
  await world.catalogue.putVersion(app, version);
  files = new Map([[incomingKey(version.fileName), { size: content.length, etag: '"f"', text: content }], [packageKey(digest, version.fileName), { size: content.length, etag: '"c"', text: content }]]);
});

const services = (): VerifyServices => ({
  ...world,
  files: {
    head: (key) => Promise.resolve(files.get(key)),
    async *stream(key) {
      read.push(key);
      yield await Promise.resolve(Buffer.from(files.get(key)?.text ?? ''));
    },
  },
  async digest(bytes) {
    let text = '';
    for await (const chunk of bytes) text += Buffer.from(chunk).toString();
    return { whole: digestOf(text), size: text.length };
  },
  manifestUrl: (_, until) => Promise.resolve(String(until)),
  look: async (url) => {
    await meanwhile();
    return seenFrom(version, app.title, Number(url));
  },
});
const verify = () => verifyPlacement(services(), version.id, () => world.clock.now());
const stored = () => world.tables.versions.get(version.id);
const put = (text: string, etag: string) => files.set(incomingKey(version.fileName), { size: text.length, etag, text });

describe('a verification', () => {
  it('ends in the version, with every check and when; a file that is known is not read for it', async () => {
    const { placement, checks } = await verify();
    expect(placement).toBe('verified');
    expect(stored()).toMatchObject({ placement: 'verified', checks, verifiedAt: world.clock.now() });
    expect(read).toEqual([]);
  });

  it('reads a file that was placed anew, and knows it again afterwards', async () => {
    put(content, '"again"');
    await verify();
    expect(stored()).toMatchObject({ placement: 'verified', fileEtag: '"again"' });
    await verify();
    expect(read).toEqual([incomingKey(version.fileName)]);
  });

  it.each([['of the same size', 'the swapped!'.slice(0, content.length)], ['of another size', 'quite another one']])('sees another file %s, keeps when it was last good, and is good again once the file is back', async (_, text) => {
    await verify();
    const before = stored()?.verifiedAt;
    world.clock.pass(1_000);
    put(text, '"other"');
    expect((await verify()).placement).toBe('mismatched');
    expect(stored()).toMatchObject({ placement: 'mismatched', verifiedAt: before, fileEtag: '"f"' });
    put(content, '"f"');
    expect((await verify()).placement).toBe('verified');
  });

  it('leaves proven what a test device has proven, also in its midst', async () => {
    await verify();
    meanwhile = () => world.catalogue.movePlacement(version.id, 'verified', { placement: 'proven', checks: [] });
    expect((await verify()).placement).toBe('proven');
    expect(stored()?.placement).toBe('proven');
  });

  it('does not call good what was exchanged while it looked, whether or not the event has come', async () => {
    meanwhile = () => {
      put('a longer package', '"x"');
      return Promise.resolve();
    };
    const { placement, checks } = await verify();
    expect([placement, checks[0]]).toMatchObject(['mismatched', { name: 'File unchanged', passed: false }]);
    expect(stored()?.placement).toBe('mismatched');
  });

  it('may run twice at once', async () => {
    const ends = await Promise.all([verify(), verify()]);
    expect(ends.map(({ placement }) => placement)).toEqual(['verified', 'verified']);
    expect(stored()?.placement).toBe('verified');
  });

  it('is of a version that there is', async () => {
    await expect(verifyPlacement(services(), parseVersionId(uniqueDigest('none').slice(0, 32)), () => 0)).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });
});
