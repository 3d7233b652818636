/** The load as a curve without gaps: steps in which nothing was sent are not in the answer. */
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

export interface CurvePoint {
  readonly at: number;
  readonly mbps: number;
}

/** `step`: milliseconds of each step; steps are counted from `from`. */
export function loadCurve({ from, to, steps }: Pick<AnswerOf<'getBranchLoad'>, 'from' | 'to' | 'steps'>, step: number): readonly CurvePoint[] {
  const known = new Map(steps.map(({ at, mbps }) => [at, mbps]));
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step).map((at) => ({ at, mbps: known.get(at) ?? 0 }));
}
