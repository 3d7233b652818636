/** Which plans use a version, and which of them are still at it. */
import type { VersionId } from '../ids.ts';
import { addTotals, type Totals } from '../result/totals.ts';
import { planState, type PlanState } from '../rollout/plan-state.ts';
import type { Plan, RunKey } from '../rollout/plan.ts';
import type { PlanStore, RunStore } from '../rollout/store.ts';

export interface UseServices {
  readonly plans: Pick<PlanStore, 'plansOfVersion' | 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs'>;
}

export interface PlanUse {
  readonly plan: Plan;
  readonly state: PlanState;
}

/** Plans that install it, newest first: one that removes the app needs no version. Of a plan that was started its runs are read, too. */
export async function plansUsing(services: UseServices, versionId: VersionId): Promise<readonly PlanUse[]> {
  const plans = (await services.plans.plansOfVersion(versionId)).filter(({ operation }) => operation === 'install');
  const uses = await Promise.all(plans.map(async (plan): Promise<PlanUse> => {
    if (plan.status !== 'live') return { plan, state: planState(plan, [], 0) };
    const branches = (await services.plans.branchesOf(plan.id)).map(({ branchId }) => branchId);
    return { plan, state: planState(plan, await services.runs.runs(plan.id, branches, [plan.operation, 'inventory']), branches.length) };
  }));
  return uses.toSorted((a, b) => b.plan.createdAt - a.plan.createdAt || (a.plan.id < b.plan.id ? 1 : -1));
}

/** It instructs devices, or will without anybody doing more. A draft does not, nor what is over. */
export function isGoing({ state }: Pick<PlanUse, 'state'>): boolean {
  return state !== 'draft' && state !== 'cancelled' && state !== 'finished';
}

export interface TotalsServices {
  readonly plans: Pick<PlanStore, 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runTotals'>;
}

/** Of its install instructions; none of a draft. */
export async function totalsOfPlan(services: TotalsServices, { id, status }: Pick<Plan, 'id' | 'status'>): Promise<Totals> {
  if (status === 'draft') return {};
  const keys = (await services.plans.branchesOf(id)).map(({ branchId }): RunKey => ({ planId: id, branchId, kind: 'install' }));
  return addTotals([...(await services.runs.runTotals(keys)).values()]);
}
