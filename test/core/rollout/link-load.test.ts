import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { DEVICE_MBPS, loadOf } from '../../../core/rollout/link-load.ts';

const from = Date.parse('2026-03-02T12:00:00Z');
/** Mbit/s to bytes a minute. */
const carries = (mbps: number): number => (mbps * 1e6 * 60) / 8;
const load = (perMinute: readonly number[], size: number, linkMbps: number, budget = 0.3, openLimit?: number) => loadOf({ from, perMinute: Float64Array.from(perMinute) }, size, linkMbps, budget, openLimit);

describe('the load of a link', () => {
  it('is what one device takes, until it has everything', () => {
    const { bytesPerMinute, endsAt, peakShare } = load([1], carries(DEVICE_MBPS) * 2.5, 200);
    expect(bytesPerMinute.map((bytes) => bytes / carries(DEVICE_MBPS))).toEqual([1, 1, 0.5]);
    expect(endsAt).toBe(from + 3 * MINUTE);
    expect(peakShare).toBeCloseTo(0.25, 9);
  });

  it('is the whole link where more is asked of it, for as long as it takes', () => {
    const { bytesPerMinute, minutesOver } = load([10], carries(10), 40);
    expect(bytesPerMinute.map((bytes) => bytes / carries(40))).toEqual([1, 1, expect.closeTo(0.5, 9)]);
    expect(minutesOver).toBe(3);
  });

  it('counts the minutes over the budget, and no minute that just keeps it', () => {
    expect(load([1, 0, 2], carries(10), 100, 0.1)).toMatchObject({ minutesOver: 1, peakShare: expect.closeTo(0.2, 9) as number, peakAt: from + 2 * MINUTE });
  });

  it('goes on after downloads that end between: a link is free when nobody loads', () => {
    expect(load([1, 0, 0, 1], carries(50), 50).bytesPerMinute.map((bytes) => bytes / carries(50))).toEqual([1, 0, 0, 1]);
  });

  it('ends with what is left where the link cannot carry it', () => {
    const { bytesLeft, endsAt, minutesOver } = load([1_000], 4e9, 1);
    expect(endsAt).toBe(from + (1 + 14 * 24 * 60) * MINUTE);
    expect(minutesOver).toBe(1 + 14 * 24 * 60);
    expect(bytesLeft).toBeCloseTo(4e12 - carries(1) * minutesOver, -3);
  });

  it('is that of as many as may download at once, one after the other', () => {
    const { bytesPerMinute, endsAt } = load([5], carries(DEVICE_MBPS), 1_000, 0.3, 2);
    expect(bytesPerMinute.map((bytes) => bytes / carries(DEVICE_MBPS))).toEqual([2, 2, 1]);
    expect(endsAt).toBe(from + 3 * MINUTE);
  });

  it('with an open limit is the same bytes, never of more devices than that, and ends no sooner', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1_000_000, max: 1_000_000_000 }), fc.double({ min: 10, max: 10_000, noNaN: true }), fc.integer({ min: 1, max: 200 }), (perMinute, size, linkMbps, limit) => {
      const { bytesPerMinute, bytesLeft, endsAt } = load(perMinute, size, linkMbps, 0.3, limit);
      const wanted = perMinute.reduce((sum, count) => sum + count, 0) * size;
      expect(Math.abs(bytesPerMinute.reduce((total, bytes) => total + bytes, bytesLeft) - wanted)).toBeLessThanOrEqual(1 + wanted * 1e-6);
      expect(Math.max(0, ...bytesPerMinute)).toBeLessThanOrEqual(Math.min(carries(DEVICE_MBPS) * limit, carries(linkMbps)) * (1 + 1e-9));
      expect(endsAt).toBeGreaterThanOrEqual(load(perMinute, size, linkMbps).endsAt - MINUTE);
    }), { numRuns: 100 });
  });

  it('adds up to what is downloaded, never more than the link carries', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 4_000_000_000 }), fc.double({ min: 1, max: 10_000, noNaN: true }), (perMinute, size, linkMbps) => {
      const { bytesPerMinute, bytesLeft } = load(perMinute, size, linkMbps);
      const wanted = perMinute.reduce((sum, count) => sum + count, 0) * size;
      const sum = bytesPerMinute.reduce((total, bytes) => total + bytes, bytesLeft);
      expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(1 + wanted * 1e-6);
      expect(Math.max(0, ...bytesPerMinute)).toBeLessThanOrEqual(carries(linkMbps) * (1 + 1e-9));
    }), { numRuns: 100 });
  });
});
