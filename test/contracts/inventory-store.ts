import { beforeAll, describe, expect, it } from 'vitest';
import type { InstalledFacts, ManagedFacts } from '../../core/inventory/inventory.ts';
import { aBundleId } from '../support/samples/catalogue.ts';
import { aDevice } from '../support/samples/device.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

const managed: ManagedFacts = { status: 'Managed', isValidated: true, reportedAt: MORNING };
const installed: InstalledFacts = { present: true, shortVersion: '1.0', version: '100', installing: false, isValidated: true, reportedAt: MORNING };

export function inventoryStoreContract(open: OpenStores): void {
  describe('what a device reported', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });

    it('is kept list by list, and told as it is with every report', async () => {
      const [deviceId, bundleId] = [aDevice().id, aBundleId()];
      expect(await stores.inventory.report(deviceId, bundleId, {})).toEqual({ deviceId, bundleId });
      expect(await stores.inventory.ofDevice(deviceId)).toEqual([]);
      expect(await stores.inventory.report(deviceId, bundleId, { managed })).toEqual({ deviceId, bundleId, managed });
      expect(await stores.inventory.report(deviceId, bundleId, { installed })).toEqual({ deviceId, bundleId, managed, installed });
      expect(await stores.inventory.report(deviceId, bundleId, {})).toEqual({ deviceId, bundleId, managed, installed });
      const other = aBundleId();
      expect(await stores.inventory.report(deviceId, other, { managed: { status: 'Absent', reportedAt: MORNING }, installed: { present: false, reportedAt: MORNING } })).toEqual({
        deviceId, bundleId: other, managed: { status: 'Absent', reportedAt: MORNING }, installed: { present: false, reportedAt: MORNING },
      });
      expect((await stores.inventory.ofDevice(deviceId)).map((facts) => facts.bundleId).toSorted()).toEqual([bundleId, other].toSorted());
    });

    it('is replaced whole by what is newer or as new, and never by what is older, each list by its own time', async () => {
      const [deviceId, bundleId] = [aDevice().id, aBundleId()];
      await stores.inventory.report(deviceId, bundleId, { managed: { ...managed, reportedAt: MORNING + 5 }, installed });
      const late = await stores.inventory.report(deviceId, bundleId, { managed: { status: 'Installing', reportedAt: MORNING + 4 }, installed: { present: false, reportedAt: MORNING + 4 } });
      expect(late).toEqual({ deviceId, bundleId, managed: { ...managed, reportedAt: MORNING + 5 }, installed: { present: false, reportedAt: MORNING + 4 } });
      expect(await stores.inventory.report(deviceId, bundleId, { installed })).toEqual(late);
      expect((await stores.inventory.report(deviceId, bundleId, { managed: { status: 'Failed', reportedAt: MORNING + 5 } })).managed).toEqual({ status: 'Failed', reportedAt: MORNING + 5 });
    });

    it('ends as the newest of ten reports that come at once, in both lists', async () => {
      const [deviceId, bundleId] = [aDevice().id, aBundleId()];
      await Promise.all(many(10, (n) => stores.inventory.report(deviceId, bundleId, { managed: { ...managed, reportedAt: MORNING + ((n * 7) % 10) }, installed: { ...installed, reportedAt: MORNING + n } })));
      expect((await stores.inventory.facts([deviceId], bundleId)).get(deviceId)).toEqual({ deviceId, bundleId, managed: { ...managed, reportedAt: MORNING + 9 }, installed: { ...installed, reportedAt: MORNING + 9 } });
    });

    it('is read for many devices at once, without those that reported nothing', async () => {
      const [devices, bundleId] = [many(110, () => aDevice().id), aBundleId()];
      await Promise.all(devices.map((deviceId) => stores.inventory.report(deviceId, bundleId, { managed })));
      const silent = aDevice().id;
      const facts = await stores.inventory.facts([...devices, silent, ...devices.slice(0, 3)], bundleId);
      expect(facts.size).toBe(110);
      expect(devices.every((deviceId) => facts.get(deviceId)?.managed?.status === 'Managed')).toBe(true);
      expect(await stores.inventory.facts(devices, aBundleId())).toEqual(new Map());
    });
  });
}
