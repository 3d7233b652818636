/** Why instructions of a plan ended without success: by reason, and in which branches. Pure. */
import { reasonsOfFailure } from '../../../core/instruction/reasons.ts';
import type { PlanDetail } from './plan-page.tsx';

export type FailureCode = (typeof reasonsOfFailure)[number];

export interface FailureOf {
  readonly code: FailureCode;
  readonly devices: number;
  readonly branches: readonly { readonly branchId: string; readonly devices: number }[];
}

const failed = ['failed', 'rejected', 'timedOut'];

export function isFailureCode(code: string): code is FailureCode {
  return reasonsOfFailure.some((each) => each === code);
}

/** The most frequent first. What was left out or withdrawn is no failure. */
export function failuresOf({ reasons = {}, branches }: Pick<PlanDetail, 'reasons'> & { readonly branches: readonly Pick<PlanDetail['branches'][number], 'branchId' | 'reasons'>[] }): readonly FailureOf[] {
  const inAll = byCode(reasons);
  const inBranches = branches.map(({ branchId, reasons: own = {} }) => ({ branchId, byCode: byCode(own) }));
  return [...inAll].map(([code, devices]) => ({
    code, devices, branches: inBranches.flatMap(({ branchId, byCode: own }) => { const count = own.get(code); return count === undefined ? [] : [{ branchId, devices: count }]; }),
  })).toSorted((one, other) => other.devices - one.devices || one.code.localeCompare(other.code));
}

function byCode(reasons: Readonly<Record<string, number>>): ReadonlyMap<FailureCode, number> {
  const counts = new Map<FailureCode, number>();
  for (const [key, count] of Object.entries(reasons)) {
    const [state = '', code = ''] = key.split('/');
    if (failed.includes(state) && isFailureCode(code) && count > 0) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}
