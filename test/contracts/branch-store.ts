import { beforeAll, describe, expect, it } from 'vitest';
import { noDevices } from '../../core/device/device-counts.ts';
import { parseBranchId } from '../../core/ids.ts';
import { usualAcceptance } from '../../core/rollout/acceptance.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBranch, aBranchId, aDevice } from '../support/samples/device.ts';
import { many } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function branchStoreContract(open: OpenStores): void {
  describe('branches', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });

    it('come back as they were put, and not at all where none was', async () => {
      const branch = aBranch({ timeZone: 'Asia/Tokyo', linkMbps: 0.5, brake: true, acceptance: { ...usualAcceptance, soon: 0.25 } });
      await stores.branches.putBranch(branch);
      expect(await stores.branches.branch(branch.id)).toEqual(branch);
      expect(await stores.branches.branch(aBranchId())).toBeUndefined();
    });

    it('are listed all, ordered by id', async () => {
      const { branches } = await open();
      expect(await branches.branches()).toEqual([]);
      const put = many(120, (n) => aBranch({ id: parseBranchId(`site-${(n * 7) % 120}`) }));
      await Promise.all(put.map((branch) => branches.putBranch(branch)));
      expect((await branches.branches()).map(({ id }) => id)).toEqual(put.map(({ id }) => id).toSorted());
    });

    it('are created once', async () => {
      const branch = aBranch();
      await stores.branches.putBranch(branch);
      expect(await refusalOf(stores.branches.putBranch({ ...branch, name: 'Another' }))).toBe('conflict');
      expect(await stores.branches.branch(branch.id)).toEqual(branch);
    });

    it('are replaced by the next revision alone', async () => {
      const branch = aBranch();
      await stores.branches.putBranch(branch);
      const next = { ...branch, brake: true, revision: 1 };
      expect(await refusalOf(stores.branches.putBranch({ ...next, revision: 2 }))).toBe('conflict');
      await stores.branches.putBranch(next);
      expect(await refusalOf(stores.branches.putBranch({ ...next, brake: false }))).toBe('conflict');
      expect(await stores.branches.branch(branch.id)).toEqual(next);
      expect(await refusalOf(stores.branches.putBranch(aBranch({ revision: 1 })))).toBe('conflict');
    });

    it('go to one of ten who create or change the same one at once', async () => {
      const branch = aBranch();
      const creators = await throughAtOnce(10, (n) => stores.branches.putBranch({ ...branch, name: `Creator ${n}` }));
      expect(creators).toHaveLength(1);
      expect((await stores.branches.branch(branch.id))?.name).toBe(`Creator ${creators[0] ?? ''}`);
      const changers = await throughAtOnce(10, (n) => stores.branches.putBranch({ ...branch, name: `Changer ${n}`, revision: 1 }));
      expect(changers).toHaveLength(1);
      expect((await stores.branches.branch(branch.id))?.name).toBe(`Changer ${changers[0] ?? ''}`);
    });

    it('tell how many devices they have, for more of them than a batch names, and for those without any', async () => {
      const ids = many(130, () => aBranchId());
      const [first, last] = [ids[0], ids[129]];
      if (first === undefined || last === undefined) throw new Error('There are 130 branches.');
      await stores.devices.addDevice(aDevice({ branchId: first }));
      await stores.devices.addDevice(aDevice({ branchId: last, status: 'enrolled' }));
      const counts = await stores.branches.deviceCounts([...ids, first]);
      expect(counts.size).toBe(130);
      expect(counts.get(first)).toEqual({ ...noDevices, devices: 1, expected: 1 });
      expect(counts.get(last)).toEqual({ ...noDevices, devices: 1, enrolled: 1 });
      expect(ids.slice(1, -1).every((id) => counts.get(id)?.devices === 0 && counts.get(id)?.enrolled === 0)).toBe(true);
      expect(await stores.branches.deviceCounts([])).toEqual(new Map());
    });
  });
}
