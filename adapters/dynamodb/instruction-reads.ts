/** Instructions and standings, reading only: all that a function with the instructions table alone can have. */
import type { InstructionStore } from '../../core/instruction/store.ts';
import { batchGet } from './batch.ts';
import { instructionKey, readInstruction, readStanding, standingKey, wavePartition } from './codec/instruction.ts';
import type { Table } from './document-client.ts';
import { getItem, query, queryPartition } from './query.ts';
import { names } from './transaction.ts';

export type InstructionReads = Pick<InstructionStore, 'instruction' | 'instructionsOfWave' | 'instructionsOfDevice' | 'instructions' | 'standings'>;

const INDEX = 'byDevice';

export function createInstructionReads(instructions: Table): InstructionReads {
  return {
    /** 1 read. */
    async instruction(waveId, deviceId) {
      const item = await getItem(instructions, instructionKey(waveId, deviceId));
      return item === undefined ? undefined : readInstruction(item);
    },

    /** 1 query: some 100 read units for 500 instructions. */
    async instructionsOfWave(waveId) {
      return (await queryPartition(instructions, wavePartition(waveId))).map(readInstruction);
    },

    /** 1 query of the index, eventually consistent. */
    async instructionsOfDevice(deviceId, limit) {
      const items = await query(instructions, {
        IndexName: INDEX, KeyConditionExpression: '#deviceId = :device', ScanIndexForward: false,
        ExpressionAttributeNames: names('deviceId'), ExpressionAttributeValues: { ':device': deviceId },
      }, limit);
      return items.map(readInstruction);
    },

    /** 1 call per 100. */
    async instructions(keys) {
      return (await batchGet(instructions, keys.map(({ waveId, deviceId }) => instructionKey(waveId, deviceId)))).map(readInstruction);
    },

    /** 1 call per 100. */
    async standings(deviceIds, bundleId) {
      const items = await batchGet(instructions, deviceIds.map((id) => standingKey(id, bundleId)));
      return new Map(items.map(readStanding).map((standing) => [standing.deviceId, standing]));
    },
  };
}
