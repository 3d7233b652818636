import { describe, expect, it } from 'vitest';
import { UsageRecorder, type PolicyHolder } from '../../../local/iam/usage.ts';

const turn: PolicyHolder = {
  name: 'turn-role',
  policies: [{
    name: 'turn-policy',
    Statement: [
      { Sid: 'plans', Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'], Resource: ['arn:aws:dynamodb:eu-west-1:0:table/plans', 'arn:aws:dynamodb:eu-west-1:0:table/plans/index/*'] },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-west-1:0:waker', Condition: { StringEquals: { kind: 'push' } } },
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
    ],
  }],
};
const plans = 'arn:aws:dynamodb:eu-west-1:0:table/plans';
const waker = 'arn:aws:sqs:eu-west-1:0:waker';

describe('the usage report', () => {
  it('names what was granted and never used, action by action and resource by resource', () => {
    const usage = new UsageRecorder();
    usage.record(turn, { action: 'dynamodb:GetItem', resource: plans });
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'push' } });
    expect(usage.grantedButUnused([turn])).toEqual([
      { principal: 'turn-role', statement: 'turn-policy/plans', actions: ['dynamodb:Query', 'dynamodb:PutItem'], resources: [`${plans}/index/*`] },
    ]);
  });

  it('counts a statement only where its condition held', () => {
    const usage = new UsageRecorder();
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'other' } });
    expect(usage.grantedButUnused([turn])).toContainEqual({ principal: 'turn-role', statement: 'turn-policy/1', actions: ['sqs:SendMessage'], resources: [waker] });
  });

  it('is empty when everything was used', () => {
    const usage = new UsageRecorder();
    for (const action of ['dynamodb:GetItem', 'dynamodb:PutItem']) usage.record(turn, { action, resource: plans });
    usage.record(turn, { action: 'dynamodb:Query', resource: `${plans}/index/by-branch` });
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'push' } });
    expect(usage.grantedButUnused([turn])).toEqual([]);
  });

  it('keeps two roles with one policy apart', () => {
    const usage = new UsageRecorder();
    const sweep: PolicyHolder = { ...turn, name: 'sweep-role' };
    usage.record(turn, { action: 'dynamodb:GetItem', resource: plans });
    const unused = usage.grantedButUnused([sweep]).find(({ statement }) => statement === 'turn-policy/plans');
    expect(unused?.actions).toContain('dynamodb:GetItem');
  });

  it('asks nothing of the developer’s own keys', () => {
    const usage = new UsageRecorder();
    const developer: PolicyHolder = { name: 'developer', policies: 'all' };
    usage.record(developer, { action: 'dynamodb:GetItem', resource: plans });
    expect(usage.grantedButUnused([developer])).toEqual([]);
  });
});
