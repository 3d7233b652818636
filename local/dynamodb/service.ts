/** DynamoDB on the AWS port: permissions checked, cost metered, the work done by DynamoDB Local behind it. */
import { AwsError, type JsonInput, type JsonOperation, type JsonRequest, type JsonService } from '../aws/service.ts';
import type { Place } from '../template/naming.ts';
import type { EngineAddress } from './engine.ts';
import { forwarder, type EngineAnswer, type Forward } from './forward.ts';
import type { DynamoDbMeter, TableUnits } from './meter.ts';
import { needsOf, operations, record, tableName, text, transactItems, type Operation } from './needs.ts';
import { weighTransaction } from './transaction-units.ts';

export interface DynamoDbOptions extends Place {
  readonly engine: EngineAddress;
  readonly meter: DynamoDbMeter;
  /** A table was written to. */
  readonly onWrite: (table: string) => void;
}

const writing: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

export function createDynamoDb(options: DynamoDbOptions): JsonService {
  const forward = forwarder(options);
  return {
    name: 'dynamodb', protocolVersion: '1.0',
    operations: Object.fromEntries(operations.map((operation): [string, JsonOperation] => [operation, {
      needs: (input) => needsOf(operation, input, options),
      handle: (input, request) => handle(operation, input, request, options, forward),
    }])),
  };
}

async function handle(operation: Operation, input: JsonInput, request: JsonRequest, options: DynamoDbOptions, forward: Forward): Promise<unknown> {
  if (operation === 'Scan' && request.principal.policies !== 'all') throw new AwsError('ValidationException', 'Nothing of Wavecast scans a table. Add an index or a key for this question.');
  if (operation === 'DescribeTable' || operation === 'ListTables') return answerOf(await forward(operation, request.body));
  const { meter } = options;
  const principal = request.principal.name;
  const weigh = operation === 'TransactWriteItems' && meter.weighing
    ? await weighTransaction(input, async (asked, about) => answerOf(await forward(asked, JSON.stringify(about))))
    : undefined;
  const answered = await forward(operation, JSON.stringify({ ...input, ReturnConsumedCapacity: input['ReturnConsumedCapacity'] ?? 'TOTAL' }));
  if (answered.status !== 200) {
    const error = engineError(answered);
    meter.record({ principal, operation, consumed: tablesNamed(input).map((table) => ({ table, readUnits: 0, writeUnits: 0 })), writtenKeys: [], failure: error.code });
    throw error;
  }
  const output = record(answerOf(answered));
  const written = writing.includes(operation) ? writtenKeys(operation, input) : [];
  meter.record({ principal, operation, writtenKeys: written, consumed: weigh === undefined ? consumedBy(operation, input, output) : await weigh() });
  for (const table of new Set(written.map((key) => key.slice(0, key.indexOf('/'))))) options.onWrite(table);
  const { ConsumedCapacity: _, ...answer } = output;
  const asked = input['ReturnConsumedCapacity'];
  return asked === undefined || asked === 'NONE' ? answer : output;
}

/** Throws the engine's own error where it is one. */
function answerOf(answer: EngineAnswer): unknown {
  if (answer.status !== 200) throw engineError(answer);
  return JSON.parse(answer.body);
}

function engineError({ status, body }: EngineAnswer): AwsError {
  const { __type, message, Message, ...fields } = record(JSON.parse(body));
  return new AwsError(text(__type).split('#').at(-1) ?? 'InternalServerError', text(message ?? Message), status, { fields });
}

/** As the engine says, but for keys that a batch did not find: it forgets that they cost a unit like any others. */
function consumedBy(operation: Operation, input: JsonInput, { ConsumedCapacity, Responses }: JsonInput): readonly TableUnits[] {
  const writes = writing.includes(operation);
  return (Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity]).map(record).map(({ TableName, CapacityUnits }) => {
    const table = tableName(TableName);
    const units = Number(CapacityUnits ?? 0) + (operation === 'BatchGetItem' ? absentUnits(record(record(input['RequestItems'])[table]), record(Responses)[table]) : 0);
    return { table, readUnits: writes ? 0 : units, writeUnits: writes ? units : 0 };
  });
}

function absentUnits({ Keys, ConsistentRead }: JsonInput, found: unknown): number {
  const [asked, given] = [Keys, found].map((list) => (Array.isArray(list) ? list.length : 0));
  return Math.max(0, (asked ?? 0) - (given ?? 0)) * (ConsistentRead === true ? 1 : 0.5);
}

/** Once each, whatever form of request it is. */
function tablesNamed(input: JsonInput): readonly string[] {
  const items = transactItems(input).map(({ item }) => item['TableName']);
  return [...new Set([input['TableName'], ...items, ...Object.keys(record(input['RequestItems']))].filter((name) => name !== undefined).map(tableName))];
}

/** Every table of ours has the partition key `pk`. */
export function writtenKeys(operation: Operation, input: JsonInput): readonly string[] {
  const key = (table: unknown, holder: unknown): string => `${tableName(table)}/${String(record(record(holder)['pk'])['S'])}`;
  const of = (table: unknown, item: Readonly<Record<string, unknown>>): string => key(table, item['Item'] ?? item['Key']);
  if (operation === 'TransactWriteItems') return transactItems(input).filter(({ kind }) => kind !== 'ConditionCheck').map(({ item }) => of(item['TableName'], item));
  if (operation !== 'BatchWriteItem') return [of(input['TableName'], input)];
  return Object.entries(record(input['RequestItems'])).flatMap(([table, requests]) => (Array.isArray(requests) ? requests : []).map((each: unknown) => of(table, record(record(each)['PutRequest'] ?? record(each)['DeleteRequest']))));
}
