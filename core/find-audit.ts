/** Looking for records of the audit log on one day. The log knows days alone: what does not fit is read, and passed over. */
import type { AuditLog, AuditRecord } from './audit.ts';
import type { Page } from './device/store.ts';

export interface AuditFilter {
  /** How the name of the person or program begins, whatever the case. */
  readonly who?: string | undefined;
  /** `noun.verb`, or the noun alone. */
  readonly action?: string | undefined;
  /** The id of what it was done to. */
  readonly subject?: string | undefined;
}

/** Pages of the log that one request reads. */
const MOST_READS = 10;
/** Records of a page: where few fit, small pages would find nothing. */
const READ = 200;

export function auditFits(record: AuditRecord, { who, action, subject }: AuditFilter): boolean {
  return (who === undefined || record.who.toLowerCase().startsWith(who.toLowerCase()))
    && (action === undefined || record.action === action || record.action.startsWith(`${action}.`))
    && (subject === undefined || record.subject === subject);
}

/** Newest first. A page may have fewer records than asked for, none even, and a next one all the same. */
export async function findAudit(log: Pick<AuditLog, 'ofDay'>, day: string, filter: AuditFilter, after: string | undefined, limit: number): Promise<Page<AuditRecord>> {
  const wanted = Object.values(filter).some((value) => value !== undefined);
  if (!wanted) return log.ofDay(day, after, limit);
  const found: AuditRecord[] = [];
  let place = after;
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const { items, next } = await log.ofDay(day, place, READ);
    const fitting = items.filter((record) => auditFits(record, filter));
    // The place of a record within a page is not known: a page of the log that has too many is read again, in the size that cannot.
    if (found.length + fitting.length > limit) return found.length === 0 ? firstOf(log, day, filter, place, limit) : { items: found, ...(place === undefined ? {} : { next: place }) };
    found.push(...fitting);
    if (next === undefined) return { items: found };
    place = next;
  }
  return { items: found, ...(place === undefined ? {} : { next: place }) };
}

/** Of no more records than there may be. */
async function firstOf(log: Pick<AuditLog, 'ofDay'>, day: string, filter: AuditFilter, after: string | undefined, limit: number): Promise<Page<AuditRecord>> {
  const { items, next } = await log.ofDay(day, after, limit);
  return { items: items.filter((record) => auditFits(record, filter)), ...(next === undefined ? {} : { next }) };
}

/** All of a day that fit, page by page. */
export async function* auditOfDay(log: Pick<AuditLog, 'ofDay'>, day: string, filter: AuditFilter): AsyncGenerator<AuditRecord, undefined> {
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const { items, next } = await log.ofDay(day, after, READ);
    yield* items.filter((record) => auditFits(record, filter));
    after = next;
  }
  return undefined;
}
