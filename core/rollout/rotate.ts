/**
 * The order in which a plan meets the devices of a branch: test devices, then the others from a place in the middle on, round to that place. The place is the plan's own,
 * so that the same devices are not the first of every rollout. A cursor stays what it is without: the order of the last device looked at.
 */
import type { DeviceSummary } from '../device/device.ts';
import { isTestOrder, startOf } from '../device/order.ts';

/** Devices behind an order, in theirs; fewer than `limit` at the end alone. */
export type ReadDevices = (after: string | undefined, limit: number) => Promise<readonly DeviceSummary[]>;

/** As `read`, turned. One more read where test devices end, and one where it goes round. */
export async function rotated(read: ReadDevices, seed: string, after: string | undefined, limit: number): Promise<readonly DeviceSummary[]> {
  const start = startOf(seed);
  const found: DeviceSummary[] = [];
  const inTests = after === undefined || isTestOrder(after);
  if (inTests) {
    found.push(...(await read(after, limit)).filter(({ order }) => isTestOrder(order)));
    if (found.length === limit) return found;
  }
  const isRound = !inTests && after <= start;
  if (!isRound) {
    found.push(...await read(inTests ? start : after, limit - found.length));
    if (found.length === limit) return found;
  }
  const before = await read(isRound ? after : startOf(''), limit - found.length);
  return [...found, ...before.filter(({ order }) => order <= start)];
}
