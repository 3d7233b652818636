/** The fault of pushes: one item beside the plans, which every turn reads together with its own. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PushFaultStore } from '../../core/rollout/push-fault.ts';
import { PUSH_FAULT, pushFaultItem, readPushFault } from './codec/push-fault.ts';
import type { Table } from './document-client.ts';
import { getItem } from './query.ts';

export function createPushFaultStore(plans: Table): PushFaultStore {
  const { client, table } = plans;
  return {
    /** 1 read. */
    async fault() {
      const item = await getItem(plans, PUSH_FAULT);
      return item === undefined ? undefined : readPushFault(item);
    },

    /** 1 write. */
    async report(fault) {
      await client.send(new PutCommand({ TableName: table, Item: pushFaultItem(fault) }));
    },

    /** 1 write. */
    async clear() {
      await client.send(new DeleteCommand({ TableName: table, Key: PUSH_FAULT }));
    },
  };
}
