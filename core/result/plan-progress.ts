/** How far a plan is: its branches with their runs and totals, and page by page its waves and instructions. */
import type { Page, BranchStore } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, PlanId } from '../ids.ts';
import type { Instruction, InstructionKind, InstructionState } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import { waitingIn } from '../rollout/open-limit.ts';
import type { PlaceStore } from '../rollout/places.ts';
import type { OpenCount, Plan, PlanBranch, Run, RunKey, Wave } from '../rollout/plan.ts';
import { planState, type PlanState } from '../rollout/plan-state.ts';
import { runId, type PlanStore, type RunStore } from '../rollout/store.ts';
import { addReasons, addTotals, type ReasonTotals, type Totals } from './totals.ts';

export interface ProgressServices {
  readonly plans: Pick<PlanStore, 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'runTallies' | 'waves'>;
  readonly branches: Pick<BranchStore, 'deviceCounts'>;
  readonly places: Pick<PlaceStore, 'counts'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfWave'>;
}

export interface BranchProgress extends Omit<PlanBranch, 'planId' | 'targets'> {
  /** Devices that the plan is for there: those listed, or the branch's own now. */
  readonly devices: number;
  /** Of the instructions to install, or to remove. */
  readonly totals: Totals;
  readonly reasons: ReasonTotals;
  /** How far its open limit is used, where it has one. */
  readonly places?: OpenCount;
  /** The run that instructs the devices, under the plan's operation. Absent until the plan is started. */
  readonly install?: Run;
  readonly remove?: Run;
  readonly inventory?: Run;
}

export interface PlanProgress {
  readonly state: PlanState;
  readonly totals: Totals;
  /** By `state/code`, the sum of the branches. */
  readonly reasons: ReasonTotals;
  readonly branches: readonly BranchProgress[];
}

export async function planProgress(services: ProgressServices, plan: Plan): Promise<PlanProgress> {
  const branches = await services.plans.branchesOf(plan.id);
  const ids = branches.map(({ branchId }) => branchId);
  const limited = branches.flatMap(({ branchId, openLimit }) => (openLimit === undefined ? [] : [branchId]));
  const [runs, tallies, counts, open] = await Promise.all([
    plan.status === 'draft' ? [] : services.runs.runs(plan.id, ids, [plan.operation, 'inventory']),
    services.runs.runTallies(ids.map((branchId) => keyOf(plan, branchId))),
    services.branches.deviceCounts(plan.targets === 'list' ? [] : ids),
    limited.length === 0 ? new Map<BranchId, number>() : services.places.counts(plan.id, limited),
  ]);
  const byId = new Map(runs.map((run) => [runId(run), run]));
  const progress = branches.map(({ planId: _, targets, ...branch }): BranchProgress => {
    const key = keyOf(plan, branch.branchId);
    const [first, inventory] = [byId.get(runId(key)), byId.get(runId({ ...key, kind: 'inventory' }))];
    const { openLimit: limit } = branch;
    const sums = tallies.get(runId(key))?.totals ?? {};
    return {
      ...branch, devices: targets ?? counts.get(branch.branchId)?.devices ?? 0, totals: sums, reasons: tallies.get(runId(key))?.reasons ?? {},
      ...(limit === undefined ? {} : { places: { limit, open: open.get(branch.branchId) ?? 0, waiting: waitingIn(sums) } }),
      ...(first === undefined ? {} : { [plan.operation]: first }), ...(inventory === undefined ? {} : { inventory }),
    };
  });
  return { state: planState(plan, runs, branches.length), totals: addTotals(progress.map((branch) => branch.totals)), reasons: addReasons(progress.map((branch) => branch.reasons)), branches: progress };
}

function keyOf({ id, operation }: Pick<Plan, 'id' | 'operation'>, branchId: BranchId): RunKey {
  return { planId: id, branchId, kind: operation };
}

export interface ProgressFilter {
  /** All branches where this is absent. */
  readonly branchId: BranchId | undefined;
  readonly kind: InstructionKind;
}

