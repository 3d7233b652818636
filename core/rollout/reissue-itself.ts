/**
 * A plan that is over is tried again by itself, where its terms say so. Once, whatever is repeated, doubled or cut off: one at a
 * time makes the next attempt, under an id that plan and attempt give it, and the transaction that starts it says so of the former.
 */
import { MINUTE, type Identifiers, type Instant } from '../ambient.ts';
import type { AuditLog } from '../audit.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import { WavecastError } from '../errors.ts';
import { parsePlanId, type PlanId } from '../ids.ts';
import { controlPlan } from './control.ts';
import { launchPlan, type LaunchServices } from './launch.ts';
import type { Plan, Reissued } from './plan.ts';
import { prepareReissue, storeReissue, type Reissue, type ReissueServices } from './reissue.ts';
import { awaitsReissue, lookAt, type Look } from './reissue-timer.ts';
import { prepareStart, rivalsOf, type Rival, type StartServices } from './start-plan.ts';
import type { PlanStore, RunStore } from './store.ts';

export interface ReissueItselfServices extends ReissueServices {
  readonly plans: Pick<PlanStore, 'addPlan' | 'replacePlan' | 'startPlan'> & LaunchServices['plans'] & StartServices['plans'];
  readonly runs: ReissueServices['runs'] & LaunchServices['runs'] & Pick<RunStore, 'runTotals'>;
  readonly instructions: LaunchServices['instructions'];
  readonly timers: LaunchServices['timers'];
  readonly starter: LaunchServices['starter'];
  readonly catalogue: Pick<CatalogueStore, 'version'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly log: LaunchServices['log'];
}

/** Whose doing it is, in the audit log and on the plan. */
export const ENGINE = { who: 'the engine', role: 'engine' } as const;
/** As long as the function that does it may run: who comes later finds nobody at it any more. */
export const TAKEN_FOR = 15 * MINUTE;

/** Makes and starts the next attempt of a plan that is over, or says on the plan why there is none. May repeat, and may come too early. */
export async function reissueItself(services: ReissueItselfServices, planId: PlanId, now: Instant): Promise<void> {
  const plan = await services.plans.plan(planId);
  if (plan === undefined || !awaitsReissue(plan) || plan.status === 'paused' || (plan.reissuingUntil ?? 0) > now) return;
  const look = await lookAt(services, plan, now);
  if (!look.over) return;
  const taken: Plan = { ...plan, reissuingUntil: now + TAKEN_FOR, revision: plan.revision + 1 };
  if (!(await take(services, plan, taken))) return;
  const after = taken.reissued === undefined || taken.reissued.waits === true ? await tryAgain(services, taken, look, now) : taken;
  // Also where the one before was cut off right here: a plan that is live must have its runs.
  if (after.reissued?.planId !== undefined) await launchPlan(services, after.reissued.planId, now);
  const { reissuingUntil: _, ...done } = after;
  await services.plans.replacePlan(after, { ...done, revision: after.revision + 1 });
}

/** The id of a plan's next attempt: always the same. */
export function nextAttemptId(ids: Pick<Identifiers, 'named'>, { id, attempt }: Pick<Plan, 'id' | 'attempt'>): PlanId {
  return parsePlanId(ids.named(`${id}/attempt/${attempt + 1}`));
}

/** False where another is at it, or a person has changed the plan meanwhile: then a later look sees to it. */
async function take({ plans }: ReissueItselfServices, before: Plan, taken: Plan): Promise<boolean> {
  try {
    await plans.replacePlan(before, taken);
    return true;
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'conflict') return false;
    throw error;
  }
}

