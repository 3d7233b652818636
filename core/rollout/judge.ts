/** The engine's decision before a wave. Pure. */
import type { Instant } from '../ambient.ts';
import { countOf, failures, subtractTotals, type Totals } from '../result/totals.ts';
import type { Plan, Run, Verdict } from './plan.ts';
import { pauseFor, type PushFault } from './push-fault.ts';

/**
 * `exit`: the plan was cancelled; `pause`: it is paused, devices cannot be woken, or its abort rule applies to this
 * branch; `wait`: it is not yet time; `advance`: open the next wave.
 */
export function judge(plan: Pick<Plan, 'status' | 'pausedBecause' | 'abortRule'>, run: Pick<Run, 'kind' | 'nextAt' | 'baseline'>, totals: Totals, fault: PushFault | undefined, now: Instant): Verdict {
  const verdict = (decision: Verdict['decision'], words: string): Verdict => ({ decision, words, at: now });
  if (plan.status === 'cancelled') return verdict('exit', 'The plan is cancelled.');
  if (plan.status !== 'live') return verdict('pause', plan.pausedBecause ?? 'The plan is paused.');
  const unwoken = pauseFor(fault, now);
  if (unwoken !== undefined) return verdict('pause', unwoken);
  const rule = plan.abortRule;
  if (rule !== undefined && run.kind !== 'inventory') {
    const since = run.baseline === undefined ? totals : subtractTotals(totals, run.baseline);
    const failed = failures(since);
    const settled = failed + countOf(since, ['installed', 'removed']);
    if (settled >= rule.minimum && failed > rule.share * settled) {
      return verdict('pause', `${failed} of ${settled} settled instructions of the branch${run.baseline === undefined ? '' : ' since the plan was resumed'} failed or were rejected; the plan allows ${Math.round(rule.share * 100)} %.`);
    }
  }
  if (now < run.nextAt) return verdict('wait', 'The interval is not over.');
  return verdict('advance', 'It is time for the next wave.');
}
