/** What a device says of itself goes into its record. A serial number is news that can show two records to be one device. */
import type { Identifiers, Instant } from '../ambient.ts';
import { serialNumberOf } from './device-text.ts';
import type { Device } from './device.ts';
import { refusedInName } from './enrolment-events.ts';
import { orderOf } from './order.ts';
import type { DeviceStore } from './store.ts';
import { namedEvent, type DeviceEvent, type Timeline } from './timeline.ts';

export interface LearnServices {
  readonly devices: Pick<DeviceStore, 'deviceBySerial' | 'replaceDevice' | 'mergeDevice'>;
  readonly timeline: Pick<Timeline, 'recordOnce' | 'events'>;
  readonly ids: Pick<Identifiers, 'named'>;
}

export type DeviceFacts = Partial<Pick<Device, 'status' | 'enrolmentId' | 'enrolledAt' | 'osVersion' | 'productName' | 'serialNumber' | 'supervised'>>;

/** Events of a record that goes which the one that stays takes along: a record that never enrolled has few. */
const TAKEN_ALONG = 50;

/**
 * Replaces the record, with the events that tell of it. Where the serial number is that of another record: one that was
 * expected (imported) becomes one with this; one that has left gives the number up; one that is in management keeps it, and
 * its timeline tells of the attempt. Costs 2 reads more where a serial number is news. Throws `conflict` where a record changed.
 */
export async function learnFacts(services: LearnServices, device: Device, { serialNumber: said, ...facts }: DeviceFacts, events: readonly DeviceEvent[], now: Instant): Promise<void> {
  const { devices, ids } = services;
  const after: Device = { ...device, ...facts, revision: device.revision + 1 };
  const serialNumber = serialNumberOf(said);
  if (serialNumber === undefined || serialNumber === device.serialNumber) return devices.replaceDevice(device, after, events);
  const told = device.serialNumber === undefined ? events : [...events, serialEvent(ids, after, `The device says that its serial number is ${serialNumber}; it was ${device.serialNumber}.`, now)];
  const other = await devices.deviceBySerial(serialNumber);
  switch (other?.status) {
    case undefined:
      return devices.replaceDevice(device, { ...after, serialNumber }, told);
    case 'expected':
      return merge(services, other, device, { ...after, serialNumber }, told, now);
    case 'left':
      await devices.replaceDevice(other, withoutSerial(other), [serialEvent(ids, { ...other, revision: other.revision + 1 }, `Another enrolled device has the serial number ${serialNumber} now.`, now)]);
      return devices.replaceDevice(device, { ...after, serialNumber }, told);
    case 'authenticated':
    case 'enrolled':
      await services.timeline.recordOnce(other.id, refusedInName(ids, other.id, 'serial-number-taken', now));
      if (events.length === 0 && Object.entries(facts).every(([key, value]) => Reflect.get(device, key) === value)) return;
      return devices.replaceDevice(device, after, events);
  }
}

/** What was imported of it is kept: name, branch, tags, test flag. A name that is only the serial number does not displace one that was given. */
async function merge({ devices, timeline, ids }: LearnServices, gone: Device, device: Device, after: Device, events: readonly DeviceEvent[], now: Instant): Promise<void> {
  const { branchId, testDevice, tags, displayName = device.displayName } = gone;
  const name = gone.name === gone.serialNumber && device.name !== device.id ? device.name : gone.name;
  const merged: Device = {
    ...after, name, branchId, testDevice, tags, order: orderOf(after.id, testDevice, ids), createdAt: Math.min(gone.createdAt, device.createdAt), ...(displayName === undefined ? {} : { displayName }),
  };
  const event = namedEvent(ids, `${after.id}/${gone.id}/merged`, {
    kind: 'merged', at: now, words: `It turned out to be the device that was expected as ${gone.name}: what was known of that is kept here.`, details: { from: gone.id, formerName: device.name, formerBranch: device.branchId },
  });
  await devices.mergeDevice(gone, device, merged, [...await timeline.events(gone.id, undefined, TAKEN_ALONG), ...events, event]);
}

function withoutSerial({ serialNumber: _, ...device }: Device): Device {
  return { ...device, revision: device.revision + 1 };
}

function serialEvent(ids: LearnServices['ids'], after: Device, words: string, at: Instant): DeviceEvent {
  return namedEvent(ids, `${after.id}/${after.revision}/serial-number-changed`, { kind: 'serial-number-changed', at, words });
}
