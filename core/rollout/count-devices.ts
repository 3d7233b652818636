/** How many devices of a branch a plan is for, where no counter tells: by a bounded look at the branch's order. */
import { isTestOrder } from '../device/order.ts';
import type { BranchStore, DeviceStore } from '../device/store.ts';
import type { BranchId } from '../ids.ts';
import type { Plan } from './plan.ts';
import { isMeant } from './select.ts';

export interface CountServices {
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly branches: Pick<BranchStore, 'deviceCounts'>;
}

/** A branch has a few test devices: what is beyond these is not counted. */
export const MOST_TEST_DEVICES = 100;
/** Devices of a branch that are looked at for their tags: of a larger one the rest is reckoned from them, for their order has nothing to do with them. */
export const MOST_LOOKED_AT = 1_000;
const AT_ONCE = 16;

/** Enrolled test devices of each branch: a query for each. */
export function countTestDevices({ devices }: Pick<CountServices, 'devices'>, branchIds: readonly BranchId[], plan: Pick<Plan, 'tags'> = {}): Promise<ReadonlyMap<BranchId, number>> {
  return ofEach(branchIds, async (branchId) => (await devices.devicesOfBranch(branchId, undefined, MOST_TEST_DEVICES)).filter((device) => isTestOrder(device.order) && device.status === 'enrolled' && isMeant(device, plan)).length);
}

/** Enrolled devices of each branch that carry one of the tags: exact in branches of up to a thousand devices. A query for each 500, two at most for a branch. */
export async function countTagged({ devices, branches }: CountServices, tags: readonly string[], branchIds: readonly BranchId[]): Promise<ReadonlyMap<BranchId, number>> {
  const counts = await branches.deviceCounts(branchIds);
  return ofEach(branchIds, async (branchId) => {
    const looked = await devices.devicesOfBranch(branchId, undefined, MOST_LOOKED_AT);
    const tagged = looked.filter((device) => device.status === 'enrolled' && isMeant(device, { tags })).length;
    return looked.length < MOST_LOOKED_AT ? tagged : Math.round((tagged / looked.length) * Math.max(looked.length, counts.get(branchId)?.devices ?? 0));
  });
}

async function ofEach(branchIds: readonly BranchId[], count: (branchId: BranchId) => Promise<number>): Promise<ReadonlyMap<BranchId, number>> {
  const counts = new Map<BranchId, number>();
  const left = branchIds.values();
  const work = async (): Promise<void> => {
    for (const branchId of left) counts.set(branchId, await count(branchId));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}
