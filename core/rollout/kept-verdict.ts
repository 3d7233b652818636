/** Which of the engine's verdicts are kept: those that opened a wave or ended the going on. */
import type { KeptVerdict, Run } from './plan.ts';

/**
 * The verdict that comes with a run's change from `before` (undefined: the run is new) to `after`. None where the change
 * has no new one, or took a step back, and none for a look at devices that opened no wave: there may be hundreds in a row.
 */
export function verdictToKeep(before: Run | undefined, after: Run): KeptVerdict | undefined {
  const verdict = after.lastVerdict;
  if (verdict === undefined || verdict.at < (before?.lastVerdict?.at ?? 0)) return undefined;
  const seq = before !== undefined && after.nextSeq > before.nextSeq ? before.nextSeq : undefined;
  if (seq !== undefined) return { ...verdict, seq };
  const known = before?.lastVerdict;
  const isNew = known?.at !== verdict.at || known.decision !== verdict.decision || known.words !== verdict.words;
  return isNew && verdict.decision !== 'advance' ? verdict : undefined;
}
