import { MINUTE, type Clock } from '../../../core/ambient.ts';
import type { Due, Timers } from '../../../core/instruction/store.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

/** How far before its mark the sweep looks again. */
const OVERLAP = 5 * MINUTE;

export function memoryTimers(tables: MemoryTables, clock: Clock): Timers {
  // What is overdue when it is set is due now: at its own instant the sweep has passed by already.
  const put = (due: Due): void => {
    const filed = { ...due, at: Math.max(due.at, clock.now()) };
    tables.timers.set(timerKey(filed), filed);
  };
  return {
    async put(dues) {
      await settled();
      tables.beforeWrite('timers.put');
      dues.forEach(put);
    },
    async due(until, limit, after) {
      await settled();
      return [...tables.timers.values()]
        .filter((due) => due.at <= until && (after === undefined ? due.at >= tables.mark - OVERLAP : timerKey(due) > timerKey(after)))
        .sort((a, b) => (timerKey(a) < timerKey(b) ? -1 : 1))
        .slice(0, limit);
    },
    async advance(done, next) {
      await settled();
      tables.beforeWrite('timers.advance');
      tables.timers.delete(timerKey(done));
      if (next !== undefined) put(next);
    },
    async mark(until) {
      await settled();
      tables.beforeWrite('timers.mark');
      tables.mark = Math.max(tables.mark, until);
    },
  };
}

export function timerKey({ at, kind, subject, step }: Due): string {
  return `${new Date(at).toISOString()}#${kind}#${subject}#${step}`;
}