/** Waves by branch, oldest first. `after`: the page before's `next`. */
export async function pageOfWaves(services: ProgressServices, planId: PlanId, filter: ProgressFilter, after: string | undefined, limit: number): Promise<Page<Wave>> {
  const items: Wave[] = [];
  for await (const some of wavesFrom(services, planId, filter, placeAfter(after), limit + 1)) {
    items.push(...some);
    if (items.length > limit) break;
  }
  const last = items[limit - 1];
  return { items: items.slice(0, limit), ...(items.length > limit && last !== undefined ? { next: `${last.runKey.branchId}/${last.seq}` } : {}) };
}

/** Waves read for one page of instructions, and waves passed over on the way: a page may be short, and still not be the last. */
const MAX_WAVES = 40;
const MAX_PASSED = 400;

/** A plan's instructions to install, or to remove, by branch and wave. `after`: the page before's `next`. */
export async function pageOfInstructions(
  services: ProgressServices, plan: Pick<Plan, 'id' | 'operation'>, { branchId, state }: { readonly branchId: BranchId | undefined; readonly state: InstructionState | undefined }, after: string | undefined, limit: number,
): Promise<Page<Instruction>> {
  const place = placeAfter(after);
  const items: { readonly instruction: Instruction; readonly cursor: string }[] = [];
  let read = 0;
  let passed = 0;
  // The wave of the last instruction given is looked at once more.
  const from = place?.deviceId === undefined ? place : { ...place, seq: place.seq - 1 };
  for await (const waves of wavesFrom(services, plan.id, { branchId, kind: plan.operation }, from, 10)) {
    for (const wave of waves) {
      const end = `${wave.runKey.branchId}/${wave.seq}`;
      // Totals lag by a moment and may miss a state, but never for long: a wave without any of it is not read.
      if (state !== undefined && wave.totals !== undefined && wave.totals[state] === undefined) {
        passed += 1;
        if (passed === MAX_PASSED) return { items: items.map(({ instruction }) => instruction), next: end };
        continue;
      }
      const given = place?.branchId === wave.runKey.branchId && place.seq === wave.seq ? place.deviceId : undefined;
      const found = (await services.instructions.instructionsOfWave(wave.id)).toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
      items.push(...found.filter((instruction) => (state === undefined || instruction.state === state) && (given === undefined || instruction.deviceId > given)).map((instruction) => ({ instruction, cursor: `${end}/${instruction.deviceId}` })));
      const last = items[limit - 1];
      if (items.length > limit && last !== undefined) return { items: items.slice(0, limit).map(({ instruction }) => instruction), next: last.cursor };
      read += 1;
      if (read === MAX_WAVES) return { items: items.map(({ instruction }) => instruction), next: end };
    }
  }
  return { items: items.map(({ instruction }) => instruction) };
}

interface Place {
  readonly branchId: string;
  readonly seq: number;
  readonly deviceId?: string | undefined;
}

function placeAfter(after: string | undefined): Place | undefined {
  if (after === undefined) return undefined;
  const [, branchId, seq, deviceId] = /^([a-z0-9-]+)\/(\d{1,6})(?:\/([0-9a-f-]{36}))?$/.exec(after) ?? [];
  if (branchId === undefined || seq === undefined) throw new WavecastError('invalid-input', 'The page asked for does not exist.', { remedy: 'Use the `next` of the page before, unchanged.' });
  return { branchId, seq: Number(seq), deviceId };
}

/** Waves behind `place`, some at a time; branches that have opened none cost nothing. */
async function* wavesFrom(services: ProgressServices, planId: PlanId, { branchId, kind }: ProgressFilter, place: Place | undefined, count: number): AsyncGenerator<readonly Wave[], undefined> {
  const branchIds = branchId === undefined ? (await services.plans.branchesOf(planId)).map((branch) => branch.branchId) : [branchId];
  const runs = (await services.runs.runs(planId, branchIds, [kind])).filter((run) => run.nextSeq > 1).toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
  for (const run of runs) {
    if (place !== undefined && run.branchId < place.branchId) continue;
    for (let from = run.branchId === place?.branchId ? place.seq + 1 : 1; from < run.nextSeq; from += count) yield await services.runs.waves(run, { from, count });
  }
  return undefined;
}
