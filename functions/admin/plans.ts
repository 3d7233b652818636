import type { AppVersion } from '../../core/catalog/app.ts';
import { endWarning } from '../../core/catalog/version-end.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseDeviceId, parsePlanId } from '../../core/ids.ts';
import { controlBranches, type BranchAction } from '../../core/rollout/branch-hold.ts';
import { controlPlan, needsLaunch, type PlanAction } from '../../core/rollout/control.ts';
import { changeOfDraft, checkIsDraft, checkUnchanged, devicesListed, editDraft } from '../../core/rollout/edit-draft.ts';
import { checkProven, checkVersion } from '../../core/rollout/new-plan.ts';
import type { Plan, PlanBranch } from '../../core/rollout/plan.ts';
import { prepareReissue, storeReissue } from '../../core/rollout/reissue.ts';
import { prepareStart } from '../../core/rollout/start-plan.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { draft } from './draft-plan.ts';

export const listPlans: Handler<'listPlans'> = ({ services, query: { after, limit } }) => services.plans.plans(after, limit);

export const createPlan: Handler<'createPlan'> = async (call) => {
  const { plan, branches, version, targets } = await draft(call);
  await audit(call, { action: 'plan.create', subject: plan.id, after: { ...audited(plan, branches), ...(plan.targets === 'list' ? { devices: targets.length } : {}) } });
  await call.services.plans.addPlan(plan, branches, targets);
  return made(call, plan, branches, version);
};

/** With what is worth knowing before it is started. */
async function made(call: AdminContext, plan: Plan, branches: readonly PlanBranch[], version: AppVersion | undefined): Promise<AnswerOf<'createPlan'>> {
  const counts = await call.services.branches.deviceCounts(branches.map(({ branchId }) => branchId));
  const empty = branches.map(({ branchId }) => branchId).filter((id) => (counts.get(id)?.enrolled ?? 0) === 0);
  return { ...plan, ...versionWarning(plan.operation === 'install' ? version : undefined, call.now), ...(empty.length === 0 ? {} : { emptyBranches: empty }) };
}

/** Asked for what the draft says already, it changes nothing and is no conflict: the answer to a first try may have been lost. */
export const editPlan: Handler<'editPlan'> = async (call) => {
  const { services, body: { revision, ...body } } = call;
  const before = await planOf(call);
  checkIsDraft(before);
  const { version, branches, targets, plan: drafted } = await draft({ ...call, body }, before);
  const former = { plan: before, branches: await services.plans.branchesOf(before.id) };
  const after = editDraft(before, drafted, services.ids.fresh());
  const change = changeOfDraft({ ...former, targets: await devicesListed(services, former) }, { plan: after, branches, targets });
  if (change === undefined) return made(call, before, former.branches, version);
  checkUnchanged(before, revision);
  await audit(call, { action: 'plan.edit', subject: before.id, ...change });
  await services.plans.replaceDraft(before, after, branches, targets);
  return made(call, after, branches, version);
};

/** That the plan's version ends soon, where it does. */
export function versionWarning(version: AppVersion | undefined, now: number): { readonly versionWarning?: string } {
  const warning = version === undefined ? undefined : endWarning(version, now);
  return warning === undefined ? {} : { versionWarning: warning };
}

export const startPlan: Handler<'startPlan'> = async (call) => {
  const { services, caller, now, body: { unproven, at, supersede } } = call;
  const before = await planOf(call);
  const version = before.operation === 'install' ? checkVersion(await services.catalogue.version(before.versionId), now) : undefined;
  const start = await prepareStart(services, before, { at, supersede }, caller.name, now);
  if (start !== undefined) {
    const { plan: { after }, others } = start;
    const overridden = version !== undefined && checkProven(version, unproven);
    await audit(call, { action: 'plan.start', subject: before.id, before: { status: before.status }, after: startFacts(after, overridden) });
    for (const other of others) await audit(call, { action: 'plan.give-way', subject: other.before.id, before: standingOf(other.before), after: standingOf(other.after) });
    await services.plans.startPlan(start);
  }
  await services.background.launch(before.id);
  return start?.plan.after ?? before;
};

/** What the audit log keeps of a start. */
function startFacts({ status, startsAt, supersedes }: Plan, unproven: boolean): Readonly<Record<string, unknown>> {
  return { status, ...(startsAt === undefined ? {} : { startsAt }), ...(supersedes === undefined ? {} : { supersedes }), ...(unproven ? { unproven } : {}) };
}

