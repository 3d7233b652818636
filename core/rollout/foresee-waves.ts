/** In which wave each device of a plan would be, and when: the preview's own schedule, over the devices that would be instructed. */
import type { Instant } from '../ambient.ts';
import { isTestOrder, startOf } from '../device/order.ts';
import type { BranchStore } from '../device/store.ts';
import type { BranchId } from '../ids.ts';
import type { Reason } from '../instruction/instruction.ts';
import { placeText, readPlace } from '../result/branch-place.ts';
import { sizeOf } from './canary.ts';
import { foreseeTargets, type ForeseenPage, type ForeseenTarget, type ForeseeServices } from './foresee-targets.ts';
import { paceOf } from './pace.ts';
import type { Plan, PlanBranch, Run } from './plan.ts';
import { planWaves, windowsOf, type PlannedWave, type StageAhead } from './schedule.ts';
import type { RunStore } from './store.ts';
import { localText } from './window.ts';

export interface PlacedTarget extends ForeseenTarget {
  /** Of a device that would be instructed; absent where `reason` says why. */
  readonly wave?: { readonly seq: number; readonly at: Instant; readonly localTime: string };
}

export interface PlacedPage {
  readonly targets: readonly PlacedTarget[];
  readonly place: string;
}

export interface ForeseeWavesServices extends ForeseeServices {
  readonly branches: Pick<BranchStore, 'deviceCounts'>;
  readonly runs: Pick<RunStore, 'run'>;
}

const noWindow: Reason = { code: 'no-window', words: 'No window of its branch is left for it.' };
const atTheEnd: Reason = { code: 'at-the-end', words: 'The waves have passed it: it is looked at again when its branch is through.' };

/**
 * Device by device, by branch and in the order of its waves, from behind `from` on. Of a plan under way the waves go on where its runs are; one that is paused
 * is looked at as if it were resumed at `asOf`. Two reads more for each branch than `foreseeTargets`.
 */
export async function* foreseeWaves(services: ForeseeWavesServices, plan: Plan, branches: readonly PlanBranch[], asOf: Instant, from?: string): AsyncGenerator<PlacedPage, undefined> {
  const start = from === undefined ? undefined : readWavePlace(from);
  let ahead: BranchAhead | undefined;
  for await (const page of foreseeTargets(services, plan, branches.map(({ branchId }) => branchId), asOf, start?.place)) {
    if (ahead?.branchId !== page.branchId) ahead = await BranchAhead.of(services, plan, branches, page, start, asOf);
    const targets = page.targets.map((target) => ahead?.placed(target) ?? target);
    yield { targets, place: `${ahead.given}/${ahead.testDevices}/${placeText(page.place)}` };
  }
  return undefined;
}

interface WavePlace {
  /** Devices of the branch that were given a wave. */
  readonly given: number;
  /** Of all that would be instructed. */
  readonly testDevices: number;
  readonly place: ReturnType<typeof readPlace>;
}

function readWavePlace(text: string): WavePlace {
  const [given = '', testDevices = '', ...place] = text.split('/');
  return { given: Number(given), testDevices: Number(testDevices), place: readPlace(place.join('/')) };
}

/** The waves of one branch that are to come, filled device by device. */
class BranchAhead {
  readonly branchId: BranchId;
  readonly testDevices: number;
  /** Devices that were given a wave. */
  given = 0;
  readonly #timeZone: string;
  readonly #passed: (order: string) => boolean;
  readonly #before: number;
  readonly #waves: Generator<PlannedWave, undefined>;
  #wave: PlannedWave | undefined;
  #room = 0;

  private constructor(plan: Plan, branch: PlanBranch, run: Run | undefined, devices: number, testDevices: number, asOf: Instant) {
    this.branchId = branch.branchId;
    this.testDevices = testDevices;
    this.#timeZone = branch.timeZone;
    this.#before = run === undefined ? 0 : run.nextSeq - 1;
    this.#passed = passedBy(run, plan.seed);
    const { waveSize, intervalMinutes } = paceOf(plan, branch);
    const earliest = Math.max(asOf, plan.startsAt ?? 0, run?.nextAt ?? 0, run?.stage?.until ?? 0);
    // How many there are nobody knows before they were looked at: waves are made as they are filled.
    this.#waves = planWaves(branch.timeZone, windowsOf(branch, plan.operation), earliest, Infinity, waveSize, intervalMinutes, stageAhead(plan, run, devices, testDevices));
  }

  /** `page`: the first of the branch, or the one where `start` says that it goes on. */
  static async of({ branches, runs }: Pick<ForeseeWavesServices, 'branches' | 'runs'>, plan: Plan, planned: readonly PlanBranch[], page: ForeseenPage, start: WavePlace | undefined, asOf: Instant): Promise<BranchAhead> {
    const { branchId } = page;
    const branch = planned.find((one) => one.branchId === branchId);
    if (branch === undefined) throw new RangeError('The page is of no branch of the plan.');
    const [run, counts] = await Promise.all([runs.run({ planId: plan.id, branchId, kind: plan.operation }), branches.deviceCounts([branchId])]);
    const goesOn = start?.place.branchId === branchId && start.place.order !== undefined;
    // Test devices are few and the first of their branch: all are on its first page.
    const testDevices = goesOn ? start.testDevices : page.targets.filter(({ foreseen, order }) => foreseen === 'instruct' && isTestOrder(order)).length;
    const ahead = new BranchAhead(plan, branch, run, branch.targets ?? counts.get(branchId)?.enrolled ?? 0, testDevices, asOf);
    if (goesOn) for (let n = 0; n < start.given; n += 1) ahead.#next();
    return ahead;
  }

  placed({ order, ...target }: ForeseenPage['targets'][number]): PlacedTarget {
    if (target.foreseen !== 'instruct') return target;
    if (this.#passed(order)) return { ...target, reason: atTheEnd };
    const wave = this.#next();
    return wave === undefined ? { ...target, reason: noWindow } : { ...target, wave: { seq: this.#before + wave.seq, at: wave.at, localTime: localText(this.#timeZone, wave.at) } };
  }

  #next(): PlannedWave | undefined {
    if (this.#room === 0) {
      this.#wave = this.#waves.next().value;
      this.#room = this.#wave?.size ?? Infinity;
    }
    this.#room -= 1;
    this.given += 1;
    return this.#wave;
  }
}

/** The first stage, or what is left of it. */
function stageAhead({ canary }: Plan, run: Run | undefined, devices: number, testDevices: number): StageAhead | undefined {
  if (canary === undefined || (run !== undefined && run.stage?.name !== 'canary')) return undefined;
  const { size = sizeOf(canary.of, devices), instructed = 0 } = run?.stage ?? {};
  // Test devices that were instructed already are none of those ahead.
  return { devices: size === undefined ? testDevices : Math.max(0, size - instructed), soakHours: canary.soakHours };
}

/** Whether the run has gone past a place in the order in which the plan meets its devices. */
function passedBy(run: Run | undefined, seed: string | undefined): (order: string) => boolean {
  const cursor = run?.cursor;
  if (cursor === undefined) return () => false;
  const lap = (order: string): number => (seed === undefined || isTestOrder(order) ? 0 : order > startOf(seed) ? 1 : 2);
  return (order) => lap(order) < lap(cursor) || (lap(order) === lap(cursor) && order <= cursor);
}
