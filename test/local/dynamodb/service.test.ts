import {
  BatchGetItemCommand, BatchWriteItemCommand, ConditionalCheckFailedException, DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand,
  TransactGetItemsCommand, TransactionCanceledException, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/aws/service.ts';
import { createTables } from '../../../local/dynamodb/tables.ts';
import { allow, clientSettings, region, rejection, role } from '../aws/rig.ts';
import { startEngineRig, things, type EngineRig } from './engine-rig.ts';

let rig: EngineRig;
beforeAll(async () => {
  rig = await startEngineRig();
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.meter.reset();
  rig.written.length = 0;
});

const TableName = 'Things';
const ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Things';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
/** A client that may do only this. */
const as = (actions: string | readonly string[], resource: string = ARN): DynamoDBClient => new DynamoDBClient(clientSettings(rig.rig, role(rig.rig, `role-${String(actions)}`, allow(actions, resource))));

describe('the tables of the template', () => {
  it('are made with their indexes and streams, once', async () => {
    const direct = new DynamoDBClient({ endpoint: rig.engine.url, region, credentials: { accessKeyId: rig.engine.accessKeyId, secretAccessKey: 'local' } });
    const { Table } = await direct.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ GlobalSecondaryIndexes: [{ IndexName: 'byColour', Projection: { ProjectionType: 'ALL' } }], StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    expect(await createTables(direct, [things])).toEqual(new Map([['Things', rig.streamArn]]));
    direct.destroy();
  });

  it('delete nothing by the machine\'s clock: the local one may be behind it', async () => {
    const direct = new DynamoDBClient({ endpoint: rig.engine.url, region, credentials: { accessKeyId: rig.engine.accessKeyId, secretAccessKey: 'local' } });
    expect((await direct.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
    direct.destroy();
  });
});

describe('a call of DynamoDB', () => {
  it('reaches the engine, and its capacity is counted without being asked for', async () => {
    expect(await rig.client.send(new PutItemCommand({ TableName, Item: { ...key('one'), colour: { S: 'red' } } }))).not.toHaveProperty('ConsumedCapacity');
    const found = await rig.client.send(new GetItemCommand({ TableName, Key: key('one'), ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }));
    expect(found).toMatchObject({ Item: { colour: { S: 'red' } }, ConsumedCapacity: { CapacityUnits: 1 } });
    expect(rig.meter.calls()).toEqual([
      { principal: 'developer', operation: 'PutItem', consumed: [{ table: 'Things', readUnits: 0, writeUnits: 2 }], writtenKeys: ['Things/one'] },
      { principal: 'developer', operation: 'GetItem', consumed: [{ table: 'Things', readUnits: 1, writeUnits: 0 }], writtenKeys: [] },
    ]);
    expect(rig.written).toEqual(['Things']);
  });

  it('counts the writes of a transaction twice over, checks too, and every key that it writes', async () => {
    rig.meter.weighing = true;
    await rig.client.send(new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: key('t1') } }, { Update: { TableName, Key: key('t2'), UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } } },
        { ConditionCheck: { TableName, Key: key('t3'), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    }));
    rig.meter.weighing = false;
    expect(rig.meter.calls()).toMatchObject([{ operation: 'TransactWriteItems', consumed: [{ table: 'Things', writeUnits: 6 }], writtenKeys: ['Things/t1', 'Things/t2'] }]);
    await rig.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: key('b1') } }, { DeleteRequest: { Key: key('t1') } }] } }));
    expect(rig.meter.calls()[1]).toMatchObject({ consumed: [{ table: 'Things', writeUnits: 2 }], writtenKeys: ['Things/b1', 'Things/t1'] });
  });

  it('counts the keys of a batch that lead to nothing, and those that are refused by their condition', async () => {
    await rig.client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { ConsistentRead: true, Keys: [key('nobody'), key('nothing')] } } }));
    await rejection(rig.client.send(new UpdateItemCommand({ TableName, Key: key('nobody'), UpdateExpression: 'SET n = :n', ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':n': { N: '1' } } })));
    expect(rig.meter.calls()).toMatchObject([
      { operation: 'BatchGetItem', consumed: [{ table: 'Things', readUnits: 2 }] },
      { operation: 'UpdateItem', consumed: [{ table: 'Things', readUnits: 0, writeUnits: 0 }], writtenKeys: [], failure: 'ConditionalCheckFailedException' },
    ]);
  });

  it('fails by the names of the engine, with their details', async () => {
    await rig.client.send(new PutItemCommand({ TableName, Item: key('there') }));
    const put = { TableName, Item: key('there'), ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    const failed = await rejection(rig.client.send(new PutItemCommand(put)));
    expect(failed).toBeInstanceOf(ConditionalCheckFailedException);
    expect(failed).toMatchObject({ Item: key('there') });
    const cancelled = await rejection(rig.client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('x') } }, { Put: put }] })));
    expect(cancelled).toBeInstanceOf(TransactionCanceledException);
    expect((cancelled as unknown as TransactionCanceledException).CancellationReasons).toMatchObject([{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: key('there') }]);
    expect((await rejection(rig.client.send(new GetItemCommand({ TableName: 'Nothing', Key: key('x') })))).name).toBe('ResourceNotFoundException');
  });

  it('can be made to fail as only the cloud would', async () => {
    const stop = rig.rig.port.observe({
      beforeCall: ({ operation }) => {
        if (operation === 'UpdateItem') throw new AwsError('ProvisionedThroughputExceededException', 'Throttled.');
        if (operation === 'TransactWriteItems') throw new AwsError('TransactionCanceledException', 'Conflict.', 400, { fields: { CancellationReasons: [{ Code: 'TransactionConflict' }] } });
      },
    });
    expect((await rejection(rig.client.send(new UpdateItemCommand({ TableName, Key: key('x') })))).name).toBe('ProvisionedThroughputExceededException');
    expect(await rejection(rig.client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('x') } }] })))).toMatchObject({ CancellationReasons: [{ Code: 'TransactionConflict' }] });
    stop();
    await rig.client.send(new UpdateItemCommand({ TableName, Key: key('x') }));
  });
});

