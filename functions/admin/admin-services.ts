import type { Clock } from '../../core/ambient.ts';
import type { AuditLog } from '../../core/audit.ts';
import type { EdgeGate } from '../../core/catalog/edge-gate.ts';
import type { SelfServiceStore } from '../../core/catalog/self-service.ts';
import type { LoadStore } from '../../core/catalog/package-load.ts';
import type { CatalogueStore, FileStore } from '../../core/catalog/store.ts';
import type { AuthorityServices, StoredAuthority } from '../../core/device/authority.ts';
import type { InviteServices } from '../../core/device/invite.ts';
import type { ProfileSignerStore } from '../../core/device/profile-signer.ts';
import type { PushCertificateStore, PushFactsStore } from '../../core/device/push-certificate.ts';
import type { BranchStore, DeviceStore, EnrolmentStore } from '../../core/device/store.ts';
import type { Timeline } from '../../core/device/timeline.ts';
import type { DirectServices } from '../../core/instruction/direct.ts';
import type { CommandQueue, InstructionStore } from '../../core/instruction/store.ts';
import type { InventoryStore } from '../../core/inventory/inventory.ts';
import type { JobFiles, JobStore } from '../../core/job/store.ts';
import type { ExportStore } from '../../core/result/export-store.ts';
import type { PlaceStore } from '../../core/rollout/places.ts';
import type { PushFaultStore } from '../../core/rollout/push-fault.ts';
import type { Background, PlanStore, RunStore } from '../../core/rollout/store.ts';
import type { Configuration } from '../../protocol/admin/configuration.ts';
import type { Installation } from '../../protocol/admin/installation.ts';

/** What the administrators' API works with. */
export interface AdminServices extends DirectServices, InviteServices, AuthorityServices {
  readonly branches: BranchStore;
  readonly gate: EdgeGate;
  readonly loads: Pick<LoadStore, 'load'>;
  readonly devices: DeviceStore;
  readonly timeline: Timeline;
  readonly enrolments: EnrolmentStore;
  readonly queue: CommandQueue;
  readonly instructions: InstructionStore;
  readonly inventory: Pick<InventoryStore, 'facts' | 'ofDevice'>;
  readonly catalogue: CatalogueStore;
  readonly selfService: SelfServiceStore;
  readonly plans: PlanStore;
  readonly runs: RunStore;
  readonly places: Pick<PlaceStore, 'counts'>;
  readonly files: Pick<FileStore, 'beginUpload' | 'completeUpload' | 'head' | 'link' | 'list' | 'remove'>;
  readonly exports: ExportStore;
  readonly jobs: JobStore;
  readonly jobFiles: JobFiles;
  readonly background: Background;
  /** A new authority, which nobody knows yet. */
  readonly makeAuthority: () => Promise<StoredAuthority>;
  readonly pushCertificate: PushCertificateStore;
  readonly profileSigners: ProfileSignerStore;
  readonly pushFacts: PushFactsStore;
  readonly pushFaults: Pick<PushFaultStore, 'fault' | 'clear'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly installation: Installation;
}
