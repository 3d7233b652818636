import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../core/ambient.ts';
import { daysLeft, endsSoon, nextWarning, WARNING_DAYS } from '../../core/expiry.ts';

const now = Date.parse('2026-03-02T09:00:00Z');

describe('what ends', () => {
  it.each([
    [61 * DAY, 61, false],
    [60 * DAY, 60, true],
    [DAY, 1, true],
    [HOUR, 0, true],
    [0, 0, true],
    [-1, -1, true],
  ])('in %i ms has %i whole days left, and is warned of: %s', (left, days, soon) => {
    expect(daysLeft(now + left, now)).toBe(days);
    expect(endsSoon(now + left, now)).toBe(soon);
  });

  it('is warned of 60, 30 and 7 days before and at its end, each once and in order, however late the first look', () => {
    fc.assert(fc.property(fc.integer({ min: -2 * DAY, max: 400 * DAY }), (left) => {
      const expiresAt = now + left;
      const said: number[] = [];
      let at = now;
      for (let next = nextWarning(expiresAt, 0, at); next !== undefined; next = nextWarning(expiresAt, next.step + 1, at)) {
        expect(next.at).toBeGreaterThan(at);
        at = next.at;
        said.push(daysLeft(expiresAt, at));
      }
      expect(said).toEqual(WARNING_DAYS.filter((days) => left > days * DAY));
    }));
  });
});
