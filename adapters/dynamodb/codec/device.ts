import type { Branch } from '../../../core/device/branch.ts';
import type { Device, DeviceSummary } from '../../../core/device/device.ts';
import type { DeviceCounts } from '../../../core/device/device-counts.ts';
import type { AcceptanceModel } from '../../../core/rollout/acceptance.ts';
import { parseBranchId, parseDeviceId, parseEnrolmentId, type BranchId, type DeviceId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, record, text, type Read } from '../read.ts';

export const BRANCHES = 'branches';

export function branchKey(id: BranchId): Key {
  return { pk: BRANCHES, sk: id };
}

/** How many devices a branch has, by state. */
export function countsKey(id: BranchId): Key {
  return { pk: `branch#${id}`, sk: 'counts' };
}

export function deviceKey(id: DeviceId): Key {
  return { pk: `device#${id}`, sk: 'device' };
}

export function nameKey(name: string): Key {
  return { pk: `name#${name}`, sk: 'name' };
}

export function serialKey(serialNumber: string): Key {
  return { pk: `serial#${serialNumber}`, sk: 'serial' };
}

/** `branchId` and `order` put it into the index `byBranch`: no other item of the table may carry both. */
export function deviceItem(device: Device): Item {
  return { ...deviceKey(device.id), ...device };
}

export function branchItem(branch: Branch): Item {
  return { ...branchKey(branch.id), ...branch };
}

const summaryFields = {
  id: parseDeviceId, name: text, displayName: optional(text), branchId: parseBranchId, testDevice: flag, tags: list(text), order: text,
  status: oneOf(['expected', 'authenticated', 'enrolled', 'left']),
  enrolmentId: optional(parseEnrolmentId), serialNumber: optional(text), osVersion: optional(text), productName: optional(text),
};

export const readSummary: Read<DeviceSummary> = record(summaryFields);

export const readDevice: Read<Device> = record({
  ...summaryFields, supervised: optional(flag), createdAt: number, enrolledAt: optional(number), unreachableSince: optional(number), revision: number,
});

const readSpan = record({ from: text, to: text });
const readAcceptance: Read<AcceptanceModel> = record({ supervised: number, soon: number, startOfDay: number, late: number, soonMinutes: number, morning: readSpan, evening: readSpan });

export const readBranch: Read<Branch> = record({ id: parseBranchId, name: text, timeZone: text, linkMbps: number, brake: flag, acceptance: optional(readAcceptance), openLimit: optional(number), revision: number });

const readStored = record({ devices: optional(number), authenticated: optional(number), enrolled: optional(number), left: optional(number), unreachable: optional(number) });
/** Those that are expected are the rest, and no counter of their own. */
export const readCounts: Read<DeviceCounts> = (item) => {
  const { devices = 0, authenticated = 0, enrolled = 0, left = 0, unreachable = 0 } = readStored(item);
  return { devices, expected: devices - authenticated - enrolled - left, authenticated, enrolled, left, unreachable };
};

/** What a name or serial number leads to. */
export const readDevicePointer = record({ deviceId: parseDeviceId });
