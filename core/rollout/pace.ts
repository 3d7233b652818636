/** How quickly the devices of a branch are asked: the plan's pace, or the branch's own. */
import type { Plan, PlanBranch } from './plan.ts';

export interface Pace {
  /** Devices instructed together, 1 to 500. */
  readonly waveSize: number;
  /** Minutes between waves, 1 to 60. */
  readonly intervalMinutes: number;
}

export function paceOf(plan: Pick<Plan, keyof Pace>, { pace }: Pick<PlanBranch, 'pace'>): Pace {
  return pace ?? { waveSize: plan.waveSize, intervalMinutes: plan.intervalMinutes };
}
