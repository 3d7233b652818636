import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { planWaves } from '../../../core/rollout/schedule.ts';
import { windowsFrom } from '../../../core/rollout/window.ts';

const from = Date.parse('2026-11-23T00:00:00Z');

describe('the waves of a branch', () => {
  it('go every five minutes, fifty at a time, and what does not fit goes on the next day', () => {
    const waves = planWaves('UTC', [{ from: '01:00', to: '02:00' }], from, 1000, 50, 5).toArray();
    expect(waves).toHaveLength(20);
    expect(waves.filter(({ windowNumber }) => windowNumber === 1)).toHaveLength(12);
    expect(new Date(waves[11]?.at ?? 0).toISOString()).toBe('2026-11-23T01:55:00.000Z');
    expect(new Date(waves[12]?.at ?? 0).toISOString()).toBe('2026-11-24T01:00:00.000Z');
  });

  it('hold every device once, within windows, within size, no nearer than the interval', () => {
    const sizes = fc.record({ devices: fc.integer({ min: 0, max: 3000 }), size: fc.integer({ min: 1, max: 500 }), interval: fc.integer({ min: 1, max: 60 }), start: fc.integer({ min: 0, max: 40 * 24 * 60 }) });
    fc.assert(
      fc.property(sizes, fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo'), ({ devices, size, interval, start }, zone) => {
        const windows = [{ from: '23:10', to: '01:05' }];
        const begin = Date.parse('2026-03-01T00:00:00Z') + start * MINUTE;
        const waves = planWaves(zone, windows, begin, devices, size, interval).toArray();
        expect(waves.reduce((sum, wave) => sum + wave.size, 0)).toBe(devices);
        const last = waves.at(-1);
        const open = last === undefined ? [] : windowsFrom(zone, windows, begin).take(last.windowNumber).toArray();
        for (const [index, wave] of waves.entries()) {
          const window = open[wave.windowNumber - 1];
          expect(wave.size).toBeLessThanOrEqual(size);
          expect(wave.at).toBeGreaterThanOrEqual(Math.max(begin, window?.opensAt ?? Infinity));
          expect(wave.at).toBeLessThan(window?.closesAt ?? -Infinity);
          const before = waves[index - 1];
          if (before !== undefined) expect(wave.at - before.at).toBeGreaterThanOrEqual(interval * MINUTE);
        }
      }),
      { numRuns: 60 },
    );
  });
});
