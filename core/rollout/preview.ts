/** What a plan will do, before it does it: an estimate from branch counts. */
import type { Instant } from '../ambient.ts';
import type { BranchId } from '../ids.ts';
import type { Plan, PlanBranch } from './plan.ts';
import { planWaves } from './schedule.ts';
import { localText } from './window.ts';

export interface PreviewedWave {
  readonly seq: number;
  readonly at: Instant;
  /** `YYYY-MM-DD HH:MM` in the branch's zone. */
  readonly localTime: string;
  readonly size: number;
}

export interface BranchPreview {
  readonly branchId: BranchId;
  readonly timeZone: string;
  readonly devices: number;
  readonly waves: readonly PreviewedWave[];
  /** Windows needed: more than 1 means that waves go on in the windows of following days. */
  readonly windows: number;
  readonly finishesAt?: Instant;
}

export interface PlanPreview {
  readonly branches: readonly BranchPreview[];
  readonly devices: number;
  readonly waves: number;
  /** When the last wave of all goes. */
  readonly lastWaveAt?: Instant;
}

/**
 * Counts are devices of each branch now; who is skipped, joins or moves until a wave opens is not known, so this is an
 * estimate. Pure; cost grows with the number of waves.
 */
export function previewPlan(plan: Pick<Plan, 'waveSize' | 'intervalMinutes'>, branches: readonly PlanBranch[], deviceCounts: ReadonlyMap<BranchId, number>, now: Instant): PlanPreview {
  const previews = branches.map((branch) => previewBranch(plan, branch, deviceCounts.get(branch.branchId) ?? 0, now));
  const finishes = previews.flatMap(({ finishesAt }) => (finishesAt === undefined ? [] : [finishesAt]));
  return {
    branches: previews,
    devices: previews.reduce((sum, branch) => sum + branch.devices, 0),
    waves: previews.reduce((sum, branch) => sum + branch.waves.length, 0),
    ...(finishes.length === 0 ? {} : { lastWaveAt: finishes.reduce((a, b) => Math.max(a, b)) }),
  };
}

function previewBranch(plan: Pick<Plan, 'waveSize' | 'intervalMinutes'>, branch: PlanBranch, devices: number, now: Instant): BranchPreview {
  const waves: PreviewedWave[] = [];
  let windows = 0;
  for (const wave of planWaves(branch.timeZone, branch.windows, now, devices, plan.waveSize, plan.intervalMinutes)) {
    waves.push({ seq: wave.seq, at: wave.at, localTime: localText(branch.timeZone, wave.at), size: wave.size });
    windows = wave.windowNumber;
  }
  const last = waves.at(-1);
  return { branchId: branch.branchId, timeZone: branch.timeZone, devices, waves, windows, ...(last === undefined ? {} : { finishesAt: last.at }) };
}
