/** When a plan that is to be tried again by itself is looked at, and whether it is over by then. */
import { HOUR, MINUTE, type Instant } from '../ambient.ts';
import { parsePlanId, type BranchId, type PlanId } from '../ids.ts';
import type { Due } from '../instruction/store.ts';
import { addTotals, countOf, failures, openStates } from '../result/totals.ts';
import { holdOf } from './branch-hold.ts';
import type { Plan } from './plan.ts';
import type { Background, PlanStore, RunStore } from './store.ts';

export interface LookServices {
  readonly plans: Pick<PlanStore, 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'runTotals'>;
}

export interface WatchReissueServices extends LookServices {
  readonly plans: Pick<PlanStore, 'plan' | 'branchesOf'>;
  readonly background: Pick<Background, 'reissue'>;
}

export type Look =
  /** It cannot be over before this instant. */
  | { readonly over: false; readonly notBefore: Instant }
  /** `branchIds`: where it was carried out to its end; `failed`: instructions there that did not succeed. */
  | { readonly over: true; readonly branchIds: readonly BranchId[]; readonly failed: number };

const EVERY = 15 * MINUTE;
/** Other plans take days: whoever waits for them looks less often. */
const EVERY_WHILE_OTHERS_GO = HOUR;
/** Totals follow changes within seconds; what a branch counted this long after its last look at devices is all. */
const COUNTED_AFTER = 10 * MINUTE;

/** Something is to be done for it: it has not been tried again, or whoever was at it has not said that it is done. */
export function awaitsReissue({ status, reissueTimes = 0, reissued, reissuingUntil }: Plan): boolean {
  return reissuingUntil !== undefined || reissued?.waits === true || (status === 'live' && reissueTimes > 0 && reissued === undefined);
}

/** The next look after `notBefore`. Looks have fixed times, so that a timer that is set twice is one; plans have different ones. */
export function reissueTimer(planId: PlanId, notBefore: Instant): Due {
  const own = (Number.parseInt(planId.slice(0, 4), 16) * MINUTE) % EVERY;
  return { at: (Math.floor((notBefore - own) / EVERY) + 1) * EVERY + own, kind: 'reissue', subject: planId, step: 0 };
}

/**
 * What a plan's timer brings about: the next attempt, once the plan is over. The timer that follows, until that is done. A paused
 * plan has none: whoever resumes it sets it again.
 */
export async function watchReissue(services: WatchReissueServices, due: Due, now: Instant): Promise<Due | undefined> {
  const plan = await services.plans.plan(parsePlanId(due.subject));
  if (plan === undefined || !awaitsReissue(plan) || plan.status === 'paused') return undefined;
  const look = await lookAt(services, plan, now);
  if (!look.over) return reissueTimer(plan.id, look.notBefore);
  await services.background.reissue(plan.id);
  return reissueTimer(plan.id, plan.reissued?.waits === true ? now + EVERY_WHILE_OTHERS_GO - EVERY : now);
}

/** A plan is over when all waves have gone in all its branches, but for those that it gave up to a later plan, and every instruction has ended. Costs a query, and two calls for 100 branches. */
export async function lookAt({ plans, runs: runStore }: LookServices, plan: Plan, now: Instant): Promise<Look> {
  const branchIds = (await plans.branchesOf(plan.id)).map(({ branchId }) => branchId).filter((id) => holdOf(plan, id)?.kind !== 'superseded');
  const runs = await runStore.runs(plan.id, branchIds, [plan.operation]);
  const going = runs.filter(({ status }) => status !== 'finished' && status !== 'cancelled');
  if (going.length > 0 || runs.length < branchIds.length) return { over: false, notBefore: Math.max(now, ...going.map(({ nextAt }) => nextAt)) };
  const finished = runs.filter(({ status }) => status === 'finished');
  const counted = Math.max(0, ...finished.map(({ finishedAt = 0 }) => finishedAt + COUNTED_AFTER));
  if (counted > now) return { over: false, notBefore: counted };
  const totals = addTotals([...(await runStore.runTotals(finished)).values()]);
  if (countOf(totals, openStates) > 0) return { over: false, notBefore: now };
  return { over: true, branchIds: finished.map(({ branchId }) => branchId), failed: failures(totals) };
}
