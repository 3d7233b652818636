import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../../core/device/device.ts';
import { branchDevices, searchDevices, type DeviceFilter } from '../../../core/device/find-devices.ts';
import { foldText, searchStart, searchTextsOf } from '../../../core/device/search.ts';
import type { Page } from '../../../core/device/store.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { seedBranch, seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { many } from '../../support/samples/unique.ts';

let world: MemoryWorld;
const berlin = parseBranchId('berlin');
beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
});

async function everyPage<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ;) {
    const { items, next } = await page(after);
    all.push(...items);
    if (next === undefined) return all;
    after = next;
  }
}
const named = (devices: readonly Pick<Device, 'name'>[]) => devices.map(({ name }) => name);

describe('the devices of a branch', () => {
  const statuses = ['expected', 'enrolled', 'left'] as const;

  it.each<[string, DeviceFilter]>([
    ['all', {}], ['those of a standing', { status: 'left' }], ['those with a tag', { tag: 'till' }], ['test devices', { testDevice: true }], ['others', { testDevice: false }],
    ['those of which all of this is true', { status: 'enrolled', tag: 'till', testDevice: false }], ['those that do not exist', { tag: 'nothing' }],
  ])('are %s, page by page, each once', async (_, filter) => {
    for (const n of many(450, (each) => each)) seedDevice(world, 'berlin', `d${n}`, { status: statuses[n % 3] ?? 'left', tags: n % 4 === 0 ? ['till', 'x'] : ['x'], testDevice: n % 50 === 0 });
    const fitting = [...world.tables.devices.values()].filter((device) => (filter.status === undefined || device.status === filter.status)
      && (filter.tag === undefined || device.tags.includes(filter.tag)) && (filter.testDevice === undefined || device.testDevice === filter.testDevice));
    for (const limit of [7, 200]) {
      const found = await everyPage((after) => branchDevices(world, berlin, filter, after, limit));
      expect(named(found).toSorted()).toEqual(named(fitting).toSorted());
      expect(found.map(({ order }) => order)).toEqual(found.map(({ order }) => order).toSorted());
    }
  });

  it('end a page early where hardly any fits, and go on from there', async () => {
    for (const n of many(2_100, (each) => each)) seedDevice(world, 'berlin', `d${n}`);
    const first = await branchDevices(world, berlin, { tag: 'till' }, undefined, 10);
    expect(first.items).toEqual([]);
    expect(first.next).toBeDefined();
    expect(await branchDevices(world, berlin, { tag: 'till' }, first.next, 10)).toEqual({ items: [] });
  });
});

describe('a search', () => {
  it('finds each device once, by whichever of its texts comes first, on whichever page', async () => {
    seedDevice(world, 'berlin', 'till-1', { displayName: 'Till One', serialNumber: 'TILL1' });
    seedDevice(world, 'berlin', 'desk', { displayName: 'TILL two', serialNumber: 'XX01' });
    seedDevice(world, 'berlin', 'phone', { serialNumber: 'ABCD' });
    for (const limit of [1, 2, 50]) expect(named(await everyPage((after) => searchDevices(world, 'ti', {}, after, limit)))).toEqual(['desk', 'till-1']);
  });

  it('finds every device by every beginning of every text', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 2, maxLength: 12 }).map((raw) => raw.replaceAll(/[\p{Cc}\p{Cs}\uFFFD]/gu, 'x').trim()).filter((value) => Array.from(foldText(value)).length >= 2);
    await fc.assert(fc.asyncProperty(text, fc.integer({ min: 2, max: 12 }), async (displayName, length) => {
      world = memoryWorld();
      const device = seedDevice(world, 'berlin', 'zz', { displayName });
      const start = Array.from(foldText(displayName)).slice(0, length).join('');
      fc.pre(searchStart(foldText(start)) !== undefined && foldText(displayName).startsWith(foldText(start)));
      expect(named((await searchDevices(world, start, {}, undefined, 10)).items)).toEqual([device.name]);
    }));
  });

  it('passes over what the index tells of a text that is no longer so, and of a device that is gone', async () => {
    const device = seedDevice(world, 'berlin', 'till-1');
    const hit = { kind: 'name' as const, text: 'till-0', deviceId: device.id, place: 'x' };
    const devices = { ...world.devices, search: () => Promise.resolve({ items: [hit, { ...hit, text: 'till-1' }, { ...hit, deviceId: seedDevice(memoryWorld(), 'berlin', 'gone').id }] }) };
    expect(named((await searchDevices({ devices }, 'till', {}, undefined, 10)).items)).toEqual(['till-1']);
  });

  it('is narrowed down by standing, tag and test', async () => {
    for (const [name, facts] of [['till-1', { tags: ['a'] }], ['till-2', { status: 'left' }], ['till-3', { testDevice: true }]] as const) seedDevice(world, 'berlin', name, facts);
    expect(named((await searchDevices(world, 'till', { tag: 'a' }, undefined, 10)).items)).toEqual(['till-1']);
    expect(named((await searchDevices(world, 'till', { status: 'left' }, undefined, 10)).items)).toEqual(['till-2']);
    expect(named((await searchDevices(world, 'till', { testDevice: true }, undefined, 10)).items)).toEqual(['till-3']);
  });

  it.each(['', 't', ' t ', 'Ｔ'])('for "%s" is refused: it is too short', async (text) => {
    await expect(searchDevices(world, text, {}, undefined, 10)).rejects.toMatchObject({ code: 'invalid-input', remedy: expect.any(String) as string });
  });

  it('goes on only where a page of the same search ended', async () => {
    await expect(searchDevices(world, 'till', {}, 'phone\nname\nx', 10)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('has each text of a device once, under the kind that counts', () => {
    expect(searchTextsOf({ name: 'SN-1', displayName: 'x', serialNumber: 'SN-1' })).toEqual([{ kind: 'name', text: 'sn-1' }]);
  });
});
