/** What the communication server refuses at once, whatever links are out there. */
import type { BranchId, Sha256 } from '../ids.ts';

/** A branch whose brake is on, or a package that was withdrawn. */
export type Gated = { readonly kind: 'branch'; readonly branchId: BranchId } | { readonly kind: 'package'; readonly digest: Sha256 };

export interface EdgeGate {
  /** Refused from now on, within seconds everywhere. Repeating it is harmless. */
  close(what: Gated): Promise<void>;
  /** Served again. Repeating it is harmless. */
  open(what: Gated): Promise<void>;
}
