import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../core/ambient.ts';
import { compareNewestFirst, type DeviceEvent } from '../../core/device/timeline.ts';
import type { DeviceId } from '../../core/ids.ts';
import { refusalOf } from '../support/outcomes.ts';
import { aDevice, anEvent, changed } from '../support/samples/device.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function timelineContract(open: OpenStores): void {
  describe('timelines', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const all = (id: DeviceId): Promise<readonly DeviceEvent[]> => stores.timeline.events(id, undefined, 100);

    it('give events back as they were told, the newest first, each device its own', async () => {
      const [{ id }, other] = [aDevice(), aDevice()];
      const whole = anEvent({ kind: 'identity-refused', at: MORNING + 1, code: 'pinned-elsewhere', by: 'ada', details: { from: 'berlin', count: 2, test: false } });
      const events = [anEvent({ at: MORNING }), whole, anEvent({ at: MORNING - DAY })];
      for (const event of events) await stores.timeline.record(id, event);
      await stores.timeline.record(other.id, anEvent());
      expect(await all(id)).toEqual([whole, events[0], events[2]]);
      expect(await all(aDevice().id)).toEqual([]);
    });

    it('tell an event that is told again once', async () => {
      const [{ id }, event] = [aDevice(), anEvent()];
      for (let n = 0; n < 3; n += 1) await stores.timeline.record(id, event);
      expect(await all(id)).toEqual([event]);
    });

    it('tell once what may happen over and over, whenever it does, and each device\'s own', async () => {
      const [{ id }, other, event] = [aDevice(), aDevice(), anEvent()];
      expect(await stores.timeline.recordOnce(id, event)).toBe(true);
      expect(await stores.timeline.recordOnce(id, { ...event, at: event.at + HOUR })).toBe(false);
      expect(await stores.timeline.recordOnce(other.id, event)).toBe(true);
      expect(await all(id)).toEqual([event]);
      const at = await Promise.all(many(5, (n) => stores.timeline.recordOnce(id, anEvent({ id: `${event.id}-more`, at: MORNING + n }))));
      expect(at.filter((first) => first)).toHaveLength(1);
    });

    it('are read page by page, also where events share an instant and while more are told', async () => {
      const { id } = aDevice();
      const events = many(9, (n) => anEvent({ at: MORNING + Math.floor(n / 3) }));
      for (const event of events) await stores.timeline.record(id, event);
      const newestFirst = events.toSorted(compareNewestFirst);
      const first = await stores.timeline.events(id, undefined, 4);
      expect(first).toEqual(newestFirst.slice(0, 4));
      await stores.timeline.record(id, anEvent({ at: MORNING + DAY }));
      const second = await stores.timeline.events(id, first.at(-1), 4);
      expect(second).toEqual(newestFirst.slice(4, 8));
      expect(await stores.timeline.events(id, second.at(-1), 4)).toEqual(newestFirst.slice(8));
      // A place need not be an event's own.
      expect(await stores.timeline.events(id, { at: MORNING + 1, id: '' }, 9)).toEqual(newestFirst.slice(6));
    });

    it('have what comes with a device\'s record, and nothing of a change that is refused', async () => {
      const [device, imported, moved] = [aDevice(), anEvent({ kind: 'imported' }), anEvent({ at: MORNING + 1 })];
      await stores.devices.addDevice(device, [imported]);
      await stores.devices.replaceDevice(device, changed(device, { tags: ['x'] }), [moved]);
      expect(await refusalOf(stores.devices.replaceDevice(device, changed(device, { tags: ['y'] }), [anEvent()]))).toBe('conflict');
      const taken = aDevice({ name: device.name });
      expect(await refusalOf(stores.devices.addDevice(taken, [anEvent()]))).toBe('conflict');
      expect(await all(device.id)).toEqual([moved, imported]);
      expect(await all(taken.id)).toEqual([]);
    });
  });
}
