/** Port to the places of a branch with an open limit: who has one, and who waits for one. */
import type { Instant } from '../ambient.ts';
import type { BranchId, DeviceId, EnrolmentId, PlanId, WaveId } from '../ids.ts';
import type { RunKey } from './plan.ts';

/** Of a plan in a branch: only installations have a limit. */
export type PlacesKey = Pick<RunKey, 'planId' | 'branchId'>;

/** An instruction that has, or wants, one of its branch's places. */
export interface Place {
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
}

/** A device that came while no place was free. */
export interface WaitingDevice extends Place {
  readonly enrolmentId: EnrolmentId;
  /** When it was last pushed because a place was free; absent since it came in vain. */
  readonly wokenAt?: Instant;
}

export interface PlacesView {
  /** How many installations may be open now; undefined where there is no limit. */
  readonly limit: number | undefined;
  readonly held: readonly Place[];
  /** Raised by whatever changes `held`. */
  readonly revision: number;
}

/** A place that a hand-out takes: `limit` is the condition, unless the place is its own already. */
export interface PlaceTaking {
  readonly place: Place;
  readonly limit: number;
}

/** Places are taken by `CommandQueue.commit`, in the transaction that hands the command out: a device that asks twice has one. */
export interface PlaceStore {
  /** Consistent. */
  view(key: PlacesKey): Promise<PlacesView>;
  /** How many are taken in each of these branches; none where a branch is absent. */
  counts(planId: PlanId, branchIds: readonly BranchId[]): Promise<ReadonlyMap<BranchId, number>>;
  /** Counts places that were not asked for (who had given up, and goes on after all), also above the limit. May repeat. */
  occupy(key: PlacesKey, places: readonly Place[]): Promise<void>;
  /** Gives places back, each once, if nothing has changed since `revision` was read; false where something has: look again. */
  giveBack(key: PlacesKey, places: readonly Place[], revision: number): Promise<boolean>;
  /** Puts a device on the list of those that wait, or says of one on it that it came in vain again. */
  wait(device: WaitingDevice): Promise<void>;
  /** In the order of their waves, after `after` (the last one of the page before). */
  waiting(key: PlacesKey, after: Place | undefined, limit: number): Promise<readonly WaitingDevice[]>;
  /** Before it is pushed; false where another has done so, it came meanwhile, or it waits no more. */
  markWoken(device: WaitingDevice, now: Instant): Promise<boolean>;
  /** Takes devices off the list. May repeat. */
  stopWaiting(places: readonly Place[]): Promise<void>;
}
