import { deviceEventKinds, TIMELINE_LIFE, type DeviceEvent, type EventDetails, type EventPlace } from '../../../core/device/timeline.ts';
import type { DeviceId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { number, oneOf, optional, record, text, type Read } from '../read.ts';

/** What the sort keys of a device's events begin with. */
export const EVENT = 'event#';

export function eventKey(deviceId: DeviceId, { at, id }: EventPlace): Key {
  return { pk: `device#${deviceId}`, sk: `${EVENT}${new Date(at).toISOString()}#${id}` };
}

/** Says that an event of this id has been, at whatever instant. */
export function onceKey(deviceId: DeviceId, id: string): Key {
  return { pk: `device#${deviceId}`, sk: `told#${id}` };
}

/** Removed by the table's time to live when `TIMELINE_LIFE` has passed. */
export function eventItem(deviceId: DeviceId, event: DeviceEvent): Item {
  return { ...eventKey(deviceId, event), ...event, ttl: endOf(event) };
}

export function onceItem(deviceId: DeviceId, event: DeviceEvent): Item {
  return { ...onceKey(deviceId, event.id), ttl: endOf(event) };
}

function endOf({ at }: DeviceEvent): number {
  return Math.ceil((at + TIMELINE_LIFE) / 1000);
}

const readDetails: Read<EventDetails> = (value) => {
  const facts: Record<string, string | number | boolean> = {};
  const entries: readonly (readonly [string, unknown])[] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  for (const [name, fact] of entries) {
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') facts[name] = fact;
  }
  return facts;
};

export const readEvent: Read<DeviceEvent> = record({
  id: text, kind: oneOf(deviceEventKinds), at: number, code: optional(text), words: text, by: optional(text), details: optional(readDetails),
});
