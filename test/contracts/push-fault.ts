import { describe, expect, it } from 'vitest';
import { parseBranchId, parsePlanId } from '../../core/ids.ts';
import type { OpenStores } from './stores.ts';

/** What the store of the fault of pushes promises. */
export function pushFaultContract(open: OpenStores): void {
  const fault = { reason: 'BadCertificate', until: 1_772_442_000_000 };
  const key = { planId: parsePlanId('11111111-2222-4333-8444-555555555555'), branchId: parseBranchId('berlin'), kind: 'install' } as const;

  describe('the fault of pushes', () => {
    it('is none until it is reported, and then what was reported last', async () => {
      const { pushFaults } = await open();
      expect(await pushFaults.fault()).toBeUndefined();
      await pushFaults.report(fault);
      await pushFaults.report({ ...fault, reason: 'ExpiredCertificate' });
      expect(await pushFaults.fault()).toEqual({ ...fault, reason: 'ExpiredCertificate' });
    });

    it('comes with every run, whatever else is known of it', async () => {
      const { pushFaults, runs } = await open();
      expect((await runs.runAndPlan(key)).fault).toBeUndefined();
      await pushFaults.report(fault);
      expect((await runs.runAndPlan(key)).fault).toEqual(fault);
    });

    it('is gone when it is cleared, also twice', async () => {
      const { pushFaults } = await open();
      await pushFaults.report(fault);
      await pushFaults.clear();
      await pushFaults.clear();
      expect(await pushFaults.fault()).toBeUndefined();
    });
  });
}
