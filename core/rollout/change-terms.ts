/** Another pace or other windows for a plan that is made, from the next wave on: waves that are open stay as they are. */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId } from '../ids.ts';
import { checkPace, checkWindows, noLimitOf } from './new-plan.ts';
import { checkOpenLimit } from './open-limit.ts';
import type { Pace } from './pace.ts';
import type { Plan, PlanBranch, Window } from './plan.ts';
import type { PlanStore } from './store.ts';

export interface PaceChange {
  /** The plan's, for every branch without its own. */
  readonly pace?: Pace | undefined;
  /** Branches that get their own; without one they follow the plan again. */
  readonly branches?: readonly { readonly branchId: BranchId; readonly pace?: Pace | undefined }[] | undefined;
}

export interface LimitChange {
  /** How many installations may be open at once; none lifts the limit. */
  readonly openLimit?: number | undefined;
  /** Those that it is for; all where absent. */
  readonly branches?: readonly BranchId[] | undefined;
}

export interface ChangedTerms {
  readonly plan: Plan;
  /** Those that change. */
  readonly branches: readonly PlanBranch[];
}

/** Nothing is stored. Throws `conflict` for a plan that is cancelled, `not-found` for a branch that is none of its, `invalid-input` for a pace out of range. */
export function changePace(plan: Plan, branches: readonly PlanBranch[], change: PaceChange): ChangedTerms {
  if (change.pace !== undefined) checkPace(change.pace);
  const changed = changeBranches(plan, branches, change.branches ?? [], ({ pace: _, ...rest }, { pace }) => {
    if (pace === undefined) return rest;
    checkPace(pace);
    return { ...rest, pace: { waveSize: pace.waveSize, intervalMinutes: pace.intervalMinutes } };
  });
  const { pace } = change;
  return pace === undefined ? changed : { ...changed, plan: { ...changed.plan, waveSize: pace.waveSize, intervalMinutes: pace.intervalMinutes } };
}

/**
 * The open limit of branches. Where there was one, another counts at once; where there was none, from the next wave on. As
 * `changePace`; `invalid-input` for a limit out of range, and for a plan that removes.
 */
export function changeLimit(plan: Plan, branches: readonly PlanBranch[], { openLimit, branches: named }: LimitChange): ChangedTerms {
  if (plan.operation !== 'install') throw noLimitOf(plan.operation);
  if (openLimit !== undefined) checkOpenLimit(openLimit);
  return changeBranches(plan, branches, (named ?? branches.map(({ branchId }) => branchId)).map((branchId) => ({ branchId })), ({ openLimit: _, ...rest }) => ({ ...rest, ...(openLimit === undefined ? {} : { openLimit }) }));
}

/** The windows of the branches named, instead of theirs. As `changePace`; `invalid-input` where a branch would have none from now on. */
export function changeWindows(plan: Plan, branches: readonly PlanBranch[], changes: readonly { readonly branchId: BranchId; readonly windows: readonly Window[] }[], now: Instant): ChangedTerms {
  return changeBranches(plan, branches, changes, (branch, { windows }) => {
    checkWindows({ id: branch.branchId, timeZone: branch.timeZone }, windows, now);
    return { ...branch, windows };
  });
}

function changeBranches<C extends { readonly branchId: BranchId }>(plan: Plan, branches: readonly PlanBranch[], changes: readonly C[], change: (branch: PlanBranch, by: C) => PlanBranch): ChangedTerms {
  if (plan.status === 'cancelled') throw new WavecastError('conflict', 'The plan is cancelled: no wave of it opens any more.', { remedy: 'Make a new plan.' });
  const known = new Map(branches.map((branch) => [branch.branchId, branch]));
  const changed = new Map(changes.map((by): [BranchId, PlanBranch] => {
    const branch = known.get(by.branchId);
    if (branch === undefined) throw new WavecastError('not-found', `The plan has no branch "${by.branchId}".`, { remedy: 'Name branches that `wavecast plan show` prints.' });
    return [by.branchId, change(branch, by)];
  }));
  return { plan: { ...plan, revision: plan.revision + 1 }, branches: [...changed.values()] };
}

/** The plan first: of two who change it at once the later is refused. Cut off between, the change is made whole by repeating it. */
export async function storeTerms({ plans }: { readonly plans: PlanStore }, before: Plan, { plan, branches }: ChangedTerms): Promise<void> {
  await plans.replacePlan(before, plan);
  await plans.putBranches(plan, branches);
}
