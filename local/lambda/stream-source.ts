/** A stream event source mapping's side of the function: which records it wants, and which of them it handled. */
import type { FunctionAnswer } from '../step-functions/function-call.ts';
import { matchesFilters } from './event-filter.ts';

export interface StreamSource {
  /** Filter patterns; a record that matches none is not for the function. All are for it when there is none. */
  readonly patterns: readonly unknown[];
  /** The function names the first record that failed, instead of failing as a whole. */
  readonly reportsFailures: boolean;
  readonly call: (event: unknown) => Promise<FunctionAnswer>;
}

/** Calls the function with those that it wants. How many of the records, from the first on, are done with. */
export async function callWithRecords(source: StreamSource, records: readonly unknown[]): Promise<number> {
  const wanted = records.filter((record) => source.patterns.length === 0 || source.patterns.some((pattern) => matchesFilters(pattern, record)));
  if (wanted.length === 0) return records.length;
  const { payload, fault } = await source.call({ Records: wanted });
  if (fault !== undefined) return 0;
  const failures = field(payload, 'batchItemFailures');
  if (!source.reportsFailures || !Array.isArray(failures) || failures.length === 0) return records.length;
  const places = failures.map((failure: unknown) => records.findIndex((record) => sequenceNumber(record) === field(failure, 'itemIdentifier')));
  // An identifier that is none of the batch fails the whole of it.
  return Math.max(0, Math.min(...places));
}

function sequenceNumber(record: unknown): unknown {
  return field(field(record, 'dynamodb'), 'SequenceNumber');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
