/** What the clock brings about every minute: timers of waves, runs that did not start or were left lying, identities that end. Late, repeated or doubled it does no harm. */
import type { Instant } from '../ambient.ts';
import { checkRenewal, type RenewalServices } from '../device/renew-identity.ts';
import type { Due, Timers } from '../instruction/store.ts';
import { checkWave, type CheckServices } from './check-wave.ts';
import { watchRun, type WatchServices } from './watch-run.ts';

export type SweepServices = CheckServices & WatchServices & RenewalServices & { readonly timers: Pick<Timers, 'due' | 'advance' | 'mark'> };

/** Timers handled in one sweep; what is left over waits for the next minute. */
export const LIMIT = 200;

export async function sweep(services: SweepServices, now: Instant): Promise<{ readonly handled: number; readonly failed: number }> {
  const dues = await services.timers.due(now, LIMIT);
  let failed = 0;
  for (const due of dues) {
    try {
      const next = await carryOut(services, due, now);
      await services.timers.advance(due, next);
    } catch (error) {
      // One bad timer must not hold up the others; it stays and is met again.
      failed += 1;
      services.log.error('timer failed', { kind: due.kind, subject: due.subject, error: error instanceof Error ? error.name : 'unknown' });
    }
  }
  if (failed === 0) await services.timers.mark(dues.length < LIMIT ? now : (dues.at(-1)?.at ?? now));
  return { handled: dues.length, failed };
}

/** The timer that follows. */
function carryOut(services: SweepServices, due: Due, now: Instant): Promise<Due | undefined> {
  switch (due.kind) {
    case 'wave-check':
      return checkWave(services, due, now);
    case 'run-start':
      return watchRun(services, due, now);
    case 'identity-renewal':
      return checkRenewal(services, due, now);
  }
}
