/** How many devices there are, by what an administrator would do about them. */
import type { Device } from './device.ts';

export interface DeviceCounts {
  readonly devices: number;
  /** The four make up `devices`. */
  readonly expected: number;
  readonly authenticated: number;
  readonly enrolled: number;
  readonly left: number;
  /** Of the enrolled ones: those that cannot be woken, since APNs says that their push address is dead. */
  readonly unreachable: number;
}

/** Always from the devices themselves: what their counters must come to, whatever happened in which order. */
export function countDevices(devices: readonly Pick<Device, 'status' | 'unreachableSince'>[]): DeviceCounts {
  const of = (status: Device['status']): number => devices.filter((device) => device.status === status).length;
  return {
    devices: devices.length, expected: of('expected'), authenticated: of('authenticated'), enrolled: of('enrolled'), left: of('left'),
    unreachable: devices.filter(({ status, unreachableSince }) => status === 'enrolled' && unreachableSince !== undefined).length,
  };
}

export const noDevices: DeviceCounts = countDevices([]);

export function addDeviceCounts(parts: Iterable<DeviceCounts>): DeviceCounts {
  return [...parts].reduce((sum, part) => combined(sum, part, 1), noDevices);
}

/** `after - before`. */
export function subtractDeviceCounts(after: DeviceCounts, before: DeviceCounts): DeviceCounts {
  return combined(after, before, -1);
}

function combined(one: DeviceCounts, other: DeviceCounts, sign: 1 | -1): DeviceCounts {
  return {
    devices: one.devices + sign * other.devices, expected: one.expected + sign * other.expected, authenticated: one.authenticated + sign * other.authenticated,
    enrolled: one.enrolled + sign * other.enrolled, left: one.left + sign * other.left, unreachable: one.unreachable + sign * other.unreachable,
  };
}
