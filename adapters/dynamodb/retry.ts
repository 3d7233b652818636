import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from '../../core/back-off.ts';
import { WavecastError } from '../../core/errors.ts';

/** Together about two seconds at most: less than any of our callers' patience. */
const ATTEMPTS = 8;
const BASE = 25;
const CAP = 500;

/** Repeats `attempt` while it gives `again`, a little later each time. Throws `throttled` when the attempts are used up. */
export async function retried<T>(attempt: () => Promise<T | 'again'>): Promise<T> {
  for (let n = 0; n < ATTEMPTS; n += 1) {
    if (n > 0) await sleep(backOff(n, BASE, CAP, Math.random()));
    const result = await attempt();
    if (result !== 'again') return result;
  }
  throw tooBusy();
}

export function tooBusy(cause?: unknown): WavecastError {
  return new WavecastError('throttled', 'The database was too busy.', { remedy: 'Try again in a moment.', cause });
}
