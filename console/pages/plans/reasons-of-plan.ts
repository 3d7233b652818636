/** Why devices of a plan failed or were left out: by reason, and in which branches. Pure. */
import { reasonsOfFailure } from '../../../core/instruction/reasons.ts';

export type FailureCode = (typeof reasonsOfFailure)[number];

export interface ReasonCount {
  readonly code: string;
  readonly devices: number;
  readonly branches: readonly { readonly branchId: string; readonly devices: number }[];
}

export interface FailureOf extends ReasonCount {
  readonly code: FailureCode;
}

export function isFailureCode(code: string): code is FailureCode {
  return reasonsOfFailure.some((each) => each === code);
}

type Reasons = Readonly<Record<string, number>>;
interface ReasonedPlan {
  readonly reasons?: Reasons | undefined;
  readonly branches: readonly { readonly branchId: string; readonly reasons?: Reasons | undefined }[];
}

/** The most frequent first. What was left out or withdrawn is no failure. */
export function failuresOf(plan: ReasonedPlan): readonly FailureOf[] {
  return reasonsIn(plan, ['failed', 'rejected', 'timedOut']).flatMap(({ code, ...counts }) => (isFailureCode(code) ? [{ code, ...counts }] : []));
}

/** Whom waves that have opened left out. */
export function skippedOf(plan: ReasonedPlan): readonly ReasonCount[] {
  return reasonsIn(plan, ['skipped']);
}

/** Whom waves to come would leave out, by what is known now. */
export function skipsForeseen(targets: readonly { readonly branchId: string; readonly skipped: readonly { readonly code: string; readonly devices: number }[] }[]): readonly ReasonCount[] {
  return gathered(targets.map(({ branchId, skipped }) => ({ branchId, counts: new Map(skipped.map(({ code, devices }) => [code, devices])) })));
}

function reasonsIn({ branches }: ReasonedPlan, states: readonly string[]): readonly ReasonCount[] {
  return gathered(branches.map(({ branchId, reasons = {} }) => ({ branchId, counts: byCode(reasons, states) })));
}

function gathered(branches: readonly { readonly branchId: string; readonly counts: ReadonlyMap<string, number> }[]): readonly ReasonCount[] {
  const codes = new Set(branches.flatMap(({ counts }) => [...counts.keys()]));
  return [...codes].map((code) => {
    const places = branches.flatMap(({ branchId, counts }) => { const devices = counts.get(code) ?? 0; return devices === 0 ? [] : [{ branchId, devices }]; });
    return { code, devices: places.reduce((sum, { devices }) => sum + devices, 0), branches: places };
  }).filter(({ devices }) => devices > 0).toSorted((one, other) => other.devices - one.devices || one.code.localeCompare(other.code));
}

function byCode(reasons: Reasons, states: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [key, count] of Object.entries(reasons)) {
    const [state = '', code = ''] = key.split('/');
    if (states.includes(state) && code !== '' && count > 0) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}
