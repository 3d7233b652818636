import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../core/device/device.ts';
import { countDevices, noDevices, type DeviceCounts } from '../../core/device/device-counts.ts';
import type { BranchId } from '../../core/ids.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBranchId, aDevice, changed, summaryOf } from '../support/samples/device.ts';
import { many, MORNING, uniqueEnrolmentId, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function deviceStoreContract(open: OpenStores): void {
  describe('devices', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const added = async (facts: Partial<Device> = {}): Promise<Device> => {
      const device = aDevice(facts);
      await stores.devices.addDevice(device);
      return device;
    };
    const counts = async (id: BranchId) => (await stores.branches.deviceCounts([id])).get(id);

    it('come back as they were added, by id, name and serial number, and not at all where none was', async () => {
      const device = await added({
        testDevice: true, tags: ['till', 'floor-2'], status: 'enrolled', enrolmentId: uniqueEnrolmentId(), serialNumber: uniqueName('serial'), productName: 'iPhone15,4', osVersion: '18.1',
        supervised: false, enrolledAt: MORNING + 1,
      });
      expect(await stores.devices.device(device.id)).toEqual(device);
      expect(await stores.devices.deviceByName(device.name)).toEqual(device);
      expect(await stores.devices.deviceBySerial(device.serialNumber ?? '')).toEqual(device);
      expect(await stores.devices.device(aDevice().id)).toBeUndefined();
      expect(await stores.devices.deviceByName(uniqueName('nobody'))).toBeUndefined();
      expect(await stores.devices.deviceBySerial(uniqueName('nothing'))).toBeUndefined();
    });

    it('are added once, under names and serial numbers that nobody else has; a refused one leaves nothing behind', async () => {
      const device = await added({ serialNumber: uniqueName('serial') });
      const branchId = aBranchId();
      const refused = [
        { ...device, name: uniqueName('device'), serialNumber: uniqueName('serial'), branchId },
        aDevice({ name: device.name, serialNumber: uniqueName('serial'), branchId }),
        aDevice({ serialNumber: device.serialNumber ?? '', branchId }),
      ];
      for (const one of refused) expect(await refusalOf(stores.devices.addDevice(one))).toBe('conflict');
      expect(await stores.devices.device(device.id)).toEqual(device);
      expect(await counts(branchId)).toEqual(noDevices);
      // What the refused ones would have been called is free.
      for (const { name, serialNumber } of refused) {
        const taken = name === device.name || serialNumber === device.serialNumber;
        await added({ name: taken ? uniqueName('device') : name, serialNumber: serialNumber === device.serialNumber ? uniqueName('serial') : (serialNumber ?? '') });
      }
    });

    it('are counted in their branch through all that becomes of them', async () => {
      const [here, there] = [aBranchId(), aBranchId()];
      let device = await added({ branchId: here });
      const become = async (facts: Partial<Device>): Promise<void> => {
        const after = changed(device, facts);
        await stores.devices.replaceDevice(device, after);
        device = after;
      };
      const lives: readonly (readonly [Partial<Device>, here: Partial<DeviceCounts>, there?: Partial<DeviceCounts>])[] = [
        [{ status: 'authenticated' }, { devices: 1, authenticated: 1 }],
        [{ status: 'enrolled' }, { ...noDevices, devices: 1, enrolled: 1 }],
        [{ osVersion: '18.2' }, { ...noDevices, devices: 1, enrolled: 1 }],
        [{ unreachableSince: MORNING }, { devices: 1, enrolled: 1, unreachable: 1 }],
        [{ branchId: there }, {}, { devices: 1, enrolled: 1, unreachable: 1 }],
        [{ branchId: here, status: 'left' }, { devices: 1, left: 1 }],
      ];
      expect(await counts(here)).toEqual({ ...noDevices, devices: 1, expected: 1 });
      for (const [facts, ofHere, ofThere = {}] of lives) {
        await become(facts);
        expect([await counts(here), await counts(there)]).toEqual([{ ...noDevices, ...ofHere }, { ...noDevices, ...ofThere }]);
      }
    });

    it('are counted as a recount counts them, whatever becomes of which one in what order, and whatever was refused', async () => {
      const step = fc.record({
        device: fc.nat(2), stale: fc.boolean(), branch: fc.nat(1), status: fc.constantFrom('expected' as const, 'authenticated' as const, 'enrolled' as const, 'left' as const), reachable: fc.boolean(),
      });
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const branchIds = [aBranchId(), aBranchId()] as const;
        const devices = await Promise.all(many(3, () => added({ branchId: branchIds[0] })));
        for (const { device: n, stale, branch, status, reachable } of steps) {
          const before = devices[n] ?? aDevice();
          const { unreachableSince: _, ...rest } = changed(before, { branchId: branchIds[branch] ?? branchIds[0], status });
          const after: Device = reachable ? rest : { ...rest, unreachableSince: MORNING };
          if (stale) expect(await refusalOf(stores.devices.replaceDevice({ ...before, revision: before.revision - 1 }, after))).toBe('conflict');
          else {
            await stores.devices.replaceDevice(before, after);
            devices[n] = after;
          }
        }
        for (const id of branchIds) expect(await counts(id)).toEqual(countDevices(devices.filter(({ branchId }) => branchId === id)));
      }), { numRuns: 15 });
    });

    it('are replaced over the revision that was read alone, with or without anything that goes with it', async () => {
      const device = await added({ serialNumber: uniqueName('serial') });
      const after = changed(device, { osVersion: '18.2' });
      await stores.devices.replaceDevice(device, after);
      const branchId = aBranchId();
      const late = [changed(device, { osVersion: '18.3' }), changed(device, { name: uniqueName('device'), serialNumber: uniqueName('serial'), branchId })];
      for (const one of late) expect(await refusalOf(stores.devices.replaceDevice(device, one))).toBe('conflict');
      expect(await stores.devices.device(device.id)).toEqual(after);
      expect(await stores.devices.deviceByName(late[1]?.name ?? '')).toBeUndefined();
      expect(await stores.devices.deviceBySerial(late[1]?.serialNumber ?? '')).toBeUndefined();
      expect(await counts(branchId)).toEqual(noDevices);
      const absent = aDevice();
      expect(await refusalOf(stores.devices.replaceDevice(absent, changed(absent, {})))).toBe('conflict');
    });

    it('give their former name and serial number back when they get others', async () => {
      const device = await added({ serialNumber: uniqueName('serial') });
      const renamed = changed(device, { name: uniqueName('device'), serialNumber: uniqueName('serial') });
      await stores.devices.replaceDevice(device, renamed);
      expect(await stores.devices.deviceByName(device.name)).toBeUndefined();
      expect(await stores.devices.deviceBySerial(device.serialNumber ?? '')).toBeUndefined();
      expect(await stores.devices.deviceByName(renamed.name)).toEqual(renamed);
      const { serialNumber, ...rest } = changed(renamed, {});
      await stores.devices.replaceDevice(renamed, rest);
      expect(await stores.devices.deviceBySerial(serialNumber ?? '')).toBeUndefined();
      const heir = await added({ name: device.name, serialNumber: device.serialNumber ?? '' });
      expect(await stores.devices.deviceBySerial(device.serialNumber ?? '')).toEqual(heir);
    });

    it('cannot take the name or serial number of another; a refused change leaves everything as it was', async () => {
      const other = await added({ serialNumber: uniqueName('serial') });
      const device = await added({ serialNumber: uniqueName('serial') });
      const branchId = aBranchId();
      const wishes: readonly Partial<Device>[] = [{ name: other.name, branchId }, { serialNumber: other.serialNumber ?? '', branchId }];
      for (const wish of wishes) expect(await refusalOf(stores.devices.replaceDevice(device, changed(device, wish)))).toBe('conflict');
      expect(await stores.devices.deviceByName(device.name)).toEqual(device);
      expect(await stores.devices.deviceBySerial(device.serialNumber ?? '')).toEqual(device);
      expect(await stores.devices.deviceByName(other.name)).toEqual(other);
      expect(await counts(device.branchId)).toEqual({ ...noDevices, devices: 1, expected: 1 });
      expect(await counts(branchId)).toEqual(noDevices);
    });

    it('go to one of ten who add or change the same one at once, and are counted once', async () => {
      const [name, branchId] = [uniqueName('device'), aBranchId()];
      expect(await throughAtOnce(10, () => stores.devices.addDevice(aDevice({ name, branchId })))).toHaveLength(1);
      expect(await counts(branchId)).toEqual({ ...noDevices, devices: 1, expected: 1 });
      const device = await added({ branchId });
      const targets = many(10, () => aBranchId());
      const [mover, ...more] = await throughAtOnce(10, (n) => stores.devices.replaceDevice(device, changed(device, { branchId: targets[n] ?? branchId, status: 'enrolled' })));
      expect(more).toEqual([]);
      expect(await counts(branchId)).toEqual({ ...noDevices, devices: 1, expected: 1 });
      for (const [n, target] of targets.entries()) expect(await counts(target)).toEqual(n === mover ? { ...noDevices, devices: 1, enrolled: 1 } : noDevices);
    });

    it('are all counted where many come to a branch at once', async () => {
      const branchId = aBranchId();
      await Promise.all(many(30, (n) => added({ branchId, status: n % 2 === 0 ? 'enrolled' : 'expected' })));
      expect(await counts(branchId)).toEqual({ ...noDevices, devices: 30, expected: 15, enrolled: 15 });
    });

    it('are listed by branch in its order, page by page, with what waves are chosen by', async () => {
      const branchId = aBranchId();
      const all = await Promise.all(many(130, (n) => added({
        branchId, testDevice: n === 7, ...(n % 2 === 0 ? { status: 'enrolled', enrolmentId: uniqueEnrolmentId(), osVersion: '18.1', productName: 'iPad14,1', tags: ['x'], serialNumber: uniqueName('serial') } : {}),
      })));
      const expected = all.map(summaryOf).toSorted((a, b) => (a.order < b.order ? -1 : 1));
      const first = await stores.devices.devicesOfBranch(branchId, undefined, 50);
      const second = await stores.devices.devicesOfBranch(branchId, first.at(-1)?.order, 50);
      const third = await stores.devices.devicesOfBranch(branchId, second.at(-1)?.order, 50);
      expect([first.length, second.length, third.length]).toEqual([50, 50, 30]);
      expect([...first, ...second, ...third]).toEqual(expected);
      expect(await stores.devices.devicesOfBranch(branchId, third.at(-1)?.order, 50)).toEqual([]);
      expect(await stores.devices.devicesOfBranch(branchId, undefined, 200)).toEqual(expected);
    });

    it('are listed where they are now, at the place that they have now', async () => {
      const [here, there] = [aBranchId(), aBranchId()];
      const [one, two] = [await added({ branchId: here, order: '1#b' }), await added({ branchId: here, order: '1#c' })];
      const promoted = changed(two, { testDevice: true, order: '0#c' });
      await stores.devices.replaceDevice(two, promoted);
      expect(await stores.devices.devicesOfBranch(here, undefined, 10)).toEqual([summaryOf(promoted), summaryOf(one)]);
      const moved = changed(one, { branchId: there });
      await stores.devices.replaceDevice(one, moved);
      expect(await stores.devices.devicesOfBranch(here, undefined, 10)).toEqual([summaryOf(promoted)]);
      expect(await stores.devices.devicesOfBranch(there, undefined, 10)).toEqual([summaryOf(moved)]);
    });
  });
}
