/** Says in time that the push certificate ends: each warning is a timer of the sweep. */
import type { Instant, Logger } from '../ambient.ts';
import { daysLeft, nextWarning } from '../expiry.ts';
import type { Due } from '../instruction/store.ts';
import type { PushFacts, PushFactsStore } from './push-certificate.ts';

export interface WatchPushServices {
  readonly pushFacts: Pick<PushFactsStore, 'facts'>;
  readonly log: Logger;
}

/** The next warning about a certificate; undefined when there is none to come. */
export function warningDue({ expiresAt }: Pick<PushFacts, 'expiresAt'>, now: Instant, from = 0): Due | undefined {
  const next = nextWarning(expiresAt, from, now);
  // The subject names the certificate: a warning about one that was replaced is met and dropped.
  return next === undefined ? undefined : { ...next, kind: 'push-certificate', subject: String(expiresAt) };
}

/** A warning is due: it is said, unless the certificate was renewed meanwhile. Answers the next one. */
export async function watchPushCertificate({ pushFacts, log }: WatchPushServices, due: Due, now: Instant): Promise<Due | undefined> {
  const facts = await pushFacts.facts();
  if (facts === undefined || String(facts.expiresAt) !== due.subject) return undefined;
  const days = daysLeft(facts.expiresAt, now);
  if (days < 0) log.error('the push certificate has ended', { days });
  else log.warn('the push certificate ends soon', { days });
  return warningDue(facts, now, due.step + 1);
}
