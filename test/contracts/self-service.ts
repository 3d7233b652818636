import { beforeEach, describe, expect, it } from 'vitest';
import type { KeptPermission, Permission } from '../../core/catalog/self-service.ts';
import { parseBundleId, parseDeviceId } from '../../core/ids.ts';
import { aBundleId } from '../support/samples/catalogue.ts';
import { many, MORNING, uniqueUuid } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function selfServiceContract(open: OpenStores): void {
  describe('permissions of self-service', () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    const aDeviceId = () => parseDeviceId(uniqueUuid('device'));
    const permission = (facts: Partial<Permission> = {}): Permission => ({ bundleId: aBundleId(), shortVersion: '1.0', deviceId: aDeviceId(), ...facts });
    const marked = (permissions: readonly Permission[], importId: string): readonly KeptPermission[] => permissions.map((each) => ({ ...each, importId }));
    const inOrder = (permissions: readonly KeptPermission[]) => permissions.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

    it('are found by app and by device, with the import that said so last', async () => {
      const bundleId = aBundleId();
      const [first, second] = [permission({ bundleId }), permission({ bundleId, shortVersion: '2.0 (beta) #1/ä' })];
      const other = permission({ deviceId: first.deviceId });
      await stores.selfService.grant([first, second, other], 'one');
      await stores.selfService.grant([second], 'two');
      expect((await stores.selfService.permissionsOfApp(bundleId, undefined, 10)).items).toEqual([{ ...first, importId: 'one' }, { ...second, importId: 'two' }]);
      expect(inOrder(await stores.selfService.permissionsOfDevice(first.deviceId))).toEqual(inOrder(marked([first, other], 'one')));
      expect(await stores.selfService.permissionsOfDevice(second.deviceId)).toEqual([{ ...second, importId: 'two' }]);
      expect((await stores.selfService.permissionsOfApp(aBundleId(), undefined, 10)).items).toEqual([]);
      expect(await stores.selfService.permissionsOfDevice(aDeviceId())).toEqual([]);
    });

    it('of an app come page by page, by version, more of them than are written together', async () => {
      const bundleId = aBundleId();
      const all = many(60, (n) => permission({ bundleId, shortVersion: n < 30 ? '1.0' : '2.0' }));
      await stores.selfService.grant(all, 'one');
      const found: KeptPermission[] = [];
      let after: string | undefined;
      do {
        const page = await stores.selfService.permissionsOfApp(bundleId, after, 25);
        expect(page.items.length).toBeLessThanOrEqual(25);
        found.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      expect(found.map(({ shortVersion }) => shortVersion)).toEqual(many(60, (n) => (n < 30 ? '1.0' : '2.0')));
      expect(inOrder(found)).toEqual(inOrder(marked(all, 'one')));
    });

    it('end their list where it ends, also where that is the end of a page', async () => {
      const bundleId = aBundleId();
      await stores.selfService.grant(many(2, () => permission({ bundleId })), 'one');
      expect((await stores.selfService.permissionsOfApp(bundleId, undefined, 2)).next).toBeUndefined();
    });

    it('are gone by app and by device once they are taken away, which may be repeated', async () => {
      const [gone, stays] = [permission(), permission()];
      await stores.selfService.grant([gone, stays], 'one');
      for (let times = 0; times < 2; times += 1) await stores.selfService.revoke([gone]);
      expect((await stores.selfService.permissionsOfApp(gone.bundleId, undefined, 10)).items).toEqual([]);
      expect(await stores.selfService.permissionsOfDevice(gone.deviceId)).toEqual([]);
      expect(await stores.selfService.permissionsOfDevice(stays.deviceId)).toHaveLength(1);
    });

    it('tell all apps that have some', async () => {
      const bundleIds = ['com.example.b', 'com.example.a', 'com.example.c'].map(parseBundleId);
      for (const bundleId of bundleIds) await stores.selfService.grant([permission({ bundleId })], 'one');
      expect(await stores.selfService.permittedApps()).toEqual(bundleIds.toSorted());
    });

    it('are imported by one person at a time, until that one is done or was not heard of', async () => {
      const { selfService } = stores;
      expect(await selfService.importUnderWay()).toBeUndefined();
      expect(await selfService.beginImport('a', 'ada', MORNING, MORNING + 10)).toBe(true);
      expect(await selfService.importUnderWay()).toEqual({ importId: 'a', by: 'ada', until: MORNING + 10 });
      expect(await selfService.beginImport('b', 'grace', MORNING + 9, MORNING + 20)).toBe(false);
      expect(await selfService.keepImport('a', 'ada', MORNING + 30)).toBe(true);
      expect(await selfService.beginImport('b', 'grace', MORNING + 29, MORNING + 40)).toBe(false);
      expect(await selfService.beginImport('b', 'grace', MORNING + 30, MORNING + 40)).toBe(true);
      expect(await selfService.keepImport('a', 'ada', MORNING + 50)).toBe(false);
      await selfService.endImport('a', 'ada');
      expect(await selfService.beginImport('c', 'ada', MORNING + 31, MORNING + 60)).toBe(false);
      await selfService.endImport('b', 'grace');
      expect(await selfService.beginImport('c', 'ada', MORNING + 31, MORNING + 60)).toBe(true);
    });

    it('one\'s own import gives way to one\'s next, and is refused from then on', async () => {
      const { selfService } = stores;
      await selfService.beginImport('a', 'ada', MORNING, MORNING + 10);
      expect(await selfService.beginImport('b', 'ada', MORNING + 1, MORNING + 10)).toBe(true);
      expect(await selfService.keepImport('a', 'ada', MORNING + 20)).toBe(false);
      expect(await selfService.keepImport('b', 'ada', MORNING + 20)).toBe(true);
      expect(await selfService.keepImport('never begun', 'ada', MORNING + 20)).toBe(false);
    });
  });
}
