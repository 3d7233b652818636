import type { Instant } from '../ambient.ts';
import type { BranchId, DeviceId, Sha256, WaveId } from '../ids.ts';

/** One request for a package, or a part of it, that the communication server has served. */
export interface PackageFetch {
  readonly instruction: { readonly waveId: WaveId; readonly deviceId: DeviceId };
  /** Where the device was when its link was made. */
  readonly branchId: BranchId;
  readonly digest: Sha256;
  /** Sent, headers included; fewer than asked for where the device went away. */
  readonly bytes: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** It asked for the first byte: a download begins, and is not resumed. */
  readonly fromStart: boolean;
}
