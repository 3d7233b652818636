import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkImport, holdImport, removeOthers } from '../../../core/catalog/import-permissions.ts';
import { importModes, type ImportMode, type Permission } from '../../../core/catalog/self-service.ts';
import { parseBundleId, parseDeviceId } from '../../../core/ids.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { present } from '../../support/present.ts';
import { many } from '../../support/samples/unique.ts';

const apps = ['com.example.a', 'com.example.b', 'com.example.c'].map(parseBundleId);
const devices = many(4, (n) => parseDeviceId(uuidOf(`device ${n}`)));
const permission: fc.Arbitrary<Permission> = fc.record({ bundleId: fc.constantFrom(...apps), shortVersion: fc.constantFrom('1.0', '2.0'), deviceId: fc.constantFrom(...devices) });
/** A file: its permissions, and, in the mode `app`, an app that it names without devices. */
const file = fc.record({ mode: fc.constantFrom(...importModes), permissions: fc.uniqueArray(permission, { maxLength: 12, selector: textOf }), emptied: fc.option(fc.constantFrom(...apps), { nil: undefined }) });
type PermissionFile = typeof file extends fc.Arbitrary<infer T> ? T : never;

function textOf({ bundleId, shortVersion, deviceId }: Permission): string {
  return JSON.stringify([bundleId, shortVersion, deviceId]);
}

const kept = (world: MemoryWorld): readonly string[] => [...world.tables.permissions.values()].map(textOf).sort();
const namedApps = ({ permissions, emptied }: PermissionFile) => [...new Set([...permissions.map(({ bundleId }) => bundleId), ...(emptied === undefined ? [] : [emptied])])];

/** What the words of the modes say, on a plain set. */
function replaced(before: readonly string[], given: PermissionFile): readonly string[] {
  const inScope: Readonly<Record<ImportMode, (text: string) => boolean>> = {
    all: () => true,
    app: (text) => namedApps(given).some((bundleId) => text.startsWith(JSON.stringify([bundleId]).slice(0, -1))),
    device: (text) => given.permissions.some(({ deviceId }) => text.includes(deviceId)),
  };
  return [...new Set([...before.filter((text) => !inScope[given.mode](text)), ...given.permissions.map(textOf)])].sort();
}

/** In portions of five, as the command line does. */
async function importFile(world: MemoryWorld, given: PermissionFile, tell: (removed: readonly Permission[]) => void = () => undefined): Promise<number> {
  const of = { importId: world.ids.fresh(), by: 'ada' };
  await holdImport(world, of, true, world.clock.now());
  for (let first = 0; first < given.permissions.length; first += 5) {
    await holdImport(world, of, false, world.clock.now());
    await world.selfService.grant(given.permissions.slice(first, first + 5), of.importId);
  }
  const scope = { mode: given.mode, apps: namedApps(given), devices: [...new Set(given.permissions.map(({ deviceId }) => deviceId))] };
  let removed = 0;
  for (let after: string | undefined, begun = false; !begun || after !== undefined; begun = true) {
    const step = await removeOthers(world, of, scope, after, world.clock.now(), (some) => {
      tell(some);
      return Promise.resolve();
    });
    removed += step.removed;
    after = step.next;
  }
  await world.selfService.endImport(of.importId, of.by);
  return removed;
}

describe('an import of permissions', () => {
  it('replaces just what its mode says, whatever was imported before', async () => {
    await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async (files) => {
      const world = memoryWorld();
      for (const given of files) {
        const before = kept(world);
        const told: string[] = [];
        const removed = await importFile(world, given, (some) => told.push(...some.map(textOf)));
        expect(kept(world)).toEqual(replaced(before, given));
        expect(told.sort()).toEqual(before.filter((text) => !kept(world).includes(text)));
        expect(removed).toBe(told.length);
      }
    }), { numRuns: 150 });
  });

  it('that is cut off at any write takes nothing from the file away, and does the rest when it is repeated', async () => {
    await fc.assert(fc.asyncProperty(file, file, fc.nat({ max: 25 }), async (first, second, writes) => {
      const world = memoryWorld();
      await importFile(world, { ...first, mode: 'all' });
      const before = kept(world);
      let left = writes;
      world.tables.beforeWrite = () => {
        left -= 1;
        if (left < 0) throw new Error('cut off');
      };
      const between = new Set([...before, ...second.permissions.map(textOf)]);
      await importFile(world, second).catch(() => undefined);
      for (const text of kept(world)) expect(between).toContain(text);
      for (const text of before.filter((each) => second.permissions.map(textOf).includes(each))) expect(kept(world)).toContain(text);
      world.tables.beforeWrite = () => undefined;
      await importFile(world, second);
      expect(kept(world)).toEqual(replaced(before, second));
    }), { numRuns: 150 });
  });

  it('looks at a bounded number of permissions in one step, and goes on where it stopped', async () => {
    const world = memoryWorld();
    const old = many(10_500, (n): Permission => ({ bundleId: present(apps[n % 2]), shortVersion: '1.0', deviceId: parseDeviceId(uuidOf(`many ${n}`)) }));
    await world.selfService.grant(old, 'old');
    const scope = { mode: 'all', apps: [], devices: [] } as const;
    const of = { importId: 'new', by: 'ada' };
    await holdImport(world, of, true, world.clock.now());
    const first = await removeOthers(world, of, scope, undefined, world.clock.now(), () => Promise.resolve());
    expect(first.removed).toBeGreaterThanOrEqual(10_000);
    expect(first.next).toBeDefined();
    const second = await removeOthers(world, of, scope, first.next, world.clock.now(), () => Promise.resolve());
    expect(second).toEqual({ removed: 10_500 - first.removed });
    expect(kept(world)).toEqual([]);
  });

  it('waits for another person\'s, and is refused once another has begun: when it is asked, and when it is done', async () => {
    const world = memoryWorld();
    const now = world.clock.now();
    const conflict = { code: 'conflict', remedy: expect.any(String) as string };
    const [first, other, second] = [{ importId: 'a', by: 'ada' }, { importId: 'b', by: 'grace' }, { importId: 'c', by: 'ada' }];
    await checkImport(world, first, true, now);
    await holdImport(world, first, true, now);
    for (const step of [checkImport, holdImport]) await expect(step(world, other, true, now)).rejects.toMatchObject(conflict);
    await checkImport(world, second, true, now);
    await holdImport(world, second, true, now);
    for (const step of [checkImport, holdImport]) await expect(step(world, first, false, now)).rejects.toMatchObject(conflict);
  });

  it('that was overtaken takes nothing away any more', async () => {
    const world = memoryWorld();
    const of = { importId: 'a', by: 'ada' };
    await world.selfService.grant([{ bundleId: present(apps[0]), shortVersion: '1.0', deviceId: present(devices[0]) }], 'b');
    await holdImport(world, { importId: 'b', by: 'ada' }, true, world.clock.now());
    await expect(removeOthers(world, of, { mode: 'all', apps: [], devices: [] }, undefined, world.clock.now(), () => Promise.resolve())).rejects.toMatchObject({ code: 'conflict' });
    expect(kept(world)).toHaveLength(1);
  });
});
