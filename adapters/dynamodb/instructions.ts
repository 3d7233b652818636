/** Instructions: issued, changed, never deleted. Their queued commands are in the devices table. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { WavecastError } from '../../core/errors.ts';
import { takesClaim, type Instruction } from '../../core/instruction/instruction.ts';
import type { InstructionStore } from '../../core/instruction/store.ts';
import { atOnce } from './batch.ts';
import { instructionItem, instructionKey, standingItem } from './codec/instruction.ts';
import { queueItem, queueKey } from './codec/queued-command.ts';
import type { Table } from './document-client.ts';
import { changeAction, transactWithReleases } from './instruction-change.ts';
import { createInstructionReads } from './instruction-reads.ts';
import { conditionally, names, transact, type Action } from './transaction.ts';

export interface InstructionTables extends Table {
  /** Where the command queues are. */
  readonly devicesTable: string;
}

export function createInstructionStore(tables: InstructionTables): InstructionStore {
  const { client, table, devicesTable } = tables;
  return {
    ...createInstructionReads(tables),

    /** 1 transaction of 2 to 5 items. */
    async issue(instruction, commands) {
      const claim = takesClaim(instruction) ? [claimAction(table, instruction)] : [];
      const failed = await transact(client, [
        { Put: { TableName: table, Item: instructionItem(instruction), ConditionExpression: 'attribute_not_exists(pk)' } },
        ...claim,
        ...commands.map((command) => ({ Put: { TableName: devicesTable, Item: queueItem(command), ConditionExpression: 'attribute_not_exists(pk)' } })),
      ]);
      if (failed.size === 0) return 'issued';
      if (failed.has(0)) return 'already';
      if (claim.length > 0 && failed.has(1)) return 'held';
      throw new WavecastError('internal', 'A command of an instruction that was never issued is in the queue.');
    },

    /** 1 write each, a few at a time. */
    async record(instructions) {
      await atOnce(instructions, (instruction) => conditionally(() =>
        client.send(new PutCommand({ TableName: table, Item: instructionItem(instruction), ConditionExpression: 'attribute_not_exists(pk)' }))));
    },

    /** 1 transaction: the instruction, the claim where it ends, the withdrawn commands. */
    async change(change, withdraw) {
      const withdrawn = (withdraw?.commands ?? []).map((command) => ({ Delete: { TableName: devicesTable, Key: queueKey(command) } }));
      const failed = await transactWithReleases(client, table, [changeAction(table, change), ...withdrawn], [change]);
      return failed.size > 0 ? 'stale' : 'changed';
    },

    /** 1 write. Repeated after a lost answer it finds what it has written itself. */
    async recordDownload({ waveId, deviceId, download: before }, download) {
      const done = await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: instructionKey(waveId, deviceId), UpdateExpression: 'SET #download = :after',
        ConditionExpression: `attribute_exists(pk) AND (${before === undefined ? 'attribute_not_exists(#download)' : '#download = :before'} OR #download = :after)`,
        ExpressionAttributeNames: names('download'), ExpressionAttributeValues: { ':after': download, ...(before === undefined ? {} : { ':before': before }) },
      })));
      return done === undefined ? 'lost' : 'recorded';
    },

    /** 1 write. Whoever serves manifests may name these attributes and no others (infra/constructs/permissions.ts). */
    async noteManifest({ waveId, deviceId }, at) {
      await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: instructionKey(waveId, deviceId), UpdateExpression: 'SET #manifestAt = :at',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#manifestAt) OR #manifestAt > :at)',
        ExpressionAttributeNames: names('manifestAt'), ExpressionAttributeValues: { ':at': at },
      })));
    },
  };
}

/** The device's claim on the app: free, given back, or this wave's already. */
function claimAction(table: string, { deviceId, bundleId, waveId, versionId }: Instruction): Action {
  return {
    Put: {
      TableName: table, Item: standingItem({ deviceId, bundleId, waveId, versionId, live: true }),
      ConditionExpression: 'attribute_not_exists(pk) OR #live = :no OR #waveId = :wave',
      ExpressionAttributeNames: names('live', 'waveId'), ExpressionAttributeValues: { ':no': false, ':wave': waveId },
    },
  };
}
