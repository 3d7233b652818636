/** From changes of plans and verdicts of runs, as the stream tells them, to events. Repeating it tells the same events again. */
import type { Identifiers, Instant } from '../ambient.ts';
import type { KeptVerdict, Plan, RunKey } from '../rollout/plan.ts';
import { planState } from '../rollout/plan-state.ts';
import { runId, type PlanStore, type RunStore } from '../rollout/store.ts';
import { eventId, type EventBus, type ProductEvent } from './product-event.ts';
import { addTotals } from './totals.ts';

/** A change that was written. The stream carries it until it was told of: a crash loses none. */
export type PlanChange =
  | { readonly kind: 'plan'; readonly before: Plan; readonly after: Plan; readonly at: Instant }
  | { readonly kind: 'verdict'; readonly run: RunKey; readonly verdict: KeptVerdict };

export interface AnnounceServices {
  readonly plans: Pick<PlanStore, 'plan' | 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'runTotals'>;
  readonly events: EventBus;
  readonly ids: Pick<Identifiers, 'named'>;
}

export async function announce(services: AnnounceServices, change: PlanChange): Promise<void> {
  const told = change.kind === 'plan' ? ofPlan(services.ids, change.before, change.after, change.at) : ofVerdict(services.ids, change.run, change.verdict);
  const ended = change.kind === 'verdict' && change.verdict.decision === 'finish' ? await planFinished(services, change.run, change.verdict.at) : undefined;
  const events = [told, ended].filter((event) => event !== undefined);
  if (events.length > 0) await services.events.publish(events);
}

function ofPlan(ids: AnnounceServices['ids'], before: Plan, after: Plan, at: Instant): ProductEvent | undefined {
  const { id: planId, name, operation, bundleId, versionId, attempt } = after;
  // A plan that is resumed was started before.
  if (after.status === 'live' && before.status !== 'live' && before.status !== 'paused') {
    return { id: eventId(ids, 'plan-started', planId), type: 'plan-started', at, detail: { planId, name, operation, bundleId, versionId, attempt } };
  }
  if (after.status === 'paused' && before.status === 'live') {
    return { id: eventId(ids, 'plan-paused', planId, after.revision), type: 'plan-paused', at, detail: { planId, name, because: after.pausedBecause ?? 'The plan is paused.' } };
  }
  if (after.reissued !== undefined && (before.reissued === undefined || (before.reissued.waits === true && after.reissued.waits !== true))) {
    const { planId: nextPlanId, words, waits } = after.reissued;
    return { id: eventId(ids, 'plan-reissued', planId, ...(waits === true ? ['waits'] : [])), type: 'plan-reissued', at, detail: { planId, name, words, ...(nextPlanId === undefined ? {} : { nextPlanId }) } };
  }
  return undefined;
}

function ofVerdict(ids: AnnounceServices['ids'], run: RunKey, { decision, seq, at, words, numbers }: KeptVerdict): ProductEvent | undefined {
  const { planId, branchId, kind } = run;
  const detail = { planId, branchId, kind, words, ...(numbers === undefined ? {} : { numbers }) };
  if (seq !== undefined) return { id: eventId(ids, 'wave-opened', runId(run), seq), type: 'wave-opened', at, detail: { ...detail, seq } };
  if (decision === 'pause') return { id: eventId(ids, 'branch-paused', runId(run), at), type: 'branch-paused', at, detail };
  if (decision === 'finish') return { id: eventId(ids, 'branch-finished', runId(run)), type: 'branch-finished', at, detail };
  return undefined;
}

/** Whichever branch was the last one tells of it; of two that end at once both may, and it is one event. */
async function planFinished({ plans, runs, ids }: AnnounceServices, { planId }: RunKey, at: Instant): Promise<ProductEvent | undefined> {
  const plan = await plans.plan(planId);
  if (plan === undefined) return undefined;
  const branchIds = (await plans.branchesOf(planId)).map(({ branchId }) => branchId);
  if (planState(plan, await runs.runs(planId, branchIds, [plan.operation, 'inventory']), branchIds.length) !== 'finished') return undefined;
  const totals = await runs.runTotals(branchIds.map((branchId) => ({ planId, branchId, kind: plan.operation })));
  return { id: eventId(ids, 'plan-finished', planId), type: 'plan-finished', at, detail: { planId, name: plan.name, totals: addTotals([...totals.values()]) } };
}
