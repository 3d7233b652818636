import type { BranchStore, DeviceStore } from '../../../core/device/store.ts';
import { WavecastError } from '../../../core/errors.ts';
import { searchTextsOf } from '../../../core/device/search.ts';
import type { DeviceId } from '../../../core/ids.ts';
import { countDevices } from '../../../core/device/device-counts.ts';
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
        return [id, countDevices(devices)];
      }));
    },
  };
}

export function memoryDeviceStore(tables: MemoryTables): DeviceStore {
  const find = (wanted: (device: Device) => boolean): Device | undefined => [...tables.devices.values()].find(wanted);
  const checkUnique = (device: Device, besides?: DeviceId): void => {
    const taken = find((other) => other.id !== device.id && other.id !== besides && (other.name === device.name || (device.serialNumber !== undefined && other.serialNumber === device.serialNumber)));
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
    async devices(ids) {
      await settled();
      return [...new Set(ids)].flatMap((id) => tables.devices.get(id) ?? []);
    },
    async devicesCalled(names, serialNumbers) {
      await settled();
      return [...tables.devices.values()].filter(({ name, serialNumber }) => names.includes(name) || (serialNumber !== undefined && serialNumbers.includes(serialNumber)));
    },
    async search(start, after, limit) {
      await settled();
      const hits = [...tables.devices.values()].flatMap((device) => searchTextsOf(device).map((found) => ({ ...found, deviceId: device.id, place: `${found.text}\n${found.kind}\n${device.id}` })));
      const found = hits.filter(({ text, place }) => text.startsWith(start) && (after === undefined || byBytes(place, after) > 0)).sort((a, b) => byBytes(a.place, b.place));
      const last = found[limit - 1];
      return { items: found.slice(0, limit), ...(found.length > limit && last !== undefined ? { next: last.place } : {}) };
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
    async mergeDevice(gone, before, after, events) {
      await settled();
      tables.beforeWrite('devices.merge');
      for (const { id, revision } of [gone, before]) if (tables.devices.get(id)?.revision !== revision) throw new WavecastError('conflict', 'The device has changed meanwhile.');
      checkUnique(after, gone.id);
      tables.devices.delete(gone.id);
      tables.devices.set(after.id, after);
      for (const event of events) tellEvent(tables, after.id, event);
    },
    async removeDevice(device, enrolment, events) {
      await settled();
      tables.beforeWrite('devices.remove');
      if (tables.devices.get(device.id)?.revision !== device.revision) throw new WavecastError('conflict', 'The device has changed meanwhile.');
      tables.devices.delete(device.id);
      if (enrolment !== undefined) tables.enrolments.delete(enrolment.id);
      const certificate = enrolment?.certificate === undefined ? undefined : tables.certificates.get(enrolment.certificate);
      if (certificate !== undefined) tables.certificates.set(certificate.fingerprint, { ...certificate, revoked: true });
      for (const event of events) tellEvent(tables, device.id, event);
    },
  };
}

/** What the index by branch holds of a device. */
export function summaryOf(device: Device): DeviceSummary {
  const { id, name, displayName, branchId, testDevice, tags, order, status, enrolmentId, serialNumber, osVersion, productName } = device;
  return {
    id, name, branchId, testDevice, tags, order, status,
    ...(displayName === undefined ? {} : { displayName }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(enrolmentId === undefined ? {} : { enrolmentId }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(productName === undefined ? {} : { productName }),
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A store answers later, never at once: other work comes in between, as it does over a network. */
export async function settled(): Promise<void> {
  await Promise.resolve();
}
