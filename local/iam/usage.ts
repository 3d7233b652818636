/**
 * Which granted permissions were ever needed. A grant that no call used after the whole test suite is one that the
 * stack should not give. Memory is bounded by the policies, not by the calls.
 */
import { applies, statementsOf, type CompiledStatement } from './evaluate.ts';
import type { NeededAction, Policy } from './policy.ts';
import { matchesAction, matchesResource } from './wildcard.ts';

/** Part of a statement that no allowed call has needed. */
export interface UnusedGrant {
  readonly principal: string;
  /** Policy name and statement. */
  readonly statement: string;
  /** Action patterns never used on any of the statement's resources. */
  readonly actions: readonly string[];
  /** Resource patterns never used by any of the statement's actions. */
  readonly resources: readonly string[];
}

export interface PolicyHolder {
  readonly name: string;
  readonly policies: readonly Policy[] | 'all';
}

interface Used {
  readonly actions: Set<string>;
  readonly resources: Set<string>;
}

export class UsageRecorder {
  /** By principal: two roles may hold one policy object and need different parts of it. */
  readonly #used = new Map<string, Map<CompiledStatement, Used>>();

  /** Notes an action that was allowed. The developer's own keys count for nothing. */
  record(principal: PolicyHolder, need: NeededAction): void {
    for (const statement of allowsOf(principal)) {
      if (!applies(statement, need)) continue;
      const used = this.#usedOf(principal.name, statement);
      for (const pattern of statement.actions) if (matchesAction(pattern, need.action)) used.actions.add(pattern);
      for (const pattern of statement.resources) if (matchesResource(pattern, need.resource)) used.resources.add(pattern);
    }
  }

  /** What these principals were granted and did not use since this recorder was made. Empty when all is needed. */
  grantedButUnused(principals: readonly PolicyHolder[]): readonly UnusedGrant[] {
    return principals.flatMap((principal) =>
      allowsOf(principal).flatMap((statement) => {
        const used = this.#used.get(principal.name)?.get(statement);
        const actions = statement.actions.filter((pattern) => used?.actions.has(pattern) !== true);
        const resources = statement.resources.filter((pattern) => used?.resources.has(pattern) !== true);
        return actions.length + resources.length === 0 ? [] : [{ principal: principal.name, statement: statement.label, actions, resources }];
      }));
  }

  #usedOf(principal: string, statement: CompiledStatement): Used {
    const statements = this.#used.get(principal) ?? new Map<CompiledStatement, Used>();
    this.#used.set(principal, statements);
    const used = statements.get(statement) ?? { actions: new Set(), resources: new Set() };
    statements.set(statement, used);
    return used;
  }
}

function allowsOf(principal: PolicyHolder): readonly CompiledStatement[] {
  if (principal.policies === 'all') return [];
  return principal.policies.flatMap(statementsOf).filter((statement) => statement.effect === 'Allow');
}
