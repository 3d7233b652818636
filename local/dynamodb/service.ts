/** DynamoDB on the AWS port: permissions checked, cost metered, the work done by DynamoDB Local behind it. */
import { Agent, request as httpRequest } from 'node:http';
import { AwsError, type JsonInput, type JsonOperation, type JsonRequest, type JsonService } from '../aws/service.ts';
import type { Place } from '../template/naming.ts';
import type { DynamoDbMeter } from './meter.ts';
import { needsOf, operations, record, tableName, text, transactItems, type Operation } from './needs.ts';

export interface DynamoDbOptions extends Place {
  readonly engineUrl: string;
  readonly meter: DynamoDbMeter;
  /** A table was written to. */
  readonly onWrite: (table: string) => void;
}

const writing: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

export function createDynamoDb(options: DynamoDbOptions): JsonService {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    name: 'dynamodb', protocolVersion: '1.0',
    operations: Object.fromEntries(operations.map((operation): [string, JsonOperation] => [operation, {
      needs: (input) => needsOf(operation, input, options),
      handle: (input, request) => handle(operation, input, request, options, agent),
    }])),
  };
}

async function handle(operation: Operation, input: JsonInput, request: JsonRequest, options: DynamoDbOptions, agent: Agent): Promise<unknown> {
  if (operation === 'Scan' && request.principal.policies !== 'all') throw new AwsError('ValidationException', 'Nothing of Wavecast scans a table. Add an index or a key for this question.');
  const metered = operation !== 'DescribeTable' && operation !== 'ListTables';
  const body = metered ? JSON.stringify({ ...input, ReturnConsumedCapacity: input['ReturnConsumedCapacity'] ?? 'TOTAL' }) : request.body;
  const answered = await forward(operation, body, options, agent);
  const output: unknown = JSON.parse(answered.body);
  if (answered.status !== 200) throw engineError(answered.status, output);
  if (!metered) return output;
  const { ConsumedCapacity, ...answer } = record(output);
  meter(operation, input, request, ConsumedCapacity, options);
  const asked = input['ReturnConsumedCapacity'];
  return asked === undefined || asked === 'NONE' ? answer : output;
}

/** The engine shares one database among all keys (-sharedDb) and checks no signature; it wants to see one. */
function forward(operation: string, body: string | Buffer, { engineUrl, region }: DynamoDbOptions, agent: Agent): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(engineUrl, {
      agent, method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(body), 'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') });
      });
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function engineError(status: number, output: unknown): AwsError {
  const { __type, message, Message, ...fields } = record(output);
  return new AwsError(text(__type).split('#').at(-1) ?? 'InternalServerError', text(message ?? Message), status, { fields });
}

function meter(operation: Operation, input: JsonInput, request: JsonRequest, consumed: unknown, { meter: to, onWrite }: DynamoDbOptions): void {
  const parts = (Array.isArray(consumed) ? consumed : [consumed]).map(record);
  const units = parts.reduce<number>((sum, { CapacityUnits }) => sum + Number(CapacityUnits ?? 0), 0);
  const writes = writing.includes(operation);
  const written = writes ? writtenKeys(operation, input) : [];
  to.record({
    principal: request.principal.name, operation, tables: parts.map(({ TableName }) => tableName(TableName)), writtenKeys: written,
    readUnits: writes ? 0 : units, writeUnits: writes ? units : 0,
  });
  for (const table of new Set(written.map((key) => key.slice(0, key.indexOf('/'))))) onWrite(table);
}

/** Every table of ours has the partition key `pk`. */
function writtenKeys(operation: Operation, input: JsonInput): readonly string[] {
  const key = (table: unknown, holder: unknown): string => `${tableName(table)}/${String(record(record(holder)['pk'])['S'])}`;
  const of = (table: unknown, item: Readonly<Record<string, unknown>>): string => key(table, item['Item'] ?? item['Key']);
  if (operation === 'TransactWriteItems') return transactItems(input).filter(({ kind }) => kind !== 'ConditionCheck').map(({ item }) => of(item['TableName'], item));
  if (operation !== 'BatchWriteItem') return [of(input['TableName'], input)];
  return Object.entries(record(input['RequestItems'])).flatMap(([table, requests]) => (Array.isArray(requests) ? requests : []).map((each: unknown) => of(table, record(record(each)['PutRequest'] ?? record(each)['DeleteRequest']))));
}