describe('the permissions of a call', () => {
  const query = { TableName, IndexName: 'byColour', KeyConditionExpression: 'colour = :c', ExpressionAttributeValues: { ':c': { S: 'red' } } };
  const transaction = [{ Put: { TableName, Item: key('p') } }, { ConditionCheck: { TableName, Key: key('q'), ConditionExpression: 'attribute_not_exists(pk)' } }];

  it.each<[string, (client: DynamoDBClient) => Promise<unknown>, readonly string[], string]>([
    ['a read', (client) => client.send(new GetItemCommand({ TableName, Key: key('a') })), ['dynamodb:GetItem'], ARN],
    ['a query on an index needs the index', (client) => client.send(new QueryCommand(query)), ['dynamodb:Query'], `${ARN}/index/byColour`],
    ['a batch needs its own action', (client) => client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('a')] } } })), ['dynamodb:BatchGetItem'], ARN],
    ['a transaction needs what its items do', (client) => client.send(new TransactWriteItemsCommand({ TransactItems: transaction })), ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], ARN],
    ['a transaction of reads needs reads', (client) => client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('a') } }] })), ['dynamodb:GetItem'], ARN],
  ])('%s', async (_, act, actions, resource) => {
    await act(as(actions, resource));
    for (const action of actions) {
      const without = actions.filter((other) => other !== action);
      expect((await rejection(act(as(without.length === 0 ? 'dynamodb:DescribeTable' : without, resource)))).name).toBe('AccessDeniedException');
    }
    if (resource !== ARN) expect((await rejection(act(as(actions, ARN)))).name).toBe('AccessDeniedException');
  });

  it('let nobody but the developer scan', async () => {
    expect((await rejection(as('dynamodb:*').send(new ScanCommand({ TableName })))).message).toContain('scans');
    expect((await rig.client.send(new ScanCommand({ TableName }))).Count).toBeGreaterThan(0);
  });
});
