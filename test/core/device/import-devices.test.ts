import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../../core/device/device.ts';
import { displayNamePattern, tagPattern } from '../../../core/device/device-text.ts';
import { applyImport, planImport, type ImportRow } from '../../../core/device/import-devices.ts';
import { decodeDevices, deviceLine, devicesHeader } from '../../../protocol/csv/devices.ts';
import { seedBranch, seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { many } from '../../support/samples/unique.ts';

let world: MemoryWorld;
beforeEach(() => {
  world = memoryWorld();
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
});
const byName = (): Readonly<Record<string, Device>> => Object.fromEntries([...world.tables.devices.values()].map((device) => [device.name, device]));

async function plan(...rows: readonly Omit<ImportRow, 'line'>[]) {
  return planImport(world, rows.map((row, index) => ({ line: index + 2, ...row })), world.clock.now());
}
async function imports(...rows: readonly Omit<ImportRow, 'line'>[]) {
  const { planned, mistakes } = await plan(...rows);
  expect(mistakes).toEqual([]);
  expect(await applyImport(world, planned, 'grace', 'imported', world.clock.now())).toEqual([]);
  return planned.map(({ outcome }) => outcome);
}

describe('a row of a file of devices', () => {
  it('makes a device known, by name or by serial number, in its branch, before it enrols', async () => {
    expect(await imports({ name: 'till-1', branchId: 'berlin', serialNumber: 'C39A', displayName: 'Till', tags: ['b', 'a', 'b'], testDevice: true }, { serialNumber: 'C39B', branchId: 'tokyo' })).toEqual(['created', 'created']);
    expect(byName()).toMatchObject({
      'till-1': { status: 'expected', branchId: 'berlin', serialNumber: 'C39A', displayName: 'Till', tags: ['a', 'b'], testDevice: true, revision: 1 }, C39B: { status: 'expected', serialNumber: 'C39B', branchId: 'tokyo', tags: [] },
    });
    expect(await world.timeline.events(byName()['till-1']?.id ?? seedDevice(world, 'berlin', 'x').id, undefined, 9)).toMatchObject([{ kind: 'imported', by: 'grace' }]);
  });

  it('overwrites what it says of a device that is known, and leaves the rest', async () => {
    seedDevice(world, 'berlin', 'phone', { displayName: 'Phone', tags: ['a'], testDevice: true });
    expect(await imports({ name: 'phone', branchId: 'tokyo' })).toEqual(['changed']);
    expect(byName()['phone']).toMatchObject({ branchId: 'tokyo', displayName: 'Phone', tags: ['a'], testDevice: true, status: 'enrolled' });
    expect(await imports({ name: 'phone', displayName: '', tags: [], testDevice: false })).toEqual(['changed']);
    expect(byName()['phone']).not.toHaveProperty('displayName');
    expect(byName()['phone']).toMatchObject({ branchId: 'tokyo', tags: [], testDevice: false });
  });

  it('gives a name to a device that is known by its serial number, and a serial number to one that is expected', async () => {
    seedDevice(world, 'berlin', 'C39A', { serialNumber: 'C39A' });
    seedDevice(world, 'berlin', 'desk', { status: 'expected', serialNumber: 'OLD1' });
    expect(await imports({ name: 'till-1', serialNumber: 'C39A' }, { name: 'desk', serialNumber: 'NEW1' })).toEqual(['changed', 'changed']);
    expect(byName()).toMatchObject({ 'till-1': { serialNumber: 'C39A' }, desk: { serialNumber: 'NEW1' } });
  });

  it.each<[string, Omit<ImportRow, 'line'>, string, RegExp]>([
    ['a branch that is not there', { name: 'new', branchId: 'atlantis' }, 'Branch', /there is no branch "atlantis"/],
    ['a new device without a branch', { name: 'new' }, 'Branch', /say in which branch/],
    ['the serial number of a device of another name', { name: 'phone', serialNumber: 'DESK1' }, 'Serial number', /the device "desk" has this serial number/],
    ['another serial number than the device says', { name: 'phone', serialNumber: 'OTHER1' }, 'Serial number', /says that its serial number is PHONE1/],
    ['a serial number that is the name of another', { serialNumber: 'KIOSK', branchId: 'berlin' }, 'Serial number', /another device is called "KIOSK"/],
  ])('with %s is a mistake, by line and column', async (_, row, column, words) => {
    seedDevice(world, 'berlin', 'phone', { serialNumber: 'PHONE1' });
    seedDevice(world, 'berlin', 'desk', { serialNumber: 'DESK1' });
    seedDevice(world, 'berlin', 'KIOSK', { serialNumber: 'KIOSK1' });
    expect((await plan(row)).mistakes).toEqual([{ line: 2, column, words: expect.stringMatching(words) as string }]);
  });
});

describe('an import', () => {
  const rows = many(12, (n) => ({ name: `d${n}`, branchId: n % 2 === 0 ? 'berlin' : 'tokyo', tags: ['x'] }));

  it('may be repeated: the second time all is left as it is', async () => {
    await imports(...rows);
    const once = byName();
    expect(new Set(await imports(...rows))).toEqual(new Set(['left']));
    expect(byName()).toEqual(once);
  });

  it('that broke off is finished by repeating it, whatever it was broken off at', async () => {
    for (let kill = 1; kill <= rows.length; kill += 3) {
      world = memoryWorld();
      for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes >= kill) throw new Error('killed');
      };
      await applyImport(world, (await plan(...rows)).planned, 'grace', 'imported', 0).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      await imports(...rows);
      expect(Object.keys(byName()).toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
    }
  });

  it('answers the rows whose devices changed meanwhile, and does the others', async () => {
    seedDevice(world, 'berlin', 'phone');
    const { planned } = await plan({ name: 'phone', tags: ['x'] }, { name: 'new', branchId: 'berlin' }, { name: 'raced', branchId: 'berlin' });
    for (const name of ['phone', 'raced']) seedDevice(world, 'berlin', name, { revision: 9 });
    expect(await applyImport(world, planned, 'grace', 'imported', 0)).toMatchObject([{ line: 2 }, { line: 4 }]);
    expect(byName()['new']).toBeDefined();
  });

  it('of what was exported changes nothing, whatever devices there are', async () => {
    const display = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() === text && displayNamePattern.test(text));
    const fleet = fc.uniqueArray(fc.record({
      name: fc.stringMatching(/^[0-9A-Za-z_.-]{1,20}$/), displayName: display, tags: fc.uniqueArray(display.filter((text) => tagPattern.test(text)), { maxLength: 3 }).map((tags) => tags.toSorted()), testDevice: fc.boolean(),
      status: fc.constantFrom('expected', 'enrolled', 'left'), branch: fc.constantFrom('berlin', 'tokyo'),
    }, { requiredKeys: ['name', 'tags', 'testDevice', 'status', 'branch'] }), { selector: ({ name }) => name, maxLength: 8 });
    await fc.assert(fc.asyncProperty(fleet, async (given) => {
      world = memoryWorld();
      for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
      for (const [n, { branch, ...facts }] of given.entries()) seedDevice(world, branch, facts.name, { ...facts, serialNumber: `SN-${n}` });
      const text = [devicesHeader, ...[...world.tables.devices.values()].map(deviceLine)].join('');
      const { planned, mistakes } = await planImport(world, decodeDevices(text).rows, 0);
      expect(mistakes).toEqual([]);
      expect(planned.map(({ outcome }) => outcome)).toEqual(given.map(() => 'left'));
      // And into an empty house: the same devices again, not yet enrolled.
      const before = byName();
      world.tables.devices.clear();
      await applyImport(world, (await planImport(world, decodeDevices(text).rows, 0)).planned, 'grace', 'imported', 0);
      const told = ({ name, displayName, branchId, tags, testDevice, serialNumber }: Device) => ({ name, displayName, branchId, tags, testDevice, serialNumber });
      const inOrder = (devices: Readonly<Record<string, Device>>) => Object.keys(devices).toSorted().flatMap((name) => (devices[name] === undefined ? [] : [told(devices[name])]));
      expect(inOrder(byName())).toEqual(inOrder(before));
    }), { numRuns: 60 });
  });
});
