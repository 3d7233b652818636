/** Chooses the devices of the next wave: a bounded look at the branch from the cursor on. */
import type { Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import { isTestOrder } from '../device/order.ts';
import { candidatesOf, decidePage } from './decide-page.ts';
import type { Plan, Run, WaveSkip, WaveTarget } from './plan.ts';
import { selectForInventory, type Selection } from './select.ts';
import type { TurnServices } from './take-turn.ts';

/** A turn looks at no more devices than this; in a re-rollout most have the version already. */
export const CANDIDATES_PER_TURN = 500;
/** Devices at a time; at first no more than the wave needs: in a first distribution nearly all are targets, and each costs reads. */
const PAGE = 100;

export interface Gathered {
  readonly targets: readonly WaveTarget[];
  readonly skips: readonly WaveSkip[];
  /** Order of the last device looked at; undefined when none was. */
  readonly cursor?: string;
  /** No device is left after the cursor; in a canary of test devices none of those. */
  readonly exhausted: boolean;
}

/** `version`: the plan's, for a run that installs; `waveSize`: devices at most. */
export async function gatherWave(services: TurnServices, run: Run, plan: Plan, version: AppVersion | undefined, waveSize: number, now: Instant): Promise<Gathered> {
  const targets: WaveTarget[] = [];
  const skips: WaveSkip[] = [];
  let cursor = run.cursor;
  const testsAlone = run.stage?.name === 'canary' && plan.canary?.of.kind === 'test-devices';
  for (let looked = 0; looked < CANDIDATES_PER_TURN; ) {
    const size = Math.min(looked === 0 ? waveSize : PAGE, PAGE, CANDIDATES_PER_TURN - looked);
    const found = await candidatesOf(services, plan, run.branchId, cursor, size);
    const page = testsAlone ? found.filter(({ order }) => isTestOrder(order)) : found;
    const selections = await select(services, run, plan, version, page, now);
    for (const [index, device] of page.entries()) {
      const selection = selections[index];
      if (selection?.kind === 'target') targets.push(selection.target);
      // In the first pass a device that cannot be instructed is passed over: it may be able later, and is looked at again.
      if (selection?.kind === 'skip' && run.pass === 'reconciling') skips.push(selection.skip);
      cursor = device.order;
      if (targets.length === waveSize) return { targets, skips, cursor, exhausted: false };
    }
    looked += page.length;
    if (page.length < size) return { targets, skips, exhausted: true, ...(cursor === undefined ? {} : { cursor }) };
  }
  return { targets, skips, exhausted: false, ...(cursor === undefined ? {} : { cursor }) };
}

async function select(services: TurnServices, run: Run, plan: Plan, version: AppVersion | undefined, page: readonly DeviceSummary[], now: Instant): Promise<readonly Selection[]> {
  if (run.kind !== 'inventory') return decidePage(services, plan, version, page, run.pass === 'reconciling', now);
  const standings = await services.instructions.standings(page.map(({ id }) => id), plan.bundleId);
  return page.map((device) => selectForInventory(device, standings.get(device.id), plan));
}
