import { describe, expect, it } from 'vitest';
import { grantsOf } from '../../local/iam/grants.ts';
import { evaluate } from '../../local/iam/evaluate.ts';
import type { Policy } from '../../local/iam/policy.ts';
import { shortRole, synthesisedRoles } from '../support/synthesised-roles.ts';

const role = synthesisedRoles().find(({ name }) => shortRole(name) === 'Delivery');
const policies: readonly Policy[] = role === undefined || role.policies === 'all' ? [] : role.policies;
const resource = (role === undefined ? [] : grantsOf(role)).find(({ action }) => action === 'dynamodb:UpdateItem')?.resource ?? '';
const update = (...names: readonly string[]) => evaluate(policies, { action: 'dynamodb:UpdateItem', resource, context: { 'dynamodb:Attributes': ['pk', 'sk', ...names] } });

describe('whoever serves manifests to the world', () => {
  it('may write when one was fetched', () => {
    expect(update('manifestAt')).toBe('allowed');
  });

  it.each([['state'], ['manifestAt', 'state'], ['history'], ['download']])('may write nothing else of an instruction: %s', (...names) => {
    expect(update(...names)).toBe('denied');
  });
});
