/** How often a live answer is asked for again: soon while it changes, ever less often while it does not. */
import { SECOND } from '../../core/ambient.ts';

/** `while it changes` and, at most, `while it stays`. */
export const pace = { first: 3 * SECOND, last: 60 * SECOND, factor: 1.6 } as const;

/** `same`: how many times in a row nothing had changed, or the asking had failed. */
export function nextAsk(same: number): number {
  return Math.min(pace.last, Math.round(pace.first * pace.factor ** same));
}

/** Whether two answers say the same. When they were made does not count: it differs each time. */
export function saysTheSame(one: unknown, other: unknown): boolean {
  const told = (answer: unknown): string => JSON.stringify({ answer }, (key, value: unknown) => (key === 'asOf' ? undefined : value));
  return told(one) === told(other);
}
