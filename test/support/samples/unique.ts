/** Ids and names that no other test has: stores that tests share are as good as empty ones. */
import type { Instant } from '../../../core/ambient.ts';
import { parseEnrolmentId, parseSha256, type EnrolmentId, type Sha256 } from '../../../core/ids.ts';
import { uuidOf } from '../memory/ambient.ts';

/** A Monday morning. */
export const MORNING = Date.parse('2026-03-02T09:00:00Z');

let count = 0;

export function uniqueName(noun: string): string {
  count += 1;
  return `${noun}-${count}`;
}

/** An instant after all that were given before. */
export function laterAndLater(): Instant {
  count += 1;
  return MORNING + count;
}

export function uniqueUuid(noun: string): string {
  return uuidOf(uniqueName(noun));
}

export function uniqueDigest(noun: string): Sha256 {
  return parseSha256((uniqueUuid(noun) + uniqueUuid(noun)).replaceAll('-', ''));
}

/** As Apple writes UDIDs. */
export function uniqueEnrolmentId(): EnrolmentId {
  return parseEnrolmentId(uniqueUuid('enrolment').toUpperCase());
}

/** `length` values, each made from its number: 0, 1, 2, … */
export function many<T>(length: number, make: (n: number) => T): readonly T[] {
  return Array.from({ length }, (_, n) => make(n));
}
