import type { PushFactsStore } from '../../../core/device/push-certificate.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryPushFactsStore(tables: MemoryTables): PushFactsStore {
  return {
    async facts() {
      await settled();
      return tables.pushFacts;
    },
    async keep({ topic, expiresAt }) {
      await settled();
      tables.beforeWrite('pushFacts.keep');
      tables.pushFacts = { topic, expiresAt };
    },
  };
}
