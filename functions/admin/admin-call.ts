/** What a handler of the administrators' API gets, and what it gives. */
import type { Instant } from '../../core/ambient.ts';
import type { AuditRecord } from '../../core/audit.ts';
import type { Caller } from '../../protocol/admin/caller.ts';
import type { AnswerOf, BodyOf, OperationName, QueryOf } from '../../protocol/admin/operations.ts';
import type { AdminServices } from './admin-services.ts';

/** Who does something, to what, and when. The role has been checked. */
export interface AdminContext {
  readonly services: AdminServices;
  readonly caller: Caller;
  /** The path's `{id}`, decoded; empty where it has none. */
  readonly id: string;
  readonly now: Instant;
}

/** Query and body have the operation's form. */
export interface AdminCall<N extends OperationName> extends AdminContext {
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
}

export type Handler<N extends OperationName> = (call: AdminCall<N>) => Promise<AnswerOf<N>>;

/** Writes a change into the audit log. Called before the change is made: what cannot be audited is not done. */
export function audit({ services, caller, now }: AdminContext, change: Pick<AuditRecord, 'action' | 'subject' | 'before' | 'after'>): Promise<void> {
  return services.audit.record({ at: now, who: caller.name, role: caller.role, ...change });
}

