/** What is no secret of the push certificate: one item beside the devices. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PushFactsStore } from '../../core/device/push-certificate.ts';
import { PUSH_FACTS, readPushFacts } from './codec/push-facts.ts';
import type { Table } from './document-client.ts';
import { getItem } from './query.ts';

export function createPushFactsStore(devices: Table): PushFactsStore {
  const { client, table } = devices;
  return {
    /** 1 read. */
    async facts() {
      const item = await getItem(devices, PUSH_FACTS);
      return item === undefined ? undefined : readPushFacts(item);
    },

    /** 1 write. */
    async keep({ topic, expiresAt }) {
      await client.send(new PutCommand({ TableName: table, Item: { ...PUSH_FACTS, topic, expiresAt } }));
    },
  };
}
