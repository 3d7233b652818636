import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnsupportedPolicyError } from '../../../local/iam/condition.ts';
import { evaluate, statementsOf } from '../../../local/iam/evaluate.ts';
import type { NeededAction, Policy, RequestContext, Statement } from '../../../local/iam/policy.ts';

const object = 'arn:aws:s3:::packages/a.ipa';
const policy = (...Statement: readonly Statement[]): Policy => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[], Condition?: Statement['Condition']): Statement => ({ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
const deny = (Action: string | string[], Resource: string | string[], Condition?: Statement['Condition']): Statement => ({ ...allow(Action, Resource, Condition), Effect: 'Deny' });
const get: NeededAction = { action: 's3:GetObject', resource: object };

describe('a request', () => {
  it.each<[string, readonly Policy[], 'allowed' | 'denied']>([
    ['is denied when nothing speaks of it', [], 'denied'],
    ['is denied when only another action is allowed', [policy(allow('s3:PutObject', '*'))], 'denied'],
    ['is denied when only another resource is allowed', [policy(allow('s3:GetObject', 'arn:aws:s3:::icons/*'))], 'denied'],
    ['is allowed by one statement of several', [policy(allow('s3:PutObject', '*'), allow(['s3:List*', 's3:Get*'], ['arn:aws:s3:::icons/*', 'arn:aws:s3:::packages/*']))], 'allowed'],
    ['is denied by a Deny after an Allow', [policy(allow('s3:*', '*'), deny('s3:GetObject', object))], 'denied'],
    ['is denied by a Deny before an Allow', [policy(deny('s3:GetObject', object), allow('s3:*', '*'))], 'denied'],
    ['is denied by a Deny in another policy', [policy(allow('s3:*', '*')), policy(deny('*', '*'))], 'denied'],
    ['is allowed past a Deny of something else', [policy(allow('s3:*', '*'), deny('s3:Delete*', '*'), deny('s3:*', 'arn:aws:s3:::icons/*'))], 'allowed'],
    ['is denied by a Deny alone', [policy(deny('s3:PutObject', '*'))], 'denied'],
  ])('%s', (_, policies, expected) => {
    expect(evaluate(policies, get)).toBe(expected);
  });

  it('that meets a matching Deny is denied, whatever else there is and in any order', () => {
    const statement = fc.record({
      Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Deny'),
      Action: fc.constantFrom('*', 's3:*', 's3:GetObject', 's3:PutObject', 's3:Get?bject'),
      Resource: fc.constantFrom('*', object, 'arn:aws:s3:::packages/*', 'arn:aws:s3:::icons/*'),
    });
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), (statements) => {
        const speaking = statements.filter(({ Action, Resource }) => Action !== 's3:PutObject' && Resource !== 'arn:aws:s3:::icons/*');
        const expected = speaking.length > 0 && speaking.every(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'denied';
        expect(evaluate([policy(...statements)], get)).toBe(expected);
        expect(evaluate(statements.map((one) => policy(one)).reverse(), get)).toBe(expected);
      }),
    );
  });
});

