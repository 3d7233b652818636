import type { Identifiers } from '../ambient.ts';
import type { DeviceId } from '../ids.ts';

/** Where a device stands in its branch's waves: test devices first, the rest in an order that has nothing to do with theirs. */
export function orderOf(deviceId: DeviceId, testDevice: boolean, ids: Pick<Identifiers, 'named'>): string {
  return `${testDevice ? '0' : '1'}#${ids.named(`order/${deviceId}`)}`;
}

export function isTestOrder(order: string): boolean {
  return order.startsWith('0');
}

/** A place among the devices that are no test devices; of an empty seed the one before all of them. */
export function startOf(seed: string): string {
  return `1#${seed}`;
}
