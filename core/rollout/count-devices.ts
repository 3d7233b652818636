/** How many devices of a branch a plan is for, where no counter tells: by a bounded look at the branch's order. */
import { isTestOrder } from '../device/order.ts';
import type { DeviceStore } from '../device/store.ts';
import type { BranchId } from '../ids.ts';

export interface CountServices {
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
}

/** A branch has a few test devices: what is beyond these is not counted. */
export const MOST_TEST_DEVICES = 100;
const AT_ONCE = 16;

/** Enrolled test devices of each branch: a query for each. */
export function countTestDevices({ devices }: CountServices, branchIds: readonly BranchId[]): Promise<ReadonlyMap<BranchId, number>> {
  return ofEach(branchIds, async (branchId) => (await devices.devicesOfBranch(branchId, undefined, MOST_TEST_DEVICES)).filter(({ order, status }) => isTestOrder(order) && status === 'enrolled').length);
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
