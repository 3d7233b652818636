/** Which actions on which tables a DynamoDB request needs (service authorisation reference of DynamoDB). */
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
  switch (operation) {
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(record(input['RequestItems'])).map((table) => on(operation, table));
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return transactItems(input).map(({ kind, item }) => on(transactActions[kind] ?? kind, item['TableName']));
    case 'Query':
    case 'Scan':
      return [on(operation, input['TableName'], input['IndexName'])];
    case 'GetItem':
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
    case 'DescribeTable':
      return [on(operation, input['TableName'])];
  }
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
