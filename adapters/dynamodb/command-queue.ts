/** Command queues: an enrolment's partition of the devices table, header first, then the commands in order. */
import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { WavecastError } from '../../core/errors.ts';
import type { EnrolmentId } from '../../core/ids.ts';
import { recordOf } from '../../core/instruction/command-record.ts';
import type { QueuedCommand } from '../../core/instruction/instruction.ts';
import type { CommandQueue, ExchangeCommit } from '../../core/instruction/store.ts';
import { atOnce, batchWrite, type Item } from './batch.ts';
import { readRecord, recordItem, recordKey } from './codec/command-record.ts';
import { enrolmentKey, readEnrolment } from './codec/enrolment.ts';
import { isQueueItem, QUEUE, queueItem, queueKey, readQueuedCommand } from './codec/queued-command.ts';
import type { Table } from './document-client.ts';
import { factsUpdate } from './facts-update.ts';
import { changeAction, transactWithReleases } from './instruction-change.ts';
import { getItem, query, queryPartition } from './query.ts';
import { placeActions } from './places.ts';
import { conditionally, names, transact, type Action } from './transaction.ts';

export interface QueueTables extends Table {
  readonly instructionsTable: string;
  /** Where what devices report is kept; without it no commit may hold facts. */
  readonly inventoryTable?: string;
  /** Where the places of branches are; without it no commit may take one. */
  readonly plansTable?: string;
}

export function createCommandQueue(tables: QueueTables): CommandQueue {
  const { client, table, instructionsTable, inventoryTable, plansTable } = tables;
  const all = async (enrolmentId: EnrolmentId): Promise<readonly QueuedCommand[]> => (await queryPartition(tables, enrolmentKey(enrolmentId).pk, QUEUE)).map(readQueuedCommand);

  return {
    /** 1 query; more only where many commands ran out before the device came. */
    async read(enrolmentId, limit, now) {
      const items = await head(tables, enrolmentId, limit, now);
      const header = items.find((item) => !isQueueItem(item));
      return { enrolment: header === undefined ? undefined : readEnrolment(header), queue: items.filter(isQueueItem).slice(0, limit).map(readQueuedCommand) };
    },

    /** 1 transaction of up to 9 items, 2 more where a place is taken; 1 plain write where nothing but the session is told. */
    async commit(commit) {
      const header = headerUpdate(table, commit);
      const inQueue = queueActions(table, commit);
      if (inQueue.length === 0 && commit.changes.length === 0 && commit.facts === undefined) {
        return (await conditionally(() => client.send(new UpdateCommand(header)))) === undefined ? 'lost' : 'done';
      }
      const own: readonly Action[] = [{ Update: header }, ...inQueue, ...(commit.facts === undefined ? [] : [{ Update: factsUpdate(tableFor(inventoryTable, 'takes no reports'), commit.facts) }])];
      const changes = commit.changes.map((change) => changeAction(instructionsTable, change));
      const taking = commit.place === undefined ? [] : placeActions(tableFor(plansTable, 'hands out no installation'), commit.place);
      const failed = await transactWithReleases(client, instructionsTable, [...own, ...changes, ...taking], commit.changes);
      if (failed.size === 0) return 'done';
      const some = (from: number, to: number): boolean => [...failed].some((index) => index >= from && index < to);
      if (some(0, own.length)) return 'lost';
      return some(own.length, own.length + changes.length) ? 'stale' : 'full';
    },

    /** 1 write each. */
    async enqueue(commands) {
      await atOnce(commands, (command) => conditionally(() => client.send(new PutCommand({ TableName: table, Item: queueItem(command), ConditionExpression: 'attribute_not_exists(pk)' }))));
    },

    /** 1 transaction of 2 items. */
    async ask(command) {
      const failed = await transact(client, [
        { Put: { TableName: table, Item: queueItem(command), ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName: table, Item: recordItem(recordOf(command)), ConditionExpression: 'attribute_not_exists(pk)' } },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'A command has this id already.');
    },

    /** 2 reads. */
    async asked(id) {
      const item = await getItem(tables, recordKey(id));
      if (item === undefined) return undefined;
      const record = readRecord(item);
      const queued = await getItem(tables, queueKey(record));
      return { record, queued: queued === undefined ? undefined : readQueuedCommand(queued) };
    },

    /** 1 query. */
    async page(enrolmentId, after, limit) {
      const items = await query(tables, {
        ConsistentRead: true, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': enrolmentKey(enrolmentId).pk, ':first': after === undefined ? QUEUE : `${QUEUE}${after}\u0000`, ':last': `${QUEUE}\uFFFF` },
      }, limit + 1);
      const page = items.slice(0, limit).map(readQueuedCommand);
      const last = page.at(-1);
      return { items: page, ...(items.length > limit && last !== undefined ? { next: queueKey(last).sk.slice(QUEUE.length) } : {}) };
    },

    /** 1 transaction each. */
    async takeBack(commands) {
      const taken = await atOnce(commands, async (command) => ((await transact(client, [takeBackAction(table, command)])).size === 0 ? [command] : []));
      return taken.flat();
    },

    /** 1 query, 1 call per 25 commands. */
    async clear(enrolmentId) {
      const cleared = await all(enrolmentId);
      await batchWrite(tables, cleared.map((command) => ({ delete: queueKey(command) })));
      return cleared;
    },

    /** 1 query, 1 call per 25 commands. */
    async withdraw(enrolmentId, ids) {
      const found = (await all(enrolmentId)).filter(({ id }) => ids.includes(id));
      await batchWrite(tables, found.map((command) => ({ delete: queueKey(command) })));
    },
  };
}

/** The header and the first `limit` commands that still count: not run out, or handed out (a late report is evidence too). */
async function head({ client, table }: Table, enrolmentId: EnrolmentId, limit: number, now: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await client.send(new QueryCommand({
      TableName: table, ConsistentRead: true, Limit: limit + 1, KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'attribute_not_exists(#expiresAt) OR #expiresAt > :now OR attribute_exists(#handedAt)',
      ExpressionAttributeNames: names('expiresAt', 'handedAt'), ExpressionAttributeValues: { ':pk': enrolmentKey(enrolmentId).pk, ':now': now },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    }));
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && items.length <= limit);
  return items;
}

