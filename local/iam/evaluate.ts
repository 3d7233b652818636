/**
 * IAM's decision for identity policies: an explicit Deny wins, else an Allow is needed. Resource policies, boundaries,
 * session policies and organisations are not modelled.
 * Source: IAM user guide, "Policy evaluation logic".
 */
import { compileConditions, refuseVariables, UnsupportedPolicyError, type ConditionCheck } from './condition.ts';
import type { NeededAction, Policy, Statement } from './policy.ts';
import { hasWildcardInType, isArn, matchesAction, matchesResource } from './wildcard.ts';

export type Decision = 'allowed' | 'denied';

/** A statement made ready for matching. Identity is stable per policy object: usage is counted by it. */
export interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  /** `policy name/statement id or position`, for reports. */
  readonly label: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditionsHold: ConditionCheck;
}

const elements: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);
const effects: ReadonlySet<string> = new Set(['Allow', 'Deny']);

const compiled = new WeakMap<Policy, readonly CompiledStatement[]>();

/**
 * Decides one action on one resource. Throws UnsupportedPolicyError for policies that use what is not modelled:
 * NotAction, NotResource, policy variables, unknown condition operators, resources that are no whole ARN.
 */
export function evaluate(policies: readonly Policy[], request: NeededAction): Decision {
  const applying = policies.flatMap(statementsOf).filter((statement) => appliesTo(statement, request));
  if (applying.some((statement) => statement.effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'denied';
}

/** The policy's statements, compiled once. Throws UnsupportedPolicyError: call it at boot to hear of it early. */
export function statementsOf(policy: Policy): readonly CompiledStatement[] {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const statements = asList(policy.Statement).map((statement, index) => compile(statement, `${policy.name ?? 'policy'}/${statement.Sid ?? String(index)}`));
  compiled.set(policy, statements);
  return statements;
}

/** Whether the statement speaks about this request, whatever its effect. */
export function appliesTo(statement: CompiledStatement, request: NeededAction): boolean {
  return (
    statement.actions.some((pattern) => matchesAction(pattern, request.action)) &&
    statement.resources.some((pattern) => matchesResource(pattern, request.resource)) &&
    statement.conditionsHold(request.context ?? {})
  );
}

function compile(statement: Statement, label: string): CompiledStatement {
  const unknown = Object.keys(statement).filter((element) => !elements.has(element));
  if (unknown.length > 0) throw new UnsupportedPolicyError(`${label} uses ${unknown.join(' and ')}, which is not supported.`);
  // Anything else would be taken for an Allow.
  if (!effects.has(statement.Effect)) throw new UnsupportedPolicyError(`${label} has the effect ${statement.Effect}: it is Allow or Deny.`);
  const actions = asList(statement.Action ?? []);
  const resources = asList(statement.Resource ?? []);
  if (actions.length === 0 || resources.length === 0) throw new UnsupportedPolicyError(`${label} has no Action or no Resource.`);
  for (const resource of resources) checkResource(resource, label);
  return { effect: statement.Effect, label, actions, resources, conditionsHold: compileConditions(statement.Condition) };
}

/** `*` alone, or an ARN of all its parts: what IAM makes of a shorter one, or of a wildcard in a type, is not documented. */
function checkResource(resource: string, label: string): void {
  refuseVariables(resource);
  if (resource === '*') return;
  if (!isArn(resource)) throw new UnsupportedPolicyError(`${label} names ${resource}, which is no whole ARN.`);
  if (hasWildcardInType(resource)) throw new UnsupportedPolicyError(`${label} names ${resource}: a type of resources takes no wildcard.`);
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