/** What the audit log keeps of a plan that gives way to another. */
function standingOf({ status, holds = [], supersededBy }: Plan): Readonly<Record<string, unknown>> {
  return { status, holds, ...(supersededBy === undefined ? {} : { supersededBy }) };
}

export const pausePlan: Handler<'pausePlan'> = (call) => (call.body.branches === undefined ? control('pause')(call) : controlSome('pause', call, call.body.branches));
export const resumePlan: Handler<'resumePlan'> = (call) => (call.body.branches === undefined ? control('resume')(call) : controlSome('resume', call, call.body.branches));
export const cancelPlan: Handler<'cancelPlan'> = (call) => control('cancel', call.body.onlyDraft ? draftOnly : undefined)(call);

export const reissuePlan: Handler<'reissuePlan'> = async (call) => {
  const { services, caller, body, now } = call;
  const former = await planOf(call);
  const version = await services.catalogue.version(former.versionId);
  const { branches: only, deviceIds, ...terms } = body;
  const request = { ...terms, branches: only?.map(parseBranchId), devices: deviceIds?.map(parseDeviceId) };
  const reissue = await prepareReissue(services, former, version, request, caller.name, now);
  const { plan, branches, targets, prompted, unreachable } = reissue;
  await audit(call, { action: 'plan.reissue', subject: former.id, after: { ...audited(plan, branches), force: body.force, devices: targets.length, ...(body.reasons === undefined ? {} : { reasons: body.reasons }) } });
  await storeReissue(services, reissue, now);
  return { ...plan, devices: targets.length, prompted, unreachable };
};

/** What the audit log keeps of a new plan. */
export function audited(plan: Plan, branches: readonly PlanBranch[]): Readonly<Record<string, unknown>> {
  return { ...plan, branches: branches.map(({ branchId, windows, inventoryWindow, pace, openLimit }) => ({ branchId, windows, inventoryWindow, ...(pace === undefined ? {} : { pace }), ...(openLimit === undefined ? {} : { openLimit }) })) };
}

/** The plan that the path names. Throws `not-found`. */
export async function planOf({ services, id }: { readonly services: Pick<AdminServices, 'plans'>; readonly id: string }): Promise<Plan> {
  const plan = await services.plans.plan(parsePlanId(id));
  if (plan === undefined) throw new WavecastError('not-found', `There is no plan ${id}.`, { remedy: 'Use an id that `wavecast plan list` shows.' });
  return plan;
}

/** Doing what is done already changes nothing but is carried out again: the first try may have been cut off. */
function control(action: Exclude<PlanAction, 'start'>, check: (plan: Plan) => void = () => undefined): (call: AdminContext) => Promise<Plan> {
  return async (call) => {
    const { services, caller, now } = call;
    const before = await planOf(call);
    check(before);
    if (before.operation === 'install' && action === 'resume') checkVersion(await services.catalogue.version(before.versionId), now);
    const after = controlPlan(before, action, caller.name, now);
    if (after !== before) {
      await audit(call, { action: `plan.${action}`, subject: before.id, before: { status: before.status }, after: { status: after.status } });
      await services.plans.replacePlan(before, after);
    }
    if (needsLaunch(action, before)) await services.background.launch(before.id);
    return after;
  };
}

/** What is looked at and what is replaced is of one revision: a start in between has the replacement refused. */
function draftOnly({ status }: Plan): void {
  if (status === 'draft' || status === 'cancelled') return;
  throw new WavecastError('conflict', `The plan is ${status}: it is no draft any more.`, { remedy: 'Look at the plan, and cancel it without this condition if it is to end.' });
}

/** As `control`, in the branches named alone. */
async function controlSome(action: BranchAction, call: AdminContext, branches: readonly string[]): Promise<Plan> {
  const { services, caller, now } = call;
  const before = await planOf(call);
  const branchIds = branches.map(parseBranchId);
  const known = (await services.plans.branchesOf(before.id)).map(({ branchId }) => branchId);
  if (before.operation === 'install' && action === 'resume') checkVersion(await services.catalogue.version(before.versionId), now);
  const after = controlBranches(before, known, branchIds, action, caller.name);
  if (after !== before) {
    await audit(call, { action: `plan.${action}-branches`, subject: before.id, before: { holds: before.holds ?? [] }, after: { holds: after.holds ?? [] } });
    await services.plans.replacePlan(before, after);
  }
  if (action === 'resume' && after.status === 'live') await services.background.launch(before.id);
  return after;
}
