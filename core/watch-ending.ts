/** Says in time that something ends which a person must renew: each warning is a timer of the sweep, and a line that an alarm knows. */
import type { Instant, LogFields, Logger } from './ambient.ts';
import { daysLeft, nextWarning } from './expiry.ts';
import type { Due, DueKind } from './instruction/store.ts';

export interface Ending {
  readonly kind: DueKind;
  /** Names the end, too: a warning about one that was put off is met and dropped. */
  readonly subject: string;
  readonly expiresAt: Instant;
}

/** The next warning, at or after step `from`; undefined when there is none to come. */
export function endingDue({ kind, subject, expiresAt }: Ending, now: Instant, from = 0): Due | undefined {
  const next = nextWarning(expiresAt, from, now);
  return next === undefined ? undefined : { ...next, kind, subject };
}

/** Lines of the log, whole: `infra/constructs/alarms.ts` listens for them. */
export interface EndingLines {
  readonly soon: string;
  readonly ended: string;
}

export function tellEnding(log: Logger, lines: EndingLines, expiresAt: Instant, now: Instant, fields: LogFields = {}): void {
  const days = daysLeft(expiresAt, now);
  if (expiresAt <= now) log.error(lines.ended, { ...fields, days });
  else log.warn(lines.soon, { ...fields, days });
}
