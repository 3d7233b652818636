import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import type { NeededAction, Policy, RequestContext, Statement } from '../../../local/iam/policy.ts';

/**
 * Our evaluator beside another one, over generated policies: the two were written apart from each other. Actions,
 * resources and keys are drawn from few, and patterns are made out of them, so that most statements nearly apply.
 */
const account = '000000000000';
const actions = ['dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject', 's3:PutObject', 'sqs:SendMessage', 'iam:PassRole'];
const resources = [
  `arn:aws:dynamodb:eu-west-1:${account}:table/plans`, `arn:aws:dynamodb:eu-west-1:${account}:table/plans/index/listing`, 'arn:aws:s3:::packages/incoming/a.ipa',
  'arn:aws:s3:::packages', `arn:aws:sqs:eu-west-1:${account}:wake`, `arn:aws:states:eu-west-1:${account}:execution:windows:one`, `arn:aws:iam::${account}:role/window`,
];
const words = ['scheduler.amazonaws.com', 'lambda.amazonaws.com', 'incoming/', 'incoming/a', 'a', 'b', 'A', 'true', 'false', ''];

/** `text` with some of it replaced by wildcards: often still a pattern of it, often just not. */
function patternOf(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(text) },
    { weight: 3, arbitrary: fc.tuple(at, at, fc.constantFrom('*', '?', '*?', '**', '')).map(([a, b, star]) => text.slice(0, Math.min(a, b)) + star + text.slice(Math.max(a, b))) },
  );
}

/** Wildcards in the operation, or the service as a whole; letters in any case. */
const actionPattern = fc.constantFrom(...actions).chain((action) => {
  const [service = '', operation = ''] = action.split(':');
  return fc.oneof(
    { weight: 6, arbitrary: patternOf(operation).filter((pattern) => pattern !== '').map((pattern) => `${service}:${pattern}`) },
    { weight: 1, arbitrary: fc.constantFrom('*', `${service}:*`, action.toUpperCase(), action.toLowerCase()) },
  );
});

/**
 * Wildcards within the parts of an ARN, but neither in the service nor in the resource's type: IAM takes none there. Parts
 * that are empty stay so: the other evaluator takes a bucket for a type when they are not.
 */
const arnPattern = fc.constantFrom(...resources).chain((arn) => {
  const [, partition = '', service = '', region = '', owner = '', type = '', name = ''] = /^arn:(.*?):(.*?):(.*?):(.*?):((?:table|role)\/|execution:)?(.*)$/.exec(arn) ?? [];
  return fc.tuple(patternOf(partition), region === '' ? fc.constant('') : patternOf(region), owner === '' ? fc.constant('') : patternOf(owner), patternOf(name)).map(([a, b, c, d]) => `arn:${a}:${service}:${b}:${c}:${type}${d}`);
});
const resourcePattern = fc.oneof({ weight: 8, arbitrary: arnPattern }, { weight: 1, arbitrary: fc.constant('*') });

const oneOrMore = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> => fc.oneof(arbitrary, fc.array(arbitrary, { minLength: 1, maxLength: 3 }));

const stringOperators = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'];
const arnOperators = ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'];
const orIfExists = (operators: readonly string[]): fc.Arbitrary<string> => fc.tuple(fc.constantFrom(...operators), fc.constantFrom('', '', 'IfExists')).map((parts) => parts.join(''));
const keyInSomeCase = (key: string): fc.Arbitrary<string> => fc.constantFrom(key, key, key.toLowerCase());

const condition: fc.Arbitrary<readonly [operator: string, key: string, accepted: string | string[]]> = fc.oneof(
  fc.tuple(orIfExists(stringOperators), fc.constantFrom('iam:PassedToService', 's3:prefix').chain(keyInSomeCase), oneOrMore(fc.constantFrom(...words).chain(patternOf))),
  fc.tuple(orIfExists(arnOperators), keyInSomeCase('aws:SourceArn'), oneOrMore(arnPattern)),
  fc.tuple(orIfExists(['Bool']), keyInSomeCase('aws:SecureTransport'), fc.constantFrom('true', 'false')),
  fc.tuple(fc.constant('Null'), fc.constantFrom('s3:prefix', 'dynamodb:LeadingKeys', 'aws:SourceArn'), fc.constantFrom('true', 'false')),
  fc.tuple(fc.tuple(fc.constantFrom('ForAllValues:', 'ForAnyValue:'), fc.constantFrom(...stringOperators)).map((parts) => parts.join('')), keyInSomeCase('dynamodb:LeadingKeys'), oneOrMore(fc.constantFrom(...words).chain(patternOf))),
);

const statement: fc.Arbitrary<Statement> = fc.record({
  Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Allow', 'Deny'), Action: oneOrMore(actionPattern), Resource: oneOrMore(resourcePattern),
  conditions: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) }),
}).map(({ conditions, ...rest }) => {
  const Condition: Record<string, Record<string, string | string[]>> = {};
  for (const [operator, key, accepted] of conditions) Condition[operator] = { ...Condition[operator], [key]: accepted };
  return conditions.length === 0 ? rest : { ...rest, Condition };
});

const policies: fc.Arbitrary<readonly Policy[]> = fc.array(fc.array(statement, { minLength: 1, maxLength: 4 }).map((statements) => ({ Version: '2012-10-17', Statement: statements })), { minLength: 1, maxLength: 3 });

const context: fc.Arbitrary<RequestContext> = fc.record({
  'iam:PassedToService': fc.constantFrom(...words), 's3:prefix': fc.constantFrom(...words), 'aws:SourceArn': fc.constantFrom(...resources), 'aws:SecureTransport': fc.constantFrom('true', 'false'),
  'dynamodb:LeadingKeys': fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
}, { requiredKeys: [] });

const request: fc.Arbitrary<NeededAction> = fc.record({ action: fc.constantFrom(...actions), resource: fc.constantFrom(...resources), context });

/** The other's decision, for a role of the resource's own account and nothing but identity policies. */
function simulated(identityPolicies: readonly Policy[], { action, resource, context: variables = {} }: NeededAction): 'allowed' | 'denied' {
  const result = runUnsafeSimulation({
    request: {
      principal: `arn:aws:iam::${account}:role/function`, action, resource: { resource, accountId: account },
      contextVariables: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]])),
    },
    identityPolicies: identityPolicies.map((policy, index) => ({ name: String(index), policy })), serviceControlPolicies: [], resourceControlPolicies: [],
  }, {});
  return result === 'Allowed' ? 'allowed' : 'denied';
}

describe('our evaluator of identity policies', () => {
  it('decides as iam-simulate does', () => {
    const decisions = { allowed: 0, denied: 0 };
    fc.assert(
      fc.property(policies, fc.array(request, { minLength: 20, maxLength: 20 }), (generated, requests) => {
        for (const each of requests) {
          const decision = evaluate(generated, each);
          decisions[decision] += 1;
          expect(decision).toBe(simulated(generated, each));
        }
      }),
      { numRuns: 400 },
    );
    // Policies that hardly ever allow anything would compare nothing.
    expect(decisions.allowed).toBeGreaterThan(400);
  });
});
