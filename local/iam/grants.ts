/** What policies allow, one by one: a statement bundles actions and resources, a grant is one of each. */
import { appliesTo, statementsOf } from './evaluate.ts';
import type { NeededAction, Policy, PolicyHolder, Statement } from './policy.ts';
import { matchesAction, matchesResource } from './wildcard.ts';

export interface Grant {
  /** Role name. */
  readonly principal: string;
  /** As the policy writes it: usually an action in full. */
  readonly action: string;
  /** As the policy writes it: an ARN, perhaps with wildcards. */
  readonly resource: string;
}

/** Every grant of a role once. The developer's keys are granted nothing by a policy. */
export function grantsOf({ name, policies }: PolicyHolder): readonly Grant[] {
  if (policies === 'all') return [];
  const grants = policies.flatMap(statementsOf).filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources }) => actions.flatMap((action) => resources.map((resource) => ({ principal: name, action, resource }))));
  return [...new Map(grants.map((grant) => [grantText(grant), grant])).values()];
}

/** The grants of a role that cover a request: more than one where they overlap, none where it is not allowed. */
export function grantsFor({ name, policies }: PolicyHolder, need: NeededAction): readonly Grant[] {
  if (policies === 'all') return [];
  return policies.flatMap(statementsOf).filter((statement) => statement.effect === 'Allow' && appliesTo(statement, need)).flatMap(({ actions, resources }) =>
    actions.filter((action) => matchesAction(action, need.action)).flatMap((action) =>
      resources.filter((resource) => matchesResource(resource, need.resource)).map((resource) => ({ principal: name, action, resource }))));
}

/** A line for reports, and the grant's identity. */
export function grantText({ principal, action, resource }: Grant): string {
  return `${principal} ${action} on ${resource}`;
}

/** The policies as they would be without one grant; statements of several actions or resources keep the others. */
export function withoutGrant(policies: readonly Policy[], grant: Pick<Grant, 'action' | 'resource'>): readonly Policy[] {
  return policies.map((policy) => ({ ...policy, Statement: asList(policy.Statement).flatMap((statement) => withoutPair(statement, grant)) }));
}

function withoutPair(statement: Statement, { action, resource }: Pick<Grant, 'action' | 'resource'>): readonly Statement[] {
  const actions = asList(statement.Action ?? []);
  const resources = asList(statement.Resource ?? []);
  if (statement.Effect !== 'Allow' || !actions.includes(action) || !resources.includes(resource)) return [statement];
  const otherActions = actions.filter((each) => each !== action);
  const otherResources = resources.filter((each) => each !== resource);
  return [
    ...(otherActions.length === 0 ? [] : [{ ...statement, Action: otherActions }]),
    ...(otherResources.length === 0 ? [] : [{ ...statement, Action: action, Resource: otherResources }]),
  ];
}

function asList<T extends object | string>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T extends object | string>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
