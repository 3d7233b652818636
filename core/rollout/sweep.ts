/** What the clock brings about every minute: timers of waves, places of branches, runs that did not start or were left lying, plans to be tried again, warnings. Late, repeated or doubled it does no harm. */
import type { Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import { watchVersionEnd, type WatchVersionEndServices } from '../catalog/version-end.ts';
import { checkRenewal, type RenewalServices } from '../device/renew-identity.ts';
import { watchPushCertificate, type WatchPushServices } from '../device/watch-push-certificate.ts';
import type { Due, DueKind, Timers } from '../instruction/store.ts';
import { checkProgress } from './check-progress.ts';
import { checkWave, type CheckServices } from './check-wave.ts';
import { checkPlaces, type CheckPlacesServices } from './free-places.ts';
import { watchReissue, type WatchReissueServices } from './reissue-timer.ts';
import { watchRun, type WatchServices } from './watch-run.ts';

export type SweepServices = CheckServices & CheckPlacesServices & WatchServices & WatchReissueServices & WatchPushServices & WatchVersionEndServices & RenewalServices & { readonly timers: Pick<Timers, 'due' | 'advance' | 'mark'> };

/** What each kind of timer is for. Each answers the timer that follows it. */
const watches: Readonly<Record<DueKind, (services: SweepServices, due: Due, now: Instant) => Promise<Due | undefined>>> = {
  'wave-check': checkWave,
  progress: checkProgress,
  'run-start': watchRun,
  reissue: watchReissue,
  places: checkPlaces,
  'push-certificate': watchPushCertificate,
  'identity-renewal': checkRenewal,
  'version-end': watchVersionEnd,
};

/** Timers read at a time. A sweep goes on to the next portion as long as it has time. */
export const LIMIT = 200;
/** Timers worked off side by side: each waits for the database most of its time. */
export const AT_ONCE = 10;

export interface Swept {
  readonly handled: number;
  /** Of these, so many failed. They stay, and are met again. */
  readonly failed: number;
}

/** Works off what is due at `now`, oldest first, until nothing is or `hasTime` says no. What is left over is met by the next sweep. */
export async function sweep(services: SweepServices, now: Instant, hasTime: () => boolean = () => true): Promise<Swept> {
  let [handled, failed, doneUntil] = [0, 0, now];
  for (let after: Due | undefined, more = true; more; ) {
    const dues = await services.timers.due(now, LIMIT, after);
    const fates = await atMost(AT_ONCE, dues, async (due) => (hasTime() ? workOff(services, due, now) : 'left'));
    handled += fates.filter((fate) => fate !== 'left').length;
    failed += fates.filter((fate) => fate === 'failed').length;
    // The mark passes nothing that was not done.
    doneUntil = Math.min(doneUntil, ...dues.flatMap(({ at }, index) => (fates[index] === 'done' ? [] : [at])));
    after = dues.at(-1);
    const isFull = dues.length === LIMIT && after !== undefined;
    more = isFull && hasTime();
    if (isFull && !more) doneUntil = Math.min(doneUntil, after?.at ?? now);
  }
  await services.timers.mark(doneUntil);
  return { handled, failed };
}

async function workOff(services: SweepServices, due: Due, now: Instant): Promise<'done' | 'failed'> {
  try {
    await services.timers.advance(due, await watches[due.kind](services, due, now));
    return 'done';
  } catch (error) {
    // One bad timer must not hold up the others; it stays and is met again.
    services.log.error('timer failed', { kind: due.kind, subject: due.subject, error: error instanceof Error ? error.name : 'unknown' });
    return 'failed';
  }
}
