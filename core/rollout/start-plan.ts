/**
 * A plan begins: now or later, and beside those that are under way for the same app. A device follows one plan for an app
 * at a time, so that where two would meet the later is refused, or takes the earlier's place.
 */
import { DAY, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, PlanId } from '../ids.ts';
import { holdOf, withHolds } from './branch-hold.ts';
import { controlPlan } from './control.ts';
import type { BranchHold, Plan, PlanBranch, PlanPlace } from './plan.ts';
import type { LivePlans, PlanChange, PlanStart, PlanStore, RunStore } from './store.ts';
import { nextWindow } from './window.ts';

export interface StartServices {
  readonly plans: Pick<PlanStore, 'plan' | 'branchesOf' | 'livePlans' | 'targetsOf'>;
  readonly runs: Pick<RunStore, 'runs'>;
}

export interface StartRequest {
  /** Windows count from here on; now, where it is absent. */
  readonly at?: Instant | undefined;
  /** Plans that it would meet give way to it, instead of having it refused. */
  readonly supersede?: boolean | undefined;
}

/** A plan under way for the same app, and where the two would meet. */
export interface Rival {
  readonly plan: Plan;
  readonly branchIds: readonly BranchId[];
  /** It has no branches but these. */
  readonly everywhere: boolean;
}

/** How far ahead a start may lie. */
const FURTHEST = 366 * DAY;
/** Devices of two lists that are compared one by one; of longer ones it is enough that they meet in a branch. */
const COMPARED = 1_000;
const PAGE = 100;
/** A start is one transaction, with the note of what is live and the plan itself. */
const MOST_SUPERSEDED = 90;
const BRANCHES_NAMED = 10;

/**
 * What is to be stored; undefined where the plan is live already. Throws `conflict` for a plan that cannot be started or
 * would meet another, `invalid-input` for a start that lies behind or too far ahead, or after a branch's last window.
 */
export async function prepareStart(services: StartServices, plan: Plan, { at, supersede = false }: StartRequest, who: string, now: Instant): Promise<PlanStart | undefined> {
  const started = controlPlan(plan, 'start', who, now);
  if (started === plan) {
    if (at !== undefined && at !== plan.startsAt) throw new WavecastError('conflict', 'The plan is started already: its start cannot be moved.', { remedy: 'Move its windows with `wavecast plan extend`, or cancel it and make a new one.' });
    return undefined;
  }
  const branches = await services.plans.branchesOf(plan.id);
  if (at !== undefined) checkStart(at, branches, now);
  const live = await services.plans.livePlans(plan.bundleId);
  const { going, rivals } = await lookAtOthers(services, plan, branches.map(({ branchId }) => branchId), live);
  if (rivals.length > 0 && !supersede) throw meeting(rivals);
  if (rivals.length > MOST_SUPERSEDED) throw new WavecastError('too-large', `The plan would take the place of ${rivals.length} others: more than one start can.`, { remedy: 'Cancel some of them first.' });
  return {
    live, planIds: [...going, plan.id], others: rivals.map((rival) => giveWay(rival, started)),
    plan: { before: plan, after: { ...started, ...(at === undefined ? {} : { startsAt: at }), ...(rivals.length === 0 ? {} : { supersedes: rivals.map((rival) => rival.plan.id) }) } },
  };
}

/** The plans that it would meet if it were started now: what a start refuses, or has give way. Costs what a start's own look does. */
export async function rivalsOf(services: StartServices, plan: Plan, branchIds: readonly BranchId[]): Promise<readonly Rival[]> {
  return (await lookAtOthers(services, plan, branchIds, await services.plans.livePlans(plan.bundleId))).rivals;
}

function checkStart(at: Instant, branches: readonly PlanBranch[], now: Instant): void {
  if (at <= now) throw new WavecastError('invalid-input', 'The start lies in the past.', { remedy: 'Name a later one, or none: then the plan starts now.' });
  if (at > now + FURTHEST) throw new WavecastError('invalid-input', 'The start lies more than a year ahead.', { remedy: 'Name an earlier one.' });
  const late = branches.find(({ timeZone, windows }) => nextWindow(timeZone, windows, at) === undefined);
  if (late !== undefined) throw new WavecastError('invalid-input', `No window of branch "${late.branchId}" opens after the start.`, { remedy: 'Name an earlier start, or give the branch more windows with `wavecast plan extend`.' });
}

