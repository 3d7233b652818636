import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { Weekday, Window } from '../../../core/rollout/plan.ts';
import { present } from '../../support/present.ts';
import { checkTimeZone, checkWindow, localText, nextWindow, windowsFrom } from '../../../core/rollout/window.ts';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number): string => new Date(instant).toISOString();

function first(timeZone: string, window: Window, from: string): readonly [string, string] {
  const { opensAt, closesAt } = present(nextWindow(timeZone, [window], at(from)));
  return [iso(opensAt), iso(closesAt)];
}

describe('a window', () => {
  it.each([
    ['lives in its branch\'s zone', 'Asia/Tokyo', '01:00', '02:00', '2026-11-23T00:00:00Z', '2026-11-23T16:00:00.000Z', '2026-11-23T17:00:00.000Z'],
    ['is taken while it is open', 'UTC', '01:00', '02:00', '2026-11-23T01:30:00Z', '2026-11-23T01:00:00.000Z', '2026-11-23T02:00:00.000Z'],
    ['is over at its end', 'UTC', '01:00', '02:00', '2026-11-23T02:00:00Z', '2026-11-24T01:00:00.000Z', '2026-11-24T02:00:00.000Z'],
    ['may cross midnight', 'UTC', '23:30', '00:30', '2026-11-24T00:10:00Z', '2026-11-23T23:30:00.000Z', '2026-11-24T00:30:00.000Z'],
    ['may end at 24:00', 'Europe/Berlin', '22:00', '24:00', '2026-11-23T12:00:00Z', '2026-11-23T21:00:00.000Z', '2026-11-23T23:00:00.000Z'],
    ['starts at the first instant that exists when spring swallows its start', 'Europe/Berlin', '02:30', '04:00', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z', '2026-03-29T02:00:00.000Z'],
    ['is passed over on the night on which spring swallows it whole', 'Europe/Berlin', '02:00', '03:00', '2026-03-28T12:00:00Z', '2026-03-30T00:00:00.000Z', '2026-03-30T01:00:00.000Z'],
    ['has the earlier start and the later end in the overlap of autumn', 'Europe/Berlin', '02:15', '02:45', '2026-10-24T12:00:00Z', '2026-10-25T00:15:00.000Z', '2026-10-25T01:45:00.000Z'],
    ['lasts 25 hours on the long day', 'America/New_York', '00:00', '24:00', '2026-11-01T06:00:00Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['knows zones that change by half an hour', 'Australia/Lord_Howe', '02:10', '03:00', '2026-10-03T12:00:00Z', '2026-10-03T15:30:00.000Z', '2026-10-03T16:00:00.000Z'],
  ])('%s', (_, timeZone, from, to, now, opens, closes) => {
    expect(first(timeZone, { from, to }, now)).toEqual([opens, closes]);
  });

  it('opens only on its days, counted by the local date of its start', () => {
    const window: Window = { from: '23:00', to: '01:00', days: ['fri'] };
    expect(first('Asia/Tokyo', window, '2026-11-23T00:00:00Z')).toEqual(['2026-11-27T14:00:00.000Z', '2026-11-27T16:00:00.000Z']);
  });

  it('opens from its first day to its last, both local and by its start', () => {
    const window: Window = { from: '23:00', to: '01:00', firstDay: '2026-11-25', lastDay: '2026-11-26' };
    expect(windowsFrom('Asia/Tokyo', [window], at('2026-11-01T00:00:00Z')).toArray().map(({ opensAt }) => iso(opensAt))).toEqual(['2026-11-25T14:00:00.000Z', '2026-11-26T14:00:00.000Z']);
    expect(first('Asia/Tokyo', window, '2026-11-26T15:30:00Z')).toEqual(['2026-11-26T14:00:00.000Z', '2026-11-26T16:00:00.000Z']);
    expect(nextWindow('Asia/Tokyo', [window], at('2026-11-26T16:00:00Z'))).toBeUndefined();
    // One that has a last day does not end another that has none.
    expect(nextWindow('Asia/Tokyo', [window, { from: '13:00', to: '14:00' }], at('2026-11-26T16:00:00Z'))?.opensAt).toBe(at('2026-11-27T04:00:00Z'));
  });

  it('opens on none of its days where they are not between its first and its last', () => {
    expect(nextWindow('UTC', [{ from: '01:00', to: '02:00', days: ['fri'], lastDay: '2026-11-26' }], at('2026-11-23T00:00:00Z'))).toBeUndefined();
  });

  it.each<[string, readonly Window[], readonly (readonly [string, string])[]]>([
    ['touch', [{ from: '02:00', to: '03:00' }, { from: '01:00', to: '02:00' }], [['23T01:00', '23T02:00'], ['23T02:00', '23T03:00'], ['24T01:00', '24T02:00']]],
    ['overlap', [{ from: '01:00', to: '02:00' }, { from: '01:30', to: '03:00' }], [['23T01:00', '23T02:00'], ['23T02:00', '23T03:00'], ['24T01:00', '24T02:00']]],
    ['lie in one another', [{ from: '01:00', to: '05:00' }, { from: '02:00', to: '03:00' }], [['23T01:00', '23T05:00'], ['24T01:00', '24T05:00']]],
    ['never close', [{ from: '00:00', to: '24:00' }], [['23T00:00', '24T00:00'], ['24T00:00', '25T00:00']]],
    ['never close, and overlap', [{ from: '18:00', to: '12:00' }, { from: '10:00', to: '20:00' }], [['22T20:00', '23T12:00'], ['23T12:00', '23T20:00'], ['23T20:00', '24T12:00']]],
  ])('follows the one before where windows %s', (_, windows, expected) => {
    const found = windowsFrom('UTC', windows, at('2026-11-23T00:00:00Z')).take(expected.length).toArray();
    expect(found.map(({ opensAt, closesAt }) => [opensAt, closesAt].map((instant) => iso(instant).slice(8, 16)))).toEqual(expected);
  });

  it.each([[{ from: '24:00', to: '01:00' }], [{ from: '01:00', to: '24:30' }], [{ from: '1:00', to: '02:00' }], [{ from: '01:00', to: '01:00' }], [{ from: '01:60', to: '02:00' }], [{ from: '01:00', to: '02:00', days: [] }], [{ from: '01:00', to: '02:00', firstDay: '2026-02-31' }], [{ from: '01:00', to: '02:00', lastDay: '26-02-01' }], [{ from: '01:00', to: '02:00', firstDay: '2026-03-02', lastDay: '2026-03-01' }]])('is refused when it is %j', (window) => {
    expect(() => {
      checkWindow(window);
    }).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('names a zone that exists', () => {
    expect(() => {
      checkTimeZone('Mars/Olympus');
    }).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('every window', () => {
  const zones = fc.constantFrom('UTC', 'Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca');
  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const text = (value: number): string => `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;
  const windows = fc.tuple(minutes, minutes).filter(([a, b]) => a !== b).map(([a, b]): Window => ({ from: text(a), to: text(b) }));
  const instants = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') });

  it('is in order, apart, open or to come, and shows its local times wherever those exist', () => {
    fc.assert(
      fc.property(zones, windows, instants, (zone, window, from) => {
        const found = windowsFrom(zone, [window], from).take(5).toArray();
        let last = from;
        for (const { opensAt, closesAt } of found) {
          expect(closesAt).toBeGreaterThan(Math.max(opensAt, from));
          expect(opensAt).toBeGreaterThanOrEqual(last === from ? -Infinity : last);
          last = closesAt;
          // Within a day of no change the wall clock shows exactly what was asked.
          if (localText(zone, opensAt - 3 * HOUR).slice(11) === localText(zone, opensAt - 3 * HOUR - DAY).slice(11) && localText(zone, opensAt + 3 * HOUR).slice(11) === localText(zone, opensAt + 3 * HOUR - DAY).slice(11)) {
            expect(localText(zone, opensAt).slice(11)).toBe(window.from);
          }
          expect(closesAt - opensAt).toBeLessThanOrEqual(26 * HOUR);
          expect(opensAt % MINUTE).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of several is apart from the others, covers what they cover, and is the same whenever it is looked for', () => {
    fc.assert(
      fc.property(zones, fc.array(windows, { minLength: 1, maxLength: 4 }), instants, fc.integer({ min: 0, max: 48 * 60 }), (zone, several, from, later) => {
        const found = windowsFrom(zone, several, from).take(6).toArray();
        for (const [index, { opensAt, closesAt }] of found.entries()) {
          expect(opensAt).toBeGreaterThanOrEqual(found[index - 1]?.closesAt ?? -Infinity);
          expect(closesAt - opensAt).toBeLessThanOrEqual(26 * HOUR);
        }
        const end = found.at(-1)?.closesAt ?? from;
        const [now, open] = [from + later * MINUTE, (list: Iterable<{ readonly opensAt: number; readonly closesAt: number }>, instant: number): boolean => [...list].some(({ opensAt, closesAt }) => opensAt <= instant && instant < closesAt)];
        if (now >= end) return;
        expect(open(found, now)).toBe(several.some((window) => open(windowsFrom(zone, [window], now).take(1), now)));
        expect(nextWindow(zone, several, now)).toEqual(found.find(({ closesAt }) => closesAt > now));
      }),
      { numRuns: 300 },
    );
  });

  it('names a weekday that is the local one', () => {
    const days: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    fc.assert(
      fc.property(zones, windows, instants, fc.constantFrom(...days), (zone, window, from, day) => {
        const { opensAt } = present(nextWindow(zone, [{ ...window, days: [day] }], from));
        // The gap of spring may push a start past midnight; an hour before it is still the day before.
        const local = [localText(zone, opensAt), localText(zone, opensAt - HOUR)].map((shown) => days[new Date(`${shown.slice(0, 10)}T00:00:00Z`).getUTCDay()]);
        expect(local).toContain(day);
      }),
      { numRuns: 200 },
    );
  });
});
