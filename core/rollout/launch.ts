/** Makes a plan's status true in its branches: runs and schedules for a live one, withdrawal for a cancelled one. May repeat. */
import { MINUTE, type Instant } from '../ambient.ts';
import type { PlanId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import { goesOn, holdOf } from './branch-hold.ts';
import { withdrawWave, type Withdrawn } from './cancel.ts';
import { paceOf, type Pace } from './pace.ts';
import type { OpenWindow, Plan, PlanBranch, Run, RunKey } from './plan.ts';
import { nextOpening, windowsOf, type Opening } from './schedule.ts';
import { awaitsReissue, reissueTimer } from './reissue-timer.ts';
import type { PlanStore } from './store.ts';
import { callBack, INVENTORY_AFTER, outOfWindows, type TurnServices } from './take-turn.ts';

export type LaunchServices = Pick<TurnServices, 'runs' | 'instructions' | 'timers' | 'starter' | 'ids' | 'log'> & { readonly plans: Pick<PlanStore, 'plan' | 'branchesOf' | 'settleBranch'> };

/** Branches whose schedules are made at once: Scheduler allows far more a second, one request each. */
const CONCURRENCY = 8;

export async function launchPlan(services: LaunchServices, planId: PlanId, now: Instant): Promise<void> {
  const plan = await services.plans.plan(planId);
  if (plan === undefined) return;
  // What gives way ends first: a device that waits for the former plan's instruction could not be given this one's.
  for (const former of plan.status === 'live' ? plan.supersedes ?? [] : []) await endSuperseded(services, former, now);
  const branches = [...(await services.plans.branchesOf(planId))];
  const work = async (): Promise<void> => {
    for (let branch = branches.shift(); branch !== undefined; branch = branches.shift()) {
      const gaveWay = holdOf(plan, branch.branchId)?.kind === 'superseded';
      if (gaveWay) await endBranch(services, plan, branch, 'superseded', now);
      else if (plan.status === 'live') await launchBranch(services, plan, branch, now);
      else if (plan.status === 'cancelled') await endBranch(services, plan, branch, plan.supersededBy === undefined ? 'cancelled' : 'superseded', now);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (awaitsReissue(plan)) await services.timers.put([reissueTimer(planId, Math.max(plan.startsAt ?? 0, now))]);
  services.log.info('plan launched', { planId, status: plan.status });
}

/** Where a plan has given way to a later one: in some branches, or in all. */
async function endSuperseded(services: LaunchServices, planId: PlanId, now: Instant): Promise<void> {
  const plan = await services.plans.plan(planId);
  if (plan === undefined) return;
  const gaveWay = (branch: PlanBranch): boolean => plan.supersededBy !== undefined || holdOf(plan, branch.branchId)?.kind === 'superseded';
  const branches = (await services.plans.branchesOf(planId)).filter(gaveWay);
  const work = async (): Promise<void> => {
    for (let branch = branches.shift(); branch !== undefined; branch = branches.shift()) await endBranch(services, plan, branch, 'superseded', now);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

async function launchBranch(services: LaunchServices, plan: Plan, branch: PlanBranch, now: Instant): Promise<void> {
  const first = await bringUp(services, plan, branch, plan.operation, Math.max(plan.startsAt ?? 0, now), now);
  await bringUp(services, plan, branch, 'inventory', first.window.opensAt + INVENTORY_AFTER, now);
}

async function bringUp(services: LaunchServices, plan: Plan, branch: PlanBranch, kind: InstructionKind, notBefore: Instant, now: Instant): Promise<Run> {
  const run = await prepared(services, plan, branch, kind, notBefore, now);
  if (run.status === 'waiting' || run.status === 'running') await callBack(services, run, now);
  return run;
}

/**
 * A new run waits for its first window; a paused one for the next, as a new epoch, and so does one whose windows were
 * changed under it. Others are left as they are.
 */
async function prepared({ plans, runs }: LaunchServices, plan: Plan, branch: PlanBranch, kind: InstructionKind, notBefore: Instant, now: Instant): Promise<Run> {
  const key = { planId: branch.planId, branchId: branch.branchId, kind };
  const openingFrom = (candidate: Instant): Opening | undefined => nextOpening(branch.timeZone, windowsOf(branch, kind), candidate);
  const found = await runs.run(key);
  if (found === undefined) {
    if (kind === plan.operation) await plans.settleBranch(plan, branch);
    const opening = openingFrom(notBefore);
    const fresh: Run = {
      ...key, pass: 'first', epoch: 1, nextSeq: 1,
      ...(opening === undefined ? { status: 'paused', nextAt: notBefore, window: { opensAt: notBefore, closesAt: notBefore }, lastVerdict: outOfWindows(now) } : { status: 'waiting', nextAt: opening.at, window: opening.window }),
    };
    return (await runs.addRuns([fresh]))[0] ?? fresh;
  }
  if (found.status === 'finished' || found.status === 'cancelled') return found;
  // Paused here: it goes on when the branch is resumed, which calls this again.
  if (found.status === 'paused' && !goesOn(plan, branch.branchId)) return found;
  const opening = openingFrom(Math.max(await earliestOf(runs, found, plan, paceOf(plan, branch)), now));
  if (found.status === 'paused' ? opening === undefined : kind === 'inventory' || isSame(opening?.window, found.window)) return found;
  const { lastVerdict: _, ...rest } = found;
  const resumed = found.status === 'paused' ? { rebase: true as const } : {};
  const next: Run = { ...rest, ...resumed, epoch: found.epoch + 1, ...(opening === undefined ? { status: 'paused', lastVerdict: outOfWindows(now) } : { status: 'waiting', nextAt: opening.at, window: opening.window }) };
  // Another launch may have been quicker: theirs is the run then.
  return (await runs.replaceRun(found, next)) ? next : ((await runs.run(key)) ?? found);
}

/**
 * No wave opens before the plan's start, nor nearer to the one before than the interval, nor before a canary's soak is over;
 * and no inventory before its day.
 */
async function earliestOf(runs: Pick<LaunchServices['runs'], 'wave'>, run: Run, { startsAt = 0 }: Plan, { intervalMinutes }: Pace): Promise<Instant> {
  if (run.kind === 'inventory') return run.nextAt;
  if (run.nextSeq === 1) return Math.max(startsAt, run.stage?.until ?? 0);
  const last = await runs.wave(run, run.nextSeq - 1);
  return Math.max(run.stage?.until ?? 0, last === undefined ? run.nextAt : last.openedAt + intervalMinutes * MINUTE);
}

function isSame(one: OpenWindow | undefined, other: OpenWindow): boolean {
  return one?.opensAt === other.opensAt && one.closesAt === other.closesAt;
}

async function endBranch(services: LaunchServices, plan: Plan, branch: PlanBranch, to: Withdrawn, now: Instant): Promise<void> {
  for (const kind of [plan.operation, 'inventory'] as const) {
    const key = { planId: plan.id, branchId: branch.branchId, kind };
    // The run first: no wave opens behind the withdrawal.
    if (await endRun(services, key)) for (const wave of await services.runs.waves(key)) await withdrawWave(services, wave, plan, to, now);
  }
}

/** False where there is no run. A turn that was quicker has moved it on: then it is ended from there. */
async function endRun(services: Pick<LaunchServices, 'runs'>, key: RunKey): Promise<boolean> {
  for (;;) {
    const run = await services.runs.run(key);
    if (run === undefined) return false;
    if (run.status === 'finished' || run.status === 'cancelled' || await services.runs.replaceRun(run, { ...run, status: 'cancelled', epoch: run.epoch + 1 })) return true;
  }
}
