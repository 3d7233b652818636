import { describe, expect, it } from 'vitest';
import { overlay } from '../../bench/fleet/overlay.ts';
import { foreseen, foreseenCourse, playedCourse, type Site } from '../../bench/load/play.ts';
import { acceptedShare, usualAcceptance } from '../../core/rollout/acceptance.ts';
import { agreesAt, otherUsers } from '../../simulator/users.ts';

const site: Site = { devices: 1_000, window: { from: '13:00', to: '14:00' }, timeZone: 'Europe/Berlin', linkMbps: 100, size: 60_000_000, now: Date.parse('2026-11-26T08:00:00Z') };
const models = Object.entries({ usual: usualAcceptance, ...otherUsers });

describe('what simulated users put on a link', () => {
  it.each(models)('is what a preview says that is told of them: %s', async (_, model) => {
    const preview = foreseen(site, model);
    const { foreseenBytes, measuredBytes, misplaced, peakRatio } = overlay(foreseenCourse(preview), await playedCourse(site, preview, (...asked) => agreesAt(model, ...asked), 'a test'));
    // A thousand devices leave some to chance.
    expect(measuredBytes / foreseenBytes).toBeGreaterThan(0.97);
    expect(measuredBytes / foreseenBytes).toBeLessThan(1.03);
    expect(peakRatio).toBeGreaterThan(0.8);
    expect(peakRatio).toBeLessThan(1.25);
    expect(misplaced).toBeLessThan(0.2);
  });

  it('loses no byte: each who agrees has the whole package', async () => {
    const preview = foreseen(site);
    let agreed = 0;
    const course = await playedCourse(site, preview, (...asked) => {
      const at = agreesAt(otherUsers.later, ...asked);
      if (at !== undefined) agreed += 1;
      return at;
    }, 'a test');
    expect(agreed / site.devices).toBeCloseTo(acceptedShare(otherUsers.later), 1);
    expect([...course.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(agreed * site.size, -3);
  });
});
