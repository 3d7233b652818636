/** From the server's answer about a plan to what is watched. */
import type { PlanDetail } from '../protocol/admin/plan.ts';
import type { PlanView } from './plan-view.ts';

/** Its present is the server's: this machine's clock may be another, a local cloud's nearly always is. */
export function viewOf({ asOf, branches, ...plan }: PlanDetail): PlanView {
  return {
    id: plan.id, name: plan.name, operation: plan.operation, bundleId: plan.bundleId, shortVersion: plan.shortVersion, version: plan.version, state: plan.state, pausedBecause: plan.pausedBecause, startsAt: plan.startsAt, now: asOf,
    branches: branches.map(({ branchId, timeZone, devices, totals, inventory, ...runs }) => {
      const run = runs[plan.operation];
      return {
        branchId, timeZone, devices, totals, hold: plan.holds?.find((hold) => hold.branchId === branchId)?.kind, waves: run === undefined ? 0 : run.nextSeq - 1, status: run?.status, nextAt: run?.nextAt, words: run?.lastVerdict?.words, stage: run?.stage?.name === 'rest' ? undefined : run?.stage?.name,
        inventory: inventory === undefined ? undefined : { status: inventory.status, nextAt: inventory.nextAt },
      };
    }),
  };
}
