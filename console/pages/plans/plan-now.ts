/** What a plan is doing at this moment: the numbers and the next step, from the plan as the API tells it. Pure. */
import { countOf, failures } from '../../../core/result/totals.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

type PlanDetail = AnswerOf<'getPlan'>;
export type NowPlan = Pick<PlanDetail, 'status' | 'state' | 'asOf' | 'totals' | 'waveSize' | 'intervalMinutes' | 'holds'>
  & { readonly branches: readonly Pick<PlanDetail['branches'][number], 'branchId' | 'timeZone' | 'devices' | 'totals' | 'install' | 'remove' | 'pace'>[] };

export interface NextWave {
  readonly branchId: string;
  readonly timeZone: string;
  readonly at: number;
  /** Devices, at most. */
  readonly size: number;
}

export interface PlanNow {
  readonly devices: number;
  /** Devices on which it is done: they have it, or have it no more. */
  readonly done: number;
  readonly failed: number;
  /** Instructed, and not settled. */
  readonly open: number;
  /** Of the open, those whose user was asked. */
  readonly asked: number;
  /** Not instructed yet. */
  readonly toCome: number;
  readonly branchesOver: number;
  /** Branches that a person has paused by themselves. */
  readonly held: readonly string[];
  /** The wave that opens first, of those that somebody is waiting for where there are any; none where the plan stands, or all have gone. */
  readonly next: NextWave | undefined;
}

export function nowOf(plan: NowPlan): PlanNow {
  const devices = plan.branches.reduce((sum, branch) => sum + branch.devices, 0);
  const done = countOf(plan.totals, ['installed', 'removed']);
  const failed = failures(plan.totals);
  const open = countOf(plan.totals, ['issued', 'delivered', 'deferred', 'acknowledged', 'installing']);
  const over = countOf(plan.totals, ['skipped', 'cancelled', 'superseded']);
  const held = (plan.holds ?? []).flatMap(({ branchId, kind }) => (kind === 'paused' ? [branchId] : []));
  const still = new Set((plan.holds ?? []).map(({ branchId }) => branchId));
  const waiting = plan.status === 'live' ? plan.branches.flatMap((branch) => (still.has(branch.branchId) ? [] : nextIn(plan, branch))) : [];
  const finished = plan.branches.filter(({ install, remove }) => isOver((install ?? remove)?.status)).length;
  return {
    devices, done, failed, open, asked: plan.totals.acknowledged ?? 0, branchesOver: finished, held, next: waiting.toSorted((one, other) => Number(one.size === 0) - Number(other.size === 0) || one.at - other.at)[0],
    toCome: plan.status === 'cancelled' || finished === plan.branches.length ? 0 : Math.max(0, devices - done - failed - open - over),
  };
}

function nextIn(plan: NowPlan, { branchId, timeZone, devices, totals, install, remove, pace = plan }: NowPlan['branches'][number]): readonly NextWave[] {
  const run = install ?? remove;
  if (run === undefined || isOver(run.status)) return [];
  const left = devices - Object.values(totals).reduce((sum, count) => sum + count, 0);
  // A wave that is due opens at the engine's next look: it is not in the past.
  return [{ branchId, timeZone, at: Math.max(run.nextAt, run.window.opensAt, plan.asOf), size: Math.max(0, Math.min(pace.waveSize, left)) }];
}

function isOver(status: string | undefined): boolean {
  return status === 'finished' || status === 'cancelled';
}
