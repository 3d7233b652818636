/**
 * How long to wait before trying again, milliseconds: doubled with every attempt (counted from 0) up to `cap`, and any
 * part of it ("full jitter"), so that those who failed together do not come back together. `chance` is in [0, 1).
 */
export function backOff(attempt: number, base: number, cap: number, chance: number): number {
  return Math.floor(chance * Math.min(cap, base * 2 ** attempt));
}
