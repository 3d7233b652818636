/** Conditional writes and transactions: what a refusal means is decoded here and nowhere else. */
import { ConditionalCheckFailedException, TransactionCanceledException, TransactionConflictException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type DynamoDBDocumentClient, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { retried } from './retry.ts';

export type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Reasons that pass by themselves. */
const passing: ReadonlySet<string> = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Carries the actions out, all or none (at most 100, each on another item). Answers the indexes of all actions whose
 * condition failed: empty when all were done. Conflicts with other transactions are tried again; `throttled` when they
 * do not end. Costs one call and two write units per started KB of each action. A token goes with it, so that
 * repetitions after an answer that got lost do nothing twice and find nothing of their own in the way.
 */
export function transact(client: DynamoDBDocumentClient, actions: readonly Action[]): Promise<ReadonlySet<number>> {
  let token = randomUUID();
  return retried(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [...actions], ClientRequestToken: token }));
      return new Set<number>();
    } catch (error) {
      // An earlier try of this very transaction is under way: asked by the same token, it tells what became of it.
      if (error instanceof TransactionInProgressException) return 'again';
      if (!(error instanceof TransactionCanceledException)) throw error;
      // Nothing was done: the next try is another transaction.
      token = randomUUID();
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
      // While one action could not even be judged, the others' failures are not all that there is to know.
      if (codes.some((code) => passing.has(code))) return 'again';
      const failed = new Set(codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : [])));
      if (failed.size > 0) return failed;
      throw error;
    }
  });
}

/**
 * One conditional put of which the caller must know whether it was made: false when its condition failed. A transaction
 * of one action, at twice a write's cost, for the sake of its token: a plain write that is repeated after a lost answer
 * fails by its own first try.
 */
export async function putKnowingly(client: DynamoDBDocumentClient, put: NonNullable<Action['Put']>): Promise<boolean> {
  return (await transact(client, [{ Put: put }])).size === 0;
}

/**
 * One conditional write outside a transaction: half the cost. Undefined when its condition failed. For writes whose
 * condition still holds once they are made, and those of which nobody asks whether it was they that made it so.
 */
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
