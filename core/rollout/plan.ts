import type { Instant } from '../ambient.ts';
import type { BranchId, BundleId, DeviceId, EnrolmentId, PlanId, VersionId, WaveId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { Totals } from '../result/totals.ts';
import type { Pace } from './pace.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A daily span of a branch's local time. `to` may be at or before `from` (it crosses midnight) and may be `24:00`. */
export interface Window {
  /** `HH:MM`, 00:00 to 23:59. */
  readonly from: string;
  /** `HH:MM`, 00:01 to 24:00. */
  readonly to: string;
  /** Days on which it opens; all when absent. */
  readonly days?: readonly Weekday[];
  /** `YYYY-MM-DD`, local: it opens on no earlier day. */
  readonly firstDay?: string;
  /** `YYYY-MM-DD`, local: it opens on no later day. One that has none opens for ever. */
  readonly lastDay?: string;
}

/** A window on a certain day, in instants: closed at the start, open at the end. */
export interface OpenWindow {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** Pause when failed + rejected exceed `share` (0 to 1) of the settled, once `minimum` are settled. */
export interface AbortRule {
  readonly share: number;
  readonly minimum: number;
}

/** What a plan does with its app on the devices; also the kind of the runs and instructions that do it. */
export const planOperations = ['install', 'remove'] as const satisfies readonly InstructionKind[];
export type PlanOperation = (typeof planOperations)[number];

export type PlanStatus = 'draft' | 'live' | 'paused' | 'cancelled';

export interface Plan {
  readonly id: PlanId;
  readonly name: string;
  readonly operation: PlanOperation;
  readonly bundleId: BundleId;
  /** What is installed. Of a removal: the newest build when it was planned, by which the app is known; whatever is there is taken away. */
  readonly versionId: VersionId;
  readonly shortVersion: string;
  readonly version: string;
  /** Devices instructed together, 1 to 500. */
  readonly waveSize: number;
  /** Minutes between waves of a branch, 1 to 60. */
  readonly intervalMinutes: number;
  /** Hours from an instruction to its failure, 1 to 168. */
  readonly deadlineHours: number;
  readonly abortRule?: AbortRule;
  /** `branches`: all devices of the branches; `list`: the target items of the plan. */
  readonly targets: 'branches' | 'list';
  readonly attempt: number;
  /** The plan whose failures this one takes up again. */
  readonly formerPlanId?: PlanId;
  readonly status: PlanStatus;
  readonly pausedBecause?: string;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  /** Raised by every change; a replacement names the revision that it read. */
  readonly revision: number;
}

/** One branch of a plan, with the time zone as it was at planning. */
export interface PlanBranch {
  readonly planId: PlanId;
  readonly branchId: BranchId;
  readonly timeZone: string;
  readonly windows: readonly Window[];
  /** When inventory is collected; the default is 22:00-24:00. */
  readonly inventoryWindow: Window;
  /** Its own, where it is not the plan's. */
  readonly pace?: Pace;
  /** How many installations may be open at once; none where there is no limit. */
  readonly openLimit?: number;
  /** Devices listed for it, where the plan lists devices. */
  readonly targets?: number;
}

export interface RunKey {
  readonly planId: PlanId;
  readonly branchId: BranchId;
  readonly kind: InstructionKind;
}

/**
 * A plan being carried out in one branch. `cursor` is the order of the last device looked at; `reconciling` is the
 * second pass, over devices that joined or moved behind the cursor.
 */
export interface Run extends RunKey {
  readonly status: 'waiting' | 'running' | 'paused' | 'finished' | 'cancelled';
  readonly pass: 'first' | 'reconciling';
  /** Raised by every resume; an execution of an older epoch exits. */
  readonly epoch: number;
  readonly nextSeq: number;
  readonly cursor?: string;
  /** No wave opens before this instant. */
  readonly nextAt: Instant;
  /** The window that the current or next execution works in. */
  readonly window: OpenWindow;
  readonly finishedAt?: Instant;
  /** Totals at the first turn after the last resume: what was settled before counts no more for the abort rule. */
  readonly baseline?: Totals;
  /** It was resumed, and the next turn takes the totals as they are then for the baseline. */
  readonly rebase?: true;
  readonly lastVerdict?: Verdict;
}

/** What the engine decided after looking at a run, with the numbers behind it. */
export interface Verdict {
  readonly decision: 'advance' | 'wait' | 'pause' | 'finish' | 'exit';
  readonly words: string;
  readonly at: Instant;
  /** Where the branch has an open limit. */
  readonly places?: OpenCount;
}

/** How far a branch's open limit is used: `open` of `limit` are taken, `waiting` devices are instructed and were not given it yet. */
export interface OpenCount {
  readonly limit: number;
  readonly open: number;
  readonly waiting: number;
}

export interface WaveTarget {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly enrolmentId: EnrolmentId;
}

export interface WaveSkip {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly code: string;
  readonly words: string;
}

/** The frozen list of a wave. While `opening`, its instructions are being issued; repeats go over the same list. */
export interface Wave {
  readonly id: WaveId;
  readonly runKey: RunKey;
  /** 1, 2, 3, … within the run. */
  readonly seq: number;
  readonly state: 'opening' | 'open';
  /** The run's pass when it was opened: in the second one a device that cannot be instructed is recorded as skipped. */
  readonly pass: Run['pass'];
  readonly openedAt: Instant;
  readonly targets: readonly WaveTarget[];
  readonly skips: readonly WaveSkip[];
  readonly totals?: Totals;
}
