/** Ports to plans, runs and waves, and to what carries time to them. Reads are consistent. */
import type { Instant } from '../ambient.ts';
import type { Page } from '../device/store.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { BranchId, BundleId, JobId, PlanId, VersionId, WaveId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { InstallsByDay, Tally, Totals } from '../result/totals.ts';
import type { KeptVerdict, OpenWindow, Plan, PlanBranch, PlanPlace, Run, RunKey, Wave } from './plan.ts';
import type { PushFault } from './push-fault.ts';

/** The plans for an app that were started and were not over when the last of them was. One note per app. */
export interface LivePlans {
  readonly bundleId: BundleId;
  readonly planIds: readonly PlanId[];
  /** 0 where nothing is noted yet. */
  readonly revision: number;
}

export interface PlanChange {
  readonly before: Plan;
  readonly after: Plan;
}

export interface PlanStart {
  readonly plan: PlanChange;
  /** Plans that give way. */
  readonly others: readonly PlanChange[];
  /** As it was read. */
  readonly live: LivePlans;
  /** What it names from now on. */
  readonly planIds: readonly PlanId[];
}

/** A draft that takes the place of another of its id. */
export type EditedPlan = Plan & { readonly edition: string };

export interface PlanStore {
  plan(id: PlanId): Promise<Plan | undefined>;
  /** Newest first. */
  plans(after: string | undefined, limit: number): Promise<Page<Plan>>;
  /** Plans for a version, drafts too, in no order. */
  plansOfVersion(versionId: VersionId): Promise<readonly Plan[]>;
  branchesOf(planId: PlanId): Promise<readonly PlanBranch[]>;
  /** Of a plan whose runs are made. */
  branchOf(planId: PlanId, branchId: BranchId): Promise<PlanBranch | undefined>;
  /** Plan branches and targets first, the plan last: a plan that exists is whole. Targets only for `targets: 'list'`. */
  addPlan(plan: Plan, branches: readonly PlanBranch[], targets: readonly DeviceSummary[]): Promise<void>;
  /** If the stored revision is `before.revision`; `conflict` otherwise. The version may be another. */
  replacePlan(before: Plan, after: Plan): Promise<void>;
  /**
   * A draft with its branches and targets becomes another, if the stored revision is `before.revision`; `conflict` otherwise, and it stays. Whoever reads
   * it, and whatever cuts this off, it is wholly the one or the other. `after.edition` is one that there never was. Other branches and targets are removed.
   */
  replaceDraft(before: Plan, after: EditedPlan, branches: readonly PlanBranch[], targets: readonly DeviceSummary[]): Promise<void>;
  /** Makes a branch of a plan that is started known to its run; before the run is made. What is known of it already stays. */
  settleBranch(plan: PlanPlace, branch: PlanBranch): Promise<void>;
  livePlans(bundleId: BundleId): Promise<LivePlans>;
  /** The plan, those that give way and the note of live plans are replaced in one transaction, if all are as they were read; else `conflict`, and nothing is. At most 98 others. */
  startPlan(start: PlanStart): Promise<void>;
  /** Replaces branches of a plan that there are; what is not named stays. */
  putBranches(plan: PlanPlace, branches: readonly PlanBranch[]): Promise<void>;
  /** Target items of a list plan in one branch, in order, after `after` (an `order`); the devices as they are now, those there are. Fewer than `limit` at the end alone. */
  targetsOf(plan: PlanPlace, branchId: BranchId, after: string | undefined, limit: number): Promise<readonly DeviceSummary[]>;
}

