/** Makes a plan's status true in its branches: runs and schedules for a live one, withdrawal for a cancelled one. May repeat. */
import type { Instant } from '../ambient.ts';
import type { PlanId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import { withdrawWave } from './cancel.ts';
import type { Plan, PlanBranch, Run, RunKey } from './plan.ts';
import { nextOpening, windowsOf } from './schedule.ts';
import type { PlanStore } from './store.ts';
import { callBack, INVENTORY_AFTER, type TurnServices } from './take-turn.ts';

export type LaunchServices = Pick<TurnServices, 'runs' | 'instructions' | 'timers' | 'starter' | 'ids' | 'log'> & { readonly plans: Pick<PlanStore, 'plan' | 'branchesOf'> };

/** Branches whose schedules are made at once: Scheduler allows far more a second, one request each. */
const CONCURRENCY = 8;

export async function launchPlan(services: LaunchServices, planId: PlanId, now: Instant): Promise<void> {
  const plan = await services.plans.plan(planId);
  if (plan === undefined) return;
  const branches = [...(await services.plans.branchesOf(planId))];
  const work = async (): Promise<void> => {
    for (let branch = branches.shift(); branch !== undefined; branch = branches.shift()) {
      if (plan.status === 'live') await launchBranch(services, plan, branch, now);
      if (plan.status === 'cancelled') await cancelBranch(services, plan, branch, now);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  services.log.info('plan launched', { planId, status: plan.status });
}

async function launchBranch(services: LaunchServices, { operation }: Plan, branch: PlanBranch, now: Instant): Promise<void> {
  const first = await bringUp(services, branch, operation, now, now);
  await bringUp(services, branch, 'inventory', first.window.opensAt + INVENTORY_AFTER, now);
}

async function bringUp(services: LaunchServices, branch: PlanBranch, kind: InstructionKind, notBefore: Instant, now: Instant): Promise<Run> {
  const run = await prepared(services, branch, kind, notBefore, now);
  if (run.status === 'waiting' || run.status === 'running') await callBack(services, run, now);
  return run;
}

/** A new run waits for its first window; a paused one for the next, as a new epoch; others are left as they are. */
async function prepared({ runs }: LaunchServices, branch: PlanBranch, kind: InstructionKind, notBefore: Instant, now: Instant): Promise<Run> {
  const key = { planId: branch.planId, branchId: branch.branchId, kind };
  const waiting = (candidate: Instant): Pick<Run, 'status' | 'nextAt' | 'window'> => {
    const { at, window } = nextOpening(branch.timeZone, windowsOf(branch, kind), candidate);
    return { status: 'waiting', nextAt: at, window };
  };
  const found = await runs.run(key);
  if (found === undefined) {
    const fresh: Run = { ...key, pass: 'first', epoch: 1, nextSeq: 1, ...waiting(notBefore) };
    return (await runs.addRuns([fresh]))[0] ?? fresh;
  }
  if (found.status !== 'paused') return found;
  const resumed: Run = { ...found, epoch: found.epoch + 1, ...waiting(Math.max(found.nextAt, now)) };
  // Another launch may have been quicker: theirs is the run then.
  return (await runs.replaceRun(found, resumed)) ? resumed : ((await runs.run(key)) ?? found);
}

async function cancelBranch(services: LaunchServices, plan: Plan, branch: PlanBranch, now: Instant): Promise<void> {
  for (const kind of [plan.operation, 'inventory'] as const) {
    const key = { planId: plan.id, branchId: branch.branchId, kind };
    // The run first: no wave opens behind the withdrawal.
    if (await endRun(services, key)) for (const wave of await services.runs.waves(key)) await withdrawWave(services, wave, plan, now);
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
