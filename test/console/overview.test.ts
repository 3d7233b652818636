import { describe, expect, it } from 'vitest';
import { noDevices } from '../../core/device/device-counts.ts';
import { partsOfFleet } from '../../console/pages/overview/device-states.tsx';
import { barHeight } from '../../console/pages/overview/installs-by-day.tsx';

describe('devices by state', () => {
  it('are each in one part of the bar: those that cannot be woken are enrolled, and shown by themselves', () => {
    const parts = partsOfFleet({ ...noDevices, devices: 10, enrolled: 6, unreachable: 2, authenticated: 1, expected: 2, left: 1 });
    expect(parts).toEqual({ enrolled: 4, unreachable: 2, authenticated: 1, expected: 2, left: 1 });
    expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(10);
  });
});

describe('the bar of a day', () => {
  it('is as high as its share of the busiest day, and never so low that nobody sees it', () => {
    const days = [{ day: '2026-11-24', installed: 0 }, { day: '2026-11-25', installed: 1 }, { day: '2026-11-26', installed: 100_000 }];
    expect(days.map(({ installed }) => barHeight(installed, days))).toEqual([0, 2, 120]);
    expect(barHeight(0, [{ day: '2026-11-24', installed: 0 }])).toBe(0);
  });
});
