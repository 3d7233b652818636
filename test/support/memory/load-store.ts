import { sumMinutes, type LoadStore } from '../../../core/catalog/package-load.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryLoadStore(tables: MemoryTables): LoadStore {
  return {
    async put(log, loads) {
      await settled();
      for (const load of loads) {
        tables.beforeWrite('loads.put');
        tables.loads.set(`${load.branchId}/${load.day}/${log}`, load);
      }
    },
    async load(branchId, from, to) {
      await settled();
      const minutes = [...tables.loads.values()].filter((load) => load.branchId === branchId).flatMap((load) => load.minutes);
      return sumMinutes(minutes.filter(({ at }) => at >= from && at < to));
    },
  };
}