function meeting(rivals: readonly Rival[]): WavecastError {
  const names = rivals.map(({ plan }) => `"${plan.name}"`);
  return new WavecastError('conflict', rivals.length === 1 ? `The plan ${names.join(', ')} is under way for the same app and devices.` : `The plans ${names.join(', ')} are under way for the same app and devices.`, {
    evidence: rivals.map(({ plan, branchIds }) => {
      const named = branchIds.slice(0, BRANCHES_NAMED).join(', ');
      return branchIds.length > BRANCHES_NAMED ? `${plan.id}: ${named} and ${branchIds.length - BRANCHES_NAMED} more branches` : `${plan.id}: ${named}`;
    }),
    remedy: 'Wait until it has finished, cancel it with `wavecast plan cancel`, or take its place there with `wavecast plan start --supersede`.',
  });
}

/** `going`: those under way, also where they do not meet. Each costs a query and a call per 100 of its branches. */
async function lookAtOthers(services: StartServices, plan: Plan, branchIds: readonly BranchId[], live: LivePlans): Promise<{ readonly going: readonly PlanId[]; readonly rivals: readonly Rival[] }> {
  const going: PlanId[] = [];
  const rivals: Rival[] = [];
  const former = await formerPlans(services, plan);
  const mine = new Set(branchIds);
  for (const id of live.planIds) {
    const other = id === plan.id ? undefined : await services.plans.plan(id);
    if (other === undefined || other.status === 'cancelled') continue;
    const branches = await services.plans.branchesOf(id);
    const active = await whereItGoesOn(services, other, branches.map(({ branchId }) => branchId));
    if (active.length === 0) continue;
    going.push(id);
    const shared = active.filter((branchId) => mine.has(branchId));
    // A re-issue is for devices that the former plans have done with.
    if (shared.length === 0 || former.has(id) || await areApart(services, plan, other, shared)) continue;
    rivals.push({ plan: other, branchIds: shared, everywhere: shared.length === branches.length });
  }
  return { going, rivals };
}

async function formerPlans({ plans }: StartServices, plan: Plan): Promise<ReadonlySet<PlanId>> {
  const found = new Set<PlanId>();
  for (let id = plan.formerPlanId; id !== undefined && !found.has(id); id = (await plans.plan(id))?.formerPlanId) found.add(id);
  return found;
}

/** Branches in which it may open waves still. */
export async function whereItGoesOn({ runs }: Pick<StartServices, 'runs'>, other: Plan, branchIds: readonly BranchId[]): Promise<readonly BranchId[]> {
  const over = new Set((await runs.runs(other.id, branchIds, [other.operation])).filter(({ status }) => status === 'finished' || status === 'cancelled').map(({ branchId }) => branchId));
  return branchIds.filter((branchId) => !over.has(branchId) && holdOf(other, branchId)?.kind !== 'superseded');
}

/** Both list devices, few enough to be compared, and no device is in both lists. */
async function areApart(services: StartServices, plan: Plan, other: Plan, branchIds: readonly BranchId[]): Promise<boolean> {
  if (plan.targets !== 'list' || other.targets !== 'list') return false;
  const mine = await listed(services, plan, branchIds);
  const theirs = mine === undefined ? undefined : await listed(services, other, branchIds);
  return mine !== undefined && theirs !== undefined && ![...theirs].some((id) => mine.has(id));
}

/** Devices that a plan lists in these branches; undefined where they are too many. */
export async function listed({ plans }: Pick<StartServices, 'plans'>, plan: PlanPlace, branchIds: readonly BranchId[]): Promise<ReadonlySet<string> | undefined> {
  const found = new Set<string>();
  for (const branchId of branchIds) {
    for (let after: string | undefined; ;) {
      const page = await plans.targetsOf(plan, branchId, after, PAGE);
      for (const { id } of page) found.add(id);
      if (found.size > COMPARED) return undefined;
      after = page.at(-1)?.order;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

function giveWay({ plan, branchIds, everywhere }: Rival, later: Plan): PlanChange {
  if (everywhere) {
    const { pausedBecause: _, holds: __, ...kept } = plan;
    return { before: plan, after: { ...kept, status: 'cancelled', supersededBy: later.name, revision: plan.revision + 1 } };
  }
  const others = (plan.holds ?? []).filter(({ branchId }) => !branchIds.includes(branchId));
  return { before: plan, after: withHolds(plan, [...others, ...branchIds.map((branchId): BranchHold => ({ branchId, kind: 'superseded', by: later.name }))]) };
}
