import type { BranchStore, DeviceStore } from '../../../core/device/store.ts';
import { WavecastError } from '../../../core/errors.ts';
import type { Device, DeviceSummary } from '../../../core/device/device.ts';
import type { MemoryTables } from './tables.ts';
import { tellEvent } from './timeline.ts';

export function memoryBranchStore(tables: MemoryTables): BranchStore {
  return {
    async branch(id) {
      await settled();
      return tables.branches.get(id);
    },
    async branches() {
      await settled();
      return [...tables.branches.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async putBranch(branch) {
      await settled();
      tables.beforeWrite('branches.put');
      const stored = tables.branches.get(branch.id);
      const expected = branch.revision === 0 ? undefined : branch.revision - 1;
      if (stored?.revision !== expected) throw new WavecastError('conflict', 'The branch has changed meanwhile.');
      tables.branches.set(branch.id, branch);
    },
    async deviceCounts(ids) {
      await settled();
      return new Map(ids.map((id) => {
        const devices = [...tables.devices.values()].filter(({ branchId }) => branchId === id);
        return [id, { devices: devices.length, enrolled: devices.filter(({ status }) => status === 'enrolled').length }];
      }));
    },
  };
}

export function memoryDeviceStore(tables: MemoryTables): DeviceStore {
  const find = (wanted: (device: Device) => boolean): Device | undefined => [...tables.devices.values()].find(wanted);
  const checkUnique = (device: Device): void => {
    const taken = find((other) => other.id !== device.id && (other.name === device.name || (device.serialNumber !== undefined && other.serialNumber === device.serialNumber)));
    if (taken !== undefined) throw new WavecastError('conflict', 'Another device has this name or serial number.');
  };
  return {
    async device(id) {
      await settled();
      return tables.devices.get(id);
    },
    async deviceByName(name) {
      await settled();
      return find((device) => device.name === name);
    },
    async deviceBySerial(serialNumber) {
      await settled();
      return find((device) => device.serialNumber === serialNumber);
    },
    async devicesOfBranch(branchId, after, limit) {
      await settled();
      return [...tables.devices.values()]
        .filter((device) => device.branchId === branchId && (after === undefined || device.order > after))
        .sort((a, b) => (a.order < b.order ? -1 : 1))
        .slice(0, limit)
        .map(summaryOf);
    },
    async addDevice(device, events = []) {
      await settled();
      tables.beforeWrite('devices.add');
      if (tables.devices.has(device.id)) throw new WavecastError('conflict', 'The device exists.');
      checkUnique(device);
      tables.devices.set(device.id, device);
      for (const event of events) tellEvent(tables, device.id, event);
    },
    async replaceDevice(before, after, events = []) {
      await settled();
      tables.beforeWrite('devices.replace');
      if (tables.devices.get(before.id)?.revision !== before.revision) throw new WavecastError('conflict', 'The device has changed meanwhile.');
      checkUnique(after);
      tables.devices.set(after.id, after);
      for (const event of events) tellEvent(tables, after.id, event);
    },
  };
}

/** What the index by branch holds of a device. */
export function summaryOf(device: Device): DeviceSummary {
  const { id, name, branchId, testDevice, order, status, enrolmentId, osVersion, productName } = device;
  return {
    id, name, branchId, testDevice, order, status,
    ...(enrolmentId === undefined ? {} : { enrolmentId }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(productName === undefined ? {} : { productName }),
  };
}

/** A store answers later, never at once: other work comes in between, as it does over a network. */
export async function settled(): Promise<void> {
  await Promise.resolve();
}
