import { parseBranchId } from '../../core/ids.ts';
import { placesTimer } from '../../core/rollout/open-limit.ts';
import { changeLimit, changePace, changeWindows, storeTerms, type ChangedTerms } from '../../core/rollout/change-terms.ts';
import type { Plan, PlanBranch } from '../../core/rollout/plan.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import { planOf } from './plans.ts';

export const setPace: Handler<'setPace'> = async (call) => {
  const { body } = call;
  const plan = await planOf(call);
  const branches = await call.services.plans.branchesOf(plan.id);
  const changed = changePace(plan, branches, { ...body, branches: body.branches?.map(({ branchId, pace }) => ({ branchId: parseBranchId(branchId), pace })) });
  return change(call, 'plan.pace', plan, branches, changed, ({ waveSize, intervalMinutes }, some) => ({ waveSize, intervalMinutes, branches: some.map(({ branchId, pace }) => ({ branchId, ...pace })) }));
};

export const setOpenLimit: Handler<'setOpenLimit'> = async (call) => {
  const { services, body, now } = call;
  const plan = await planOf(call);
  const branches = await services.plans.branchesOf(plan.id);
  const changed = changeLimit(plan, branches, { openLimit: body.openLimit, branches: body.branches?.map((branchId) => parseBranchId(branchId)) });
  const after = await change(call, 'plan.open-limit', plan, branches, changed, (_, some) => some.map(({ branchId, openLimit }) => ({ branchId, openLimit })));
  // Who waits may be let in by it.
  if (plan.status !== 'draft') await services.timers.put(changed.branches.map((branch) => placesTimer(branch, now)));
  return after;
};

export const setWindows: Handler<'setWindows'> = async (call) => {
  const { services, body, now } = call;
  const plan = await planOf(call);
  const branches = await services.plans.branchesOf(plan.id);
  const changed = changeWindows(plan, branches, body.branches.map(({ branchId, windows }) => ({ branchId: parseBranchId(branchId), windows })), now);
  const after = await change(call, 'plan.windows', plan, branches, changed, (_, some) => some.map(({ branchId, windows }) => ({ branchId, windows })));
  if (plan.status === 'live') await services.background.launch(plan.id);
  return after;
};

/** `told`: what the audit log keeps of a plan and of the branches that change. */
async function change(call: AdminContext, action: string, plan: Plan, branches: readonly PlanBranch[], changed: ChangedTerms, told: (plan: Plan, branches: readonly PlanBranch[]) => unknown): Promise<Plan> {
  const touched = new Set(changed.branches.map(({ branchId }) => branchId));
  await audit(call, { action, subject: plan.id, before: told(plan, branches.filter(({ branchId }) => touched.has(branchId))), after: told(changed.plan, changed.branches) });
  await storeTerms(call.services, plan, changed);
  return changed.plan;
}
