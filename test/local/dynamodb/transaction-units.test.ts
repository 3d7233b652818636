import { PutItemCommand, TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { itemSize } from '../../../local/dynamodb/item-size.ts';
import { DynamoDbMeter } from '../../../local/dynamodb/meter.ts';
import { indexUnits } from '../../../local/dynamodb/transaction-units.ts';
import { startEngineRig, type EngineRig } from './engine-rig.ts';

describe('the size of an item', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['a text is its bytes', { ab: { S: 'größe' } }, 2 + 7],
    ['a number is a byte for two digits and one more', { n: { N: '1234567' } }, 1 + 5],
    ['zeros around it take no room', { n: { N: '0.0012000' } }, 1 + 2],
    ['bytes are counted raw', { b: { B: Buffer.alloc(30).toString('base64') } }, 1 + 30],
    ['truth and nothing take one', { t: { BOOL: true }, z: { NULL: true } }, 1 + 1 + 1 + 1],
    ['sets are their elements', { s: { SS: ['ab', 'c'] }, n: { NS: ['1', '22'] } }, 1 + 3 + 1 + 4],
    ['a list takes three, and one for each element', { l: { L: [{ S: 'ab' }, { N: '1' }] } }, 1 + 3 + 1 + 2 + 1 + 2],
    ['a map takes three, and one for each member', { m: { M: { k: { S: 'abc' } } } }, 1 + 3 + 1 + 1 + 3],
  ])('%s', (_, item, size) => {
    expect(itemSize(item)).toBe(size);
  });
});

describe('an index', () => {
  const whole = { keys: ['colour'], projected: undefined };
  const item = { pk: { S: 'a' }, colour: { S: 'red' }, count: { N: '1' } };

  it('costs a write where the item is put into it, changed in it, or taken out of it', () => {
    expect(indexUnits(whole, undefined, item)).toBe(1);
    expect(indexUnits(whole, item, { ...item, count: { N: '2' } })).toBe(1);
    expect(indexUnits(whole, item, undefined)).toBe(1);
  });

  it('costs two where the item moves in it', () => {
    expect(indexUnits(whole, item, { ...item, colour: { S: 'blue' } })).toBe(2);
  });

  it('costs nothing where it does not hold the item, or not what changed of it', () => {
    expect(indexUnits(whole, undefined, { pk: { S: 'a' } })).toBe(0);
    expect(indexUnits({ keys: ['colour'], projected: new Set(['name']) }, item, { ...item, count: { N: '2' } })).toBe(0);
    expect(indexUnits(whole, item, item)).toBe(0);
  });
});

describe('a transaction', () => {
  let rig: EngineRig;
  beforeAll(async () => {
    rig = await startEngineRig();
    rig.meter.weighing = true;
  });
  afterAll(() => rig.close());
  beforeEach(() => {
    rig.meter.reset();
  });

  const TableName = 'Things';
  const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });
  const bytes = (length: number) => ({ S: 'x'.repeat(length) });
  const unitsOf = async (...items: readonly TransactWriteItem[]): Promise<number | undefined> => {
    rig.meter.reset();
    await rig.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
    return rig.meter.calls()[0]?.consumed[0]?.writeUnits;
  };

  it('costs two units for each started kilobyte of each item, alike or not', async () => {
    expect(await unitsOf({ Put: { TableName, Item: key('one') } })).toBe(2);
    expect(await unitsOf(...[1, 2, 3].map((n) => ({ Put: { TableName, Item: { ...key(`alike ${n}`), text: bytes(100) } } })))).toBe(6);
    expect(await unitsOf({ Put: { TableName, Item: { ...key('large'), text: bytes(1500) } } }, { Put: { TableName, Item: key('small') } })).toBe(6);
  });

  it('is charged for the larger of what was there and what is', async () => {
    await rig.client.send(new PutItemCommand({ TableName, Item: { ...key('was large'), text: bytes(2500) } }));
    expect(await unitsOf({ Update: { TableName, Key: key('was large'), UpdateExpression: 'REMOVE #text', ExpressionAttributeNames: { '#text': 'text' } } })).toBe(6);
    expect(await unitsOf({ Delete: { TableName, Key: key('was large') } })).toBe(2);
    expect(await unitsOf({ Delete: { TableName, Key: key('was never') } })).toBe(2);
  });

  it('costs its indexes what any write costs them', async () => {
    expect(await unitsOf({ Put: { TableName, Item: { ...key('in the index'), colour: { S: 'red' } } } })).toBe(2 + 1);
  });
});

describe('the meter', () => {
  it('knows the function by its role, and people by none', () => {
    const meter = new DynamoDbMeter(new Map([['CheckInRole', 'check-in']]));
    for (const principal of ['CheckInRole', 'developer']) meter.record({ principal, operation: 'GetItem', consumed: [], writtenKeys: [] });
    expect(meter.calls().map(({ functionName }) => functionName)).toEqual(['check-in', undefined]);
  });
});
