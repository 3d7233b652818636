/** Time, chance and log of a test: set by the test, the same in every run. */
import { createHash } from 'node:crypto';
import type { Clock, Identifiers, Instant, LogFields, Logger } from '../../../core/ambient.ts';

export interface TestClock extends Clock {
  /** Moves the clock to an instant. */
  set(instant: Instant): void;
  /** Moves the clock on by milliseconds. */
  pass(milliseconds: number): void;
}

/** Starts on a Monday morning unless told otherwise. */
export function testClock(start: Instant = Date.parse('2026-03-02T09:00:00Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    set: (instant) => { now = instant; },
    pass: (milliseconds) => { now += milliseconds; },
  };
}

/** Fresh ids are counted, named ones are digests of their name: the same test sees the same ids. */
export function testIdentifiers(): Identifiers {
  let count = 0;
  return {
    fresh: () => {
      count += 1;
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    },
    named: (name) => uuidOf(name),
    secret: (bytes) => {
      count += 1;
      return createHash('sha512').update(`secret ${count}`).digest().subarray(0, bytes).toString('base64url');
    },
  };
}

/** A lower-case UUID of version 5's shape that `name` always has. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what is logged. */
export function testLog(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (message: string, fields: LogFields = {}): void => { lines.push({ level, message, fields }); };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
