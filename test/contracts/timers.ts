import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../core/ambient.ts';
import type { Due } from '../../core/instruction/store.ts';
import { aWaveId } from '../support/samples/instruction.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

/** Further back than a sweep looks again, however it keeps its mark. */
const BEYOND_OVERLAP = HOUR;

export function timersContract(open: OpenStores): void {
  describe('timers', () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    const aDue = (facts: Partial<Due> = {}): Due => ({ at: MORNING + MINUTE, kind: 'wave-check', subject: aWaveId(), step: 0, ...facts });
    /** What a sweep finds at `at`, when that is now. */
    const foundAt = (at: number, limit = 1000): Promise<readonly Due[]> => {
      stores.clock.set(at);
      return stores.timers.due(at, limit);
    };

    it('are due at their instant and not before, until they are advanced', async () => {
      const due = aDue({ kind: 'run-start', step: 3 });
      await stores.timers.put([due]);
      expect(await foundAt(due.at - 1)).toEqual([]);
      expect(await foundAt(due.at)).toEqual([due]);
      expect(await foundAt(due.at + 2 * MINUTE)).toEqual([due]);
      await stores.timers.advance(due, undefined);
      expect(await foundAt(due.at + 2 * MINUTE)).toEqual([]);
      await stores.timers.advance(due, undefined);
    });

    it('put twice are one', async () => {
      const due = aDue();
      await stores.timers.put([due, due]);
      await stores.timers.put([due]);
      expect(await foundAt(due.at)).toEqual([due]);
    });

    it('are found oldest first, across hours and days, more of them than a batch writes, and not more than wanted', async () => {
      const dues = many(120, (n) => aDue({ at: MORNING + ((n * 71) % 120) * 11 * MINUTE }));
      await stores.timers.put(dues);
      const oldestFirst = dues.toSorted((a, b) => a.at - b.at);
      expect(await foundAt(MORNING + DAY)).toEqual(oldestFirst);
      expect(await foundAt(MORNING + DAY, 50)).toEqual(oldestFirst.slice(0, 50));
      expect(await foundAt(MORNING + 3 * HOUR)).toEqual(oldestFirst.filter(({ at }) => at <= MORNING + 3 * HOUR));
    });

    it('of one instant are all found, a portion at a time', async () => {
      const dues = many(90, () => aDue());
      await stores.timers.put(dues);
      const found: Due[] = [];
      for (let portion = await foundAt(MORNING + MINUTE, 25); portion.length > 0; portion = await foundAt(MORNING + MINUTE, 25)) {
        found.push(...portion);
        for (const due of portion) await stores.timers.advance(due, undefined);
        await stores.timers.mark(portion.at(-1)?.at ?? MORNING);
      }
      expect(found.map(({ subject }) => subject).toSorted()).toEqual(dues.map(({ subject }) => subject).toSorted());
    });

    it('are found page by page though nothing becomes of them, across hours, each once', async () => {
      const dues = [...many(60, () => aDue()), ...many(60, (n) => aDue({ at: MORNING + n * 5 * MINUTE })), aDue({ subject: 'one', step: 1 }), aDue({ subject: 'one', step: 12 })];
      await stores.timers.put(dues);
      const until = MORNING + 6 * HOUR;
      const all = await foundAt(until);
      expect(all).toHaveLength(dues.length);
      const found: Due[] = [];
      for (let page = await foundAt(until, 25); page.length > 0; page = await stores.timers.due(until, 25, page.at(-1))) found.push(...page);
      expect(found).toEqual(all);
    });

    it('go on to their next step in one go', async () => {
      const first = aDue();
      const next = { ...first, at: first.at + 40 * MINUTE, step: 1 };
      await stores.timers.put([first]);
      await stores.timers.advance(first, next);
      expect(await foundAt(next.at - 1)).toEqual([]);
      expect(await foundAt(next.at)).toEqual([next]);
      await stores.timers.advance(first, next);
      expect(await foundAt(next.at)).toEqual([next]);
    });

    it('are found also where they were overdue when they were put, long after the sweep passed their instant', async () => {
      await stores.timers.mark(MORNING);
      stores.clock.set(MORNING);
      const [late, first] = [aDue({ at: MORNING - BEYOND_OVERLAP }), aDue()];
      await stores.timers.put([late, first]);
      expect((await foundAt(MORNING)).map(({ subject }) => subject)).toEqual([late.subject]);
      stores.clock.set(MORNING + 2 * HOUR);
      await stores.timers.mark(MORNING + 2 * HOUR);
      await stores.timers.advance(first, { ...first, at: MORNING + MINUTE, step: 1 });
      expect((await foundAt(MORNING + 2 * HOUR)).map(({ subject, step }) => [subject, step])).toContainEqual([first.subject, 1]);
    });

    it('that are not yet due are found whatever the mark, and what is done never comes again', async () => {
      const dues = many(30, (n) => aDue({ at: MORNING + n * 7 * MINUTE }));
      await stores.timers.put(dues);
      const seen: string[] = [];
      for (let at = MORNING; at <= MORNING + 4 * HOUR; at += 5 * MINUTE) {
        for (const due of await foundAt(at)) {
          seen.push(due.subject);
          expect(at - due.at).toBeLessThan(5 * MINUTE);
          await stores.timers.advance(due, undefined);
        }
        await stores.timers.mark(at);
      }
      expect(seen).toEqual(dues.map(({ subject }) => subject));
    });

    it('that a sweep left undone just before its mark are met again by the next', async () => {
      const due = aDue();
      await stores.timers.put([due]);
      await stores.timers.mark(due.at + 30 * SECOND);
      expect(await foundAt(due.at + MINUTE)).toEqual([due]);
    });

    it('are left alone by a sweep whose clock is behind the mark', async () => {
      const due = aDue({ at: MORNING + 55 * MINUTE });
      await stores.timers.put([due]);
      await stores.timers.mark(MORNING + 50 * MINUTE);
      expect(await foundAt(MORNING + 30 * MINUTE)).toEqual([]);
      expect(await foundAt(due.at)).toEqual([due]);
    });

    it('have a mark that never goes back', async () => {
      stores.clock.set(MORNING - 3 * HOUR);
      const old = aDue({ at: MORNING - 2 * HOUR });
      await stores.timers.put([old]);
      await stores.timers.mark(MORNING);
      await stores.timers.mark(MORNING - 3 * HOUR);
      expect(await foundAt(MORNING + MINUTE)).toEqual([]);
    });
  });
}
