/** From the server's answer about a plan to what is watched. */
import type { PlanDetail } from './answers.ts';
import type { PlanView } from './plan-view.ts';

type Watched = Pick<PlanDetail, 'id' | 'name' | 'bundleId' | 'shortVersion' | 'version' | 'state' | 'pausedBecause'> & { readonly branches: readonly Pick<PlanDetail['branches'][number], 'branchId' | 'timeZone' | 'devices' | 'totals' | 'install' | 'inventory'>[] };

/** `now`: the server's present as far as it is known. */
export function viewOf(plan: Watched, now: number): PlanView {
  return {
    id: plan.id, name: plan.name, bundleId: plan.bundleId, shortVersion: plan.shortVersion, version: plan.version, state: plan.state, pausedBecause: plan.pausedBecause, now,
    branches: plan.branches.map(({ branchId, timeZone, devices, totals, install, inventory }) => ({
      branchId, timeZone, devices, totals: totals ?? {}, waves: install === undefined ? 0 : install.nextSeq - 1, status: install?.status, nextAt: install?.nextAt, words: install?.lastVerdict?.words,
      inventory: inventory === undefined ? undefined : { status: inventory.status, nextAt: inventory.nextAt },
    })),
  };
}
