import type { Clock } from '../../core/ambient.ts';
import type { AuditLog } from '../../core/audit.ts';
import type { BranchStore } from '../../core/device/store.ts';

/** What the administrators' API works with. */
export interface AdminServices {
  readonly branches: BranchStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly configuration: Configuration;
}

/** What a client must know to sign in. Public. */
export interface Configuration {
  readonly apiUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}
