/** What only the cloud does to calls. The local DynamoDB is never too busy, has no conflicts and loses no answer. */
import {
  InternalServerError, ProvisionedThroughputExceededException, TransactionCanceledException, TransactionConflictException, TransactionInProgressException, type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** What happens to one try of an operation (`PutItem`, `TransactWriteItems`, …); undefined leaves it alone. */
export interface Fault {
  /** In the place of the call: nothing was done. */
  readonly instead?: (operation: string) => Error | undefined;
  /** In the place of its answer: what was asked is done. */
  readonly after?: (operation: string) => Error | undefined;
}

const $metadata = {};
const writes: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem']);

/** A transaction of which one action could not be judged; the others' codes may be told. */
export function cancelled(...codes: readonly string[]): Error {
  return new TransactionCanceledException({ $metadata, message: 'Transaction cancelled.', CancellationReasons: codes.map((Code) => ({ Code })) });
}

/** Another transaction has an item of the write. Batches leave such items over instead of failing. */
export const conflict: Fault = {
  instead: (operation) => {
    if (operation === 'TransactWriteItems') return cancelled('None', 'TransactionConflict');
    return writes.has(operation) && operation !== 'BatchWriteItem' ? new TransactionConflictException({ $metadata, message: 'Transaction is ongoing for the item.' }) : undefined;
  },
};

/** The table is too busy; a transaction tells it of the item. */
export const throttle: Fault = {
  instead: (operation) => (operation === 'TransactWriteItems' ? cancelled('ThrottlingError', 'None') : new ProvisionedThroughputExceededException({ $metadata, message: 'Throttled.' })),
};

/** The table is too busy for any call, transactions as a whole included. */
export const throttledWhole: Fault = { instead: () => new ProvisionedThroughputExceededException({ $metadata, message: 'Throttled.' }) };

/** A write is done, and the connection breaks before its answer comes. */
export const answerLost: Fault = { after: (operation) => (writes.has(operation) ? Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }) : undefined) };

/** A write is done, and DynamoDB says that something went wrong within. */
export const doneAndDenied: Fault = { after: (operation) => (writes.has(operation) ? new InternalServerError({ $metadata: { httpStatusCode: 500 }, message: 'Internal error.' }) : undefined) };

/** A transaction is done; asked meanwhile, DynamoDB has said that it is still under way. */
export const inProgress: Fault = { after: (operation) => (operation === 'TransactWriteItems' ? new TransactionInProgressException({ $metadata, message: 'In progress.' }) : undefined) };

/** `once`: the next call that the fault applies to; `first`: the first try of every call; `always`: every try. */
export type Frequency = 'once' | 'first' | 'always';

export interface Faults {
  befall(fault: Fault, frequency: Frequency): void;
  end(): void;
  /** How many tries were befallen. */
  readonly count: number;
}

/** Faults come inside the SDK's own repetition, as from the network. */
export function injectFaults(client: DynamoDBClient): Faults {
  let current: { readonly fault: Fault; readonly frequency: Frequency } | undefined;
  let count = 0;
  /** Calls by their contexts, which their repetitions share. */
  const befallen = new WeakSet();
  const strike = (moment: keyof Fault, operation: string, call: object): void => {
    const error = current?.fault[moment]?.(operation);
    if (error === undefined || (current?.frequency === 'first' && befallen.has(call))) return;
    if (current?.frequency === 'once') current = undefined;
    befallen.add(call);
    count += 1;
    throw error;
  };
  client.middlewareStack.add((next, context) => async (args) => {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    strike('instead', operation, context);
    const answer = await next(args);
    strike('after', operation, context);
    return answer;
  }, { step: 'deserialize', priority: 'high', name: 'faults' });
  return {
    befall: (fault, frequency) => { current = { fault, frequency }; },
    end: () => { current = undefined; },
    get count() {
      return count;
    },
  };
}