function headerUpdate(table: string, { enrolmentId, now, beginSession }: ExchangeCommit): NonNullable<Action['Update']> {
  return {
    TableName: table, Key: enrolmentKey(enrolmentId), UpdateExpression: `SET #lastSeenAt = :now${beginSession ? ', #sessionAt = :now' : ''}`, ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: names('lastSeenAt', ...(beginSession ? ['sessionAt'] : [])), ExpressionAttributeValues: { ':now': now },
  };
}

function tableFor(table: string | undefined, otherwise: string): string {
  if (table === undefined) throw new WavecastError('internal', `This function ${otherwise}.`);
  return table;
}

/** On the condition that it was neither handed out nor put off since it was read. */
function takeBackAction(table: string, command: QueuedCommand): Action {
  const seen = (['handedAt', 'notNowAt'] as const).map((name) => ({ name, value: command[name] }));
  const values = seen.flatMap(({ name, value }) => (value === undefined ? [] : [[`:${name}`, value] as const]));
  return {
    Delete: {
      TableName: table, Key: queueKey(command),
      ConditionExpression: ['attribute_exists(pk)', ...seen.map(({ name, value }) => (value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`))].join(' AND '),
      ExpressionAttributeNames: names('handedAt', 'notNowAt'), ...(values.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(values) }),
    },
  };
}

function queueActions(table: string, { now, settled, record, deferred, next }: ExchangeCommit): readonly Action[] {
  return [
    ...(settled === undefined ? [] : [{ Delete: { TableName: table, Key: queueKey(settled), ConditionExpression: 'attribute_exists(pk)' } }]),
    ...(record === undefined ? [] : [{ Put: { TableName: table, Item: recordItem(record) } }]),
    ...(deferred === undefined ? [] : [{ Put: { TableName: table, Item: queueItem(deferred), ConditionExpression: 'attribute_exists(pk)' } }]),
    ...(next === undefined ? [] : [handOut(table, next, now)]),
  ];
}

/** To one connection only: the other one has seen the same `handedAt`, and it is another by then. */
function handOut(table: string, next: QueuedCommand, now: number): Action {
  return {
    Update: {
      TableName: table, Key: queueKey(next), UpdateExpression: 'SET #handedAt = :now',
      ConditionExpression: next.handedAt === undefined ? 'attribute_exists(pk) AND attribute_not_exists(#handedAt)' : '#handedAt = :seen',
      ExpressionAttributeNames: names('handedAt'), ExpressionAttributeValues: { ':now': now, ...(next.handedAt === undefined ? {} : { ':seen': next.handedAt }) },
    },
  };
}
