import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import { checkWindow } from '../../core/rollout/window.ts';
import { advisedPaces, busyHours, busyPart, expectedCurve, MOST_ROWS, ticksBetween, timelineOf, type PreviewBranch, type Wave } from '../../console/pages/plans/curves.ts';
import { compose } from '../../console/pages/plans/compose.ts';
import { emptyDraft, windowsOf, wordsIn, type Draft } from '../../console/pages/plans/draft.ts';
import { minutesOf, stripSpans, windowFault } from '../../console/pages/plans/local-window.ts';
import { windowsByBranch } from '../../console/pages/plans/windows-by-branch.ts';
import { failuresOf } from '../../console/pages/plans/reasons-of-plan.ts';

const branch = (branchId: string, more: Partial<PreviewBranch> = {}): PreviewBranch => ({ branchId, timeZone: 'Europe/Berlin', devices: 2, waveSize: 50, intervalMinutes: 5, windows: 1, left: 0, waves: [{ seq: 1, at: 60_000, localTime: '', size: 2 }], ...more });
const zones = new Map([['berlin', 'Europe/Berlin'], ['tokyo', 'Asia/Tokyo'], ['lyon', 'Europe/Berlin']]);
const draft = (more: Partial<Draft> = {}): Draft => ({ ...emptyDraft, versionId: 'v1', branchIds: ['berlin'], ...more });
const faultsOf = (more: Partial<Draft>): readonly string[] => {
  const composed = compose(draft(more), zones, 'Fieldwork 2.1.0');
  return 'faults' in composed ? [...composed.faults.keys()] : [];
};

