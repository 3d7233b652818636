/** Which actions on which tables, and with which attributes, a DynamoDB request needs (service authorisation reference of DynamoDB). */
import type { JsonInput, NeededAction } from '../aws/service.ts';
import { arnOf, type Place } from '../template/naming.ts';

const single = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'] as const;
const transactActions: Readonly<Record<string, string>> = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem', Get: 'GetItem' };

export const operations = [...single, 'BatchGetItem', 'BatchWriteItem', 'TransactWriteItems', 'TransactGetItems', 'ListTables'] as const;
export type Operation = (typeof operations)[number];

/** Tables by name or ARN. */
export function tableName(value: unknown): string {
  return text(value).split('table/').at(-1) ?? '';
}

export function needsOf(operation: Operation, input: JsonInput, place: Place): readonly NeededAction[] {
  const on = (action: string, table: unknown, index?: unknown): NeededAction => ({
    action: `dynamodb:${action}`, resource: `${arnOf('AWS::DynamoDB::Table', tableName(table), place) ?? ''}${index === undefined ? '' : `/index/${text(index)}`}`,
  });
  // Of reads it is not modelled which attributes they ask for: no policy of ours speaks of them.
  const writing = (action: string, write: JsonInput): NeededAction => ({ ...on(action, write['TableName']), context: { 'dynamodb:Attributes': attributesOf(write) } });
  switch (operation) {
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(record(input['RequestItems'])).map((table) => on(operation, table));
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return transactItems(input).map(({ kind, item }) => writing(transactActions[kind] ?? kind, item));
    case 'Query':
    case 'Scan':
      return [on(operation, input['TableName'], input['IndexName'])];
    case 'GetItem':
    case 'DescribeTable':
      return [on(operation, input['TableName'])];
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [writing(operation, input)];
  }
}

/** A path's first name, and no function, value (`:at`) or deeper name (`.at`). */
const paths = /(?<![.:#\w])#?[A-Za-z_]\w*(?!\w*\s*\()/g;
const keywords: ReadonlySet<string> = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
/** Maps by attribute name: of what is written, and of the form that came before expressions. */
const maps = ['Key', 'Item', 'AttributeUpdates', 'Expected'] as const;

/**
 * The attributes that a put, an update, a delete or a check of conditions names, each once: `dynamodb:Attributes` of policies.
 * Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
 */
function attributesOf(write: JsonInput): readonly string[] {
  const given = record(write['ExpressionAttributeNames']);
  const named = `${text(write['UpdateExpression'])} ${text(write['ConditionExpression'])}`.match(paths) ?? [];
  return [...new Set([
    ...maps.flatMap((map) => Object.keys(record(write[map]))),
    ...named.filter((name) => !keywords.has(name.toUpperCase())).map((name) => (name.startsWith('#') ? text(given[name]) : name)),
  ])];
}

export function transactItems(input: JsonInput): readonly { readonly kind: string; readonly item: Readonly<Record<string, unknown>> }[] {
  const list = input['TransactItems'];
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => Object.entries(record(entry)).map(([kind, item]) => ({ kind, item: record(item) })));
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
