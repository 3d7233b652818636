/**
 * What a transaction of writes costs in AWS. DynamoDB Local's own account is wrong: it leaves out all but one of the items
 * of a table that cost the same, and counts the others fourfold (awslabs/amazon-dynamodb-local-samples#31). So the items
 * are weighed: read before and after, and counted by AWS's rules.
 */
import type { JsonInput } from '../aws/service.ts';
import { itemSize, type WireItem } from './item-size.ts';
import type { TableUnits } from './meter.ts';
import { record, tableName, text, transactItems } from './needs.ts';

/** Asks the engine itself. */
export type AskEngine = (operation: 'BatchGetItem' | 'DescribeTable', input: JsonInput) => Promise<unknown>;

export interface IndexShape {
  /** Attributes without which an item is not in it. */
  readonly keys: readonly string[];
  /** What else it holds; all, where undefined. */
  readonly projected: ReadonlySet<string> | undefined;
}

const KB = 1024;

/** To be called before the transaction; the answer, to be called after it, is what it has cost. */
export async function weighTransaction(input: JsonInput, ask: AskEngine): Promise<() => Promise<readonly TableUnits[]>> {
  const places = transactItems(input).map(({ kind, item }) => ({ kind, table: tableName(item['TableName']), key: keyOf(item) }));
  const before = await read(places, ask);
  return async () => {
    const after = await read(places, ask);
    const units = new Map<string, number>();
    for (const [index, { kind, table }] of places.entries()) {
      // A check writes nothing, and is charged for what it looked at.
      const [was, is] = [before[index], kind === 'ConditionCheck' ? before[index] : after[index]];
      const indexes = kind === 'ConditionCheck' ? [] : await indexesOf(table, ask);
      // Prepared and committed: twice. Indexes follow afterwards, like those of any other write.
      const own = 2 * Math.max(started(was), started(is)) + indexes.reduce((sum, shape) => sum + indexUnits(shape, was, is), 0);
      units.set(table, (units.get(table) ?? 0) + own);
    }
    return [...units].map(([table, writeUnits]) => ({ table, readUnits: 0, writeUnits }));
  };
}

/** Write units of one index for one changed item: nothing where it holds nothing of the change, two writes where its key changes. */
export function indexUnits({ keys, projected }: IndexShape, before: WireItem | undefined, after: WireItem | undefined): number {
  const entry = (item: WireItem | undefined): WireItem | undefined => {
    if (item === undefined || keys.some((key) => item[key] === undefined)) return undefined;
    return Object.fromEntries(Object.entries(item).filter(([name]) => projected === undefined || projected.has(name) || keys.includes(name) || name === 'pk' || name === 'sk').sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const [was, is] = [entry(before), entry(after)];
  if (was === undefined && is === undefined) return 0;
  if (was === undefined || is === undefined) return started(was ?? is);
  if (keys.some((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))) return started(was) + started(is);
  return JSON.stringify(was) === JSON.stringify(is) ? 0 : Math.max(started(was), started(is));
}

/** Started kilobytes: an item that is not there costs one as well. */
function started(item: WireItem | undefined): number {
  return Math.max(1, Math.ceil(itemSize(item ?? {}) / KB));
}

interface Place {
  readonly table: string;
  readonly key: WireItem;
}

/** Every table of ours has the keys `pk` and `sk`. */
function keyOf(item: WireItem): WireItem {
  const { pk, sk } = record(item['Item'] ?? item['Key']);
  return { pk, sk };
}

/** In the order of the places; undefined where nothing is. */
async function read(places: readonly Place[], ask: AskEngine): Promise<readonly (WireItem | undefined)[]> {
  const tables = [...new Set(places.map(({ table }) => table))];
  const answer = record(await ask('BatchGetItem', {
    RequestItems: Object.fromEntries(tables.map((table) => [table, { ConsistentRead: true, Keys: places.filter((place) => place.table === table).map(({ key }) => key) }])),
  }));
  return places.map(({ table, key }) => {
    const items: unknown = record(answer['Responses'])[table];
    return (Array.isArray(items) ? items : []).map(record).find((item) => JSON.stringify(keyOf({ Key: item })) === JSON.stringify(key));
  });
}

async function indexesOf(table: string, ask: AskEngine): Promise<readonly IndexShape[]> {
  const { Table } = record(await ask('DescribeTable', { TableName: table }));
  const indexes: unknown = record(Table)['GlobalSecondaryIndexes'];
  return (Array.isArray(indexes) ? indexes : []).map(record).map(({ KeySchema, Projection }) => {
    const { ProjectionType, NonKeyAttributes } = record(Projection);
    const names = (list: unknown, of: (value: unknown) => unknown): readonly string[] => (Array.isArray(list) ? list : []).map((value: unknown) => text(of(value)));
    return { keys: names(KeySchema, (value) => record(value)['AttributeName']), projected: ProjectionType === 'ALL' ? undefined : new Set(names(NonKeyAttributes, (value) => value)) };
  });
}
