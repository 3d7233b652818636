/**
 * What the stores in memory hold, together: their transactions cross nouns as the real ones do. A transaction is one
 * stretch of code without `await`, so nothing comes between its conditions and its writes.
 */
import type { AuditRecord } from '../../../core/audit.ts';
import type { Instant } from '../../../core/ambient.ts';
import type { AppSettings } from '../../../core/catalog/app-settings.ts';
import type { App, AppVersion, Registration } from '../../../core/catalog/app.ts';
import type { ImportUnderWay, KeptPermission } from '../../../core/catalog/self-service.ts';
import type { BranchLoad } from '../../../core/catalog/package-load.ts';
import type { KnownAuthorities } from '../../../core/device/authority.ts';
import type { Branch } from '../../../core/device/branch.ts';
import type { Device } from '../../../core/device/device.ts';
import type { DeviceEvent } from '../../../core/device/timeline.ts';
import type { Challenge, Enrolment, Invitation, IssuedCertificate } from '../../../core/device/enrolment.ts';
import type { PushFacts } from '../../../core/device/push-certificate.ts';
import type { BranchId, BundleId, CommandId, DeviceId, EnrolmentId, InvitationId, JobId, PlanId, Sha256, VersionId, WaveId } from '../../../core/ids.ts';
import type { CommandRecord } from '../../../core/instruction/command-record.ts';
import type { Instruction, QueuedCommand } from '../../../core/instruction/instruction.ts';
import type { Due, Standing } from '../../../core/instruction/store.ts';
import type { Job } from '../../../core/job/job.ts';
import type { AppFacts } from '../../../core/inventory/inventory.ts';
import type { KeptVerdict, Plan, PlanBranch, Run, Wave } from '../../../core/rollout/plan.ts';
import type { LivePlans } from '../../../core/rollout/store.ts';
import type { Place, WaitingDevice } from '../../../core/rollout/places.ts';
import type { PushFault } from '../../../core/rollout/push-fault.ts';
import type { ReasonTotals, Tally, Totals } from '../../../core/result/totals.ts';

/** The places of one branch that are taken, by `waveId/deviceId`. */
export interface PlacesTable {
  readonly held: Map<string, Place>;
  revision: number;
}

export interface MemoryTables {
  readonly branches: Map<BranchId, Branch>;
  readonly devices: Map<DeviceId, Device>;
  /** By device, then by `at#id`. */
  readonly events: Map<DeviceId, Map<string, DeviceEvent>>;
  readonly enrolments: Map<EnrolmentId, Enrolment>;
  /** By enrolment, then by `openedAt#id`. */
  readonly queues: Map<EnrolmentId, Map<string, QueuedCommand>>;
  readonly commandRecords: Map<CommandId, CommandRecord>;
  readonly invitations: Map<InvitationId, Invitation>;
  readonly invitationSecrets: Map<Sha256, InvitationId>;
  readonly challenges: Map<Sha256, Challenge>;
  readonly certificates: Map<Sha256, IssuedCertificate>;
  authorities: KnownAuthorities | undefined;
  /** By `waveId/deviceId`, in the order in which they were issued. */
  readonly instructions: Map<string, Instruction>;
  /** By `deviceId/bundleId`. */
  readonly standings: Map<string, Standing>;
  /** By `at#kind#subject#step`. */
  readonly timers: Map<string, Due>;
  mark: Instant;
  readonly facts: Map<string, AppFacts>;
  readonly apps: Map<BundleId, App>;
  readonly versions: Map<VersionId, AppVersion>;
  /** By file name: the version that was registered last under it. */
  readonly files: Map<string, VersionId>;
  /** Base64, by `versionId/uuid`. */
  readonly renewedProfiles: Map<string, string>;
  readonly appSettings: Map<BundleId, AppSettings>;
  readonly registrations: Map<string, Registration>;
  /** By `bundleId#version#deviceId`. */
  readonly permissions: Map<string, KeptPermission>;
  readonly permittedApps: Set<BundleId>;
  permissionImport: ImportUnderWay | undefined;
  readonly plans: Map<PlanId, Plan>;
  readonly livePlans: Map<BundleId, LivePlans>;
  /** By `planId/branchId`. */
  readonly planBranches: Map<string, PlanBranch>;
  /** By `planId/branchId`: orders and device ids. */
  readonly targets: Map<string, readonly { readonly order: string; readonly deviceId: DeviceId }[]>;
  /** By run id. */
  readonly runs: Map<string, Run>;
  /** By run id, oldest first. */
  readonly verdicts: Map<string, KeptVerdict[]>;
  readonly runTotals: Map<string, Totals>;
  readonly runReasons: Map<string, ReasonTotals>;
  /** By UTC day. */
  readonly installs: Map<string, number>;
  readonly waves: Map<WaveId, Wave>;
  readonly waveTotals: Map<WaveId, Tally & { readonly version: number }>;
  /** By run id. */
  readonly places: Map<string, PlacesTable>;
  /** By `runId#seq#deviceId`. */
  readonly waiting: Map<string, WaitingDevice>;
  /** By `branchId/day/log`. */
  readonly loads: Map<string, BranchLoad>;
  pushFacts: PushFacts | undefined;
  pushFault: PushFault | undefined;
  readonly jobs: Map<JobId, Job>;
  readonly audit: AuditRecord[];
  /** Waves with an instruction that was written since the set was last cleared: what the stream would carry. */
  readonly touchedWaves: Set<WaveId>;
  /** Called with `noun.operation` before each write and allowed to throw: a crash at that point. */
  beforeWrite: (operation: string) => void;
}

export function memoryTables(): MemoryTables {
  return {
    branches: new Map(), devices: new Map(), events: new Map(), enrolments: new Map(), queues: new Map(), commandRecords: new Map(),
    invitations: new Map(), invitationSecrets: new Map(), challenges: new Map(), certificates: new Map(), authorities: undefined,
    instructions: new Map(), standings: new Map(), timers: new Map(), mark: 0, facts: new Map(),
    apps: new Map(), versions: new Map(), files: new Map(), renewedProfiles: new Map(), appSettings: new Map(), registrations: new Map(), permissions: new Map(), permittedApps: new Set(), permissionImport: undefined,
    plans: new Map(), livePlans: new Map(), planBranches: new Map(), targets: new Map(), runs: new Map(), verdicts: new Map(), runTotals: new Map(), runReasons: new Map(), installs: new Map(), waves: new Map(), waveTotals: new Map(), places: new Map(), waiting: new Map(),
    loads: new Map(), pushFacts: undefined, pushFault: undefined, jobs: new Map(), audit: [], touchedWaves: new Set(), beforeWrite: () => undefined,
  };
}
