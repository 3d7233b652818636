import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A table that a store works on. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  /** Its name. */
  readonly table: string;
}

/** Optional fields that are absent in core's values are absent in items. */
export function createDocumentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