describe('a window as it is typed', () => {
  it.each<[string, string, string | undefined]>([['01:00', '02:00', undefined], ['22:00', '24:00', undefined], ['23:00', '01:00', undefined], ['1:00', '02:00', 'badTime'], ['24:00', '02:00', 'badTime'], ['01:00', '00:00', 'badTime'], ['01:00', '25:00', 'badTime'], ['01:00', '01:00', 'noLength'], ['', '', 'badTime']])('%s to %s: %s', (from, to, fault) => {
    expect(windowFault({ from, to })).toBe(fault);
  });

  it('is right where the product says so, and nowhere else', () => {
    const text = fc.oneof(fc.string({ maxLength: 6 }), fc.tuple(fc.nat(26), fc.nat(70)).map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`));
    fc.assert(fc.property(text, text, (from, to) => {
      let taken = true;
      try { checkWindow({ from, to }); } catch { taken = false; }
      // An end of 00:00 is written 24:00 at the door of the API.
      if (to === '00:00') return;
      expect(windowFault({ from, to }) === undefined).toBe(taken);
    }));
  });

  it('lies on the strip as long as it lasts, in two parts over midnight', () => {
    expect([stripSpans({ from: '23:00', to: '01:30' }), stripSpans({ from: '22:00', to: '24:00' }), stripSpans({ from: 'x', to: '01:00' })]).toEqual([[[1_380, 1_440], [0, 90]], [[1_320, 1_440]], []]);
    expect([minutesOf('24:00', true), minutesOf('24:00', false)]).toEqual([1_440, undefined]);
  });
});

describe('a plan that is composed', () => {
  it('has the windows of each branch\'s time zone, its own where it has some, and the advised pace where that was taken', () => {
    const composed = compose(draft({ branchIds: ['berlin', 'tokyo', 'lyon'], windows: { 'Europe/Berlin': [{ from: '13:00', to: '14:00' }] }, own: { lyon: [{ from: '09:00', to: '10:00', days: ['mon'] }] }, paces: { tokyo: { waveSize: '5', intervalMinutes: '2' } } }), zones, 'Fieldwork 2.1.0');
    expect(composed).toMatchObject({ request: { name: 'Fieldwork 2.1.0', versionId: 'v1', waveSize: 50, branches: [
      { branchId: 'berlin', windows: [{ from: '13:00', to: '14:00' }] }, { branchId: 'tokyo', windows: [{ from: '01:00', to: '02:00' }], pace: { waveSize: 5, intervalMinutes: 2 } }, { branchId: 'lyon', windows: [{ from: '09:00', to: '10:00', days: ['mon'] }] },
    ] } });
    expect(windowsOf(draft(), 'berlin', 'Europe/Berlin')).toEqual([{ from: '01:00', to: '02:00' }]);
  });

  it('has a first stage, a rule and devices as they were entered', () => {
    expect(compose(draft({ canary: 'share', canarySize: '10', soakHours: '12', abortShare: '5', abortMinimum: '20', whom: 'devices', devices: 'a, b\nb\n' }), zones, 'x')).toMatchObject({
      request: { canary: { of: { kind: 'share', share: 0.1 }, soakHours: 12 }, abortRule: { share: 0.05, minimum: 20 }, devices: ['a', 'b'] },
    });
    expect(compose(draft({ abortShare: '' }), zones, 'x')).not.toHaveProperty('request.abortRule');
    expect(wordsIn(' , \n')).toEqual([]);
  });

  it.each<[string, Partial<Draft>, readonly string[]]>([
    ['nothing where all is right', {}, []], ['the version', { versionId: '' }, ['versionId']], ['branches', { branchIds: [] }, ['branchIds']], ['the wave', { waveSize: '501' }, ['waveSize']], ['the interval', { intervalMinutes: 'x' }, ['intervalMinutes']],
    ['a window', { windows: { 'Europe/Berlin': [{ from: '01:00', to: '01:00' }] } }, ['branches.0.windows']], ['tags', { whom: 'tags' }, ['tags']], ['the rule', { abortShare: '120' }, ['abortShare']], ['the first stage', { canary: 'count', canarySize: '0' }, ['canarySize']], ['the soak', { canary: 'test-devices', soakHours: '' }, ['soakHours']],
  ])('says of its faults which field they concern: %s', (_, change, fields) => {
    expect(faultsOf(change)).toEqual(fields);
  });
});

describe('the windows of a plan', () => {
  it('are told once for all branches that share them, those of most branches first', () => {
    const night = [{ from: '01:00', to: '02:00' }];
    const noon = [{ from: '12:00', to: '13:00', days: ['mon', 'tue'] as const, lastDay: '2026-12-01' }];
    expect(windowsByBranch([{ branchId: 'a', windows: noon }, { branchId: 'b', windows: night }, { branchId: 'c', windows: night }])).toEqual([{ windows: ['01:00-02:00'], branchIds: ['b', 'c'] }, { windows: ['12:00-13:00 mon tue ( - 2026-12-01)'], branchIds: ['a'] }]);
  });
});

describe('the pictures of a plan', () => {
  it('show bytes as the megabits a second that they are', () => {
    // 7.5 MB in a minute are one megabit a second.
    expect(expectedCurve({ from: 0, stepMinutes: 1, bytes: [7_500_000, 0] })).toEqual([{ at: 0, mbps: 1 }, { at: MINUTE, mbps: 0 }]);
    expect(expectedCurve({ from: 0, stepMinutes: 10, bytes: [75_000_000] })).toEqual([{ at: 0, mbps: 1 }]);
  });

  it('leave out the flat ends of a curve, and never a point that is worth seeing', () => {
    fc.assert(fc.property(fc.array(fc.nat(1_000), { maxLength: 40 }), (values) => {
      const points = values.map((mbps, at) => ({ at, mbps }));
      const kept = busyPart(points);
      const highest = Math.max(0, ...values);
      for (const point of points) if (point.mbps > highest / 100) expect(kept).toContain(point);
    }));
    expect(busyPart([{ at: 0, mbps: 0 }, { at: 1, mbps: 0 }])).toEqual([]);
  });

  it('begin with the busy hours, in which every point over the budget is', () => {
    const points = (...values: readonly number[]) => values.map((mbps, index) => ({ at: index * 10 * MINUTE, mbps }));
    // A peak of twenty minutes, then a day of late answers.
    expect(busyHours([points(0, 8, 10, ...Array.from({ length: 140 }, () => 0.2))], 6)).toEqual([5 * MINUTE, 25 * MINUTE]);
    // What was measured counts as much as what was expected.
    expect(busyHours([points(0, 8, 10, ...Array.from({ length: 140 }, () => 0.2)), [{ at: 200 * MINUTE, mbps: 4 }]], 6)?.[1]).toBe(219 * MINUTE);
    expect(busyHours([points(0, 10, 10, 10, 0)], 6)).toBeUndefined();
    expect(busyHours([[], []], 6)).toBeUndefined();
    fc.assert(fc.property(fc.array(fc.nat(1_000), { maxLength: 40 }), fc.nat(1_000), (values, budget) => {
      const [from, to] = busyHours([points(...values)], budget) ?? [0, Infinity];
      for (const { at, mbps } of points(...values)) if (mbps > budget) expect(at >= from && at <= to).toBe(true);
    }));
  });

  it('do not draw a line for each branch in which nothing happens, and say how many they are', () => {
    const timeline = timelineOf([branch('empty', { devices: 0, waves: [] }), branch('b'), branch('c', { waves: [] })], [{ id: 'w', branchId: 'c', kind: 'install', seq: 1, state: 'open', openedAt: 5 * MINUTE, devices: 1, skipped: 0 }]);
    expect([timeline?.rows.map(({ branchId }) => branchId), timeline?.still]).toEqual([['b', 'c'], 1]);
  });

  it('hold every wave, foreseen and opened, and what is drawn of a large fleet is what loads its lines most', () => {
    const opened: readonly Wave[] = [{ id: 'w', branchId: 'a', kind: 'install', seq: 1, state: 'open', openedAt: 90 * MINUTE, devices: 7, skipped: 0 }];
    const timeline = timelineOf([branch('a')], opened, 30 * MINUTE);
    expect(timeline).toMatchObject({ largest: 7, waves: 1, rows: [{ branchId: 'a', foreseen: [{ at: 60_000, size: 2 }], opened: [{ at: 90 * MINUTE, size: 7 }] }] });
    expect((timeline?.from ?? 0) < 60_000 && (timeline?.to ?? 0) > 90 * MINUTE).toBe(true);
    expect(timelineOf([branch('a', { waves: [] })])).toBeUndefined();
    const load = (peakShare: number): NonNullable<PreviewBranch['load']> => ({ linkMbps: 1, from: 0, stepMinutes: 1, bytes: [], peakShare, peakAt: 0, peakLocalTime: '', minutesOver: 0, endsAt: 0, bytesLeft: 0 });
    const many = Array.from({ length: MOST_ROWS + 20 }, (_, index) => branch(`b${index}`, { load: load(index / 100) }));
    expect(timelineOf(many)?.rows.map(({ branchId }) => branchId)).toEqual(many.toReversed().slice(0, MOST_ROWS).map(({ branchId }) => branchId));
  });

  it('have a handful of round instants below them', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 60 * 24 * 60 }), (from, minutes) => {
      const ticks = ticksBetween(from * 1_000, from * 1_000 + minutes * MINUTE, 6);
      expect(ticks.length).toBeLessThanOrEqual(8);
      for (const tick of ticks) expect(tick >= from * 1_000 && tick <= from * 1_000 + minutes * MINUTE).toBe(true);
    }));
    expect(ticksBetween(7 * MINUTE, 57 * MINUTE, 6)).toEqual([10, 20, 30, 40, 50].map((minutes) => minutes * MINUTE));
  });

  it('take of advice what names a pace', () => {
    const pace = { waveSize: 5, intervalMinutes: 2, lastWaveAt: 0, endsAt: 0, peakShare: 0.2 };
    expect([...advisedPaces([branch('a', { advice: { kind: 'slower', pace } }), branch('b', { advice: { kind: 'within' } }), branch('c', { advice: { kind: 'none', because: 'night' } }), branch('d')])]).toEqual([['a', { waveSize: 5, intervalMinutes: 2 }]]);
  });
});

describe('why devices failed', () => {
  it('is counted by reason over all ways to fail, with the branches, and without what was left out', () => {
    expect(failuresOf({
      reasons: { 'rejected/user-rejected': 3, 'timedOut/not-heard-from': 4, 'skipped/os-too-old': 9, 'failed/user-rejected': 2, 'failed/of-another-release': 1 },
      branches: [{ branchId: 'berlin', reasons: { 'rejected/user-rejected': 3 } }, { branchId: 'tokyo', reasons: { 'failed/user-rejected': 2, 'timedOut/not-heard-from': 4 } }, { branchId: 'lyon' }],
    })).toEqual([
      { code: 'user-rejected', devices: 5, branches: [{ branchId: 'berlin', devices: 3 }, { branchId: 'tokyo', devices: 2 }] },
      { code: 'not-heard-from', devices: 4, branches: [{ branchId: 'tokyo', devices: 4 }] },
    ]);
  });
});
