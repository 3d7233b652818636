/** What a report on one app is judged by, read at once from the two tables that hold it. */
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EvidenceReads } from '../../core/inventory/inventory.ts';
import type { Item } from './batch.ts';
import { instructionKey, readInstruction, readStanding, standingKey } from './codec/instruction.ts';
import { factsKey, readFacts } from './codec/inventory.ts';
import { retried } from './retry.ts';

export interface EvidenceTables {
  readonly client: DynamoDBDocumentClient;
  readonly inventoryTable: string;
  readonly instructionsTable: string;
}

export function createEvidenceReads({ client, inventoryTable, instructionsTable }: EvidenceTables): EvidenceReads {
  return {
    /** 1 call. */
    async view(deviceId, bundleId, waveId) {
      const standingAt = standingKey(deviceId, bundleId);
      const found: Record<string, Item[]> = { [inventoryTable]: [], [instructionsTable]: [] };
      let left: Record<string, { readonly Keys: Record<string, unknown>[]; readonly ConsistentRead: true }> = {
        [inventoryTable]: { Keys: [{ ...factsKey(deviceId, bundleId) }], ConsistentRead: true },
        [instructionsTable]: { Keys: [{ ...standingAt }, ...(waveId === undefined ? [] : [{ ...instructionKey(waveId, deviceId) }])], ConsistentRead: true },
      };
      await retried(async () => {
        const { Responses = {}, UnprocessedKeys = {} } = await client.send(new BatchGetCommand({ RequestItems: left }));
        for (const [table, items] of Object.entries(Responses)) found[table]?.push(...items);
        left = Object.fromEntries(Object.entries(UnprocessedKeys).map(([table, { Keys = [] }]) => [table, { Keys, ConsistentRead: true as const }]));
        return Object.keys(left).length === 0 ? undefined : 'again';
      });
      const [facts] = found[inventoryTable] ?? [];
      const standing = found[instructionsTable]?.find(({ pk }) => pk === standingAt.pk);
      const instruction = found[instructionsTable]?.find(({ pk }) => pk !== standingAt.pk);
      return {
        facts: facts === undefined ? undefined : readFacts(facts), standing: standing === undefined ? undefined : readStanding(standing),
        instruction: instruction === undefined ? undefined : readInstruction(instruction),
      };
    },
  };
}
