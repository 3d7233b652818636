/** The core's ports to what is kept, as one implementation fills them. */
import type { AuditLog } from '../../core/audit.ts';
import type { LoadStore } from '../../core/catalog/package-load.ts';
import type { CatalogueStore } from '../../core/catalog/store.ts';
import type { SelfServiceStore } from '../../core/catalog/self-service.ts';
import type { PushFactsStore } from '../../core/device/push-certificate.ts';
import type { Timeline } from '../../core/device/timeline.ts';
import type { AuthorityDirectory } from '../../core/device/authority.ts';
import type { BranchStore, DeviceStore, EnrolmentStore, InvitationStore } from '../../core/device/store.ts';
import type { CommandQueue, InstructionStore, Timers } from '../../core/instruction/store.ts';
import type { EvidenceReads, InventoryStore } from '../../core/inventory/inventory.ts';
import type { JobStore } from '../../core/job/store.ts';
import type { PlaceStore } from '../../core/rollout/places.ts';
import type { PushFaultStore } from '../../core/rollout/push-fault.ts';
import type { PlanStore, RunStore } from '../../core/rollout/store.ts';
import type { TestClock } from '../support/memory/ambient.ts';

export interface Stores {
  /** By which the stores go; it stands still unless told. */
  readonly clock: TestClock;
  readonly branches: BranchStore;
  readonly devices: DeviceStore;
  readonly timeline: Timeline;
  readonly authorityDirectory: AuthorityDirectory;
  readonly enrolments: EnrolmentStore;
  readonly invitations: InvitationStore;
  readonly catalogue: CatalogueStore;
  readonly selfService: SelfServiceStore;
  readonly instructions: InstructionStore;
  readonly queue: CommandQueue;
  readonly timers: Timers;
  readonly plans: PlanStore;
  readonly runs: RunStore;
  readonly places: PlaceStore;
  readonly loads: LoadStore;
  readonly pushFacts: PushFactsStore;
  readonly pushFaults: PushFaultStore;
  readonly inventory: InventoryStore;
  readonly evidence: EvidenceReads;
  readonly jobs: JobStore;
  readonly audit: AuditLog;
}

/** Opens stores that are empty and share nothing with those opened before. */
export type OpenStores = () => Promise<Stores>;