/** The former plan as it is stored then. */
async function tryAgain(services: ReissueItselfServices, former: Plan, look: Look & { readonly over: true }, now: Instant): Promise<Plan> {
  const id = nextAttemptId(services.ids, former);
  const found = await services.plans.plan(id);
  if (former.status !== 'live') {
    // Cancelled while somebody was at it, or while it waited: what was made is not to be started.
    if (found?.status === 'draft') await services.plans.replacePlan(found, controlPlan(found, 'cancel', ENGINE.who, now));
    return former.reissued === undefined ? former : say(services, former, { at: now, planId: id, words: `"${found?.name ?? former.name}" was made, and is cancelled with this plan.` });
  }
  if (found === undefined && look.failed === 0) return say(services, former, { at: now, words: 'Not tried again: no device failed.' });
  const made = found === undefined ? await orWhyNot(() => make(services, former, id, look, now)) : undefined;
  if (typeof made === 'string') return say(services, former, { at: now, words: ['Not re-issued.', made].join(' ') });
  const draft = found ?? made?.plan;
  if (draft === undefined) return former;
  const name = `"${draft.name}"`;
  // A person was there before.
  if (draft.status !== 'draft') return say(services, former, { at: now, planId: id, words: draft.status === 'cancelled' ? `${name} was made, and cancelled before it was started.` : `Re-issued as ${name}.` });
  if (made !== undefined) await store(services, former, made, now);
  const rivals = await rivalsOf(services, draft, (await services.plans.branchesOf(id)).map(({ branchId }) => branchId));
  if (rivals.length > 0) return wait(services, former, draft, rivals, now);
  const start = await orWhyNot(() => prepareStart(services, draft, {}, ENGINE.who, now));
  if (typeof start === 'string') return say(services, former, { at: now, planId: id, words: [`${name} is made, and not started.`, start].join(' ') });
  if (start === undefined) return former;
  const after: Plan = { ...former, revision: former.revision + 1, reissued: { at: now, planId: id, words: made === undefined ? `Re-issued as ${name}.` : reissuedAs(name, made) } };
  await services.audit.record({ at: now, ...ENGINE, action: 'plan.start', subject: id, before: { status: draft.status }, after: { status: start.plan.after.status } });
  await services.plans.startPlan({ ...start, others: [...start.others, { before: former, after }] });
  services.log.info('a plan was re-issued by itself', { planId: former.id, nextPlanId: id });
  return after;
}

async function make(services: ReissueItselfServices, former: Plan, id: PlanId, { branchIds }: Look & { readonly over: true }, now: Instant): Promise<Reissue> {
  const version = await services.catalogue.version(former.versionId);
  return prepareReissue(services, former, version, { id, branches: branchIds, reissueTimes: Math.max(0, (former.reissueTimes ?? 0) - 1) }, ENGINE.who, now);
}

async function store(services: ReissueItselfServices, former: Plan, made: Reissue, now: Instant): Promise<void> {
  const { plan, targets, prompted, unreachable } = made;
  await services.audit.record({ at: now, ...ENGINE, action: 'plan.reissue', subject: former.id, after: { id: plan.id, name: plan.name, attempt: plan.attempt, devices: targets.length, prompted, unreachable } });
  await storeReissue(services, made, now);
}

async function say({ plans }: ReissueItselfServices, former: Plan, reissued: Reissued): Promise<Plan> {
  const after: Plan = { ...former, reissued, revision: former.revision + 1 };
  await plans.replacePlan(former, after);
  return after;
}

/** Says for whom it waits; nothing where that is said already. */
async function wait(services: ReissueItselfServices, former: Plan, draft: Plan, rivals: readonly Rival[], now: Instant): Promise<Plan> {
  const [first, ...others] = rivals.map(({ plan }) => `"${plan.name}"`);
  const words = others.length === 0
    ? `"${draft.name}" is made, and is started by itself as soon as the plan ${first} is over, which is under way for the same devices.`
    : `"${draft.name}" is made, and is started by itself as soon as the plan ${first} and ${others.length} more are over, which are under way for the same devices.`;
  return former.reissued?.words === words ? former : say(services, former, { at: now, planId: draft.id, words, waits: true });
}

function reissuedAs(name: string, { targets, prompted, unreachable }: Reissue): string {
  const count = targets.length;
  const left = [...(prompted === 0 ? [] : [`${prompted} prompted twice within a week`]), ...(unreachable === 0 ? [] : [`${unreachable} not enrolled`])].join(', ');
  if (left === '') return count === 1 ? `Re-issued as ${name} for 1 device.` : `Re-issued as ${name} for ${count} devices.`;
  return count === 1 ? `Re-issued as ${name} for 1 device; left out: ${left}.` : `Re-issued as ${name} for ${count} devices; left out: ${left}.`;
}

/** What a person would be refused is no failure of ours: the reason in words. */
async function orWhyNot<T>(prepare: () => Promise<T>): Promise<T | string> {
  try {
    return await prepare();
  } catch (error) {
    if (!(error instanceof WavecastError) || error.code === 'internal' || error.code === 'throttled') throw error;
    return [error.message, error.remedy].join(' ').trim();
  }
}
