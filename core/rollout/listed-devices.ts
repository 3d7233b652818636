/** The devices that a plan is for where it lists them, from what people call them; and the plan cut down to their branches. */
import type { Device, DeviceSummary } from '../device/device.ts';
import type { DeviceStore } from '../device/store.ts';
import type { BranchId } from '../ids.ts';
import type { DraftedPlan } from './new-plan.ts';

/** Devices that a plan may list. */
export const MOST_LISTED = 10_000;

export interface ListedDevices {
  /** Each once. */
  readonly devices: readonly Device[];
  readonly mistakes: readonly ListMistake[];
}

export interface ListMistake {
  /** Which of the list, from 0. */
  readonly index: number;
  readonly words: string;
}

export interface ListServices {
  readonly devices: Pick<DeviceStore, 'devicesCalled'>;
}

/**
 * `called`: names or serial numbers; a name goes before a serial number of the same letters. `branchIds`: those that the plan has windows for. Whether a device can be
 * instructed is decided when its wave opens. A call for each 100 texts, twice, and one for each 100 devices.
 */
export async function listedDevices({ devices }: ListServices, called: readonly string[], branchIds: readonly BranchId[]): Promise<ListedDevices> {
  const texts = [...new Set(called)];
  const found = await devices.devicesCalled(texts, texts);
  const bySerial = new Map(found.flatMap((device) => (device.serialNumber === undefined ? [] : [[device.serialNumber, device] as const])));
  const byName = new Map(found.map((device) => [device.name, device]));
  const [planned, seen, mistakes] = [new Set(branchIds), new Map<Device, string>(), new Array<ListMistake>()];
  for (const [index, text] of called.entries()) {
    const device = byName.get(text) ?? bySerial.get(text);
    const before = device === undefined ? undefined : seen.get(device);
    if (device === undefined) mistakes.push({ index, words: `there is no device ${JSON.stringify(text)}: correct the name, or make it known with \`wavecast device import\`` });
    else if (before !== undefined) mistakes.push({ index, words: before === text ? `${JSON.stringify(text)} is listed already: keep one of the two` : `${JSON.stringify(text)} is listed already, as ${JSON.stringify(before)}: keep one of the two` });
    else if (!planned.has(device.branchId)) mistakes.push({ index, words: `${JSON.stringify(text)} is in the branch "${device.branchId}", for which the plan has no windows: give it some, or leave the device out` });
    if (device !== undefined && before === undefined) seen.set(device, text);
  }
  return { devices: [...seen.keys()], mistakes };
}

/** The draft for these devices alone: branches in which none of them is are left out. */
export function draftFor({ plan, branches }: DraftedPlan, targets: readonly Pick<DeviceSummary, 'branchId'>[]): DraftedPlan {
  const counts = new Map([...Map.groupBy(targets, ({ branchId }) => branchId)].map(([branchId, some]) => [branchId, some.length]));
  return { plan, branches: branches.flatMap((branch) => {
    const count = counts.get(branch.branchId);
    return count === undefined ? [] : [{ ...branch, targets: count }];
  }) };
}
