import { compareNewestFirst, type DeviceEvent, type Timeline } from '../../../core/device/timeline.ts';
import type { DeviceId } from '../../../core/ids.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryTimeline(tables: MemoryTables): Timeline {
  return {
    async record(deviceId, event) {
      await settled();
      tables.beforeWrite('timeline.record');
      tellEvent(tables, deviceId, event);
    },
    async recordOnce(deviceId, event) {
      await settled();
      tables.beforeWrite('timeline.recordOnce');
      if ([...(tables.events.get(deviceId)?.values() ?? [])].some(({ id }) => id === event.id)) return false;
      tellEvent(tables, deviceId, event);
      return true;
    },
    async events(deviceId, before, limit) {
      await settled();
      const all = [...(tables.events.get(deviceId)?.values() ?? [])].sort(compareNewestFirst);
      return all.filter((event) => before === undefined || compareNewestFirst(before, event) < 0).slice(0, limit);
    },
  };
}

/** As a part of whatever transaction tells it. */
export function tellEvent(tables: MemoryTables, deviceId: DeviceId, event: DeviceEvent): void {
  const events = tables.events.get(deviceId) ?? new Map<string, DeviceEvent>();
  tables.events.set(deviceId, events.set(`${event.at}#${event.id}`, event));
}
