import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeDevice, type DeviceChange } from '../../../core/device/change-device.ts';
import { orderOf } from '../../../core/device/order.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { seedDevice } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';

const world = memoryWorld();
const device = seedDevice(world, 'berlin', 'phone', { tags: ['field', 'sales'] });
const change = (changes: DeviceChange) => changeDevice(device, changes, world.ids);

describe('a change of a device', () => {
  it.each<[string, DeviceChange]>([
    ['of nothing', {}], ['to what it is already', { name: 'phone', branchId: device.branchId, testDevice: false, tags: ['field', 'sales'] }],
    ['to the same tags in another order, or twice', { tags: ['sales', 'field', 'sales'] }],
  ])('%s is the very same device', (_, changes) => {
    expect(change(changes)).toBe(device);
  });

  it('is a revision later, and leaves the rest as it was', () => {
    expect(change({ name: 'desk' })).toEqual({ ...device, name: 'desk', revision: 2 });
    expect(change({ branchId: parseBranchId('tokyo') })).toEqual({ ...device, branchId: 'tokyo', revision: 2 });
    expect(change({ tags: ['b', 'a', 'b'] })).toEqual({ ...device, tags: ['a', 'b'], revision: 2 });
    expect(change({ tags: [] })).toEqual({ ...device, tags: [], revision: 2 });
  });

  it('of a tag that reads like two together is a change', () => {
    const two = { ...device, tags: ['a', 'b'] };
    expect(changeDevice(two, { tags: ['a\nb'] }, world.ids).tags).toEqual(['a\nb']);
  });

  it('to a test device puts it before all others of its branch, and back among them', () => {
    const test = change({ testDevice: true });
    expect(test).toMatchObject({ testDevice: true, order: orderOf(device.id, true, world.ids) });
    const others = Array.from({ length: 50 }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
    expect(others.every(({ order }) => test.order < order)).toBe(true);
    expect(changeDevice(test, { testDevice: false }, world.ids).order).toBe(device.order);
  });

  it('keeps a device\'s place in its branch\'s order when it is not about that', () => {
    fc.assert(fc.property(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), tags: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 3 }) }, { requiredKeys: [] }), (changes) => {
      expect(change(changes).order).toBe(device.order);
    }));
  });

  it('made twice is made once', () => {
    fc.assert(fc.property(fc.record({ name: fc.constantFrom('phone', 'desk'), testDevice: fc.boolean(), tags: fc.array(fc.constantFrom('a', 'b', 'field', 'sales'), { maxLength: 4 }) }, { requiredKeys: [] }), (changes) => {
      const after = change(changes);
      expect(changeDevice(after, changes, world.ids)).toBe(after);
    }));
  });
});
