/** Ports to instructions, command queues and timers. Reads are consistent. */
import type { Instant } from '../ambient.ts';
import type { Enrolment } from '../device/enrolment.ts';
import type { Page } from '../device/store.ts';
import type { BundleId, CommandId, DeviceId, EnrolmentId, VersionId, WaveId } from '../ids.ts';
import type { ReportedFacts } from '../inventory/inventory.ts';
import type { PlaceTaking } from '../rollout/places.ts';
import type { Download } from './download.ts';
import type { AskedCommand, CommandRecord } from './command-record.ts';
import type { Instruction, InstructionState, QueuedCommand, Reason } from './instruction.ts';

/** A change of one instruction, made only if its state is one of `from`. */
export interface InstructionChange {
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
  readonly bundleId: BundleId;
  readonly from: readonly InstructionState[];
  readonly to: InstructionState;
  readonly reason?: Reason;
  readonly cannotRunYet?: boolean;
  readonly at: Instant;
  /** True where `to` ends the instruction: in the same transaction the device's claim on the app is given back (if it is this instruction's). */
  readonly ends: boolean;
}

/** Which instruction to install or remove an app a device last had, and whether it is live. */
export interface Standing {
  readonly deviceId: DeviceId;
  readonly bundleId: BundleId;
  readonly waveId: WaveId;
  readonly versionId: VersionId;
  readonly live: boolean;
}

export interface InstructionStore {
  /**
   * Issues one instruction. One transaction: claim of (device, app) not live or already this wave's (what installs or removes only);
   * instruction absent; queue items absent. `already` when this wave's instruction exists (a repeated call);
   * `held` when another live instruction has the claim. Database conflicts are retried inside.
   */
  issue(instruction: Instruction, commands: readonly QueuedCommand[]): Promise<'issued' | 'already' | 'held'>;
  /** Puts instructions that go to no device (state skipped), those absent. */
  record(instructions: readonly Instruction[]): Promise<void>;
  instruction(waveId: WaveId, deviceId: DeviceId): Promise<Instruction | undefined>;
  /** All of a wave: at most 1,000. */
  instructionsOfWave(waveId: WaveId): Promise<readonly Instruction[]>;
  /** Newest first, an index (eventually consistent). */
  instructionsOfDevice(deviceId: DeviceId, limit: number): Promise<readonly Instruction[]>;
  instructions(keys: readonly { readonly waveId: WaveId; readonly deviceId: DeviceId }[]): Promise<readonly Instruction[]>;
  /** The last instruction to install or remove an app, of each device, where there is one. */
  standings(deviceIds: readonly DeviceId[], bundleId: BundleId): Promise<ReadonlyMap<DeviceId, Standing>>;
  /**
   * Applies a change and withdraws the instruction's queued commands named in `withdraw` in one transaction.
   * `stale` when the instruction is in none of `from`.
   */
  change(change: InstructionChange, withdraw?: { readonly enrolmentId: EnrolmentId; readonly commands: readonly QueuedCommand[] }): Promise<'changed' | 'stale'>;
  /** Keeps what is known of the download, if it is still as `instruction` was read; `lost` otherwise. */
  recordDownload(instruction: Instruction, download: Download): Promise<'recorded' | 'lost'>;
  /** Notes when the manifest was first fetched: of several instants, told in any order, the earliest stays. Nothing else of it changes, and none is made. */
  noteManifest(key: { readonly waveId: WaveId; readonly deviceId: DeviceId }, at: Instant): Promise<void>;
}

/** The outcome of an exchange with a device, to be made true in one transaction. */
export interface ExchangeCommit {
  readonly enrolmentId: EnrolmentId;
  readonly now: Instant;
  /** The device began a session (Idle). */
  readonly beginSession: boolean;
  /** Removed from the queue: the command that was reported on. */
  readonly settled?: QueuedCommand;
  /** What is kept of it: where `settled` was sent by a person. */
  readonly record?: CommandRecord;
  /** Stays in the queue, marked NotNow. */
  readonly deferred?: QueuedCommand;
  /** What a list says of one app: kept unless newer is known, and then the commit is `lost`. */
  readonly facts?: ReportedFacts;
  /** What became of the instructions concerned (the settled or deferred one's, and the one handed out). */
  readonly changes: readonly InstructionChange[];
  /** The place that `next` takes in its branch: where none is free the commit is `full`. */
  readonly place?: PlaceTaking;
  /** Handed out with this answer, on the condition that its `handedAt` is still as read. */
  readonly next?: QueuedCommand;
}

