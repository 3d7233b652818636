/** What devices reported: one item per device and app, each list with its own time. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { BundleId, DeviceId } from '../../core/ids.ts';
import type { AppFacts, InstalledFacts, InventoryStore, ManagedFacts } from '../../core/inventory/inventory.ts';
import { batchGet } from './batch.ts';
import { deviceInventory, factsKey, readFacts } from './codec/inventory.ts';
import type { Table } from './document-client.ts';
import { factsUpdate } from './facts-update.ts';
import { getItem, queryPartition } from './query.ts';
import { conditionally } from './transaction.ts';

export function createInventoryStore(inventory: Table): InventoryStore {
  return {
    /** 1 write for each list; 1 read where newer facts are stored, or none were given. */
    async report(deviceId, bundleId, { managed, installed }) {
      const first = managed === undefined ? undefined : await writeList(inventory, deviceId, bundleId, 'managed', managed);
      const second = installed === undefined ? undefined : await writeList(inventory, deviceId, bundleId, 'installed', installed);
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

/** Undefined where newer facts of this list are stored. */
async function writeList(inventory: Table, deviceId: DeviceId, bundleId: BundleId, list: 'managed' | 'installed', facts: ManagedFacts | InstalledFacts): Promise<AppFacts | undefined> {
  const answer = await conditionally(() => inventory.client.send(new UpdateCommand({ ...factsUpdate(inventory.table, { deviceId, bundleId, [list]: facts }), ReturnValues: 'ALL_NEW' })));
  return answer === undefined ? undefined : readFacts(answer.Attributes);
}
