/** Says in time that the push certificate ends. */
import type { Instant, Logger } from '../ambient.ts';
import type { Due } from '../instruction/store.ts';
import { endingDue, tellEnding, type EndingLines } from '../watch-ending.ts';
import type { PushFacts, PushFactsStore } from './push-certificate.ts';

const lines: EndingLines = { soon: 'the push certificate ends soon', ended: 'the push certificate has ended' };

export interface WatchPushServices {
  readonly pushFacts: Pick<PushFactsStore, 'facts'>;
  readonly log: Logger;
}

/** The next warning about a certificate; undefined when there is none to come. */
export function warningDue({ expiresAt }: Pick<PushFacts, 'expiresAt'>, now: Instant, from = 0): Due | undefined {
  return endingDue({ kind: 'push-certificate', subject: String(expiresAt), expiresAt }, now, from);
}

/** A warning is due: it is said, unless the certificate was renewed meanwhile. Answers the next one. */
export async function watchPushCertificate({ pushFacts, log }: WatchPushServices, due: Due, now: Instant): Promise<Due | undefined> {
  const facts = await pushFacts.facts();
  if (facts === undefined || String(facts.expiresAt) !== due.subject) return undefined;
  tellEnding(log, lines, facts.expiresAt, now);
  return warningDue(facts, now, due.step + 1);
}
