/** From the server's answer about a plan to what is watched. */
import type { PlanDetail } from '../protocol/admin/plan.ts';
import type { PlanView } from './plan-view.ts';

/** Its present is the server's: this machine's clock may be another, a local cloud's nearly always is. */
export function viewOf({ asOf, branches, ...plan }: PlanDetail): PlanView {
  return {
    id: plan.id, name: plan.name, bundleId: plan.bundleId, shortVersion: plan.shortVersion, version: plan.version, state: plan.state, pausedBecause: plan.pausedBecause, now: asOf,
    branches: branches.map(({ branchId, timeZone, devices, totals, install, inventory }) => ({
      branchId, timeZone, devices, totals, waves: install === undefined ? 0 : install.nextSeq - 1, status: install?.status, nextAt: install?.nextAt, words: install?.lastVerdict?.words,
      inventory: inventory === undefined ? undefined : { status: inventory.status, nextAt: inventory.nextAt },
    })),
  };
}
