import type { PushFaultStore } from '../../../core/rollout/push-fault.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryPushFaultStore(tables: MemoryTables): PushFaultStore {
  return {
    async fault() {
      await settled();
      return tables.pushFault;
    },
    async report(fault) {
      await settled();
      tables.beforeWrite('pushFaults.report');
      tables.pushFault = fault;
    },
    async clear() {
      await settled();
      tables.beforeWrite('pushFaults.clear');
      tables.pushFault = undefined;
    },
  };
}
