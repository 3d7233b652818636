/** What the clock brings about every minute: timers of waves, places of branches, runs that did not start or were left lying, plans to be tried again, warnings. Late, repeated or doubled it does no harm. */
import type { Instant } from '../ambient.ts';
import { watchVersionEnd, type WatchVersionEndServices } from '../catalog/version-end.ts';
import { checkRenewal, type RenewalServices } from '../device/renew-identity.ts';
import { watchPushCertificate, type WatchPushServices } from '../device/watch-push-certificate.ts';
import type { Due, DueKind, Timers } from '../instruction/store.ts';
import { checkWave, type CheckServices } from './check-wave.ts';
import { checkPlaces, type CheckPlacesServices } from './free-places.ts';
import { watchReissue, type WatchReissueServices } from './reissue-timer.ts';
import { watchRun, type WatchServices } from './watch-run.ts';

export type SweepServices = CheckServices & CheckPlacesServices & WatchServices & WatchReissueServices & WatchPushServices & WatchVersionEndServices & RenewalServices & { readonly timers: Pick<Timers, 'due' | 'advance' | 'mark'> };

/** What each kind of timer is for. Each answers the timer that follows it. */
const watches: Readonly<Record<DueKind, (services: SweepServices, due: Due, now: Instant) => Promise<Due | undefined>>> = {
  'wave-check': checkWave,
  'run-start': watchRun,
  reissue: watchReissue,
  places: checkPlaces,
  'push-certificate': watchPushCertificate,
  'identity-renewal': checkRenewal,
  'version-end': watchVersionEnd,
};

/** Timers handled in one sweep; what is left over waits for the next minute. */
export const LIMIT = 200;

export async function sweep(services: SweepServices, now: Instant): Promise<{ readonly handled: number; readonly failed: number }> {
  const dues = await services.timers.due(now, LIMIT);
  let failed = 0;
  for (const due of dues) {
    try {
      const next = await watches[due.kind](services, due, now);
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
