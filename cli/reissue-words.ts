/** What is to become of the devices on which a plan does not succeed, and what has. */
import type { PlanDetail } from '../protocol/admin/plan.ts';

/** Sentences; none where a plan is not tried again by itself. */
export function reissueWords({ reissueTimes: times, reissued }: Pick<PlanDetail, 'reissueTimes' | 'reissued'>): readonly string[] {
  if (reissued !== undefined) return [`${reissued.words}${reissued.planId === undefined ? '' : ` See it with \`wavecast plan show ${reissued.planId}\`.`}`];
  return times === undefined ? [] : [`What failed is tried again by itself once the plan is over, ${times === 1 ? 'once' : `at most ${times} times`}.`];
}