export interface CommandQueue {
  /**
   * The enrolment and the head of its queue (first `limit`, in order): one Query. What ran out before `now` without ever
   * being handed out is passed over, so that a device that was away for long finds what is behind it.
   */
  read(enrolmentId: EnrolmentId, limit: number, now: Instant): Promise<{ readonly enrolment: Enrolment | undefined; readonly queue: readonly QueuedCommand[] }>;
  /**
   * `done`; `lost` when another connection took `next` or settled first, or newer facts are known (nothing was written);
   * `full` when no place is free for `next`; `stale` when an instruction is in none of its change's `from` states (nothing was written).
   */
  commit(commit: ExchangeCommit): Promise<'done' | 'lost' | 'full' | 'stale'>;
  /** Adds commands outside an instruction's own transaction (polls); those present already stay as they are. */
  enqueue(commands: readonly QueuedCommand[]): Promise<void>;
  /** Adds a command that a person sent, and the record of it, in one transaction. `conflict` where its id is taken. */
  ask(command: AskedCommand): Promise<void>;
  /** What became of a command that a person sent, and the command itself while it is in the queue. */
  asked(id: CommandId): Promise<{ readonly record: CommandRecord; readonly queued: QueuedCommand | undefined } | undefined>;
  /** The queue as it is, in order, run out or not; `after`: the `next` of the page before. */
  page(enrolmentId: EnrolmentId, after: string | undefined, limit: number): Promise<Page<QueuedCommand>>;
  /** Removes commands that are still as they were read: not handed out nor put off since. Returns those removed. */
  takeBack(commands: readonly QueuedCommand[]): Promise<readonly QueuedCommand[]>;
  /** Empties the queue; returns what was in it. */
  clear(enrolmentId: EnrolmentId): Promise<readonly QueuedCommand[]>;
  withdraw(enrolmentId: EnrolmentId, ids: readonly CommandId[]): Promise<void>;
}

export const dueKinds = ['wave-check', 'progress', 'run-start', 'reissue', 'places', 'push-certificate', 'identity-renewal', 'version-end'] as const;
export type DueKind = (typeof dueKinds)[number];

/** Something the sweep must do at an instant. One per subject and kind at a time; `put` twice is one. */
export interface Due {
  readonly at: Instant;
  readonly kind: DueKind;
  /** A wave id, `<planId>.<branchId>.<kind>` of a run, a plan's id, `<planId>.<branchId>` of a branch's places, the instant at which a push certificate ends, the id of an enrolment whose identity will end, or `<versionId>.<instant>` of a version's end. */
  readonly subject: string;
  /** Which of the subject's steps it is: of a wave (core/instruction/deadline.ts), of asking who took it (poll-times.ts), of warnings (core/expiry.ts), or a run's epoch. */
  readonly step: number;
}

export interface Timers {
  put(dues: readonly Due[]): Promise<void>;
  /**
   * Due at or before `until`, at most `limit`, oldest first: from the stored mark (less an overlap) on, or those that come
   * behind `after` (the last one of the page before).
   */
  due(until: Instant, limit: number, after?: Due): Promise<readonly Due[]>;
  /** Removes `done` and puts `next` in one transaction. */
  advance(done: Due, next: Due | undefined): Promise<void>;
  /** Everything before `until` is done: the mark moves there, or stays a few minutes behind. */
  mark(until: Instant): Promise<void>;
}

/** Asks that devices be woken by a push, all at once or after a delay (seconds, at most 900). At least once. */
export interface Waker {
  /** `tries`: how often in a row they were pushed in vain. */
  wake(enrolmentIds: readonly EnrolmentId[], delaySeconds?: number, tries?: number): Promise<void>;
}
