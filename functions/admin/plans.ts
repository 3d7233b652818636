import type { AppVersion } from '../../core/catalog/app.ts';
import { endWarning } from '../../core/catalog/version-end.ts';
import type { Branch } from '../../core/device/branch.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseBundleId, parsePlanId, parseVersionId } from '../../core/ids.ts';
import { controlPlan, needsLaunch, type PlanAction } from '../../core/rollout/control.ts';
import { checkProven, checkVersion, draftPlan, type DraftedPlan } from '../../core/rollout/new-plan.ts';
import type { Plan, PlanBranch } from '../../core/rollout/plan.ts';
import { prepareReissue, storeReissue } from '../../core/rollout/reissue.ts';
import type { BodyOf } from '../../protocol/admin/operations.ts';
import { audit, type AdminCall, type AdminContext, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

export const listPlans: Handler<'listPlans'> = ({ services, query: { after, limit } }) => services.plans.plans(after, limit);

export const createPlan: Handler<'createPlan'> = async (call) => {
  const { plan, branches, version } = await draft(call);
  await audit(call, { action: 'plan.create', subject: plan.id, after: audited(plan, branches) });
  await call.services.plans.addPlan(plan, branches, []);
  const counts = await call.services.branches.deviceCounts(branches.map(({ branchId }) => branchId));
  const empty = branches.map(({ branchId }) => branchId).filter((id) => (counts.get(id)?.enrolled ?? 0) === 0);
  return { ...plan, ...versionWarning(plan.operation === 'install' ? version : undefined, call.now), ...(empty.length === 0 ? {} : { emptyBranches: empty }) };
};

/** That the plan's version ends soon, where it does. */
export function versionWarning(version: AppVersion | undefined, now: number): { readonly versionWarning?: string } {
  const warning = version === undefined ? undefined : endWarning(version, now);
  return warning === undefined ? {} : { versionWarning: warning };
}

export const startPlan: Handler<'startPlan'> = (call) => control('start', call.body.unproven)(call);
export const pausePlan = control('pause');
export const resumePlan = control('resume');
export const cancelPlan = control('cancel');

export const reissuePlan: Handler<'reissuePlan'> = async (call) => {
  const { services, caller, body, now } = call;
  const former = await planOf(call);
  const version = await services.catalogue.version(former.versionId);
  const reissue = await prepareReissue(services, former, version, body, caller.name, now);
  const { plan, branches, targets, prompted, unreachable } = reissue;
  await audit(call, { action: 'plan.reissue', subject: former.id, after: { ...audited(plan, branches), force: body.force, devices: targets.length } });
  await storeReissue(services, reissue, now);
  return { ...plan, devices: targets.length, prompted, unreachable };
};

/** What the audit log keeps of a new plan. */
function audited(plan: Plan, branches: readonly PlanBranch[]): Readonly<Record<string, unknown>> {
  return { ...plan, branches: branches.map(({ branchId, windows, inventoryWindow, pace }) => ({ branchId, windows, inventoryWindow, ...(pace === undefined ? {} : { pace }) })) };
}

/** The plan that the path names. Throws `not-found`. */
export async function planOf({ services, id }: { readonly services: Pick<AdminServices, 'plans'>; readonly id: string }): Promise<Plan> {
  const plan = await services.plans.plan(parsePlanId(id));
  if (plan === undefined) throw new WavecastError('not-found', `There is no plan ${id}.`, { remedy: 'Use an id that `wavecast plan list` shows.' });
  return plan;
}

/** The plan that the body asks for, its version, and all branches that there are; nothing is stored. */
export async function draft({ services, caller, body, now }: Pick<AdminCall<'createPlan'>, 'services' | 'caller' | 'body' | 'now'>): Promise<DraftedPlan & { readonly version: AppVersion | undefined; readonly known: readonly Branch[] }> {
  const { branches: asked, versionId: _, bundleId: __, ...terms } = body;
  const [version, branches] = await Promise.all([versionOf(services, body), services.branches.branches()]);
  return { ...draftPlan({ ...terms, branches: asked.map(({ branchId, ...rest }) => ({ ...rest, branchId: parseBranchId(branchId) })) }, branches, version, now, services.ids, caller.name), version, known: branches };
}

/** What is installed, or the newest of what is removed. */
async function versionOf({ catalogue }: Pick<AdminServices, 'catalogue'>, { operation, versionId, bundleId }: BodyOf<'createPlan'>): Promise<AppVersion | undefined> {
  if (operation === 'install') return catalogue.version(parseVersionId(versionId));
  const [newest] = await catalogue.versionsOf(parseBundleId(bundleId));
  return newest;
}

/** Doing what is done already changes nothing but is carried out again: the first try may have been cut off. */
function control(action: PlanAction, unproven = false): (call: AdminContext) => Promise<Plan> {
  return async (call) => {
    const { services, caller, now } = call;
    const before = await planOf(call);
    const version = before.operation === 'install' && (action === 'start' || action === 'resume') ? checkVersion(await services.catalogue.version(before.versionId), now) : undefined;
    const after = controlPlan(before, action, caller.name, now);
    if (after !== before) {
      const overridden = action === 'start' && version !== undefined && checkProven(version, unproven);
      await audit(call, { action: `plan.${action}`, subject: before.id, before: { status: before.status }, after: { status: after.status, ...(overridden ? { unproven: true } : {}) } });
      await services.plans.replacePlan(before, after);
    }
    if (needsLaunch(action, before)) await services.background.launch(before.id);
    return after;
  };
}
