/** Batches of which a part is left undone, as a busy table does it. */
import type { DynamoDBClient, KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb';

/** Of each batch of `n` requests (on one table, as all of ours are) the first `done(n)` are carried out; the others come back in its answer. */
export function leaveOver(client: DynamoDBClient, done: (requests: number) => number): { readonly batches: number } {
  let batches = 0;
  client.middlewareStack.add((next) => async (args) => {
    const { input } = args;
    if (!('RequestItems' in input) || input.RequestItems === undefined) return next(args);
    const [[table, requested] = ['', []]] = Object.entries<KeysAndAttributes | WriteRequest[]>(input.RequestItems);
    batches += 1;
    const nothing = { output: { $metadata: {} }, response: undefined };
    if (Array.isArray(requested)) {
      const count = done(requested.length);
      const answer = count === 0 ? nothing : await next({ ...args, input: { ...input, RequestItems: { [table]: requested.slice(0, count) } } });
      return { ...answer, output: { ...answer.output, UnprocessedItems: { [table]: requested.slice(count) } } };
    }
    const keys = requested.Keys ?? [];
    const count = done(keys.length);
    const answer = count === 0 ? nothing : await next({ ...args, input: { ...input, RequestItems: { [table]: { ...requested, Keys: keys.slice(0, count) } } } });
    return { ...answer, output: { ...answer.output, UnprocessedKeys: { [table]: { ...requested, Keys: keys.slice(count) } } } };
  }, { step: 'initialize', name: 'leftOver' });
  return {
    get batches() {
      return batches;
    },
  };
}
