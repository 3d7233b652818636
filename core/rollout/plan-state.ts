/** What a plan is at, in one word, from its status and its runs. */
import type { Plan, Run } from './plan.ts';

/**
 * `starting`: started, its runs are being made; `waiting`: no wave has opened yet; `running`: waves are going;
 * `collecting`: all waves have gone, inventory is still being collected; `finished`: nothing is left to do.
 */
export const planStates = ['draft', 'starting', 'waiting', 'running', 'collecting', 'finished', 'paused', 'cancelled'] as const;
export type PlanState = (typeof planStates)[number];

export function planState(plan: Pick<Plan, 'status'>, runs: readonly Run[], branchCount: number): PlanState {
  if (plan.status !== 'live') return plan.status;
  const instructing = runs.filter(({ kind }) => kind !== 'inventory');
  if (instructing.length < branchCount) return 'starting';
  if (instructing.every(isOver)) {
    const inventories = runs.filter(({ kind }) => kind === 'inventory');
    return inventories.length === branchCount && inventories.every(isOver) ? 'finished' : 'collecting';
  }
  return instructing.some(({ status, nextSeq }) => status === 'running' || status === 'finished' || nextSeq > 1) ? 'running' : 'waiting';
}

function isOver({ status }: Run): boolean {
  return status === 'finished' || status === 'cancelled';
}
