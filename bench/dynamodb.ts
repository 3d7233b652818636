/** Calls and capacity units of DynamoDB per operation. They are counted, not timed: the same on every machine. */
import type { Run } from './benchmarks.ts';
import { operations } from './dynamodb/ledger.ts';
import { measureOperations, startAt } from './dynamodb/operations.ts';
import { onStage } from './stage.ts';

export const run: Run = async (say) => {
  const costs = await onStage(startAt, say, measureOperations);
  return {
    rows: costs.map(({ operation, calls, read, write }) => ({
      operation, calls, 'read units': total(read), 'write units': total(write), 'read by table': read, 'write by table': write, 'what it is': operations[operation],
    })),
  };
};

function total(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, value) => sum + value, 0);
}
