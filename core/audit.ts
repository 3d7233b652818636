import type { Instant } from './ambient.ts';
import type { Page } from './device/store.ts';

/** One change by a person, or by the engine where a person would have done it (a re-issue). `before` and `after` hold the changed facts, no secrets. */
export interface AuditRecord {
  readonly at: Instant;
  /** The user's or client's name in the token; "the engine". */
  readonly who: string;
  /** Theirs; `engine` of the engine. */
  readonly role: string;
  /** `noun.verb`, for example `plan.start`. */
  readonly action: string;
  /** What it was done to: an id. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditLog {
  /** Before the change takes effect where that is possible: what cannot be audited is not done. */
  record(entry: AuditRecord): Promise<void>;
  /** One day (UTC, `YYYY-MM-DD`), newest first. */
  ofDay(day: string, after: string | undefined, limit: number): Promise<Page<AuditRecord>>;
}
