/** When the waves of a branch go, from nothing but its windows, the wave size and the interval. */
import { MINUTE, type Instant } from '../ambient.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { OpenWindow, PlanBranch, Window } from './plan.ts';
import { windowsFrom } from './window.ts';

export interface PlannedWave {
  readonly seq: number;
  readonly at: Instant;
  readonly size: number;
  /** Which window it falls in, counted from 1. */
  readonly windowNumber: number;
}

/**
 * The waves of `devices` devices: at the window's opening and every interval after it, never at or after its end; what
 * does not fit goes on in the next window.
 */
export function* planWaves(timeZone: string, windows: readonly Window[], from: Instant, devices: number, waveSize: number, intervalMinutes: number): Generator<PlannedWave, undefined> {
  let left = devices;
  let seq = 0;
  let windowNumber = 0;
  let earliest = from;
  for (const window of windowsFrom(timeZone, windows, from)) {
    windowNumber += 1;
    for (let at = Math.max(window.opensAt, earliest); at < window.closesAt; at += intervalMinutes * MINUTE) {
      if (left <= 0) return undefined;
      seq += 1;
      const size = Math.min(waveSize, left);
      left -= size;
      earliest = at + intervalMinutes * MINUTE;
      yield { seq, at, size, windowNumber };
    }
    if (left <= 0) return undefined;
  }
  return undefined;
}

/** The windows in which a branch's runs of a kind open their waves. */
export function windowsOf(branch: Pick<PlanBranch, 'windows' | 'inventoryWindow'>, kind: InstructionKind): readonly Window[] {
  return kind === 'inventory' ? [branch.inventoryWindow] : branch.windows;
}

/** The earliest instant, not before `candidate`, that lies in a window; with that window. */
export function nextOpening(timeZone: string, windows: readonly Window[], candidate: Instant): { readonly at: Instant; readonly window: OpenWindow } {
  for (const window of windowsFrom(timeZone, windows, candidate)) return { at: Math.max(candidate, window.opensAt), window };
  return { at: candidate, window: { opensAt: candidate, closesAt: candidate } };
}
