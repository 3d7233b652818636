import { parseBundleId, parseDeviceId, type BundleId, type DeviceId } from '../../../core/ids.ts';
import type { AppFacts } from '../../../core/inventory/inventory.ts';
import type { Key } from '../batch.ts';
import { flag, number, optional, record, text, type Read } from '../read.ts';

export function deviceInventory(deviceId: DeviceId): string {
  return `device#${deviceId}`;
}

export function factsKey(deviceId: DeviceId, bundleId: BundleId): Key {
  return { pk: deviceInventory(deviceId), sk: `app#${bundleId}` };
}

export const readFacts: Read<AppFacts> = record({
  deviceId: parseDeviceId, bundleId: parseBundleId,
  managed: optional(record({ status: text, isValidated: optional(flag), reportedAt: number })),
  installed: optional(record({ present: flag, shortVersion: optional(text), version: optional(text), installing: optional(flag), isValidated: optional(flag), reportedAt: number })),
});
