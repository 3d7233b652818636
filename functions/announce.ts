/** DynamoDB stream of plans: tells what happened to plans and their runs. A record that could not be told of is delivered again, and what is behind it. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { announce } from '../core/result/announce.ts';
import { announceServices, log, planChangeOf } from './services.ts';

const services = announceServices();

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const { dynamodb } of event.Records) {
    try {
      const change = dynamodb === undefined ? undefined : planChangeOf(dynamodb);
      if (change !== undefined) await announce(services, change);
    } catch (error) {
      log.error('an event was not told', { error: error instanceof Error ? error.name : 'unknown' });
      return { batchItemFailures: [{ itemIdentifier: dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}
