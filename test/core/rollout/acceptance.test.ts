import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { acceptedShare, checkAcceptance, startsOf, usualAcceptance, type AcceptanceModel } from '../../../core/rollout/acceptance.ts';
import { localText } from '../../../core/rollout/window.ts';

const only = (shares: Partial<AcceptanceModel>): AcceptanceModel => ({ ...usualAcceptance, supervised: 0, soon: 0, startOfDay: 0, late: 0, ...shares });

/** Devices whose downloads start between two local times of Berlin. */
function between(model: AcceptanceModel, wave: string, from: string, to: string, size = 100): number {
  const starts = startsOf(model, 'Europe/Berlin', [{ at: Date.parse(wave), size }]);
  let sum = 0;
  for (const [minute, count] of (starts?.perMinute ?? new Float64Array()).entries()) {
    const text = localText('Europe/Berlin', (starts?.from ?? 0) + minute * MINUTE);
    if (text >= from && text < to) sum += count;
  }
  return sum;
}

describe('downloads start', () => {
  it('within minutes where users are awake', () => {
    expect(between(only({ soon: 1 }), '2026-03-02T12:00:00Z', '2026-03-02 13:00', '2026-03-02 13:10')).toBeCloseTo(100 * (1 - Math.exp(-1)), 6);
    expect(between(only({ soon: 1 }), '2026-03-02T12:00:00Z', '2026-03-02 13:00', '2026-03-02 15:01')).toBeCloseTo(100, 2);
  });

  it('in the morning where they were asked at night', () => {
    expect(between(only({ soon: 1 }), '2026-03-02T00:00:00Z', '2026-03-02 01:00', '2026-03-02 07:00')).toBe(0);
    expect(between(only({ soon: 1 }), '2026-03-02T00:00:00Z', '2026-03-02 07:00', '2026-03-02 09:00')).toBeGreaterThan(90);
    expect(between(only({ startOfDay: 1 }), '2026-03-02T00:00:00Z', '2026-03-02 07:00', '2026-03-02 09:00')).toBeCloseTo(100, 9);
  });

  it('on the next morning for those who put it off till then', () => {
    expect(between(only({ startOfDay: 1 }), '2026-03-02T12:00:00Z', '2026-03-03 07:00', '2026-03-03 09:00')).toBeCloseTo(100, 9);
  });

  it('half at once and half next morning where half have put their phones away', () => {
    expect(between(only({ soon: 1 }), '2026-03-02T22:00:00Z', '2026-03-02 23:00', '2026-03-03 01:01')).toBeCloseTo(50, 2);
    expect(between(only({ soon: 1 }), '2026-03-02T22:00:00Z', '2026-03-03 07:00', '2026-03-03 11:01')).toBeCloseTo(50, 2);
  });

  it('by day alone for those who are late, for 24 hours', () => {
    const late = only({ late: 1 });
    expect(between(late, '2026-03-02T12:00:00Z', '2026-03-02 13:00', '2026-03-02 22:00')).toBeCloseTo(100 * 9 / 13, 6);
    expect(between(late, '2026-03-02T12:00:00Z', '2026-03-02 22:00', '2026-03-03 09:00')).toBe(0);
    expect(between(late, '2026-03-02T12:00:00Z', '2026-03-03 09:00', '2026-03-03 13:00')).toBeCloseTo(100 * 4 / 13, 6);
  });

  it('at any hour where nobody is asked', () => {
    expect(between(only({ supervised: 1 }), '2026-03-02T00:00:00Z', '2026-03-02 01:00', '2026-03-02 01:04')).toBeCloseTo(100, 9);
  });

  it('on a day of 23 hours and on one of 25 as on others', () => {
    for (const [wave, day] of [['2026-03-29T00:30:00Z', '2026-03-29'], ['2026-10-25T00:30:00Z', '2026-10-25']] as const) {
      expect(between(only({ startOfDay: 1 }), wave, `${day} 07:00`, `${day} 09:00`)).toBeCloseTo(100, 9);
    }
  });

  it('not at all where there are no waves', () => {
    expect(startsOf(usualAcceptance, 'Europe/Berlin', [])).toBeUndefined();
  });

  it('as often as users accept, whatever the waves, the zone and the model', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const models = fc.record({ supervised: share, soon: share, startOfDay: share, late: share, soonMinutes: fc.double({ min: 1, max: 60, noNaN: true }) }).map(({ soon, startOfDay, late, ...rest }): AcceptanceModel => {
      const sum = Math.max(1, soon + startOfDay + late);
      return { ...usualAcceptance, ...rest, soon: soon / sum, startOfDay: startOfDay / sum, late: late / sum };
    });
    const zones = fc.constantFrom('Europe/Berlin', 'Asia/Tokyo', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe');
    const waves = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 2 * DAY }), size: fc.integer({ min: 1, max: 500 }) }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(models, zones, fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-31') }), waves, (model, zone, from, drawn) => {
      let at = from;
      const planned = drawn.map(({ gap, size }) => ({ at: (at += gap), size }));
      const starts = startsOf(model, zone, planned);
      const sum = starts?.perMinute.reduce((a, b) => a + b, 0) ?? 0;
      const devices = planned.reduce((total, { size }) => total + size, 0);
      expect(sum).toBeCloseTo(devices * acceptedShare(model), 6);
      expect(starts?.perMinute.every((count) => count >= 0)).toBe(true);
      // Nothing starts before its wave.
      expect(starts?.from).toBeGreaterThan(from - MINUTE);
    }), { numRuns: 60 });
  });
});

describe('a model of acceptance', () => {
  it('is taken as it is usual', () => {
    expect(() => { checkAcceptance(usualAcceptance); }).not.toThrow();
  });

  it.each<[string, Partial<AcceptanceModel>]>([
    ['a share below nothing', { supervised: -0.1 }],
    ['a share that is no number', { soon: Number.NaN }],
    ['shares of more than all', { soon: 0.7, startOfDay: 0.2, late: 0.2 }],
    ['answers that take no time', { soonMinutes: 0 }],
    ['answers that take hours', { soonMinutes: 61 }],
    ['a morning that is no time', { morning: { from: '7', to: '09:00' } }],
    ['a morning that ends before it begins', { morning: { from: '09:00', to: '07:00' } }],
    ['an evening before the morning', { evening: { from: '08:00', to: '23:00' } }],
    ['an evening that ends on the next day', { evening: { from: '23:00', to: '01:00' } }],
  ])('is refused with %s', (_, change) => {
    expect(() => { checkAcceptance({ ...usualAcceptance, ...change }); }).toThrow(expect.objectContaining({ code: 'invalid-input' }) as Error);
  });
});

it('costs by the minutes that waves span, not by their number', () => {
  const waves = Array.from({ length: 10_000 }, (_, index) => ({ at: Date.parse('2026-03-02T12:00:00Z') + Math.floor(index / 50) * MINUTE, size: 1 }));
  expect(startsOf(usualAcceptance, 'Europe/Berlin', waves)?.perMinute.length).toBeLessThan((6 * DAY + 4 * HOUR) / MINUTE);
});
