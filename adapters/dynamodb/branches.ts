/** Branches, all in one partition (a few thousand at most), and their counters of devices. */
import type { BranchStore } from '../../core/device/store.ts';
import { noDevices } from '../../core/device/device-counts.ts';
import { WavecastError } from '../../core/errors.ts';
import { batchGet } from './batch.ts';
import { branchItem, branchKey, BRANCHES, countsKey, readBranch, readCounts } from './codec/device.ts';
import type { Table } from './document-client.ts';
import { getItem, queryPartition } from './query.ts';
import { names, putKnowingly } from './transaction.ts';

export function createBranchStore(devices: Table): BranchStore {
  return {
    /** 1 read. */
    async branch(id) {
      const item = await getItem(devices, branchKey(id));
      return item === undefined ? undefined : readBranch(item);
    },

    /** 1 query per MB: about 4,000 branches. */
    async branches() {
      return (await queryPartition(devices, BRANCHES)).map(readBranch);
    },

    /** 1 transaction of 1 item. */
    async putBranch(branch) {
      const done = await putKnowingly(devices.client, {
        TableName: devices.table, Item: branchItem(branch),
        ...(branch.revision === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: '#revision = :before', ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': branch.revision - 1 } }),
      });
      if (!done) throw new WavecastError('conflict', branch.revision === 0 ? 'A branch with this id exists.' : 'The branch has changed meanwhile.', { remedy: 'Read it again and repeat the change.' });
    },

    /** 1 call per 100 branches. */
    async deviceCounts(ids) {
      const items = await batchGet(devices, ids.map(countsKey));
      const counts = new Map(items.map((item) => [item['pk'], readCounts(item)]));
      return new Map(ids.map((id) => [id, counts.get(countsKey(id).pk) ?? noDevices]));
    },
  };
}
