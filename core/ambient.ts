/** What the decisions need from around them, as arguments: time, chance and a place to say things. */

/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export interface Clock {
  now(): Instant;
}

export interface Identifiers {
  /** A fresh random UUID (version 4, lower case). */
  fresh(): string;
  /** The UUID (version 5) that `name` always has: for ids that a retry must find again. */
  named(name: string): string;
  /** `bytes` random bytes as unpadded base64url: for secrets in links. */
  secret(bytes: number): string;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured log. Fields are ids, counts and codes; never tokens, keys, links or payloads. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The UTC day, for example `2026-11-26`. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
