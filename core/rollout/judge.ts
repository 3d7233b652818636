/** The engine's decision before a wave. Pure. */
import type { Instant } from '../ambient.ts';
import { countOf, failures, openStates, subtractTotals, type Totals } from '../result/totals.ts';
import { holdOf, wordsOfHold } from './branch-hold.ts';
import { canaryFailure, ruleOf, soakWords } from './canary.ts';
import type { Plan, Run, Verdict, VerdictNumbers } from './plan.ts';
import { pauseFor, type PushFault } from './push-fault.ts';

/**
 * `exit`: the plan was cancelled, or has ended in this branch; `pause`: it is paused, here or everywhere, devices cannot be woken, or its abort rule or its
 * canary's applies to this branch; `wait`: it is not yet time; `advance`: open the next wave.
 */
export function judge(plan: Pick<Plan, 'status' | 'pausedBecause' | 'abortRule' | 'canary' | 'holds'>, run: Pick<Run, 'branchId' | 'kind' | 'nextAt' | 'stage' | 'baseline'>, totals: Totals, fault: PushFault | undefined, now: Instant): Verdict {
  const unwoken = pauseFor(fault, now);
  const ofCanary = ruleOf(plan.canary, run.stage);
  const rule = ofCanary ?? plan.abortRule;
  const verdict = (decision: Verdict['decision'], words: string): Verdict => ({ decision, words, at: now, numbers: numbersOf(rule, run.kind, totals, unwoken === undefined ? undefined : fault) });
  if (plan.status === 'cancelled') return verdict('exit', 'The plan is cancelled.');
  const hold = holdOf(plan, run.branchId);
  if (hold?.kind === 'superseded') return verdict('exit', wordsOfHold(hold));
  // Before all other pauses: a turn that was cut off after it had paused the plan for this must see it again, and say so of its run.
  const failure = canaryFailure(plan.canary, run, totals, now);
  if (failure !== undefined) return verdict('pause', failure);
  if (plan.status !== 'live') return verdict('pause', plan.pausedBecause ?? 'The plan is paused.');
  if (hold !== undefined) return verdict('pause', wordsOfHold(hold));
  if (unwoken !== undefined) return verdict('pause', unwoken);
  // The canary's own has been looked at above, with its soak.
  if (rule !== undefined && ofCanary === undefined && run.kind !== 'inventory') {
    const since = run.baseline === undefined ? totals : subtractTotals(totals, run.baseline);
    const failed = failures(since);
    const settled = failed + countOf(since, ['installed', 'removed']);
    if (settled >= rule.minimum && failed > rule.share * settled) {
      return verdict('pause', `${failed} of ${settled} settled instructions of the branch${run.baseline === undefined ? '' : ' since the plan was resumed'} failed or were rejected; the plan allows ${Math.round(rule.share * 1_000) / 10} %.`);
    }
  }
  if (now < run.nextAt) return verdict('wait', run.stage?.name === 'soak' ? 'The canary\'s soak is not over.' : 'The interval is not over.');
  if (run.stage?.name === 'soak') return verdict('advance', soakWords(run.stage, totals));
  return verdict('advance', 'It is time for the next wave.');
}

/** Everything that a verdict looks at, so that it can be understood afterwards. */
function numbersOf(rule: Plan['abortRule'], kind: Run['kind'], totals: Totals, fault: PushFault | undefined): VerdictNumbers {
  return {
    succeeded: countOf(totals, ['installed', 'removed']), failed: countOf(totals, ['failed']), rejected: countOf(totals, ['rejected']), timedOut: countOf(totals, ['timedOut']), open: countOf(totals, openStates),
    ...(rule === undefined || kind === 'inventory' ? {} : { rule }), ...(fault === undefined ? {} : { pushFault: fault.reason }),
  };
}
