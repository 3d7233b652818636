/** What of a plan is watched: enough to draw it, and little enough to fetch every few seconds. */
import type { InstructionState } from '../core/instruction/instruction.ts';
import type { PlanOperation } from '../core/rollout/plan.ts';
import type { PlanState } from '../core/rollout/plan-state.ts';
import type { Totals } from '../core/result/totals.ts';
import { dateTime } from './when.ts';

export interface BranchView {
  readonly branchId: string;
  readonly timeZone: string;
  /** Devices that the plan is for. */
  readonly devices: number;
  /** Of the instructions to install, or to remove. */
  readonly totals: Totals;
  /** Waves opened so far. */
  readonly waves: number;
  /** Undefined until the plan's runs are made. */
  readonly status: RunStatus | undefined;
  /** When the next wave goes, while one is to go. */
  readonly nextAt: number | undefined;
  /** Why it stands still by itself. */
  readonly hold?: 'paused' | 'superseded' | undefined;
  /** What the engine last decided, in words. */
  readonly words: string | undefined;
  /** Where it stands in a plan with a canary; undefined where the canary is over or there is none. */
  readonly stage?: 'canary' | 'soak' | undefined;
  readonly inventory: { readonly status: RunStatus; readonly nextAt: number | undefined } | undefined;
}

export type RunStatus = 'waiting' | 'running' | 'paused' | 'finished' | 'cancelled';

export interface PlanView {
  readonly id: string;
  readonly name: string;
  readonly operation: PlanOperation;
  readonly bundleId: string;
  readonly shortVersion: string;
  readonly version: string;
  readonly state: PlanState;
  readonly pausedBecause: string | undefined;
  /** Of a plan that was started for later: no window opens before. */
  readonly startsAt?: number | undefined;
  /** The server's present, milliseconds since the Unix epoch. */
  readonly now: number;
  readonly branches: readonly BranchView[];
}

/** The kinds of state that a person tells apart at a glance. */
export interface Tally {
  /** Installed, or removed: what the plan is for. */
  readonly done: number;
  readonly underWay: number;
  readonly failed: number;
  readonly left: number;
  /** Not instructed yet. */
  readonly toCome: number;
}

const groups: Readonly<Record<Exclude<keyof Tally, 'toCome'>, readonly InstructionState[]>> = {
  done: ['installed', 'removed'],
  underWay: ['scheduled', 'issued', 'delivered', 'deferred', 'acknowledged', 'installing'],
  failed: ['failed', 'rejected', 'timedOut'],
  left: ['skipped', 'cancelled', 'superseded'],
};

export function tallyOf({ totals, devices, status }: Pick<BranchView, 'totals' | 'devices' | 'status'>): Tally {
  const count = (states: readonly InstructionState[]): number => states.reduce((sum, state) => sum + (totals[state] ?? 0), 0);
  const [done, underWay, failed, left] = [count(groups.done), count(groups.underWay), count(groups.failed), count(groups.left)];
  // A run that is over instructs nobody else: devices it did not meet have moved away.
  const over = status === 'finished' || status === 'cancelled';
  return { done, underWay, failed, left, toCome: over ? 0 : Math.max(0, devices - done - underWay - failed - left) };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
  return { done: sum('done'), underWay: sum('underWay'), failed: sum('failed'), left: sum('left'), toCome: sum('toCome') };
}

/** What the devices are that are done. */
export function doneWord({ operation }: Pick<PlanView, 'operation'>): string {
  return operation === 'install' ? 'installed' : 'removed';
}

/** `com.example.field 2.1.0 (42)`, or of a removal the app alone. */
export function subjectOf({ operation, bundleId, shortVersion, version }: Pick<PlanView, 'operation' | 'bundleId' | 'shortVersion' | 'version'>): string {
  return operation === 'install' ? `${bundleId} ${shortVersion} (${version})` : `remove ${bundleId}`;
}

/** Nothing more will happen to it unless somebody does something. */
export function isOver({ state }: Pick<PlanView, 'state'>): boolean {
  return state === 'finished' || state === 'cancelled';
}

/** Why nothing happens: it is paused, or was started for later. */
export function whyStill({ pausedBecause, startsAt, now }: Pick<PlanView, 'pausedBecause' | 'startsAt' | 'now'>): string | undefined {
  return pausedBecause ?? (startsAt !== undefined && startsAt > now ? `No window opens before ${dateTime(startsAt)}.` : undefined);
}
