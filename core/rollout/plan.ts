import type { Instant } from '../ambient.ts';
import type { BranchId, BundleId, DeviceId, EnrolmentId, PlanId, VersionId, WaveId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { Totals } from '../result/totals.ts';
import type { Canary, Stage } from './canary.ts';
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

/**
 * A branch of a plan that stands still by itself: `paused` by a person until it is resumed, or `superseded` for good by a later
 * plan, whatever becomes of the other branches. `by`: that person's, or that plan's name.
 */
export interface BranchHold {
  readonly branchId: BranchId;
  readonly kind: 'paused' | 'superseded';
  readonly by: string;
}

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
  /** Some devices first. */
  readonly canary?: Canary;
  /** `branches`: all devices of the branches; `list`: the target items of the plan. */
  readonly targets: 'branches' | 'list';
  /** Of those devices of the branches only the ones that carry one of these when their wave opens. */
  readonly tags?: readonly string[];
  /** Where in a branch's order its waves begin: a UUID as an order ends with one, or the first digits of it. Plans of earlier releases begin at the beginning. */
  readonly seed?: string;
  readonly attempt: number;
  /** The plan whose failures this one takes up again. */
  readonly formerPlanId?: PlanId;
  /** How often what failed is tried again by itself: the next attempt, once this one is over, has one less. Absent: never. */
  readonly reissueTimes?: number;
  /** The engine is making the next attempt; nobody else takes it up before this instant. */
  readonly reissuingUntil?: Instant;
  readonly reissued?: Reissued;
  readonly status: PlanStatus;
  readonly pausedBecause?: string;
  /** On the plan and not on its branches: one conditional write decides between a pause and whatever comes beside it. */
  readonly holds?: readonly BranchHold[];
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  /** Windows count from here on, where it was started for later. */
  readonly startsAt?: Instant;
  /** Plans that give way to this one: their branches end before its own begin. */
  readonly supersedes?: readonly PlanId[];
  /** The name of the plan that took its place in all of its branches; it is cancelled by that. */
  readonly supersededBy?: string;
  /** Raised by every change; a replacement names the revision that it read. */
  readonly revision: number;
  /** Which of the drafts that were saved under this id it is: its branches and targets are those that were saved with it. Absent where it was never edited. */
  readonly edition?: string;
}

/** Where the branches and targets of a plan are found. */
export type PlanPlace = Pick<Plan, 'id' | 'edition'>;

/** What became of trying again by itself. */
export interface Reissued {
  readonly at: Instant;
  /** The next attempt; absent where none was made. */
  readonly planId?: PlanId;
  /** For how many devices, or why not: whole sentences. */
  readonly words: string;
  /** It is made, and other plans are under way for its devices: it is started when they are over. */
  readonly waits?: true;
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
  /** Devices listed for it, where the plan lists devices; those that had one of its tags when it was made, where it is for tags. */
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
  /** From its first turn on, where the plan has a canary. */
  readonly stage?: Stage;
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

/** What the engine decided after looking at a run, and why. */
export interface Verdict {
  readonly decision: 'advance' | 'wait' | 'pause' | 'finish' | 'exit';
  readonly words: string;
  readonly at: Instant;
  /** Absent where the engine had nothing to count. */
  readonly numbers?: VerdictNumbers;
  /** Where the branch has an open limit. */
  readonly places?: OpenCount;
}

/** How far a branch's open limit is used: `open` of `limit` are taken, `waiting` devices are instructed and were not given it yet. */
export interface OpenCount {
  readonly limit: number;
  readonly open: number;
  readonly waiting: number;
}

/** What the engine counted: the branch's instructions to install or to remove, at that moment. */
export interface VerdictNumbers {
  /** Installed or removed. */
  readonly succeeded: number;
  readonly failed: number;
  readonly rejected: number;
  readonly timedOut: number;
  /** Not settled yet. */
  readonly open: number;
  /** The rule that was applied, where the plan has one. */
  readonly rule?: AbortRule;
  /** Why pushes were refused, while they were. */
  readonly pushFault?: string;
}

/** A verdict as it is kept: with the wave that it opened, where it opened one. */
export interface KeptVerdict extends Verdict {
  readonly seq?: number;
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
