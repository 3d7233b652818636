import type { Instant } from '../ambient.ts';
import type { BranchId, DeviceId, EnrolmentId } from '../ids.ts';

/**
 * What an enrolment is at: `expected` = known before it enrols (imported or invited), `authenticated` = the
 * identity is pinned and no push is possible yet, `enrolled` = push token known, `left` = checked out.
 */
export type EnrolmentStatus = 'expected' | 'authenticated' | 'enrolled' | 'left';

/** One iPhone or iPad, in exactly one branch. */
export interface Device {
  readonly id: DeviceId;
  /** Unique among devices; `0-9A-Za-z_-.`, 1 to 64 characters. */
  readonly name: string;
  /** What people call it: any script, at most 100 characters. */
  readonly displayName?: string;
  readonly branchId: BranchId;
  /** New versions are proven on these before any distribution. */
  readonly testDevice: boolean;
  readonly tags: readonly string[];
  /** Position in the branch's order of waves: the named UUID of the device id, so that neighbours are strangers. */
  readonly order: string;
  readonly status: EnrolmentStatus;
  readonly enrolmentId?: EnrolmentId;
  readonly serialNumber?: string;
  readonly productName?: string;
  readonly osVersion?: string;
  readonly supervised?: boolean;
  readonly createdAt: Instant;
  readonly enrolledAt?: Instant;
  /** Since when APNs says that its push address is dead: it comes by itself or not at all, until it tells another. Of weight only while it is enrolled. */
  readonly unreachableSince?: Instant;
  readonly revision: number;
}

/** The part of a device that an index by branch holds: enough to choose targets, and to write files, without reading each device. */
export type DeviceSummary = Pick<Device, 'id' | 'name' | 'displayName' | 'branchId' | 'testDevice' | 'tags' | 'order' | 'status' | 'enrolmentId' | 'serialNumber' | 'osVersion' | 'productName'>;
