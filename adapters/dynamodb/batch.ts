/** Many items at once, with what DynamoDB left over asked for again. */
import { BatchGetCommand, BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './document-client.ts';
import { retried } from './retry.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Readonly<Record<string, unknown>>;

/** A batch may name 100 keys for reading, 25 items for writing. */
const READS = 100;
const WRITES = 25;
/** Requests in flight at once. */
export const CONCURRENCY = 8;

/** Consistent reads, in no particular order; keys without an item are left out. Costs one call per 100 distinct keys. */
export async function batchGet({ client, table }: Table, keys: readonly Key[]): Promise<readonly Item[]> {
  const distinct = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  const found = await atOnce(chunks(distinct, READS), async (chunk) => {
    const items: Item[] = [];
    let left: Record<string, unknown>[] = [...chunk];
    await retried(async () => {
      const answer = await client.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }));
      items.push(...(answer.Responses?.[table] ?? []));
      left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      return left.length === 0 ? undefined : 'again';
    });
    return items;
  });
  return found.flat();
}

export type BatchWrite = { readonly put: Item } | { readonly delete: Key };

/** Unconditional writes, not atomic together, each of another item; repeating them is harmless. Costs one call per 25. */
export async function batchWrite({ client, table }: Table, writes: readonly BatchWrite[]): Promise<void> {
  await atOnce(chunks(writes, WRITES), async (chunk) => {
    type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];
    let left: Requests = chunk.map((write) => ('put' in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: write.delete } }));
    await retried(async () => {
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }));
      left = answer.UnprocessedItems?.[table] ?? [];
      return left.length === 0 ? undefined : 'again';
    });
  });
}

/** `work` for every item, a few at a time; results in the items' order. The first failure is thrown. */
export async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const next = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, next));
  return results;
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
