/** Creates the template's tables in the engine, those that are absent. */
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException, type CreateTableCommandInput, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface TableDefinition {
  readonly name: string;
  /** Properties of AWS::DynamoDB::Table or ::GlobalTable, resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Stream ARN of every table that has a stream, by table name. Times to live are not set: the engine deletes by the
 * machine's clock, and where the local one is behind it would delete what is still good. DynamoDB itself may take days
 * to delete what has expired, so everybody must be able to live with it anyway.
 */
export async function createTables(client: DynamoDBClient, definitions: readonly TableDefinition[]): Promise<ReadonlyMap<string, string>> {
  const streams = new Map<string, string>();
  for (const definition of definitions) {
    const stream = (await describe(client, definition.name)) ?? (await create(client, definition));
    if (stream !== '') streams.set(definition.name, stream);
  }
  return streams;
}

/** The table's stream ARN, empty without a stream; undefined without a table. */
async function describe(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table?.LatestStreamArn ?? '';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(client: DynamoDBClient, { name, properties }: TableDefinition): Promise<string> {
  const given = properties as Readonly<Record<string, never>>;
  const stream: unknown = properties['StreamSpecification'];
  const indexes: unknown = properties['GlobalSecondaryIndexes'];
  const input: CreateTableCommandInput = {
    TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: given['KeySchema'], AttributeDefinitions: given['AttributeDefinitions'],
    ...(Array.isArray(indexes) ? { GlobalSecondaryIndexes: indexes.map((index: object) => pick(index, ['IndexName', 'KeySchema', 'Projection'])) as never } : {}),
    ...(typeof stream === 'object' && stream !== null ? { StreamSpecification: { StreamEnabled: true, StreamViewType: Reflect.get(stream, 'StreamViewType') as never } } : {}),
  };
  await client.send(new CreateTableCommand(input));
  return (await describe(client, name)) ?? '';
}

function pick(value: object, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map((key): [string, unknown] => [key, Reflect.get(value, key)]).filter(([, item]) => item !== undefined));
}
