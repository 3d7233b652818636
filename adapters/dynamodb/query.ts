/** Reading one key, and reading a partition page by page. Nothing here scans. */
import { GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item, Key } from './batch.ts';
import type { Table } from './document-client.ts';

/** Consistent. Costs one call, a read unit per started 4 KB. */
export async function getItem({ client, table }: Table, { pk, sk }: Key): Promise<Item | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }));
  return Item;
}

export type QueryInput = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey' | 'ExpressionAttributeValues'> & { readonly ExpressionAttributeValues: Record<string, unknown> };

/** Items in order until there are `limit` or no more. Costs one call per started MB read (or per `Limit` items). */
export async function query({ client, table }: Table, input: QueryInput, limit = Number.POSITIVE_INFINITY): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await client.send(new QueryCommand({
      ...input, TableName: table,
      ...(Number.isFinite(limit) && input.FilterExpression === undefined ? { Limit: limit - items.length } : {}),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    }));
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && items.length < limit);
  return items.slice(0, limit);
}

/**
 * A whole partition, or the part of it whose sort keys begin with `prefix` (in `range`: go on with something from `first`
 * to `last`), consistently and in order.
 */
export function queryPartition(table: Table, pk: string, prefix?: string, range?: { readonly first: string; readonly last: string }): Promise<readonly Item[]> {
  if (prefix !== undefined && range !== undefined) {
    return query(table, {
      ConsistentRead: true, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': prefix + range.first, ':last': prefix + range.last },
    });
  }
  return query(table, {
    ConsistentRead: true,
    KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix === undefined ? {} : { ':prefix': prefix }) },
  });
}
