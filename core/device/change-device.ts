import type { Identifiers } from '../ambient.ts';
import type { BranchId } from '../ids.ts';
import type { Device } from './device.ts';
import { orderOf } from './order.ts';

/** What an administrator may change of a device; what is absent stays. */
export interface DeviceChange {
  readonly name?: string | undefined;
  /** Empty: it has none any more. */
  readonly displayName?: string | undefined;
  readonly branchId?: BranchId | undefined;
  readonly testDevice?: boolean | undefined;
  /** All of them, instead of those it has. */
  readonly tags?: readonly string[] | undefined;
}

/** The device after the change, a revision later; the very same object where nothing changes. */
export function changeDevice(device: Device, change: DeviceChange, ids: Pick<Identifiers, 'named'>): Device {
  const { name = device.name, branchId = device.branchId, testDevice = device.testDevice } = change;
  const tags = change.tags === undefined ? device.tags : [...new Set(change.tags)].sort();
  const displayName = change.displayName === undefined ? device.displayName : change.displayName === '' ? undefined : change.displayName;
  const same = name === device.name && displayName === device.displayName && branchId === device.branchId && testDevice === device.testDevice && tags.length === device.tags.length && tags.every((tag, index) => tag === device.tags[index]);
  if (same) return device;
  // Test devices stand first in their branch's order.
  const { displayName: _, ...rest } = device;
  return { ...rest, ...(displayName === undefined ? {} : { displayName }), name, branchId, testDevice, tags, order: orderOf(device.id, testDevice, ids), revision: device.revision + 1 };
}
