import { describe, expect, it } from 'vitest';
import type { JsonInput } from '../../../local/aws/service.ts';
import { needsOf, type Operation } from '../../../local/dynamodb/needs.ts';

const place = { region: 'eu-west-1', account: '000000000000' };
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const attributes = (operation: Operation, input: JsonInput) => needsOf(operation, { TableName: 'Things', ...input }, place).map(({ context }) => context?.['dynamodb:Attributes']);

describe('the attributes that a write names', () => {
  it.each<[string, Operation, JsonInput, readonly string[]]>([
    ['an update: its key, and the first names of all paths', 'UpdateItem', { Key, UpdateExpression: 'SET #a.b = :x, c[0]=if_not_exists(d, :y) REMOVE e ADD f :z' , ExpressionAttributeNames: { '#a': 'alpha' } }, ['pk', 'sk', 'alpha', 'c', 'd', 'e', 'f']],
    ['what a condition looks at', 'UpdateItem', { Key, UpdateExpression: 'SET n = :n', ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists (#n) OR size(m) > :m and not o IN (:p))', ExpressionAttributeNames: { '#n': 'n' } }, ['pk', 'sk', 'n', 'm', 'o']],
    ['the older form', 'UpdateItem', { Key, AttributeUpdates: { n: {} }, Expected: { m: {} } }, ['pk', 'sk', 'n', 'm']],
    ['a put: all of the item', 'PutItem', { Item: { ...Key, n: { N: '1' } } }, ['pk', 'sk', 'n']],
    ['a delete', 'DeleteItem', { Key, ConditionExpression: 'n = :n' }, ['pk', 'sk', 'n']],
  ])('%s', (_, operation, input, expected) => {
    expect(attributes(operation, input)).toEqual([expected]);
  });

  it('are those of each part of a transaction', () => {
    const TransactItems = [{ Update: { TableName: 'Things', Key, UpdateExpression: 'SET n = :n' } }, { ConditionCheck: { TableName: 'Things', Key, ConditionExpression: 'attribute_exists(m)' } }];
    expect(attributes('TransactWriteItems', { TransactItems })).toEqual([['pk', 'sk', 'n'], ['pk', 'sk', 'm']]);
  });
});
