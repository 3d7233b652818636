/** Timers by the hour in which they are due, found from a stored mark on: the sweep reads what is due and nothing else. */
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DAY, HOUR, MINUTE, type Clock, type Instant } from '../../core/ambient.ts';
import type { Due, Timers } from '../../core/instruction/store.ts';
import { batchWrite } from './batch.ts';
import { dueItem, dueKey, duePartition, isoTime, readDue, readMark, SHARDS, SWEEP_MARK } from './codec/due.ts';
import type { Table } from './document-client.ts';
import { getItem, query } from './query.ts';
import { conditionally, names, transact } from './transaction.ts';

/** How far before its mark the sweep looks again: longer than a write may be under way, or clocks apart. */
const OVERLAP = 5 * MINUTE;
/** Where the first sweep of all begins. */
const FIRST_LOOK = DAY;

export interface TimersOptions extends Table {
  readonly clock: Clock;
}

export function createTimers(options: TimersOptions): Timers {
  const { client, table, clock } = options;
  // What is overdue when it is set is due now: at its own instant the sweep has passed by already.
  const filed = (due: Due): Due => ({ ...due, at: Math.max(due.at, clock.now()) });
  /** As last read or written here: another sweep can only have moved it on. */
  let marked = Number.NEGATIVE_INFINITY;

  async function firstLook(until: Instant): Promise<Instant> {
    const stored = await getItem(options, SWEEP_MARK);
    marked = stored === undefined ? Number.NEGATIVE_INFINITY : readMark(stored).at;
    return stored === undefined ? until - FIRST_LOOK : marked - OVERLAP;
  }

  return {
    /** 1 call per 25. */
    async put(dues) {
      await batchWrite(options, [...new Map(dues.map(filed).map((due) => [dueKey(due).sk, due])).values()].map((due) => ({ put: dueItem(due) })));
    },

    /** 1 read and 4 queries for each hour from the mark to `until`: 5 a minute in the normal case. Further pages: the queries alone. */
    async due(until, limit, after) {
      const from = after?.at ?? await firstLook(until);
      // A sweep whose clock is ahead of ours has been here.
      if (from > until) return [];
      // A space sorts before all that may go on in a key: what is behind `after` is found, and `after` is not.
      const first = after === undefined ? isoTime(from) : `${dueKey(after).sk} `;
      const found: Due[] = [];
      for (let hour = from - (from % HOUR); hour <= until && found.length < limit; hour += HOUR) {
        found.push(...await dueInHour(options, hour, first, until, limit - found.length));
      }
      return found;
    },

    /** 1 transaction of 2 items, or 1 write. */
    async advance(done, next) {
      if (next === undefined) {
        await conditionally(() => client.send(new DeleteCommand({ TableName: table, Key: dueKey(done) })));
        return;
      }
      await transact(client, [{ Delete: { TableName: table, Key: dueKey(done) } }, { Put: { TableName: table, Item: dueItem(filed(next)) } }]);
    },

    /**
     * 1 write; never backwards. A step shorter than the overlap is left for a later sweep to make: looking twice at what is
     * done costs nothing, and a write every minute would wake the stream's reader every minute.
     */
    async mark(until) {
      if (until < marked + OVERLAP) return;
      await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: SWEEP_MARK, UpdateExpression: 'SET #at = :at', ConditionExpression: 'attribute_not_exists(#at) OR #at < :at',
        ExpressionAttributeNames: names('at'), ExpressionAttributeValues: { ':at': until },
      })));
      marked = until;
    },
  };
}

/** The oldest `limit` of one hour from the key `first` on, over all its shards. */
async function dueInHour(table: Table, hour: Instant, first: string, until: Instant, limit: number): Promise<readonly Due[]> {
  const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => query(table, {
    ConsistentRead: true, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
    // `~` sorts behind everything that follows an instant in a key: `until` itself is included.
    ExpressionAttributeValues: { ':pk': duePartition(hour, shard), ':from': first, ':until': `${isoTime(until)}~` },
  }, limit)));
  const dues = shards.flat().map(readDue);
  return dues.sort((a, b) => a.at - b.at || (dueKey(a).sk < dueKey(b).sk ? -1 : 1)).slice(0, limit);
}
