/**
 * One turn of a branch's run: finish what is being opened, judge, open the next wave, say when to come again. Called at
 * least once for each step of the state machine, perhaps late, perhaps twice at once: every effect is conditional or
 * repeats without harm.
 */
import { HOUR, MINUTE, type Identifiers, type Instant, type Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import type { BranchStore, DeviceStore } from '../device/store.ts';
import type { InstructionStore, Timers, Waker } from '../instruction/store.ts';
import type { InventoryStore } from '../inventory/inventory.ts';
import type { Totals } from '../result/totals.ts';
import { goesOn, holdOf } from './branch-hold.ts';
import { afterWave, canaryFailure, enter, firstStage, roomIn, soakFrom, type Stage } from './canary.ts';
import { carryOutWave } from './carry-out-wave.ts';
import { judge } from './judge.ts';
import { whyNotNow } from './new-plan.ts';
import { gatherWave, type Gathered } from './gather-wave.ts';
import { waitingIn } from './open-limit.ts';
import { paceOf } from './pace.ts';
import type { PlaceStore } from './places.ts';
import type { OpenCount, Plan, PlanBranch, Run, Verdict, Wave } from './plan.ts';
import { nextOpening, windowsOf } from './schedule.ts';
import { runId, type PlanStore, type RunStarter, type RunStore, type TurnInput, type TurnResult } from './store.ts';
import { waveIdOf } from './wave-id.ts';

export interface TurnServices {
  readonly plans: PlanStore;
  readonly runs: RunStore;
  readonly devices: DeviceStore;
  readonly branches: Pick<BranchStore, 'deviceCounts'>;
  readonly catalogue: CatalogueStore;
  readonly instructions: InstructionStore;
  readonly inventory: InventoryStore;
  readonly timers: Timers;
  readonly waker: Waker;
  readonly starter: RunStarter;
  readonly places: Pick<PlaceStore, 'counts'>;
  readonly ids: Identifiers;
  readonly log: Logger;
}

/** How long after its window's opening a run that has not started is started by the sweep. */
export const OVERDUE = 2 * MINUTE;
/** Inventory is collected about a day after the instruction: in the first inventory window at least this much later. */
export const INVENTORY_AFTER = 20 * HOUR;

export async function takeTurn(services: TurnServices, input: TurnInput, now: Instant): Promise<TurnResult> {
  const { run: read, plan, branch, fault } = await services.runs.runAndPlan(input);
  if (read === undefined || plan === undefined || branch === undefined) return { next: 'end', because: 'The plan is gone.' };
  const last = await finishOpening(services, read, plan, branch, now);

  if (read.epoch !== input.epoch) return { next: 'end', because: 'A later execution carries on this run.' };
  if (read.status === 'finished' || read.status === 'cancelled') return { next: 'end', because: `The run is ${read.status}.` };
  if (read.window.opensAt !== input.window.opensAt) {
    await callBack(services, read, now);
    return { next: 'end', because: 'The run goes on in a later window.' };
  }
  const totals = (await services.runs.runTotals([{ ...read, kind: plan.operation }])).get(runId({ ...read, kind: plan.operation })) ?? {};
  const run = rebased(read, totals);
  const verdict = withPlaces(judge(plan, run, totals, fault, now), await openCount(services, run, branch, totals));
  switch (verdict.decision) {
    case 'exit':
      await services.runs.replaceRun(run, { ...run, status: 'cancelled', lastVerdict: verdict });
      return { next: 'end', because: verdict.words };
    case 'pause':
      return pause(services, run, plan, verdict, canaryFailure(plan.canary, run, totals, now) !== undefined);
    case 'wait':
      return waitOrMoveOn(services, run, branch, verdict, now);
    case 'finish':
    case 'advance':
      if (now >= run.window.closesAt) return waitOrMoveOn(services, run, branch, verdict, now);
      return advance(services, run, plan, branch, verdict, last, now);
  }
}

/** Whoever resumes a plan has seen what failed before: the abort rule counts from there. */
function rebased({ rebase, ...run }: Run, totals: Totals): Run {
  return rebase === true ? { ...run, baseline: totals } : run;
}

async function openCount({ places }: Pick<TurnServices, 'places'>, { planId, branchId, kind }: Run, { openLimit }: PlanBranch, totals: Totals): Promise<OpenCount | undefined> {
  if (openLimit === undefined || kind !== 'install') return undefined;
  const counts = await places.counts(planId, [branchId]);
  return { limit: openLimit, open: counts.get(branchId) ?? 0, waiting: waitingIn(totals) };
}

function withPlaces(verdict: Verdict, places: OpenCount | undefined): Verdict {
  return places === undefined ? verdict : { ...verdict, words: [verdict.words, `${places.open} of ${places.limit} installations are open, ${places.waiting} wait.`].join(' '), places };
}

async function pause(services: TurnServices, run: Run, plan: Plan, verdict: Verdict, byCanary = false): Promise<TurnResult> {
  // A branch that stands still by itself says nothing of the others; its canary does.
  if (byCanary || holdOf(plan, run.branchId) === undefined) await pausePlan(services, plan, verdict.words);
  const paused: Run = { ...run, status: 'paused', lastVerdict: verdict, ...(byCanary && run.stage !== undefined ? { stage: { ...run.stage, stopped: true } } : {}) };
  await services.runs.replaceRun(run, paused);
  // Resumed in the same moment: whoever did that may have seen this run going on, and not called it back.
  const present = await services.plans.plan(plan.id);
  if (present === undefined || !goesOn(present, run.branchId)) return { next: 'end', because: verdict.words };
  await services.runs.replaceRun(paused, run);
  return { next: 'continue' };
}

/** Another branch may have paused it first, or a person changed it: then theirs stands and the next turn sees it. */
async function pausePlan(services: TurnServices, plan: Plan, because: string): Promise<void> {
  if (plan.status !== 'live') return;
  try {
    await services.plans.replacePlan(plan, { ...plan, status: 'paused', pausedBecause: because, revision: plan.revision + 1 });
  } catch (error) {
    if (!(error instanceof WavecastError && error.code === 'conflict')) throw error;
  }
}

/** Answers the run's last wave. */
async function finishOpening(services: TurnServices, run: Run, plan: Plan, branch: PlanBranch, now: Instant): Promise<Wave | undefined> {
  if (run.nextSeq === 1) return undefined;
  const wave = await services.runs.wave(run, run.nextSeq - 1);
  if (wave?.state === 'opening') await carryOutWave(services, wave, plan, branch, now);
  return wave;
}

async function advance(services: TurnServices, run: Run, plan: Plan, branch: PlanBranch, verdict: Verdict, last: Wave | undefined, now: Instant): Promise<TurnResult> {
  const version = run.kind === 'install' ? await services.catalogue.version(plan.versionId) : undefined;
  // A profile may end, a version be withdrawn, its file be exchanged between two waves. Inventory is collected all the same.
  const obstacle = run.kind === 'install' ? whyNotNow(version, now) : undefined;
  if (obstacle !== undefined) return pause(services, run, plan, { ...verdict, decision: 'pause', words: obstacle });
  const stage = await stageNow(services, run, plan, branch);
  const begun: Run = { ...run, status: 'running', lastVerdict: verdict, ...(stage === undefined ? {} : { stage }) };
  const gathered = await gatherWave(services, begun, plan, version, roomIn(stage, paceOf(plan, branch).waveSize), now);
  const moved: Run = { ...begun, ...(gathered.cursor === undefined ? {} : { cursor: gathered.cursor }) };
  if (gathered.targets.length > 0 || gathered.skips.length > 0) return openWave(services, run, moved, plan, branch, gathered, verdict, now);
  if (!gathered.exhausted) {
    await services.runs.replaceRun(run, moved);
    return { next: 'continue' };
  }
  return stage?.name === 'canary' ? soak(services, run, { ...moved, stage }, plan, branch, last, verdict, now) : passEnded(services, run, moved, plan, branch, verdict, now);
}

/** The stage that the next wave belongs to; undefined where there are none. What a share comes to is settled with the first wave. */
async function stageNow({ branches }: TurnServices, run: Run, { canary, operation }: Plan, { branchId, targets }: PlanBranch): Promise<Stage | undefined> {
  if (canary === undefined || run.kind !== operation) return undefined;
  if (run.stage !== undefined) return run.stage.name === 'soak' ? enter(run.stage) : run.stage;
  const devices = targets ?? (canary.of.kind === 'share' ? (await branches.deviceCounts([branchId])).get(branchId)?.enrolled : undefined);
  return firstStage(canary, devices ?? 0);
}

/** The canary has no more devices in this branch. It may have had none: the branch waits all the same, for how it goes elsewhere. */
async function soak(services: TurnServices, run: Run, moved: Run & { readonly stage: Stage }, { canary }: Plan, branch: PlanBranch, last: Wave | undefined, verdict: Verdict, now: Instant): Promise<TurnResult> {
  if (canary === undefined) return { next: 'continue' };
  const stage = soakFrom(moved.stage, canary, last?.openedAt ?? now);
  const soaking = staged(moved, stage);
  if (!(await services.runs.replaceRun(run, soaking))) return { next: 'continue' };
  return soaking.nextAt <= now ? { next: 'continue' } : waitOrMoveOn(services, soaking, branch, verdict, now);
}

async function openWave(services: TurnServices, run: Run, moved: Run, plan: Plan, branch: PlanBranch, gathered: Gathered, verdict: Verdict, now: Instant): Promise<TurnResult> {
  const wave: Wave = {
    id: waveIdOf(run, run.nextSeq), runKey: { planId: run.planId, branchId: run.branchId, kind: run.kind }, seq: run.nextSeq,
    state: 'opening', pass: run.pass, openedAt: now, targets: gathered.targets, skips: gathered.skips,
  };
  // A wave of skips alone instructs nobody and costs no interval.
  const paced: Run = { ...moved, nextSeq: run.nextSeq + 1, nextAt: gathered.targets.length === 0 ? run.nextAt : now + paceOf(plan, branch).intervalMinutes * MINUTE };
  const after = plan.canary === undefined || moved.stage === undefined ? paced : staged(paced, afterWave(moved.stage, plan.canary, gathered.targets.length, gathered.exhausted, now));
  if (!(await services.runs.openWave(run, after, wave))) return { next: 'continue' };
  await carryOutWave(services, wave, plan, branch, now);
  services.log.info('wave opened', { planId: plan.id, branchId: run.branchId, kind: run.kind, seq: wave.seq, targets: wave.targets.length, skips: wave.skips.length });
  return after.nextAt <= now ? { next: 'continue' } : waitOrMoveOn(services, after, branch, verdict, now);
}

function staged(run: Run, stage: Stage): Run {
  return { ...run, stage, nextAt: Math.max(run.nextAt, stage.until ?? 0) };
}

/** All devices of the branch were looked at: once more for those that joined or moved meanwhile, then the run is done. */
async function passEnded(services: TurnServices, run: Run, moved: Run, plan: Plan, branch: PlanBranch, verdict: Verdict, now: Instant): Promise<TurnResult> {
  const { cursor, ...rewound } = moved;
  if (run.kind !== 'inventory' && run.pass === 'first') {
    await services.runs.replaceRun(run, { ...rewound, pass: 'reconciling' });
    return { next: 'continue' };
  }
  if (run.kind === 'inventory' && !(await instructingIsOver(services, run, plan))) {
    // Devices instructed since are asked in the next inventory window.
    return moveTo(services, run, rewound, branch, run.window.closesAt, verdict, now);
  }
  const finished: Run = { ...rewound, status: 'finished', finishedAt: now, lastVerdict: { ...verdict, decision: 'finish', words: 'Every device of the branch was looked at.' } };
  await services.runs.replaceRun(run, finished);
  return { next: 'end', because: 'The run is finished.' };
}

/** The run that instructs was finished long enough before this pass began: nobody was instructed too late to be asked in it. */
async function instructingIsOver(services: TurnServices, run: Run, { operation }: Plan): Promise<boolean> {
  const first = await services.runs.run({ ...run, kind: operation });
  return first?.finishedAt === undefined ? first?.status === 'cancelled' : first.finishedAt <= run.window.opensAt;
}

async function waitOrMoveOn(services: TurnServices, run: Run, branch: PlanBranch, verdict: Verdict, now: Instant): Promise<TurnResult> {
  if (run.nextAt < run.window.closesAt && now < run.window.closesAt) return { next: 'wait', until: wholeSeconds(run.nextAt) };
  return moveTo(services, run, run, branch, Math.max(run.nextAt, run.window.closesAt), verdict, now);
}

async function moveTo(services: TurnServices, before: Run, after: Run, branch: PlanBranch, notBefore: Instant, verdict: Verdict, now: Instant): Promise<TurnResult> {
  const candidate = Math.max(notBefore, now);
  const opening = nextOpening(branch.timeZone, windowsOf(branch, before.kind), candidate);
  if (opening === undefined) return runOut(services, before, after, candidate, verdict, now);
  const words = after.stage?.name === 'soak' ? 'The canary soaks; the rest goes when that is over and nothing speaks against it.' : 'The window is over; the run goes on in the next one.';
  const moved: Run = { ...after, status: 'waiting', window: opening.window, nextAt: opening.at, lastVerdict: { ...verdict, decision: 'wait', words } };
  // Another turn may have been quicker; whichever won, the run as stored is the one to call back.
  const stored = (await services.runs.replaceRun(before, moved)) ? moved : await services.runs.run(before);
  if (stored !== undefined) await callBack(services, stored, now);
  return { next: 'end', because: 'The window is over.' };
}

/** No window is left, and perhaps devices are: a person must give it more time. */
async function runOut(services: TurnServices, before: Run, after: Run, candidate: Instant, verdict: Verdict, now: Instant): Promise<TurnResult> {
  const paused: Run = { ...after, status: 'paused', lastVerdict: { ...verdict, ...outOfWindows(now) } };
  await services.runs.replaceRun(before, paused);
  // Given in the same moment: whoever did that may have seen this run going on, and left it alone.
  const branch = await services.plans.branchOf(before.planId, before.branchId);
  if (branch === undefined || nextOpening(branch.timeZone, windowsOf(branch, before.kind), candidate) === undefined) return { next: 'end', because: 'The last window is over.' };
  await services.runs.replaceRun(paused, after);
  return { next: 'continue' };
}

export function outOfWindows(now: Instant): Verdict {
  return { decision: 'pause', words: 'The last window of the branch is over. Give it more with `wavecast plan extend`, or cancel the plan.', at: now };
}

/** Has the run started when its window opens: by its schedule, and by the sweep where that failed. */
export async function callBack(services: Pick<TurnServices, 'starter' | 'timers'>, run: Run, now: Instant): Promise<void> {
  await services.timers.put([{ at: Math.max(run.window.opensAt, now) + OVERDUE, kind: 'run-start', subject: runId(run), step: run.epoch }]);
  await services.starter.schedule(run);
}

/** ISO 8601 without milliseconds, rounded up: Step Functions drops them, and a wave is never early. */
function wholeSeconds(instant: Instant): string {
  return new Date(Math.ceil(instant / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
