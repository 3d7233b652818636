/** Conditional writes and transactions: what a refusal means is decoded here and nowhere else. */
import { ConditionalCheckFailedException, TransactionCanceledException, TransactionConflictException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type DynamoDBDocumentClient, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { retried } from './retry.ts';

export type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reasons that pass by themselves. */
const passing: ReadonlySet<string> = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Carries the actions out, all or none (at most 100, each on another item). Answers the indexes of the actions whose
 * condition failed: empty when all were done. Conflicts with other transactions are tried again; `throttled` when they
 * do not end. Costs one call and two write units per started KB of each action. The SDK sends a token of its own, so
 * that its repetitions after a broken connection do nothing twice.
 */
export function transact(client: DynamoDBDocumentClient, actions: readonly Action[]): Promise<ReadonlySet<number>> {
  return retried(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [...actions] }));
      return new Set<number>();
    } catch (error) {
      if (error instanceof TransactionInProgressException) return 'again';
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
      const failed = new Set(codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : [])));
      if (failed.size > 0) return failed;
      if (codes.some((code) => passing.has(code))) return 'again';
      throw error;
    }
  });
}

/** One conditional write outside a transaction: half the cost. Undefined when its condition failed. */
export function conditionally<T>(write: () => Promise<T>): Promise<T | undefined> {
  return retried(async () => {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      // A transaction has the item: it is over in milliseconds.
      if (error instanceof TransactionConflictException) return 'again';
      throw error;
    }
  });
}

/** `#name` for each name: half of DynamoDB's reserved words are ours (state, status, order, …), so every name goes this way. */
export function names(...attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
}
