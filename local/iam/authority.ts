/**
 * Decides what a role may do, whoever asks in its name, and tells what was decided. Grants can be withdrawn while the
 * local cloud runs: that is how a test finds out what needs them, without a boot for each.
 */
import { evaluate } from './evaluate.ts';
import { grantText, withoutGrant, type Grant } from './grants.ts';
import type { NeededAction, Policy, PolicyHolder } from './policy.ts';

export interface Ruling {
  readonly principal: PolicyHolder;
  readonly need: NeededAction;
  readonly allowed: boolean;
}

export class Authority {
  readonly #observers = new Set<(ruling: Ruling) => void>();
  readonly #withdrawn = new Map<string, Grant>();
  /** Policies with what is withdrawn left out, by the policies themselves. */
  #left = new Map<readonly Policy[], readonly Policy[]>();

  /** Throws UnsupportedPolicyError where a policy cannot be read. */
  permits(principal: PolicyHolder, need: NeededAction): boolean {
    const { policies } = principal;
    if (policies === 'all') return true;
    const allowed = evaluate(this.#policiesLeft(principal.name, policies), need) === 'allowed';
    for (const observer of this.#observers) observer({ principal, need, allowed });
    return allowed;
  }

  /** Is told of every decision on a role. Returns the function that ends it. */
  observe(observer: (ruling: Ruling) => void): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  /** From now on the role has everything but this grant. Returns the function that gives it back. */
  withdraw(grant: Grant): () => void {
    const key = grantText(grant);
    this.#withdrawn.set(key, grant);
    this.#left = new Map();
    return () => {
      this.#withdrawn.delete(key);
      this.#left = new Map();
    };
  }

  #policiesLeft(principal: string, policies: readonly Policy[]): readonly Policy[] {
    const grants = [...this.#withdrawn.values()].filter((grant) => grant.principal === principal);
    if (grants.length === 0) return policies;
    const left = this.#left.get(policies) ?? grants.reduce<readonly Policy[]>(withoutGrant, policies);
    this.#left.set(policies, left);
    return left;
  }
}
