import type { Instant } from '../ambient.ts';
import type { BranchId, BundleId, CommandId, DeviceId, EnrolmentId, InstructionId, PlanId, VersionId, WaveId } from '../ids.ts';
import type { Download } from './download.ts';
import type { PlainDict } from './plain-value.ts';

/** `install` puts a version on a device; `remove` takes the app away, whatever its version; `inventory` asks what is on it. */
export const instructionKinds = ['install', 'remove', 'inventory'] as const;
export type InstructionKind = (typeof instructionKinds)[number];

export function isInstructionKind(value: unknown): value is InstructionKind {
  return instructionKinds.some((kind) => kind === value);
}

/** Whether an instruction takes the device's claim on the app: of those that change what is on it only one is live at a time. */
export function takesClaim({ kind }: { readonly kind: InstructionKind }): boolean {
  return kind !== 'inventory';
}

export const instructionStates = [
  'scheduled', 'issued', 'delivered', 'deferred', 'acknowledged', 'installing',
  'installed', 'rejected', 'failed', 'timedOut', 'skipped', 'cancelled', 'superseded',
  'removed', // a removal's good end
  'collected', // an inventory instruction's good end
] as const;
export type InstructionState = (typeof instructionStates)[number];

/** Why an instruction is where it is. */
export interface Reason {
  /** Stable, kebab-case, for example `user-rejected`, `not-heard-from`, `already-installed`. */
  readonly code: string;
  /** Plain words for an administrator. */
  readonly words: string;
  /** The device's own codes, as it sent them: `domain code`. */
  readonly deviceCodes?: readonly string[];
}

/** One thing that one device is told to do. Never deleted. Key: (waveId, deviceId). */
export interface Instruction {
  readonly id: InstructionId;
  readonly kind: InstructionKind;
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly enrolmentId: EnrolmentId | undefined;
  readonly branchId: BranchId;
  readonly planId?: PlanId;
  readonly bundleId: BundleId;
  /** What an install must prove, compared as exact strings. Of a removal: the build that its plan was made by; it takes away any. */
  readonly versionId: VersionId;
  readonly shortVersion: string;
  readonly version: string;
  /** 1 for the first; a re-issue counts on. */
  readonly attempt: number;
  readonly state: InstructionState;
  readonly reason?: Reason;
  /** It is handed out only while a place of its branch is free (core/rollout/open-limit.ts). */
  readonly limited?: true;
  /** Installed, but the device says that it cannot run the app yet (IsValidated false). */
  readonly cannotRunYet?: boolean;
  /** When the device first fetched its manifest: the command has reached it, whatever it has reported. */
  readonly manifestAt?: Instant;
  /** Absent until the package was fetched. */
  readonly download?: Download;
  readonly issuedAt: Instant;
  readonly deadline: Instant;
  readonly updatedAt: Instant;
  readonly finishedAt?: Instant;
  /** Every state it was in, oldest first; a late success keeps what was before. */
  readonly history: readonly { readonly at: Instant; readonly state: InstructionState; readonly code?: string }[];
}

/** What a command asks, before it is put on the wire; links and keys are added only when it is handed out. */
export type Command =
  | { readonly type: 'install-application'; readonly bundleId: BundleId; readonly versionId: VersionId }
  | { readonly type: 'remove-application'; readonly bundleId: BundleId }
  | { readonly type: 'managed-application-list'; readonly bundleIds: readonly BundleId[] }
  | { readonly type: 'installed-application-list'; readonly bundleIds: readonly BundleId[] }
  | { readonly type: 'device-information' }
  /** Asks for reports of what changes on the device, from then on. */
  | { readonly type: 'declarative-management' }
  /** The enrolment profile again, with a fresh challenge: the device renews its identity by it. */
  | { readonly type: 'install-profile' }
  /** Settings/OrganizationInfo: who is named in the prompt that an app is to be installed. */
  | { readonly type: 'organisation-info'; readonly name: string }
  /** Anything else, in Apple's own words, as a person sent it. */
  | { readonly type: 'other'; readonly requestType: string; readonly keys: PlainDict };

/** A command in a device's queue. First in, first out by (openedAt, id). */
export interface QueuedCommand {
  readonly id: CommandId;
  readonly enrolmentId: EnrolmentId;
  readonly deviceId: DeviceId;
  readonly openedAt: Instant;
  readonly command: Command;
  /** The instruction that this command carries out; a poll carries out none and has no wave. */
  readonly waveId?: WaveId;
  /** The wave of the instruction that a poll asks about: its answer is then taken with one read less. */
  readonly aboutWave?: WaveId;
  /** Who sent it, where a person did: what becomes of it is kept for them. */
  readonly requestedBy?: string;
  readonly handedAt?: Instant;
  readonly notNowAt?: Instant;
  /** How often the device failed at it for a passing reason. */
  readonly tries?: number;
  /** Handed out only while a place of the branch is free: its instruction's. */
  readonly limited?: true;
  /** Not handed out after this instant. */
  readonly expiresAt: Instant;
}
