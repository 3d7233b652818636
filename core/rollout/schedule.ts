/** When the waves of a branch go, from nothing but its windows, the wave size and the interval. */
import { HOUR, MINUTE, type Instant } from '../ambient.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { OpenWindow, PlanBranch, Window } from './plan.ts';
import { nextWindow, windowsFrom } from './window.ts';

export interface PlannedWave {
  readonly seq: number;
  readonly at: Instant;
  readonly size: number;
  /** Which window it falls in, counted from 1. */
  readonly windowNumber: number;
  /** It belongs to the plan's first stage. */
  readonly canary?: true;
}

/** The first stage of a branch: `devices` of its devices, then no wave for `soakHours`. */
export interface StageAhead {
  readonly devices: number;
  readonly soakHours: number;
}

/**
 * The waves of `devices` devices: at the window's opening and every interval after it, never at or after its end; what
 * does not fit goes on in the next window; fewer than all devices where the last window is over before. A wave is of the canary or of the rest.
 */
export function* planWaves(timeZone: string, windows: readonly Window[], from: Instant, devices: number, waveSize: number, intervalMinutes: number, canary?: StageAhead): Generator<PlannedWave, undefined> {
  let [left, first] = [devices, Math.min(canary?.devices ?? 0, devices)];
  let seq = 0;
  let windowNumber = 0;
  let earliest = from;
  const soak = (canary?.soakHours ?? 0) * HOUR;
  for (const window of windowsFrom(timeZone, windows, from)) {
    windowNumber += 1;
    // A branch without a device for the canary waits, too: from its first turn on.
    if (windowNumber === 1 && first === 0) earliest = canary === undefined ? from : Math.max(window.opensAt, from) + soak;
    for (let at = Math.max(window.opensAt, earliest); at < window.closesAt; at = earliest) {
      if (left <= 0) return undefined;
      seq += 1;
      const isFirst = first > 0;
      const size = Math.min(waveSize, isFirst ? first : left);
      left -= size;
      if (isFirst) first -= size;
      earliest = at + Math.max(intervalMinutes * MINUTE, isFirst && first <= 0 ? soak : 0);
      yield { seq, at, size, windowNumber, ...(isFirst ? { canary: true } : {}) };
    }
    if (left <= 0) return undefined;
  }
  return undefined;
}

/** The windows in which a branch's runs of a kind open their waves. */
export function windowsOf(branch: Pick<PlanBranch, 'windows' | 'inventoryWindow'>, kind: InstructionKind): readonly Window[] {
  return kind === 'inventory' ? [branch.inventoryWindow] : branch.windows;
}

export interface Opening {
  readonly at: Instant;
  readonly window: OpenWindow;
}

/** The earliest instant, not before `candidate`, that lies in a window, with that window; undefined where no window is left. */
export function nextOpening(timeZone: string, windows: readonly Window[], candidate: Instant): Opening | undefined {
  const window = nextWindow(timeZone, windows, candidate);
  return window === undefined ? undefined : { at: Math.max(candidate, window.opensAt), window };
}
