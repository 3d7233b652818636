/** Whether and when a failed state is tried again. Source: Step Functions developer guide, "Retrying after an error". */
import { SECOND } from '../../core/ambient.ts';
import type { Retrier } from './definition.ts';
import { takes } from './states-error.ts';

export interface Retry {
  /** Position of the retrier, by which its attempts are counted. */
  readonly index: number;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/**
 * The first retrier that names the error decides; when its attempts are used up there is no retry, whatever follows.
 * `attempts[i]` counts the retries that retrier i has had. `random` gives numbers in [0, 1).
 */
export function chooseRetry(retriers: readonly Retrier[], error: string, attempts: readonly number[], random: () => number): Retry | undefined {
  const index = retriers.findIndex((retrier) => takes(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const used = attempts[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
  const seconds = Math.min((retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used, retrier.MaxDelaySeconds ?? Infinity);
  const share = retrier.JitterStrategy === 'FULL' ? random() : 1;
  return { index, delay: Math.round(seconds * share * SECOND) };
}
