import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACE } from '../../local/boot.ts';
import type { DynamoDbEngine } from '../../local/dynamodb/engine.ts';
import { startRunEngine, testEngine } from './dynamodb/test-engine.ts';

let run: DynamoDbEngine;
beforeAll(async () => {
  run = await startRunEngine();
});
afterAll(() => run.stop());

const clientOf = ({ url, accessKeyId }: DynamoDbEngine): DynamoDBClient => new DynamoDBClient({ endpoint: url, region: PLACE.region, credentials: { accessKeyId, secretAccessKey: 'any' } });

describe('the engine of a whole run', () => {
  it('shows nobody the tables of another, by whatever name', async () => {
    const [one, other] = [clientOf(await testEngine(run.url)), clientOf(await testEngine(run.url))];
    const table = { TableName: 'Things', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] } as const;
    await one.send(new CreateTableCommand({ ...table, KeySchema: [...table.KeySchema], AttributeDefinitions: [...table.AttributeDefinitions] }));
    expect((await one.send(new ListTablesCommand())).TableNames).toEqual(['Things']);
    expect((await other.send(new ListTablesCommand())).TableNames).toEqual([]);
    for (const client of [one, other]) client.destroy();
  });

  it('goes on where one of its users stops', async () => {
    const user = await testEngine(run.url);
    await user.stop();
    const client = clientOf(user);
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual([]);
    client.destroy();
  });
});
