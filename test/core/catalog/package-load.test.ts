import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../../core/ambient.ts';
import type { PackageFetch } from '../../../core/catalog/package-fetch.ts';
import { loadsOf } from '../../../core/catalog/package-load.ts';
import { parseBranchId, parseDeviceId, parseSha256, parseWaveId } from '../../../core/ids.ts';

const midnight = Date.parse('2026-03-02T00:00:00Z');
const fetchOf = (branch: string, startedAt: number, lasted: number, bytes: number, fromStart = true): PackageFetch => ({
  instruction: { waveId: parseWaveId(`direct.00000000-0000-4000-8000-000000000001`), deviceId: parseDeviceId('00000000-0000-4000-8000-000000000002') },
  branchId: parseBranchId(branch), digest: parseSha256('ab'.repeat(32)), bytes, startedAt, endedAt: startedAt + lasted, fromStart,
});
const minutes = (...fetches: readonly PackageFetch[]) => loadsOf(fetches).flatMap((load) => load.minutes);

describe('the load of a branch', () => {
  it.each<[string, PackageFetch, readonly [number, number, number][]]>([
    ['a moment counts in its minute', fetchOf('berlin', midnight + 70 * SECOND, 0, 500), [[1, 500, 1]]],
    ['what lasts is spread over its minutes by time', fetchOf('berlin', midnight + 30 * SECOND, 2 * MINUTE, 1200), [[0, 300, 1], [1, 600, 0], [2, 300, 0]]],
    ['what ends with a minute takes nothing of the next', fetchOf('berlin', midnight, MINUTE, 60), [[0, 60, 1]]],
    ['a resumed download begins nothing', fetchOf('berlin', midnight, 0, 9, false), [[0, 9, 0]]],
    ['one that sent nothing began all the same', fetchOf('berlin', midnight, 0, 0), [[0, 0, 1]]],
  ])('%s', (_, fetch, expected) => {
    expect(minutes(fetch)).toEqual(expected.map(([minute, bytes, starts]) => ({ at: midnight + minute * MINUTE, bytes, starts })));
  });

  it('is told by branch and day', () => {
    const loads = loadsOf([fetchOf('berlin', midnight - 30 * SECOND, MINUTE, 100), fetchOf('tokyo', midnight, 0, 5), fetchOf('berlin', midnight, 0, 7)]);
    expect(loads.map(({ branchId, day, minutes: [first] }) => [branchId, day, first?.bytes])).toEqual([['berlin', midnight - DAY, 50], ['berlin', midnight, 57], ['tokyo', midnight, 5]]);
  });

  const fetches = fc.array(fc.record({ branch: fc.constantFrom('berlin', 'tokyo'), start: fc.nat(DAY), lasted: fc.nat(DAY / 4), bytes: fc.nat(4_000_000_000), fromStart: fc.boolean() }), { maxLength: 20 })
    .map((parts) => parts.map(({ branch, start, lasted, bytes, fromStart }) => fetchOf(branch, midnight + start, lasted, bytes, fromStart)));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it('has every byte and every start once, in whole minutes of its day, in order', () => {
    fc.assert(fc.property(fetches, (given) => {
      const loads = loadsOf(given);
      const all = loads.flatMap((load) => load.minutes);
      expect(sum(all.map(({ bytes }) => bytes))).toBe(sum(given.map(({ bytes }) => bytes)));
      expect(sum(all.map(({ starts }) => starts))).toBe(given.filter(({ fromStart }) => fromStart).length);
      expect(new Set(loads.map(({ branchId, day }) => `${branchId}/${day}`)).size).toBe(loads.length);
      for (const { day, minutes: own } of loads) {
        expect(own.every(({ at, bytes }, index) => at % MINUTE === 0 && at >= day && at < day + DAY && bytes >= 0 && at > (own[index - 1]?.at ?? -Infinity))).toBe(true);
      }
    }));
  });

  it('is the same whichever order the records come in', () => {
    fc.assert(fc.property(fetches, (given) => {
      const byKey = (loads: ReturnType<typeof loadsOf>) => loads.toSorted((a, b) => `${a.branchId}${a.day}`.localeCompare(`${b.branchId}${b.day}`));
      expect(byKey(loadsOf(given.toReversed()))).toEqual(byKey(loadsOf(given)));
    }));
  });
});
