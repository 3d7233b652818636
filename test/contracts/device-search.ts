import { beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../core/device/device.ts';
import { noDevices } from '../../core/device/device-counts.ts';
import { foldText } from '../../core/device/search.ts';
import { refusalOf } from '../support/outcomes.ts';
import { aBranchId, aDevice, anEnrolled, anEvent, changed } from '../support/samples/device.ts';
import { many, uniqueEnrolmentId, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function deviceSearchContract(open: OpenStores): void {
  describe('devices by what they are called', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const added = async (facts: Partial<Device> = {}): Promise<Device> => {
      const device = aDevice(facts);
      await stores.devices.addDevice(device);
      return device;
    };
    const found = async (start: string) => (await stores.devices.search(foldText(start), undefined, 50)).items.map(({ kind, deviceId }) => [kind, deviceId]);

    it('are found by the beginning of any of their texts, whatever the case', async () => {
      const device = await added({ name: 'Kiosk-7', displayName: '東京 Kasse', serialNumber: 'QX7K9', enrolmentId: uniqueEnrolmentId() });
      expect(await found('KIO')).toEqual([['name', device.id]]);
      expect(await found('東京 KA')).toEqual([['display-name', device.id]]);
      expect(await found('ｑｘ7')).toEqual([['serial-number', device.id]]);
      expect(await found(device.enrolmentId ?? '')).toEqual([['udid', device.id]]);
      expect(await found('iosk')).toEqual([]);
    });

    it('are found by what they are called now, and no more by what they were', async () => {
      const device = await added({ name: 'Former-1', displayName: 'Former name', serialNumber: 'FORMER1' });
      const { displayName: _, ...rest } = changed(device, { name: 'Latter-1', serialNumber: 'LATTER1' });
      await stores.devices.replaceDevice(device, rest);
      expect(await found('former')).toEqual([]);
      expect(await found('latter')).toEqual([['name', device.id], ['serial-number', device.id]]);
      // A name that hid the same serial number gives the way free.
      const twin = await added({ name: 'TWIN77', serialNumber: 'TWIN77' });
      expect(await found('twin77')).toEqual([['name', twin.id]]);
      await stores.devices.replaceDevice(twin, changed(twin, { name: 'Other-77' }));
      expect(await found('twin77')).toEqual([['serial-number', twin.id]]);
    });

    it('come in the order of their texts, page by page, whichever part of the index they are in', async () => {
      const devices = await Promise.all(many(23, (n) => added({ name: `Pageable-${String(n).padStart(2, '0')}`, displayName: n === 5 ? 'pageable-\u{1F600}' : `pageable-\uFF5E${n}` })));
      const start = 'pageable-';
      const all: string[] = [];
      for (let after: string | undefined; ;) {
        const { items, next } = await stores.devices.search(start, after, 5);
        expect(items.length).toBeLessThanOrEqual(5);
        all.push(...items.map(({ kind, text }) => `${text} ${kind}`));
        if (next === undefined) break;
        after = next;
      }
      expect(all).toHaveLength(2 * devices.length);
      expect(all.slice(0, 23)).toEqual(devices.map(({ name }) => `${name.toLowerCase()} name`));
      // By bytes: what is beyond the first plane comes last.
      expect(all.at(-1)).toBe('pageable-\u{1F600} display-name');
    });

    it('are read many at once by name and by serial number, each once', async () => {
      const devices = await Promise.all(many(130, () => added({ serialNumber: uniqueName('serial') })));
      const called = await stores.devices.devicesCalled([...devices.map(({ name }) => name), uniqueName('nobody')], devices.slice(100).map(({ serialNumber }) => serialNumber ?? ''));
      expect(called.map(({ id }) => id).toSorted()).toEqual(devices.map(({ id }) => id).toSorted());
      expect(await stores.devices.devicesCalled([], [])).toEqual([]);
      expect(await stores.devices.devices([devices[0]?.id ?? aDevice().id, aDevice().id])).toEqual([devices[0]]);
    });
  });

  describe('two records of one device', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });

    it('become one, with the name, serial number and branch of the one that goes', async () => {
      const [gone, device] = [aDevice({ serialNumber: uniqueName('serial'), displayName: 'Kasse' }), aDevice({ status: 'enrolled', enrolmentId: uniqueEnrolmentId() })];
      for (const each of [gone, device]) await stores.devices.addDevice(each);
      const after = changed(device, { name: gone.name, branchId: gone.branchId, serialNumber: gone.serialNumber ?? '', displayName: 'Kasse' });
      const event = anEvent({ kind: 'merged' });
      expect(await refusalOf(stores.devices.mergeDevice({ ...gone, revision: 7 }, device, after, [event]))).toBe('conflict');
      expect(await stores.timeline.events(device.id, undefined, 9)).toEqual([]);
      await stores.devices.mergeDevice(gone, device, after, [event]);
      expect(await stores.devices.device(gone.id)).toBeUndefined();
      expect(await stores.devices.deviceByName(gone.name)).toEqual(after);
      expect(await stores.devices.deviceBySerial(gone.serialNumber ?? '')).toEqual(after);
      expect(await stores.devices.deviceByName(device.name)).toBeUndefined();
      expect(await stores.branches.deviceCounts([gone.branchId, device.branchId])).toEqual(new Map([[gone.branchId, { ...noDevices, devices: 1, enrolled: 1 }], [device.branchId, noDevices]]));
      expect(await stores.timeline.events(device.id, undefined, 9)).toEqual([event]);
    });
  });

  describe('a device that is removed', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });

    it('gives back all that it had, but not its timeline; its identity is revoked', async () => {
      const enrolment = await anEnrolled(stores);
      const branchId = aBranchId();
      const device = aDevice({ id: enrolment.deviceId, branchId, status: 'enrolled', enrolmentId: enrolment.id, serialNumber: uniqueName('serial'), displayName: uniqueName('shown') });
      await stores.devices.addDevice(device);
      const event = anEvent({ kind: 'deleted' });
      expect(await refusalOf(stores.devices.removeDevice({ ...device, revision: 9 }, undefined, [event]))).toBe('conflict');
      await stores.devices.removeDevice(device, { id: enrolment.id, certificate: enrolment.pin }, [event]);
      expect(await stores.devices.device(device.id)).toBeUndefined();
      expect(await stores.enrolments.enrolment(enrolment.id)).toBeUndefined();
      expect(await stores.invitations.certificate(enrolment.pin)).toMatchObject({ revoked: true, enrolmentId: enrolment.id });
      expect(await stores.branches.deviceCounts([branchId])).toEqual(new Map([[branchId, noDevices]]));
      expect(await stores.devices.devicesOfBranch(branchId, undefined, 9)).toEqual([]);
      expect((await stores.devices.search(foldText(device.displayName ?? ''), undefined, 9)).items).toEqual([]);
      expect(await stores.timeline.events(device.id, undefined, 9)).toEqual([event]);
      await stores.devices.addDevice(aDevice({ name: device.name, serialNumber: device.serialNumber ?? '' }));
      expect(await refusalOf(stores.devices.removeDevice(device, undefined, []))).toBe('conflict');
    });
  });
}