export interface RunStore {
  run(key: RunKey): Promise<Run | undefined>;
  /** Run and plan in one consistent read, with what is known of pushes. */
  runAndPlan(key: RunKey): Promise<{ readonly run: Run | undefined; readonly plan: Plan | undefined; readonly branch: PlanBranch | undefined; readonly fault: PushFault | undefined }>;
  /** Of these branches and kinds, those there are. */
  runs(planId: PlanId, branchIds: readonly BranchId[], kinds: readonly InstructionKind[]): Promise<readonly Run[]>;
  /** Puts runs that are absent; others stay as they are. Answers each as it is stored then. */
  addRuns(runs: readonly Run[]): Promise<readonly Run[]>;
  /**
   * The point of no return: the wave is put if absent and the run replaced if status, epoch and nextSeq are as in
   * `before`, in one transaction, with the verdict that comes with it (core/rollout/kept-verdict.ts). False when they are not.
   */
  openWave(before: Run, after: Run, wave: Wave): Promise<boolean>;
  /** Replaces the run, and keeps the verdict that comes with it, if status, epoch and nextSeq are as in `before`. False when they are not. */
  replaceRun(before: Run, after: Run): Promise<boolean>;
  /** The verdicts kept of a run, newest first; `after`: the `next` of the page before. They are kept for a year. */
  verdicts(key: RunKey, after: string | undefined, limit: number): Promise<Page<KeptVerdict>>;
  wave(key: RunKey, seq: number): Promise<Wave | undefined>;
  waveById(id: WaveId): Promise<Wave | undefined>;
  /** Oldest first; all, or the `count` numbered from `from` on. */
  waves(key: RunKey, range?: { readonly from: number; readonly count: number }): Promise<readonly Wave[]>;
  /** What was counted of each wave so far, by its number; waves that were not counted yet are absent. Little to read, however large the waves. */
  countedWaves(key: RunKey): Promise<ReadonlyMap<number, Totals>>;
  /** opening → open, once every instruction is issued, pushes are asked for and the first timer is set. */
  finishWave(wave: Wave): Promise<void>;
  /**
   * Totals of a wave after a recount made at `version`: writes them if the version is still that, and adds the
   * difference to the run's totals, and to the installations of its days, in the same transaction. False when the version moved on: recount.
   */
  setWaveTotals(key: RunKey, seq: number, version: number, counted: Tally, difference: Tally): Promise<boolean>;
  waveTotals(key: RunKey, seq: number): Promise<Tally & { readonly version: number }>;
  runTotals(keys: readonly RunKey[]): Promise<ReadonlyMap<string, Totals>>;
  /** The same with the reasons. */
  runTallies(keys: readonly RunKey[]): Promise<ReadonlyMap<string, Tally>>;
  /** How many installations of all plans were proven on these UTC days (`2026-11-26`); days without any are absent. Kept for a year. */
  installsOn(days: readonly string[]): Promise<InstallsByDay>;
}

/** The text form of a run's key: `<planId>.<branchId>.<kind>`. */
export function runId(key: RunKey): string {
  return `${key.planId}.${key.branchId}.${key.kind}`;
}

/** Brings a run to life at its window. Both may be repeated: the same run, epoch and window start once. */
export interface RunStarter {
  /** A one-time schedule that starts the run's execution when the window opens. */
  schedule(run: Run): Promise<void>;
  /** Starts the execution now (overdue runs). `started` or `already`. */
  start(run: Run): Promise<'started' | 'already'>;
}

/** Work that outlives a request: an asynchronous invocation of another function, at least once. */
export interface Background {
  launch(planId: PlanId): Promise<void>;
  /** Makes the next attempt of a plan that is over (core/rollout/reissue-itself.ts). */
  reissue(planId: PlanId): Promise<void>;
  place(registrationId: string): Promise<void>;
  job(id: JobId): Promise<void>;
}

/** What the state machine passes to a turn. `format` lets a later release read what an older execution carries. */
export interface TurnInput extends RunKey {
  readonly format: 1;
  readonly epoch: number;
  readonly window: OpenWindow;
}

/** What a turn answers to the state machine: go on at once, wait until an instant (ISO 8601, whole seconds, never early), or end. */
export type TurnResult =
  | { readonly next: 'continue' }
  | { readonly next: 'wait'; readonly until: string }
  | { readonly next: 'end'; readonly because: string };

export type { Instant };
