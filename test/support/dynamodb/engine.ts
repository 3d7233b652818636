/** DynamoDB Local with the tables of the synthesised template: the keys and indexes that go to AWS. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { PLACE } from '../../../local/boot.ts';
import { createTables } from '../../../local/dynamodb/tables.ts';
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts';
import { resolveTemplate } from '../../../local/template/template.ts';
import { testEngine } from './test-engine.ts';

/** Names of one set of tables, by what they hold. */
export interface TableNames {
  readonly devices: string;
  readonly instructions: string;
  readonly inventory: string;
  readonly catalogue: string;
  readonly plans: string;
  readonly audit: string;
}

export interface TableEngine {
  /** A client of its own, closed with the engine. */
  client(config?: DynamoDBClientConfig): DynamoDBClient;
  /** Another set of empty tables. */
  tables(): Promise<TableNames>;
  stop(): Promise<void>;
}

/** Needs `cdk.out`, as `npm run synth` leaves it. */
export async function startTableEngine(): Promise<TableEngine> {
  const definitions = resolveTemplate(readCloudAssembly('cdk.out'), { ...PLACE, parameters: {}, attribute: () => '' }).ofType('AWS::DynamoDB::Table');
  const engine = await testEngine();
  const clients: DynamoDBClient[] = [];
  const client = (config: DynamoDBClientConfig = {}): DynamoDBClient => {
    const made = new DynamoDBClient({ endpoint: engine.url, region: PLACE.region, credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' }, ...config });
    clients.push(made);
    return made;
  };
  const own = client();
  const create = async (noun: string, set: number): Promise<string> => {
    const [definition, ...more] = definitions.filter(({ logicalId }) => logicalId.startsWith(`Tables${noun}`));
    if (definition === undefined || more.length > 0) throw new Error(`The template has no table ${noun}, or several.`);
    const name = `${noun}-${set}`;
    await createTables(own, [{ name, properties: definition.properties }]);
    return name;
  };
  let sets = 0;
  return {
    client,
    async tables() {
      sets += 1;
      const set = sets;
      const [devices, instructions, inventory, catalogue, plans, audit] = await Promise.all([
        create('Devices', set), create('Instructions', set), create('Inventory', set), create('Catalogue', set), create('Plans', set), create('Audit', set),
      ]);
      return { devices, instructions, inventory, catalogue, plans, audit };
    },
    async stop() {
      for (const each of clients) each.destroy();
      await engine.stop();
    },
  };
}
