/** Who may call the AWS port: the roles of the functions, of Scheduler and Step Functions, and the developer. */
import type { Principal, PrincipalRegistry } from './service.ts';

export class Principals implements PrincipalRegistry {
  readonly #byAccessKey = new Map<string, Principal>();

  /** Adds principals; one with a known access key replaces it (new keys at a restart of a role). */
  add(...principals: readonly Principal[]): void {
    for (const principal of principals) this.#byAccessKey.set(principal.accessKeyId, principal);
  }

  byAccessKey(accessKeyId: string): Principal | undefined {
    return this.#byAccessKey.get(accessKeyId);
  }

  all(): readonly Principal[] {
    return [...this.#byAccessKey.values()];
  }
}
