/**
 * Which grants were ever needed. One that no call used after the whole test suite is one that the stack should not give.
 * Memory is bounded by the policies, not by the calls.
 */
import { grantsFor, grantsOf, grantText, type Grant } from './grants.ts';
import type { NeededAction, PolicyHolder } from './policy.ts';

export class UsageRecorder {
  readonly #used = new Map<string, Grant>();
  readonly #onFirstUse: (grant: Grant) => void;

  /** `onFirstUse` is told of every grant once, when it is first used. */
  constructor(onFirstUse: (grant: Grant) => void = () => undefined) {
    this.#onFirstUse = onFirstUse;
  }

  /** Notes an action that was allowed. The developer's own keys count for nothing. */
  record(principal: PolicyHolder, need: NeededAction): void {
    for (const grant of grantsFor(principal, need)) {
      const text = grantText(grant);
      if (this.#used.has(text)) continue;
      this.#used.set(text, grant);
      this.#onFirstUse(grant);
    }
  }

  /** What these principals were granted and did not use since this recorder was made. Empty when all is needed. */
  grantedButUnused(principals: readonly PolicyHolder[]): readonly Grant[] {
    return principals.flatMap(grantsOf).filter((grant) => !this.#used.has(grantText(grant)));
  }
}
