import { describe, expect, it } from 'vitest';
import { grantText, type Grant } from '../../../local/iam/grants.ts';
import type { PolicyHolder } from '../../../local/iam/policy.ts';
import { UsageRecorder } from '../../../local/iam/usage.ts';

const plans = 'arn:aws:dynamodb:eu-west-1:0:table/plans';
const waker = 'arn:aws:sqs:eu-west-1:0:waker';
const turn: PolicyHolder = {
  name: 'turn-role',
  policies: [{
    name: 'turn-policy',
    Statement: [
      { Sid: 'plans', Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [plans, `${plans}/index/*`] },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: waker, Condition: { StringEquals: { kind: 'push' } } },
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
    ],
  }],
};
const texts = (grants: readonly Grant[]): readonly string[] => grants.map(grantText);

describe('the usage report', () => {
  it('names what was granted and never used, an action on a resource at a time', () => {
    const usage = new UsageRecorder();
    usage.record(turn, { action: 'dynamodb:GetItem', resource: plans });
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'push' } });
    expect(texts(usage.grantedButUnused([turn]))).toEqual([`turn-role dynamodb:GetItem on ${plans}/index/*`, `turn-role dynamodb:Query on ${plans}`, `turn-role dynamodb:Query on ${plans}/index/*`]);
  });

  it('counts a statement only where its condition held', () => {
    const usage = new UsageRecorder();
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'other' } });
    expect(texts(usage.grantedButUnused([turn]))).toContain(`turn-role sqs:SendMessage on ${waker}`);
  });

  it('is empty when everything was used', () => {
    const usage = new UsageRecorder();
    for (const action of ['dynamodb:GetItem', 'dynamodb:Query']) for (const resource of [plans, `${plans}/index/by-branch`]) usage.record(turn, { action, resource });
    usage.record(turn, { action: 'sqs:SendMessage', resource: waker, context: { kind: 'push' } });
    expect(usage.grantedButUnused([turn])).toEqual([]);
  });

  it('keeps two roles with one policy apart', () => {
    const usage = new UsageRecorder();
    usage.record(turn, { action: 'dynamodb:GetItem', resource: plans });
    expect(texts(usage.grantedButUnused([{ ...turn, name: 'sweep-role' }]))).toContain(`sweep-role dynamodb:GetItem on ${plans}`);
  });

  it('asks nothing of the developer’s own keys', () => {
    const usage = new UsageRecorder();
    const developer: PolicyHolder = { name: 'developer', policies: 'all' };
    usage.record(developer, { action: 'dynamodb:GetItem', resource: plans });
    expect(usage.grantedButUnused([developer])).toEqual([]);
  });

  it('tells of each grant when it is first used, and never again', () => {
    const told: string[] = [];
    const usage = new UsageRecorder((grant) => { told.push(grantText(grant)); });
    for (let n = 0; n < 3; n += 1) usage.record(turn, { action: 'dynamodb:GetItem', resource: plans });
    expect(told).toEqual([`turn-role dynamodb:GetItem on ${plans}`]);
  });
});