describe('a condition', () => {
  const cases: readonly [string, Statement['Condition'], RequestContext, boolean][] = [
    ['StringEquals holds for one of several values', { StringEquals: { 's3:prefix': ['a/', 'b/'] } }, { 's3:prefix': 'b/' }, true],
    ['StringEquals knows no wildcards', { StringEquals: { 's3:prefix': 'a*' } }, { 's3:prefix': 'ab' }, false],
    ['StringEquals does not hold without its key', { StringEquals: { 's3:prefix': '' } }, {}, false],
    ['StringEqualsIfExists holds without its key', { StringEqualsIfExists: { 's3:prefix': 'a' } }, {}, true],
    ['StringEqualsIfExists looks when the key is there', { StringEqualsIfExists: { 's3:prefix': 'a' } }, { 's3:prefix': 'b' }, false],
    ['StringNotEquals holds for none of several values', { StringNotEquals: { 's3:prefix': ['a', 'b'] } }, { 's3:prefix': 'b' }, false],
    ['StringNotEquals holds without its key', { StringNotEquals: { 's3:prefix': 'a' } }, {}, true],
    ['StringLike knows wildcards', { StringLike: { 's3:prefix': 'a/*' } }, { 's3:prefix': 'a/b' }, true],
    ['StringNotLike is its opposite', { StringNotLike: { 's3:prefix': 'a/*' } }, { 's3:prefix': 'a/b' }, false],
    ['keys are compared without regard to case', { StringEquals: { 'IAM:PassedToService': 'scheduler.amazonaws.com' } }, { 'iam:passedtoservice': 'scheduler.amazonaws.com' }, true],
    ['ArnLike matches by component', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:x' } }, { 'aws:SourceArn': 'arn:aws:s3:::x' }, true],
    ['ArnEquals takes wildcards too', { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::x*' } }, { 'aws:SourceArn': 'arn:aws:s3:::xyz' }, true],
    ['ArnNotEquals is its opposite', { ArnNotEquals: { 'aws:SourceArn': 'arn:aws:s3:::x' } }, { 'aws:SourceArn': 'arn:aws:s3:::x' }, false],
    ['Bool reads booleans and strings', { Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'false' }, true],
    ['Null true: the key must be absent', { Null: { 's3:prefix': 'true' } }, { 's3:prefix': '' }, false],
    ['Null false: the key must be there', { Null: { 's3:prefix': 'false' } }, { 's3:prefix': '' }, true],
    ['ForAllValues: all of them', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } }, { 'dynamodb:LeadingKeys': ['a', 'c'] }, false],
    ['ForAllValues: within the list', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a*', 'b'] } }, { 'dynamodb:LeadingKeys': ['ax', 'b'] }, true],
    ['ForAllValues holds for none at all', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, {}, true],
    ['ForAnyValue: one suffices', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, { 'dynamodb:LeadingKeys': ['c', 'a'] }, true],
    ['ForAnyValue does not hold for none at all', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, {}, false],
    ['all operators must hold', { StringEquals: { a: '1' }, StringLike: { b: '2*' } }, { a: '1', b: '3' }, false],
    ['all keys must hold', { StringEquals: { a: '1', b: '2' } }, { a: '1', b: '2' }, true],
  ];
  it.each(cases)('%s', (_, condition, context, holds) => {
    const request = { ...get, context };
    expect(evaluate([policy(allow('s3:*', '*', condition))], request)).toBe(holds ? 'allowed' : 'denied');
    expect(evaluate([policy(allow('s3:*', '*'), deny('s3:*', '*', condition))], request)).toBe(holds ? 'denied' : 'allowed');
  });
});

describe('a policy that is not understood', () => {
  it.each<[string, Statement]>([
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 's3:*', NotResource: '*' }],
    ['an unknown operator', allow('s3:*', '*', { NumericLessThan: { 's3:max-keys': 10 } })],
    ['a set operator on an unknown one', allow('s3:*', '*', { 'ForAllValues:DateLessThan': { 'aws:CurrentTime': '2026-01-01' } })],
    ['a policy variable in a resource', allow('s3:*', 'arn:aws:s3:::home/${aws:username}/*')],
    ['a policy variable in a condition', allow('s3:*', '*', { StringEquals: { 's3:prefix': '${aws:username}' } })],
    ['no action', { Effect: 'Allow', Resource: '*' }],
    ['a resource that is no whole ARN', allow('dynamodb:*', 'arn:aws:dynamodb:*')],
    ['a wildcard in the type of a resource', allow('dynamodb:*', 'arn:aws:dynamodb:eu-west-1:0:tab*/plans')],
    ['a Null that is neither true nor false', allow('s3:*', '*', { Null: { 's3:prefix': 'perhaps' } })],
    ['an ARN to compare with that is none', allow('s3:*', '*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*' } })],
  ])('is refused when it is read: %s', (_, statement) => {
    expect(() => statementsOf(policy(statement))).toThrow(UnsupportedPolicyError);
  });

  it.each([
    ['an effect that is neither', { Effect: 'Perhaps', Action: 's3:*', Resource: '*' }],
    ['an element of another kind of policy', { Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }],
  ])('is refused when it is read: %s', (_, statement) => {
    const read: unknown = JSON.parse(JSON.stringify({ Statement: statement }));
    expect(() => statementsOf(read as Policy)).toThrow(UnsupportedPolicyError);
  });

  it('is refused when a single-valued operator meets several values', () => {
    const statement = allow('dynamodb:*', '*', { StringEquals: { 'dynamodb:LeadingKeys': 'a' } });
    const request = { action: 'dynamodb:GetItem', resource: '*', context: { 'dynamodb:LeadingKeys': ['a', 'b'] } };
    expect(() => evaluate([policy(statement)], request)).toThrow(UnsupportedPolicyError);
  });
});
