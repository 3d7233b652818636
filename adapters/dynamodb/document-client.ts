import { ProvisionedThroughputExceededException, RequestLimitExceeded, ThrottlingException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tooBusy } from './retry.ts';

/** A table that a store works on. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  /** Its name. */
  readonly table: string;
}

const throttles = [ProvisionedThroughputExceededException, ThrottlingException, RequestLimitExceeded] as const;

/**
 * Optional fields that are absent in core's values are absent in items. What is throttled still after the SDK's own
 * repetitions is thrown as `throttled`: our callers know what to make of that.
 */
export function createDocumentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  client.middlewareStack.add((next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw throttles.some((throttle) => error instanceof throttle) ? tooBusy(error) : error;
    }
  }, { step: 'initialize', name: 'throttledOfOurs', override: true });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
