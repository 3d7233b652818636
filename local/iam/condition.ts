/**
 * Conditions of identity policies: the operators that a CDK application emits. One that is not here throws when the
 * policy is read, not when a request meets it: a condition that is skipped would allow or deny the wrong thing.
 * Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "multivalued context keys".
 */
import type { ConditionValue, RequestContext, Statement } from './policy.ts';
import { isArn, matchesArn, matchesWildcard } from './wildcard.ts';

export class UnsupportedPolicyError extends Error {
  override readonly name = 'UnsupportedPolicyError';
}

export type ConditionCheck = (context: RequestContext) => boolean;

type Comparison = (accepted: string, actual: string) => boolean;

const equals: Comparison = (accepted, actual) => accepted === actual;
const equalsIgnoringCase: Comparison = (accepted, actual) => accepted.toLowerCase() === actual.toLowerCase();

interface Operator {
  readonly compare: Comparison;
  readonly negated: boolean;
}

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals, negated: false },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: matchesWildcard, negated: false },
  StringNotLike: { compare: matchesWildcard, negated: true },
  ArnEquals: { compare: matchesArn, negated: false },
  ArnLike: { compare: matchesArn, negated: false },
  ArnNotEquals: { compare: matchesArn, negated: true },
  ArnNotLike: { compare: matchesArn, negated: true },
  Bool: { compare: equalsIgnoringCase, negated: false },
};

/** Reads a statement's conditions. All operators and all keys must hold. Throws UnsupportedPolicyError. */
export function compileConditions(condition: Statement['Condition']): ConditionCheck {
  const checks = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, accepted]) => compileOne(operator, key.toLowerCase(), asStrings(accepted))));
  return (context) => checks.every((check) => check(context));
}

/** Condition keys are compared without regard to case. */
function valuesOf(context: RequestContext, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key)?.[1];
  return typeof found === 'string' ? [found] : found;
}

function compileOne(fullOperator: string, key: string, accepted: readonly string[]): ConditionCheck {
  for (const value of accepted) refuseVariables(value);
  if (fullOperator === 'Null') {
    if (accepted.some((value) => value !== 'true' && value !== 'false')) throw new UnsupportedPolicyError(`Null on ${key} takes true or false.`);
    return (context) => accepted.some((value) => (value === 'true') === (valuesOf(context, key) === undefined));
  }
  const { quantifier, name, ifExists } = parseOperator(fullOperator);
  const operator = operators[name];
  if (operator === undefined) throw new UnsupportedPolicyError(`The condition operator ${fullOperator} is not supported.`);
  if (operator.compare === matchesArn && !accepted.every(isArn)) throw new UnsupportedPolicyError(`${fullOperator} on ${key} takes whole ARNs.`);
  const holds = (actual: string): boolean => accepted.some((value) => operator.compare(value, actual)) !== operator.negated;
  return (context) => {
    const actual = valuesOf(context, key);
    if (actual === undefined || actual.length === 0) return quantifier === 'ForAllValues' || ifExists || (operator.negated && quantifier === undefined);
    if (quantifier === 'ForAllValues') return actual.every(holds);
    if (quantifier === 'ForAnyValue') return actual.some(holds);
    const [only, ...more] = actual;
    if (only === undefined || more.length > 0) {
      throw new UnsupportedPolicyError(`${fullOperator} on ${key} meets several values: it needs ForAllValues or ForAnyValue.`);
    }
    return holds(only);
  };
}

function parseOperator(text: string): { quantifier: string | undefined; name: string; ifExists: boolean } {
  const found = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text);
  return { quantifier: found?.[1], name: found?.[2] ?? text, ifExists: found?.[3] !== undefined };
}

function asStrings(value: ConditionValue): readonly string[] {
  return (typeof value === 'object' ? value : [value]).map(String);
}

/** Policy variables (`${aws:username}`) would be taken for literal text. Throws UnsupportedPolicyError. */
export function refuseVariables(text: string): void {
  if (text.includes('${')) throw new UnsupportedPolicyError(`Policy variables are not supported: ${text}`);
}
