import type { BranchId } from '../ids.ts';
import type { AcceptanceModel } from '../rollout/acceptance.ts';

/** A site whose devices share one link to the outside. */
export interface Branch {
  readonly id: BranchId;
  readonly name: string;
  /** IANA zone, for example `Asia/Tokyo`; every window of the branch is local to it. */
  readonly timeZone: string;
  /** Capacity of the link, Mbit/s (10^6 bits per second). */
  readonly linkMbps: number;
  /** Emergency brake: while on, no package is served to devices of the branch. */
  readonly brake: boolean;
  /** How its users answer prompts; usual ones where absent. */
  readonly acceptance?: AcceptanceModel;
  /** How many installations of a plan may be open at once there, unless the plan says otherwise; no limit where absent. */
  readonly openLimit?: number;
  readonly revision: number;
}
