import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualAcceptance } from '../../../core/rollout/acceptance.ts';
import { advise, foresee, type Ground } from '../../../core/rollout/advise.ts';

const from = Date.parse('2026-03-02T11:00:00Z');
const usual = { waveSize: 50, intervalMinutes: 5 };
const ground = (change: Partial<Ground> = {}): Ground => ({
  timeZone: 'Europe/Berlin', windows: [{ from: '09:00', to: '17:00' }], devices: 125, size: 300_000_000, linkMbps: 50, acceptance: usualAcceptance, ...change,
});

describe('advice on the pace', () => {
  it('is to leave it where every link stays under its budget', () => {
    expect(advise(ground({ size: 1_000_000, linkMbps: 1_000, devices: 40 }), usual, 0.3, from)).toEqual({ kind: 'within' });
  });

  it('names a pace that ends earlier, where the budget allows one', () => {
    const light = ground({ size: 1_000_000, linkMbps: 1_000 });
    const advice = advise(light, { waveSize: 1, intervalMinutes: 60 }, 0.3, from);
    expect(advice).toMatchObject({ kind: 'within', pace: { waveSize: 125, intervalMinutes: 60, lastWaveAt: from } });
  });

  it('is to go slower where a link would be over it', () => {
    const advice = advise(ground(), usual, 0.3, from);
    expect(foresee(ground(), usual, 0.3, from).load?.minutesOver).toBeGreaterThan(60);
    expect(advice).toMatchObject({ kind: 'slower', pace: { waveSize: 2, intervalMinutes: 5, peakShare: expect.closeTo(0.29, 2) as number } });
  });

  it('says that the night is the reason, where prompts are answered together in the morning', () => {
    const night = ground({ windows: [{ from: '01:00', to: '02:00' }], devices: 2_000 });
    expect(advise(night, usual, 0.3, from)).toEqual({ kind: 'none', because: 'night' });
  });

  it('says that the link is too small, where one device is too much for it', () => {
    expect(advise(ground({ linkMbps: 1, size: 4_000_000_000, devices: 1 }), usual, 0.05, from)).toEqual({ kind: 'none', because: 'link' });
  });

  it('has nothing against a plan without devices', () => {
    expect(advise(ground({ devices: 0 }), usual, 0.3, from)).toEqual({ kind: 'within' });
  });

  it('is never a pace that is over the budget itself, and never later than one that keeps it', () => {
    const grounds = fc.record({ devices: fc.integer({ min: 1, max: 300 }), linkMbps: fc.integer({ min: 5, max: 500 }), size: fc.integer({ min: 1_000_000, max: 500_000_000 }), hour: fc.integer({ min: 0, max: 22 }) });
    fc.assert(fc.property(grounds, fc.integer({ min: 1, max: 100 }), fc.constantFrom(1, 5, 15, 60), ({ hour, ...drawn }, waveSize, intervalMinutes) => {
      const two = (value: number): string => String(value).padStart(2, '0');
      const each = ground({ ...drawn, windows: [{ from: `${two(hour)}:00`, to: `${two(hour + 2)}:00` }] });
      const now = foresee(each, { waveSize, intervalMinutes }, 0.3, from);
      const advice = advise(each, { waveSize, intervalMinutes }, 0.3, from);
      expect(advice.kind === 'within').toBe(now.load?.minutesOver === 0);
      if (advice.kind === 'none' || advice.pace === undefined) return;
      expect(foresee(each, advice.pace, 0.3, from).load?.minutesOver).toBe(0);
      if (advice.kind === 'within') expect(advice.pace.endsAt).toBeLessThan(now.load?.endsAt ?? 0);
    }), { numRuns: 25 });
  });
});
