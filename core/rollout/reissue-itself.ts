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
import { prepareStart, type StartServices } from './start-plan.ts';
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
  const after = taken.reissued === undefined ? await tryAgain(services, taken, look, now) : taken;
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
    // Cancelled while somebody was at it: what was made is not to be started.
    if (found?.status === 'draft') await services.plans.replacePlan(found, controlPlan(found, 'cancel', ENGINE.who, now));
    return former;
  }
  if (found === undefined && look.failed === 0) return say(services, former, { at: now, words: 'Not tried again: no device failed.' });
  const made = found === undefined ? await orWhyNot(() => make(services, former, id, look, now)) : undefined;
  if (typeof made === 'string') return say(services, former, { at: now, words: `Not re-issued. ${made}` });
  const draft = found ?? made?.plan;
  if (draft === undefined) return former;
  const name = `"${draft.name}"`;
  // A person has started it, or cancelled it.
  if (draft.status !== 'draft') return say(services, former, { at: now, planId: id, words: `Re-issued as ${name}.` });
  if (made !== undefined) await store(services, former, made, now);
  const start = await orWhyNot(() => prepareStart(services, draft, {}, ENGINE.who, now));
  if (typeof start === 'string') return say(services, former, { at: now, planId: id, words: `${name} is made, and not started. ${start}` });
  if (start === undefined) return former;
  const after: Plan = { ...former, revision: former.revision + 1, reissued: { at: now, planId: id, words: `Re-issued as ${name}${made === undefined ? '' : forWhom(made)}.` } };
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

function forWhom({ targets, prompted, unreachable }: Reissue): string {
  const left = [...(prompted === 0 ? [] : [`${prompted} prompted twice within a week`]), ...(unreachable === 0 ? [] : [`${unreachable} not enrolled`])];
  return ` for ${targets.length} ${targets.length === 1 ? 'device' : 'devices'}${left.length === 0 ? '' : `; left out: ${left.join(', ')}`}`;
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
