/** The engine's decision before a wave. Pure. */
import type { Instant } from '../ambient.ts';
import { countOf, failures, openStates, type Totals } from '../result/totals.ts';
import type { Plan, Run, Verdict, VerdictNumbers } from './plan.ts';
import { pauseFor, type PushFault } from './push-fault.ts';

/**
 * `exit`: the plan was cancelled; `pause`: it is paused, devices cannot be woken, or its abort rule applies to this
 * branch; `wait`: it is not yet time; `advance`: open the next wave.
 */
export function judge(plan: Pick<Plan, 'status' | 'pausedBecause' | 'abortRule'>, run: Pick<Run, 'kind' | 'nextAt'>, totals: Totals, fault: PushFault | undefined, now: Instant): Verdict {
  const unwoken = pauseFor(fault, now);
  const verdict = (decision: Verdict['decision'], words: string): Verdict => ({ decision, words, at: now, numbers: numbersOf(plan.abortRule, run.kind, totals, unwoken === undefined ? undefined : fault) });
  if (plan.status === 'cancelled') return verdict('exit', 'The plan is cancelled.');
  if (plan.status !== 'live') return verdict('pause', plan.pausedBecause ?? 'The plan is paused.');
  if (unwoken !== undefined) return verdict('pause', unwoken);
  const rule = plan.abortRule;
  if (rule !== undefined && run.kind !== 'inventory') {
    const failed = failures(totals);
    const settled = failed + countOf(totals, ['installed', 'removed']);
    if (settled >= rule.minimum && failed > rule.share * settled) {
      return verdict('pause', `${failed} of ${settled} settled instructions of the branch failed or were rejected; the plan allows ${Math.round(rule.share * 100)} %.`);
    }
  }
  if (now < run.nextAt) return verdict('wait', 'The interval is not over.');
  return verdict('advance', 'It is time for the next wave.');
}

/** Everything that a verdict looks at, so that it can be understood afterwards. */
function numbersOf(rule: Plan['abortRule'], kind: Run['kind'], totals: Totals, fault: PushFault | undefined): VerdictNumbers {
  return {
    succeeded: countOf(totals, ['installed', 'removed']), failed: countOf(totals, ['failed']), rejected: countOf(totals, ['rejected']), timedOut: countOf(totals, ['timedOut']), open: countOf(totals, openStates),
    ...(rule === undefined || kind === 'inventory' ? {} : { rule }), ...(fault === undefined ? {} : { pushFault: fault.reason }),
  };
}
