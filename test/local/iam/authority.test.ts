import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authority, type Ruling } from '../../../local/iam/authority.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { grantsOf, grantText, withoutGrant } from '../../../local/iam/grants.ts';
import type { PolicyHolder, Statement } from '../../../local/iam/policy.ts';

const plans = 'arn:aws:dynamodb:eu-west-1:0:table/plans';
const audit = 'arn:aws:dynamodb:eu-west-1:0:table/audit';
const role = (name: string): PolicyHolder => ({ name, policies: [{ Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [plans, audit] }] }] });
const needs = ['dynamodb:GetItem', 'dynamodb:PutItem'].flatMap((action) => [plans, audit].map((resource) => ({ action, resource })));

describe('an authority', () => {
  it('takes one grant away from one role, and gives it back', () => {
    const authority = new Authority();
    const [turn, sweep] = [role('turn'), role('sweep')];
    const allowed = (holder: PolicyHolder) => needs.map((need) => authority.permits(holder, need));
    const giveBack = authority.withdraw({ principal: 'turn', action: 'dynamodb:PutItem', resource: plans });
    expect(allowed(turn)).toEqual([true, true, false, true]);
    expect(allowed(sweep)).toEqual([true, true, true, true]);
    giveBack();
    expect(allowed(turn)).toEqual([true, true, true, true]);
  });

  it('tells what it decided until it is no longer asked to', () => {
    const authority = new Authority();
    const rulings: Ruling[] = [];
    const end = authority.observe((ruling) => { rulings.push(ruling); });
    authority.permits(role('turn'), { action: 'dynamodb:GetItem', resource: plans });
    authority.permits(role('turn'), { action: 'dynamodb:Scan', resource: plans });
    end();
    authority.permits(role('turn'), { action: 'dynamodb:Query', resource: plans });
    expect(rulings.map(({ principal, need, allowed }) => `${principal.name} ${need.action} ${allowed}`)).toEqual(['turn dynamodb:GetItem true', 'turn dynamodb:Scan false']);
  });

  it('lets the developer do everything, and says nothing of it', () => {
    const authority = new Authority();
    authority.observe(() => { throw new Error('This is nobody’s business.'); });
    expect(authority.permits({ name: 'developer', policies: 'all' }, { action: 'dynamodb:Scan', resource: plans })).toBe(true);
  });
});

describe('policies without a grant', () => {
  const some = (...texts: string[]) => fc.subarray(texts, { minLength: 1 });
  const statement: fc.Arbitrary<Statement> = fc.record({ Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'), Action: some('dynamodb:GetItem', 'dynamodb:PutItem'), Resource: some(plans, audit) });

  it('allow everything else as before', () => {
    fc.assert(fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), fc.nat(), (Statement, choice) => {
      const holder: PolicyHolder = { name: 'turn', policies: [{ Statement }] };
      const grants = grantsOf(holder);
      const grant = grants[choice % Math.max(1, grants.length)];
      if (grant === undefined || holder.policies === 'all') return;
      const left = withoutGrant(holder.policies, grant);
      expect(grantsOf({ ...holder, policies: left }).map(grantText).sort()).toEqual(grants.map(grantText).filter((text) => text !== grantText(grant)).sort());
      for (const need of needs) {
        const withdrawn = need.action === grant.action && need.resource === grant.resource;
        expect(evaluate(left, need)).toBe(withdrawn ? 'denied' : evaluate(holder.policies, need));
      }
    }));
  });
});
