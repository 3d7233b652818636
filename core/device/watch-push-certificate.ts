/** Says in time that the push certificate ends. */
import type { Identifiers, Instant, Logger } from '../ambient.ts';
import type { Due } from '../instruction/store.ts';
import { eventId, type EventBus } from '../result/product-event.ts';
import { endingDue, tellEnding, type EndingLines } from '../watch-ending.ts';
import type { PushFacts, PushFactsStore } from './push-certificate.ts';

const lines: EndingLines = { soon: 'the push certificate ends soon', ended: 'the push certificate has ended' };

export interface WatchPushServices {
  readonly pushFacts: Pick<PushFactsStore, 'facts'>;
  readonly events: EventBus;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly log: Logger;
}

/** The next warning about a certificate; undefined when there is none to come. */
export function warningDue({ expiresAt }: Pick<PushFacts, 'expiresAt'>, now: Instant, from = 0): Due | undefined {
  return endingDue({ kind: 'push-certificate', subject: String(expiresAt), expiresAt }, now, from);
}

/** A warning is due: it is said, unless the certificate was renewed meanwhile. Answers the next one. */
export async function watchPushCertificate({ pushFacts, events, ids, log }: WatchPushServices, due: Due, now: Instant): Promise<Due | undefined> {
  const facts = await pushFacts.facts();
  if (facts === undefined || String(facts.expiresAt) !== due.subject) return undefined;
  const { expiresAt } = facts;
  await events.publish([{ id: eventId(ids, 'push-certificate-expiring', expiresAt, due.step), type: 'push-certificate-expiring', at: due.at, detail: { expiresAt } }]);
  tellEnding(log, lines, expiresAt, now);
  return warningDue(facts, now, due.step + 1);
}
