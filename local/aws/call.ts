/** The life of one call inside the port: authorisation by policies, hooks before and after. */
import type { Authority } from '../iam/authority.ts';
import type { NeededAction } from '../iam/policy.ts';
import type { WireFormat } from './error-format.ts';
import { AwsError, type AwsCall, type CallHooks, type Principal } from './service.ts';

export interface CallContext {
  readonly account: string;
  readonly authority: Authority;
  readonly hooks: ReadonlySet<CallHooks>;
}

/** ARN of who is calling, as STS would report it. */
export function callerArn(principal: Principal, account: string): string {
  if (principal.policies === 'all') return `arn:aws:iam::${account}:root`;
  return `arn:aws:sts::${account}:assumed-role/${principal.name}/local`;
}

export class Call {
  readonly #context: CallContext;
  readonly #principal: Principal;
  readonly #service: string;
  readonly #format: WireFormat;
  #begun: { readonly operation: string; readonly input: unknown } | undefined;

  constructor(context: CallContext, principal: Principal, service: string, format: WireFormat) {
    this.#context = context;
    this.#principal = principal;
    this.#service = service;
    this.#format = format;
  }

  /** Names the operation, then lets it pass or throws AccessDenied or an injected fault. */
  async authorise(operation: string, input: unknown, needs: readonly NeededAction[]): Promise<void> {
    this.#begun = { operation, input };
    for (const need of needs) if (!this.permits(need)) throw this.#denial(need);
    for (const hook of this.#context.hooks) await hook.beforeCall?.(this.#facts(operation, input));
  }

  /** Whether the principal's policies allow this. */
  permits(need: NeededAction): boolean {
    return this.#context.authority.permits(this.#principal, need);
  }

  succeeded(output: unknown): void {
    this.#report({ output });
  }

  failed(error: AwsError): void {
    this.#report({ error });
  }

  #denial(need: NeededAction): AwsError {
    const who = callerArn(this.#principal, this.#context.account);
    const message = `User: ${who} is not authorized to perform: ${need.action} on resource: ${need.resource} because no identity-based policy allows the ${need.action} action`;
    switch (this.#format) {
      case 'rest-xml':
      case 'query':
        return new AwsError('AccessDenied', message, 403);
      case 'rest-json':
        return new AwsError('AccessDeniedException', message, 403);
      case 'json':
        return new AwsError('AccessDeniedException', message, 400);
    }
  }

  #facts(operation: string, input: unknown): Omit<AwsCall, 'output' | 'error'> {
    return { principal: this.#principal, service: this.#service, operation, input };
  }

  #report(outcome: { readonly output: unknown } | { readonly error: AwsError }): void {
    if (this.#begun === undefined) return;
    const call: AwsCall = { ...this.#facts(this.#begun.operation, this.#begun.input), ...outcome };
    for (const hook of this.#context.hooks) hook.onCall?.(call);
  }
}
