import { MINUTE } from '../../../core/ambient.ts';
import type { Due, Timers } from '../../../core/instruction/store.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

/** How far before its mark the sweep looks again. */
const OVERLAP = 10 * MINUTE;

export function memoryTimers(tables: MemoryTables): Timers {
  const put = (due: Due): void => { tables.timers.set(timerKey(due), due); };
  return {
    async put(dues) {
      await settled();
      tables.beforeWrite('timers.put');
      dues.forEach(put);
    },
    async due(until, limit) {
      await settled();
      return [...tables.timers.values()]
        .filter(({ at }) => at <= until && at >= tables.mark - OVERLAP)
        .sort((a, b) => a.at - b.at || (timerKey(a) < timerKey(b) ? -1 : 1))
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

function timerKey({ at, kind, subject, step }: Due): string {
  return `${new Date(at).toISOString()}#${kind}#${subject}#${step}`;
}
