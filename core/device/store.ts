/** Ports to what keeps devices, enrolments and invitations. All reads are consistent unless said otherwise. */
import type { Instant } from '../ambient.ts';
import type { BranchId, DeviceId, EnrolmentId, InvitationId, Sha256 } from '../ids.ts';
import type { Branch } from './branch.ts';
import type { Device, DeviceSummary } from './device.ts';
import type { DeviceCounts } from './device-counts.ts';
import type { SearchHit } from './search.ts';
import type { DeviceEvent } from './timeline.ts';
import type { Challenge, Enrolment, Invitation, IssuedCertificate, PushAddress } from './enrolment.ts';

/** One page; `next` is opaque and goes back as `after`. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export interface BranchStore {
  branch(id: BranchId): Promise<Branch | undefined>;
  /** All branches, ordered by id (a partition of its own; at most a few thousand). */
  branches(): Promise<readonly Branch[]>;
  /** Creates (revision 0 expected absent) or replaces if the stored revision is `branch.revision - 1`; else throws `conflict`. */
  putBranch(branch: Branch): Promise<void>;
  /** Devices per branch, by state: counters kept with each device's own transaction. */
  deviceCounts(ids: readonly BranchId[]): Promise<ReadonlyMap<BranchId, DeviceCounts>>;
}

export interface DeviceStore {
  device(id: DeviceId): Promise<Device | undefined>;
  deviceByName(name: string): Promise<Device | undefined>;
  deviceBySerial(serialNumber: string): Promise<Device | undefined>;
  /** Those there are, in no particular order. */
  devices(ids: readonly DeviceId[]): Promise<readonly Device[]>;
  /** Those that have one of the names, and those that have one of the serial numbers; a device of both is there once. */
  devicesCalled(names: readonly string[], serialNumbers: readonly string[]): Promise<readonly Device[]>;
  /**
   * Texts of devices that begin with `start` (folded, SHORTEST_SEARCH characters or more), ordered by their bytes, from behind
   * the `place` of a hit. Eventually consistent (an index).
   */
  search(start: string, after: string | undefined, limit: number): Promise<Page<SearchHit & { readonly place: string }>>;
  /** Eventually consistent (an index), in the branch's order, starting after `after` (an `order` value). */
  devicesOfBranch(branchId: BranchId, after: string | undefined, limit: number): Promise<readonly DeviceSummary[]>;
  /** One transaction: device, its name and serial (unique: `conflict`), the branch's counters, the events that tell of it. */
  addDevice(device: Device, events?: readonly DeviceEvent[]): Promise<void>;
  /**
   * Replaces the device if its stored revision is `before.revision`; keeps name, serial, counters in step and tells the
   * events, in one transaction. `conflict` otherwise, and nothing is told.
   */
  replaceDevice(before: Device, after: Device, events?: readonly DeviceEvent[]): Promise<void>;
  /**
   * Two records become one: `gone`, which never enrolled, is removed and what it claims goes to `after`, which replaces
   * `before`. One transaction; both must be as they were read, else `conflict`. The events are `after`'s.
   */
  mergeDevice(gone: Device, before: Device, after: Device, events: readonly DeviceEvent[]): Promise<void>;
  /**
   * Removes the record, gives back its name, serial number and places in indexes and counters, and tells the events. Where it
   * has an enrolment that goes too, and the certificate named, which must exist, is revoked. One transaction; the record must be
   * as it was read, else `conflict`.
   */
  removeDevice(device: Device, enrolment: { readonly id: EnrolmentId; readonly certificate: Sha256 | undefined } | undefined, events: readonly DeviceEvent[]): Promise<void>;
}

export interface EnrolmentStore {
  enrolment(id: EnrolmentId): Promise<Enrolment | undefined>;
  enrolments(ids: readonly EnrolmentId[]): Promise<readonly Enrolment[]>;
  /**
   * Authenticate. One transaction: the enrolment is replaced (no push address), the certificate becomes pinned to it if
   * it is unused or already its own (else `conflict`). Repeating it changes nothing more. `since`: for a certificate that
   * was in use before, the pin that the enrolment must still have, not revoked (else `conflict`).
   */
  authenticate(enrolment: Enrolment, since?: Sha256): Promise<void>;
  /** Another certificate takes the place of the pinned one; all else stays. True also where it has it already, false where neither is the pin, or it is revoked. */
  replacePin(id: EnrolmentId, from: Sha256, to: Pick<IssuedCertificate, 'fingerprint' | 'expiresAt'>): Promise<boolean>;
  /** One transaction: the pinned certificate is revoked and the enrolment left, without push. `conflict` where `pin` is not the pin any more. */
  revoke(id: EnrolmentId, pin: Sha256, now: Instant): Promise<void>;
  /** TokenUpdate: sets push address, status enrolled and `enrolledAt` (kept if set since Authenticate), if `pin` still holds. True when this completed the enrolment. */
  setPush(id: EnrolmentId, pin: Sha256, push: PushAddress, now: Instant): Promise<boolean>;
  /**
   * APNs said that the token is dead. One transaction: the address is marked where the token is still the stored one, and the device, if one is
   * named, unreachable since `now`, with its branch's counters. Nothing is done where it is another token by now, or `device` has changed since it was read.
   */
  markPushDead(id: EnrolmentId, token: string, device: Device | undefined, now: Instant): Promise<void>;
  /** It has reported something by itself: `lastSeenAt` is `now`, unless it is that or later already. */
  heardFrom(id: EnrolmentId, now: Instant): Promise<void>;
  /** CheckOut: status left, no push. */
  leave(id: EnrolmentId, now: Instant): Promise<void>;
}

export interface InvitationStore {
  invitation(id: InvitationId): Promise<Invitation | undefined>;
  /** The invitation whose link's secret has this SHA-256. */
  invitationBySecret(hash: Sha256): Promise<Invitation | undefined>;
  addInvitation(invitation: Invitation, secretHash: Sha256): Promise<void>;
  /** A branch's invitations by which somebody can still enrol, the first to end first. A page may be short, or empty, and still have a next one. */
  openInvitations(branchId: BranchId, now: Instant, after: string | undefined, limit: number): Promise<Page<Invitation>>;
  /** Sets `withdrawnAt`, unless it is set: no challenge of it buys a certificate any more. `not-found` where there is none. */
  withdrawInvitation(invitation: Invitation, now: Instant): Promise<void>;
  /** Where there is none of this hash. */
  addChallenge(challenge: Challenge): Promise<void>;
  challenge(hash: Sha256): Promise<Challenge | undefined>;
  /**
   * One transaction: challenge unused → used by this transaction; invitation's `used` + 1 if below `uses` and not withdrawn, where it
   * is an invitation's; certificate record put. Throws `conflict` when the challenge was used by another transaction or the invitation is used up or withdrawn.
   */
  issue(challenge: Challenge, certificate: IssuedCertificate, transactionId: string): Promise<void>;
  certificate(fingerprint: Sha256): Promise<IssuedCertificate | undefined>;
}
