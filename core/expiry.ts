/** Warnings before something ends that a person must renew: 60, 30 and 7 days before, and at the end. */
import { DAY, type Instant } from './ambient.ts';

/** Days before the end at which a warning is due, in order. */
export const WARNING_DAYS = [60, 30, 7, 0] as const;

/** Whole days left, rounded down; negative once it is over. */
export function daysLeft(expiresAt: Instant, now: Instant): number {
  return Math.floor((expiresAt - now) / DAY);
}

/** Whether somebody should be told by now. */
export function endsSoon(expiresAt: Instant, now: Instant): boolean {
  return expiresAt - now <= WARNING_DAYS[0] * DAY;
}

/** The first warning at or after step `from` that is still to come; undefined when none is. */
export function nextWarning(expiresAt: Instant, from: number, now: Instant): { readonly step: number; readonly at: Instant } | undefined {
  for (const [step, days] of WARNING_DAYS.entries()) {
    const at = expiresAt - days * DAY;
    if (step >= from && at > now) return { step, at };
  }
  return undefined;
}
