import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../core/ambient.ts';
import { aBranchId } from '../support/samples/device.ts';
import { many, MORNING, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores } from './stores.ts';

/** What the store of the branches' loads promises. */
export function loadStoreContract(open: OpenStores): void {
  const today = Math.floor(MORNING / DAY) * DAY;
  const minute = (at: number, bytes: number, starts = 0) => ({ at, bytes, starts });

  describe('loads of branches', () => {
    it('are the sums of what all logs tell, in order, and each log counts once', async () => {
      const { loads } = await open();
      const [berlin, tokyo, first] = [aBranchId(), aBranchId(), uniqueName('log')];
      const told = [{ branchId: berlin, day: today, minutes: [minute(MORNING, 100, 1), minute(MORNING + MINUTE, 50)] }, { branchId: tokyo, day: today, minutes: [minute(MORNING, 7)] }];
      for (let n = 0; n < 2; n += 1) await loads.put(first, told);
      await loads.put(uniqueName('log'), [{ branchId: berlin, day: today, minutes: [minute(MORNING - MINUTE, 3), minute(MORNING, 20, 2)] }]);
      expect(await loads.load(berlin, today, today + DAY)).toEqual([minute(MORNING - MINUTE, 3), minute(MORNING, 120, 3), minute(MORNING + MINUTE, 50)]);
      expect(await loads.load(tokyo, today, today + DAY)).toEqual([minute(MORNING, 7)]);
      expect(await loads.load(aBranchId(), today, today + DAY)).toEqual([]);
    });

    it('are read from one instant to before another, over midnights', async () => {
      const { loads } = await open();
      const branchId = aBranchId();
      const days = many(3, (n) => today + n * DAY);
      await loads.put(uniqueName('log'), days.map((day) => ({ branchId, day, minutes: [minute(day, 1), minute(day + DAY - MINUTE, 2)] })));
      expect(await loads.load(branchId, today, today + 3 * DAY)).toHaveLength(6);
      expect(await loads.load(branchId, today + HOUR, today + 2 * DAY)).toEqual([minute(today + DAY - MINUTE, 2), minute(today + DAY, 1), minute(today + 2 * DAY - MINUTE, 2)]);
      expect(await loads.load(branchId, today + DAY, today + DAY)).toEqual([]);
    });

    it('of one log may be those of more branches than a batch holds', async () => {
      const { loads } = await open();
      const branches = many(60, () => aBranchId());
      await loads.put(uniqueName('log'), branches.map((branchId) => ({ branchId, day: today, minutes: [minute(MORNING, 9, 1)] })));
      for (const branchId of branches) expect(await loads.load(branchId, today, today + DAY)).toEqual([minute(MORNING, 9, 1)]);
    });
  });
}
