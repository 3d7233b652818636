/** DynamoDB Local behind an AWS port with one table `Things` that has an index, a stream and a time to live. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine, type DynamoDbEngine } from '../../../local/dynamodb/engine.ts';
import { ensureJava } from '../../../local/dynamodb/java.ts';
import { DynamoDbMeter } from '../../../local/dynamodb/meter.ts';
import { createDynamoDb } from '../../../local/dynamodb/service.ts';
import { createTables } from '../../../local/dynamodb/tables.ts';
import { testEngine } from '../../support/dynamodb/test-engine.ts';
import { account, clientSettings, region, startRig, type Rig } from '../aws/rig.ts';

export const things = {
  name: 'Things',
  properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }, { AttributeName: 'colour', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [{ IndexName: 'byColour', KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }],
    StreamSpecification: { StreamViewType: 'KEYS_ONLY' }, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
};

export interface EngineRig {
  readonly engine: DynamoDbEngine;
  readonly rig: Rig;
  readonly meter: DynamoDbMeter;
  /** The developer's client, by the port. */
  readonly client: DynamoDBClient;
  readonly streamArn: string;
  /** Tables that were written to, as the port tells. */
  readonly written: string[];
  onWrite: (table: string) => void;
  close(): Promise<void>;
}

export async function startEngineRig(folder?: string): Promise<EngineRig> {
  const engine = folder === undefined ? await testEngine() : await startEngine({ java: ensureJava(() => undefined), folder });
  const direct = new DynamoDBClient({ endpoint: engine.url, region, credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' } });
  const streams = await createTables(direct, [things]);
  direct.destroy();
  const meter = new DynamoDbMeter();
  const written: string[] = [];
  const rig = await startRig(() => [createDynamoDb({ engine, region, account, meter, onWrite: (table) => { made.onWrite(table); } })]);
  const made: EngineRig = {
    engine, rig, meter, written, client: new DynamoDBClient(clientSettings(rig)), streamArn: streams.get('Things') ?? '',
    onWrite: (table) => written.push(table),
    async close() {
      await rig.port.close();
      await engine.stop();
    },
  };
  return made;
}
