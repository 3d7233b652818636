/** A plan that stands still in some of its branches, while the others go on. */
import { WavecastError } from '../errors.ts';
import type { BranchId } from '../ids.ts';
import type { BranchHold, Plan } from './plan.ts';

export type BranchAction = 'pause' | 'resume';

export function holdOf({ holds }: Pick<Plan, 'holds'>, branchId: BranchId): BranchHold | undefined {
  return holds?.find((hold) => hold.branchId === branchId);
}

/** Whether waves may open in the branch, as far as people have decided. */
export function goesOn(plan: Pick<Plan, 'status' | 'holds'>, branchId: BranchId): boolean {
  return plan.status === 'live' && holdOf(plan, branchId) === undefined;
}

export function wordsOfHold({ kind, by }: BranchHold): string {
  return kind === 'paused' ? `Paused in this branch by ${by}.` : `Superseded in this branch by the plan "${by}".`;
}

/**
 * The plan after `action` by `who` in some of its branches (`known`: all that it has); the very same object where all is so
 * already. The plan itself stays as it is: a branch that is resumed in a paused plan goes on when that does. Throws
 * `not-found` for a branch that is none of the plan's, `conflict` where the action makes no sense.
 */
export function controlBranches(plan: Plan, known: readonly BranchId[], branchIds: readonly BranchId[], action: BranchAction, who: string): Plan {
  if (plan.status !== 'live' && plan.status !== 'paused') {
    throw new WavecastError('conflict', `The plan is ${plan.status}: one cannot ${action} a branch of it.`, { remedy: plan.status === 'draft' ? 'Start it first.' : 'A cancelled plan stays cancelled: make a new one.' });
  }
  for (const branchId of branchIds) {
    if (!known.includes(branchId)) throw new WavecastError('not-found', `The plan has no branch "${branchId}".`, { remedy: 'Name branches that `wavecast plan show` prints.' });
    const hold = holdOf(plan, branchId);
    if (hold?.kind === 'superseded') throw new WavecastError('conflict', `The plan has ended in "${branchId}": the plan "${hold.by}" took its place there.`, { remedy: 'Pause or resume that plan, or make a new one.' });
  }
  const named = [...new Set(branchIds)];
  const changed = named.filter((branchId) => (holdOf(plan, branchId) === undefined) === (action === 'pause'));
  if (changed.length === 0) return plan;
  const others = (plan.holds ?? []).filter(({ branchId }) => !changed.includes(branchId));
  const added = action === 'pause' ? changed.map((branchId): BranchHold => ({ branchId, kind: 'paused', by: who })) : [];
  return withHolds(plan, [...others, ...added]);
}

/** None is no list at all. */
export function withHolds({ holds: _, ...plan }: Plan, holds: readonly BranchHold[]): Plan {
  return { ...plan, ...(holds.length === 0 ? {} : { holds }), revision: plan.revision + 1 };
}
