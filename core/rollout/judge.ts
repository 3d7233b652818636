/** The engine's decision before a wave. Pure. */
import type { Instant } from '../ambient.ts';
import { countOf, failures, type Totals } from '../result/totals.ts';
import { holdOf, wordsOfHold } from './branch-hold.ts';
import { canaryFailure, ruleOf, soakWords } from './canary.ts';
import type { Plan, Run, Verdict } from './plan.ts';
import { pauseFor, type PushFault } from './push-fault.ts';

/**
 * `exit`: the plan was cancelled, or has ended in this branch; `pause`: it is paused, here or everywhere, devices cannot be woken, or its abort rule or its
 * canary's applies to this branch; `wait`: it is not yet time; `advance`: open the next wave.
 */
export function judge(plan: Pick<Plan, 'status' | 'pausedBecause' | 'abortRule' | 'canary' | 'holds'>, run: Pick<Run, 'branchId' | 'kind' | 'nextAt' | 'stage'>, totals: Totals, fault: PushFault | undefined, now: Instant): Verdict {
  const verdict = (decision: Verdict['decision'], words: string): Verdict => ({ decision, words, at: now });
  if (plan.status === 'cancelled') return verdict('exit', 'The plan is cancelled.');
  const hold = holdOf(plan, run.branchId);
  if (hold?.kind === 'superseded') return verdict('exit', wordsOfHold(hold));
  // Before all other pauses: a turn that was cut off after it had paused the plan for this must see it again, and say so of its run.
  const failure = canaryFailure(plan.canary, run, totals, now);
  if (failure !== undefined) return verdict('pause', failure);
  if (plan.status !== 'live') return verdict('pause', plan.pausedBecause ?? 'The plan is paused.');
  if (hold !== undefined) return verdict('pause', wordsOfHold(hold));
  const unwoken = pauseFor(fault, now);
  if (unwoken !== undefined) return verdict('pause', unwoken);
  const rule = ruleOf(plan.canary, run.stage) === undefined ? plan.abortRule : undefined;
  if (rule !== undefined && run.kind !== 'inventory') {
    const failed = failures(totals);
    const settled = failed + countOf(totals, ['installed', 'removed']);
    if (settled >= rule.minimum && failed > rule.share * settled) {
      return verdict('pause', `${failed} of ${settled} settled instructions of the branch failed or were rejected; the plan allows ${Math.round(rule.share * 1_000) / 10} %.`);
    }
  }
  if (now < run.nextAt) return verdict('wait', run.stage?.name === 'soak' ? 'The canary\'s soak is not over.' : 'The interval is not over.');
  if (run.stage?.name === 'soak') return verdict('advance', soakWords(run.stage, totals));
  return verdict('advance', 'It is time for the next wave.');
}
