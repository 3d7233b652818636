/** Timelines: a device's events in its own partition, in order of time. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Timeline } from '../../core/device/timeline.ts';
import { EVENT, eventItem, eventKey, onceItem, readEvent } from './codec/device-event.ts';
import type { Table } from './document-client.ts';
import { query } from './query.ts';
import { transact } from './transaction.ts';

/** Sorts behind every key of a partition's events, and before whatever else is there. */
const END = 'event#~';

export function createTimeline(devices: Table): Timeline {
  const { client, table } = devices;
  return {
    /** 1 write. */
    async record(deviceId, event) {
      await client.send(new PutCommand({ TableName: table, Item: eventItem(deviceId, event) }));
    },

    /** 1 transaction of 2 items. */
    async recordOnce(deviceId, event) {
      const failed = await transact(client, [
        { Put: { TableName: table, Item: onceItem(deviceId, event), ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName: table, Item: eventItem(deviceId, event) } },
      ]);
      return failed.size === 0;
    },

    /** 1 query. */
    async events(deviceId, before, limit) {
      const last = before === undefined ? END : eventKey(deviceId, before).sk;
      // BETWEEN takes its ends in: one more, and without the place itself.
      const items = await query(devices, {
        ConsistentRead: true, ScanIndexForward: false, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': `device#${deviceId}`, ':first': EVENT, ':last': last },
      }, limit + 1);
      return items.filter(({ sk }) => sk !== last).slice(0, limit).map(readEvent);
    },
  };
}
