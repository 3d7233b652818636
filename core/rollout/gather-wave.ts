/** Chooses the devices of the next wave: a bounded look at the branch from the cursor on. */
import type { Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import { WavecastError } from '../errors.ts';
import type { Plan, Run, WaveSkip, WaveTarget } from './plan.ts';
import { selectForInstall, selectForInventory, selectForRemoval, type Selection } from './select.ts';
import type { TurnServices } from './take-turn.ts';

/** A turn looks at no more devices than this; in a re-rollout most have the version already. */
export const CANDIDATES_PER_TURN = 500;
/** Devices at a time; at first no more than the wave needs: in a first distribution nearly all are targets, and each costs reads. */
const PAGE = 100;
/** Instructions of a device among which one of this plan is looked for. */
const RECENT = 50;

export interface Gathered {
  readonly targets: readonly WaveTarget[];
  readonly skips: readonly WaveSkip[];
  /** Order of the last device looked at; undefined when none was. */
  readonly cursor?: string;
  /** No device is left after the cursor. */
  readonly exhausted: boolean;
}

export async function gatherWave(services: TurnServices, run: Run, plan: Plan, now: Instant): Promise<Gathered> {
  const targets: WaveTarget[] = [];
  const skips: WaveSkip[] = [];
  let cursor = run.cursor;
  for (let looked = 0; looked < CANDIDATES_PER_TURN; ) {
    const size = Math.min(looked === 0 ? plan.waveSize : PAGE, PAGE, CANDIDATES_PER_TURN - looked);
    const page = await candidates(services, run, plan, cursor, size);
    const selections = await select(services, run, plan, page, now);
    for (const [index, device] of page.entries()) {
      const selection = selections[index];
      if (selection?.kind === 'target') targets.push(selection.target);
      // In the first pass a device that cannot be instructed is passed over: it may be able later, and is looked at again.
      if (selection?.kind === 'skip' && run.pass === 'reconciling') skips.push(selection.skip);
      cursor = device.order;
      if (targets.length === plan.waveSize) return { targets, skips, cursor, exhausted: false };
    }
    looked += page.length;
    if (page.length < size) return { targets, skips, exhausted: true, ...(cursor === undefined ? {} : { cursor }) };
  }
  return { targets, skips, exhausted: false, ...(cursor === undefined ? {} : { cursor }) };
}

function candidates(services: TurnServices, run: Run, plan: Plan, after: string | undefined, limit: number): Promise<readonly DeviceSummary[]> {
  return plan.targets === 'list' ? services.plans.targetsOf(plan.id, run.branchId, after, limit) : services.devices.devicesOfBranch(run.branchId, after, limit);
}

async function select(services: TurnServices, run: Run, plan: Plan, page: readonly DeviceSummary[], now: Instant): Promise<readonly Selection[]> {
  if (page.length === 0) return [];
  const ids = page.map(({ id }) => id);
  const standings = await services.instructions.standings(ids, plan.bundleId);
  if (run.kind === 'inventory') return page.map((device) => selectForInventory(device, standings.get(device.id), plan));
  const [facts, version] = await Promise.all([services.inventory.facts(ids, plan.bundleId), plan.operation === 'install' ? wantedVersion(services, plan) : undefined]);
  return Promise.all(page.map(async (device): Promise<Selection> => {
    const [standing, known] = [standings.get(device.id), facts.get(device.id)];
    const selection = version === undefined ? selectForRemoval(device, standing, known, plan) : selectForInstall(device, standing, known, version, plan, now);
    // What was instructed since, a re-issue or another plan, hides this plan's own instruction.
    const mayHide = run.pass === 'reconciling' && standing !== undefined && (selection.kind === 'target' || (selection.kind === 'skip' && standing.live));
    return mayHide && await wasInstructed(services, device, plan) ? { kind: 'done' } : selection;
  }));
}

async function wantedVersion({ catalogue }: Pick<TurnServices, 'catalogue'>, plan: Plan): Promise<AppVersion> {
  const version = await catalogue.version(plan.versionId);
  if (version === undefined) throw new WavecastError('not-found', 'The plan\'s version is no longer registered.', { remedy: 'Register it again or cancel the plan.' });
  return version;
}

async function wasInstructed({ instructions }: Pick<TurnServices, 'instructions'>, { id }: DeviceSummary, plan: Plan): Promise<boolean> {
  return (await instructions.instructionsOfDevice(id, RECENT)).some(({ kind, planId }) => kind === plan.operation && planId === plan.id);
}
