/** What devices reported: one item per device and app, each list with its own time. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AppFacts, InventoryStore } from '../../core/inventory/inventory.ts';
import { batchGet } from './batch.ts';
import { deviceInventory, factsKey, readFacts } from './codec/inventory.ts';
import type { Table } from './document-client.ts';
import { factsUpdate } from './facts-update.ts';
import { getItem, queryPartition } from './query.ts';
import { conditionally } from './transaction.ts';

export function createInventoryStore(inventory: Table): InventoryStore {
  return {
    /** 1 write; where newer facts of one list are stored 1 write for each list more, and 1 read; 1 read where none were given. */
    async report(deviceId, bundleId, { managed, installed }) {
      if (managed !== undefined && installed !== undefined) {
        const both = await write(inventory, { deviceId, bundleId, managed, installed });
        if (both !== undefined) return both;
      }
      const first = managed === undefined ? undefined : await write(inventory, { deviceId, bundleId, managed });
      const second = installed === undefined ? undefined : await write(inventory, { deviceId, bundleId, installed });
      const written = second ?? (installed === undefined ? first : undefined);
      if (written !== undefined) return written;
      const item = await getItem(inventory, factsKey(deviceId, bundleId));
      return item === undefined ? { deviceId, bundleId } : readFacts(item);
    },

    /** 1 call per 100 devices. */
    async facts(deviceIds, bundleId) {
      const items = await batchGet(inventory, deviceIds.map((id) => factsKey(id, bundleId)));
      return new Map(items.map(readFacts).map((facts) => [facts.deviceId, facts]));
    },

    /** 1 query. */
    async ofDevice(deviceId) {
      return (await queryPartition(inventory, deviceInventory(deviceId))).map(readFacts);
    },
  };
}

/** Undefined where newer facts of one of the lists are stored. */
async function write(inventory: Table, facts: AppFacts): Promise<AppFacts | undefined> {
  const answer = await conditionally(() => inventory.client.send(new UpdateCommand({ ...factsUpdate(inventory.table, facts), ReturnValues: 'ALL_NEW' })));
  return answer === undefined ? undefined : readFacts(answer.Attributes);
}
