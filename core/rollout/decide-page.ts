/** What the devices of a page are to a plan now: the one decision behind the waves, and behind what is said of them beforehand. */
import type { Instant } from '../ambient.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { DeviceStore } from '../device/store.ts';
import type { BranchId } from '../ids.ts';
import type { InstructionStore } from '../instruction/store.ts';
import type { InventoryStore } from '../inventory/inventory.ts';
import type { Plan } from './plan.ts';
import { rotated, type ReadDevices } from './rotate.ts';
import { isMeant, selectForInstall, selectForRemoval, type Selection, type VersionNeeds } from './select.ts';
import type { PlanStore } from './store.ts';

export interface DecideServices {
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly plans: Pick<PlanStore, 'targetsOf'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instructionsOfDevice'>;
  readonly inventory: Pick<InventoryStore, 'facts'>;
}

/** Instructions of a device among which one of this plan is looked for. */
const RECENT = 50;

/** The plan's devices of a branch, in the order of its waves, after `after` (an `order`). */
export function candidatesOf({ plans, devices }: Pick<DecideServices, 'plans' | 'devices'>, plan: Pick<Plan, 'id' | 'edition' | 'targets' | 'seed'>, branchId: BranchId, after: string | undefined, limit: number): Promise<readonly DeviceSummary[]> {
  const read: ReadDevices = (place, most) => (plan.targets === 'list' ? plans.targetsOf(plan, branchId, place, most) : devices.devicesOfBranch(branchId, place, most));
  return plan.seed === undefined ? read(after, limit) : rotated(read, plan.seed, after, limit);
}

/**
 * One selection for each device. `version`: the plan's, where it installs. `thorough`: what was instructed since, by a re-issue or another plan, hides this plan's own
 * instruction, so that it is looked for where it matters (one more query for each such device).
 */
export async function decidePage(services: DecideServices, plan: Pick<Plan, 'id' | 'operation' | 'bundleId' | 'tags'>, version: VersionNeeds | undefined, page: readonly DeviceSummary[], thorough: boolean, now: Instant): Promise<readonly Selection[]> {
  const ids = page.filter((device) => isMeant(device, plan)).map(({ id }) => id);
  if (ids.length === 0) return page.map(() => ({ kind: 'other' }));
  const [standings, facts] = await Promise.all([services.instructions.standings(ids, plan.bundleId), services.inventory.facts(ids, plan.bundleId)]);
  return Promise.all(page.map(async (device): Promise<Selection> => {
    if (!isMeant(device, plan)) return { kind: 'other' };
    const [standing, known] = [standings.get(device.id), facts.get(device.id)];
    const selection = version === undefined ? selectForRemoval(device, standing, known, plan) : selectForInstall(device, standing, known, version, plan, now);
    const mayHide = thorough && standing !== undefined && (selection.kind === 'target' || (selection.kind === 'skip' && standing.live));
    return mayHide && await wasInstructed(services, device, plan) ? { kind: 'done' } : selection;
  }));
}

async function wasInstructed({ instructions }: Pick<DecideServices, 'instructions'>, { id }: DeviceSummary, plan: Pick<Plan, 'id' | 'operation'>): Promise<boolean> {
  return (await instructions.instructionsOfDevice(id, RECENT)).some(({ kind, planId }) => kind === plan.operation && planId === plan.id);
}
