/** Jobs, in the table of plans. */
import { WavecastError } from '../../core/errors.ts';
import type { JobStore } from '../../core/job/store.ts';
import { jobItem, jobKey, JOBS, readJob } from './codec/job.ts';
import type { Table } from './document-client.ts';
import { getItem, query } from './query.ts';
import { names, putKnowingly } from './transaction.ts';

export function createJobStore(plans: Table): JobStore {
  const { client, table } = plans;
  return {
    /** 1 transaction of 1 item. */
    async addJob(job) {
      if (!(await putKnowingly(client, { TableName: table, Item: jobItem(job), ConditionExpression: 'attribute_not_exists(pk)' }))) throw new WavecastError('conflict', 'A job with this id exists.', { remedy: 'Ask again.' });
    },

    /** 1 read. */
    async job(id) {
      const item = await getItem(plans, jobKey(id));
      return item === undefined ? undefined : readJob(item);
    },

    /** 1 query: some 5 jobs a read unit. */
    async jobs(after, limit) {
      const items = await query(plans, {
        ConsistentRead: true, ScanIndexForward: false, KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after',
        ExpressionAttributeValues: { ':pk': JOBS, ...(after === undefined ? {} : { ':after': after }) },
      }, limit + 1);
      const found = items.slice(0, limit).map(readJob);
      const last = found.at(-1);
      return { items: found, ...(items.length > limit && last !== undefined ? { next: last.id } : {}) };
    },

    /** 1 transaction of 1 item; 30 parts are a kilobyte. */
    replaceJob(before, after) {
      return putKnowingly(client, {
        TableName: table, Item: jobItem(after), ConditionExpression: '#claim = :before', ExpressionAttributeNames: names('claim'), ExpressionAttributeValues: { ':before': before.claim },
      });
    },
  };
}
