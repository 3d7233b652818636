import { dayOf } from '../ambient.ts';
import type { Instruction, InstructionState } from '../instruction/instruction.ts';

/** How many instructions are in each state; states with none are absent. */
export type Totals = Readonly<Partial<Record<InstructionState, number>>>;

/** Counts a wave's instructions: always from the instructions themselves, so that repeating it cannot drift. */
export function countStates(instructions: readonly Pick<Instruction, 'state'>[]): Totals {
  const totals: Partial<Record<InstructionState, number>> = {};
  for (const { state } of instructions) totals[state] = (totals[state] ?? 0) + 1;
  return totals;
}

/** The sum, state by state; states that come to nothing are absent. */
export function addTotals(parts: readonly Totals[]): Totals {
  const sum: Partial<Record<InstructionState, number>> = {};
  for (const part of parts) {
    for (const [state, count] of Object.entries(part) as [InstructionState, number][]) sum[state] = (sum[state] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}

/** `after - before`, state by state; zero differences are absent. */
export function subtractTotals(after: Totals, before: Totals): Totals {
  const negated = Object.fromEntries(Object.entries(before).map(([state, count]) => [state, -count])) as Totals;
  return addTotals([after, negated]);
}

/** How many instructions are where they are for which reason, by `state/code`; those without a reason are absent. */
export type ReasonTotals = Readonly<Record<string, number>>;

/** Installations by the UTC day on which they were proven, for example `2026-11-26`; days without any are absent. */
export type InstallsByDay = Readonly<Record<string, number>>;

export interface Tally {
  readonly totals: Totals;
  readonly reasons: ReasonTotals;
  /** Absent where there are none. */
  readonly installs?: InstallsByDay;
}

export function tallyOf(instructions: readonly Pick<Instruction, 'state' | 'reason' | 'finishedAt'>[]): Tally {
  const [reasons, installs]: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const { state, reason, finishedAt } of instructions) {
    if (reason !== undefined) reasons[`${state}/${reason.code}`] = (reasons[`${state}/${reason.code}`] ?? 0) + 1;
    if (state === 'installed' && finishedAt !== undefined) installs[dayOf(finishedAt)] = (installs[dayOf(finishedAt)] ?? 0) + 1;
  }
  return { totals: countStates(instructions), reasons, ...(Object.keys(installs).length === 0 ? {} : { installs }) };
}

export function addReasons(parts: readonly ReasonTotals[]): ReasonTotals {
  const sum: Record<string, number> = {};
  for (const part of parts) for (const [key, count] of Object.entries(part)) sum[key] = (sum[key] ?? 0) + count;
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}

/** `after - before`; what comes to nothing is absent. */
export function subtractTallies(after: Tally, before: Tally): Tally {
  const difference = (one: ReasonTotals, other: ReasonTotals): ReasonTotals => addReasons([one, Object.fromEntries(Object.entries(other).map(([key, count]) => [key, -count]))]);
  const installs = difference(after.installs ?? {}, before.installs ?? {});
  return { totals: subtractTotals(after.totals, before.totals), reasons: difference(after.reasons, before.reasons), ...(Object.keys(installs).length === 0 ? {} : { installs }) };
}

/** Whether a difference comes to nothing. */
export function isNothing({ totals, reasons, installs = {} }: Tally): boolean {
  return [totals, reasons, installs].every((counts) => Object.keys(counts).length === 0);
}

/** States in which an instruction may still be carried out. */
export const openStates = ['scheduled', 'issued', 'delivered', 'deferred', 'acknowledged', 'installing'] as const satisfies readonly InstructionState[];

export function countOf(totals: Totals, states: readonly InstructionState[]): number {
  return states.reduce((sum, state) => sum + (totals[state] ?? 0), 0);
}

/** Settled instructions that count as failures: failed, rejected and timed out. */
export function failures(totals: Totals): number {
  return countOf(totals, ['failed', 'rejected', 'timedOut']);
}
