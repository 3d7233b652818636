/** From the server's answer about a plan to what is watched. */
import type { PlanDetail } from './answers.ts';
import type { PlanView } from './plan-view.ts';

/** `now`: the server's present as far as it is known. */
export function viewOf(plan: PlanDetail, now: number): PlanView {
  return {
    id: plan.id, name: plan.name, bundleId: plan.bundleId, shortVersion: plan.shortVersion, version: plan.version, state: plan.state, pausedBecause: plan.pausedBecause, now,
    branches: plan.branches.map(({ branchId, timeZone, devices, totals, install, inventory }) => ({
      branchId, timeZone, devices, totals: totals ?? {}, waves: install === undefined ? 0 : install.nextSeq - 1, status: install?.status, nextAt: install?.nextAt, words: install?.lastVerdict?.words,
      inventory: inventory === undefined ? undefined : { status: inventory.status, nextAt: inventory.nextAt },
    })),
  };
}
