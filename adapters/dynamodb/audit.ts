/** The audit log: a partition per day (UTC), records in order of time. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Identifiers } from '../../core/ambient.ts';
import type { AuditLog, AuditRecord } from '../../core/audit.ts';
import type { Table } from './document-client.ts';
import { query } from './query.ts';
import { number, optional, record, text, type Read } from './read.ts';

export interface AuditOptions extends Table {
  readonly ids: Pick<Identifiers, 'fresh'>;
}

export function createAuditLog(options: AuditOptions): AuditLog {
  const { client, table, ids } = options;
  return {
    /** 1 write. */
    async record({ before, after, ...entry }) {
      const instant = new Date(entry.at).toISOString();
      await client.send(new PutCommand({
        TableName: table,
        Item: { pk: dayPartition(instant.slice(0, 10)), sk: `${instant}#${ids.fresh()}`, ...entry, before: asJson(before), after: asJson(after) },
      }));
    },

    /** 1 query. */
    async ofDay(day, after, limit) {
      const items = await query(options, {
        ConsistentRead: true, ScanIndexForward: false, KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after',
        ExpressionAttributeValues: { ':pk': dayPartition(day), ...(after === undefined ? {} : { ':after': after }) },
      }, limit + 1);
      const page = items.slice(0, limit);
      const last = page.at(-1)?.['sk'];
      return { items: page.map(readAudit), ...(items.length > limit && typeof last === 'string' ? { next: last } : {}) };
    },
  };
}

function dayPartition(day: string): string {
  return `day#${day}`;
}

/** Facts of any shape are kept as JSON: a table's own types would not give everything back as it was. */
function asJson(facts: unknown): string | undefined {
  return facts === undefined ? undefined : JSON.stringify(facts);
}

const readJson: Read<unknown> = (value) => JSON.parse(text(value));

const readAudit: Read<AuditRecord> = record({ at: number, who: text, role: text, action: text, subject: text, before: optional(readJson), after: optional(readJson) });
