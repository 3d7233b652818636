import type { Instant } from '../ambient.ts';
import type { BundleId, DeviceId, WaveId } from '../ids.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { Standing } from '../instruction/store.ts';

/** What a device last said about one app. The two lists come separately, each with its own time. */
export interface AppFacts {
  readonly deviceId: DeviceId;
  readonly bundleId: BundleId;
  readonly managed?: ManagedFacts;
  readonly installed?: InstalledFacts;
}

/** From ManagedApplicationList. `status` is Apple's word, or `Absent` where the list had no entry. */
export interface ManagedFacts {
  readonly status: string;
  readonly isValidated?: boolean;
  readonly reportedAt: Instant;
}

/** From InstalledApplicationList. */
export interface InstalledFacts {
  readonly present: boolean;
  readonly shortVersion?: string;
  readonly version?: string;
  readonly installing?: boolean;
  readonly isValidated?: boolean;
  readonly reportedAt: Instant;
}

/** One device's word on one app: one list or both. */
export interface ReportedFacts {
  readonly deviceId: DeviceId;
  readonly bundleId: BundleId;
  readonly managed?: ManagedFacts;
  readonly installed?: InstalledFacts;
}

/** All that a report on one app is judged by. */
export interface EvidenceView {
  readonly facts: AppFacts | undefined;
  readonly standing: Standing | undefined;
  /** The instruction of the wave named, where there is one. */
  readonly instruction: Instruction | undefined;
}

export interface EvidenceReads {
  /** Consistent, in one call. */
  view(deviceId: DeviceId, bundleId: BundleId, waveId: WaveId | undefined): Promise<EvidenceView>;
}

export interface InventoryStore {
  /** Writes one list's facts about one app, unless newer ones are stored; returns both lists' facts as they now are. */
  report(deviceId: DeviceId, bundleId: BundleId, facts: { readonly managed?: ManagedFacts; readonly installed?: InstalledFacts }): Promise<AppFacts>;
  facts(deviceIds: readonly DeviceId[], bundleId: BundleId): Promise<ReadonlyMap<DeviceId, AppFacts>>;
  ofDevice(deviceId: DeviceId): Promise<readonly AppFacts[]>;
}
