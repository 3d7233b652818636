/** What Wavecast tells others of as it happens. The forms are documented in docs/events.md: what is added there is optional, what changes raises the version. */
import type { Identifiers, Instant } from '../ambient.ts';
import type { BranchId, BundleId, PlanId, VersionId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { PlanOperation, VerdictNumbers } from '../rollout/plan.ts';
import type { Totals } from './totals.ts';

interface OfBranch {
  readonly planId: PlanId;
  readonly branchId: BranchId;
  readonly kind: InstructionKind;
  readonly words: string;
  readonly numbers?: VerdictNumbers;
}

interface Details {
  readonly 'plan-started': { readonly planId: PlanId; readonly name: string; readonly operation: PlanOperation; readonly bundleId: BundleId; readonly versionId: VersionId; readonly attempt: number };
  readonly 'plan-paused': { readonly planId: PlanId; readonly name: string; readonly because: string };
  readonly 'wave-opened': OfBranch & { readonly seq: number };
  /** The branch stops: its plan is paused, its rule applies, or it has no window left. */
  readonly 'branch-paused': OfBranch;
  readonly 'branch-finished': OfBranch;
  /** `totals`: as they were counted by then; late successes still come. */
  readonly 'plan-finished': { readonly planId: PlanId; readonly name: string; readonly totals: Totals };
  /** What became of trying a plan again by itself; `nextPlanId`: the next attempt, where one was made. */
  readonly 'plan-reissued': { readonly planId: PlanId; readonly name: string; readonly words: string; readonly nextPlanId?: PlanId };
  readonly 'push-certificate-expiring': { readonly expiresAt: Instant };
  readonly 'profile-expiring': { readonly versionId: VersionId; readonly bundleId: BundleId; readonly expiresAt: Instant };
}

export type ProductEventType = keyof Details;

export type ProductEvent = { readonly [T in ProductEventType]: {
  /** The same whenever the same thing is told again. */
  readonly id: string;
  readonly type: T;
  readonly at: Instant;
  readonly detail: Details[T];
} }[ProductEventType];

/** At least once, in no order that one may rely on: who listens knows an event again by its id. */
export interface EventBus {
  /** Resolves once all are taken; throws where one is not, and the others may be out. */
  publish(events: readonly ProductEvent[]): Promise<void>;
}

/** `what`: names the one thing that happened among all of its type. */
export function eventId(ids: Pick<Identifiers, 'named'>, type: ProductEventType, ...what: readonly (string | number)[]): string {
  return ids.named([type, ...what].join('/'));
}
