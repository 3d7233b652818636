/** SQS: pushes to the devices named in each message. What could not be pushed is queued again, with a delay. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wakeDevices } from '../core/instruction/wake-devices.ts';
import { decodeWakeMessage } from '../protocol/wake-message.ts';
import { clock, log, wakerServices } from './services.ts';

const services = wakerServices();

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      const { enrolmentIds, tries } = decodeWakeMessage(body);
      await wakeDevices(services, enrolmentIds, tries, clock.now());
    } catch (error) {
      log.error('a wake message failed', { messageId, error: error instanceof Error ? error.name : 'unknown' });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
