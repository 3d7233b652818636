/** DynamoDB stream of instructions: recounts the waves that a batch touched, gives back places that they no longer need, and sees what test installs have proven. A failed wave's records are delivered again. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { proveVersion } from '../core/catalog/test-install.ts';
import { parseWaveId, type WaveId } from '../core/ids.ts';
import { settleWave } from '../core/result/settle-totals.ts';
import { settlePlaces } from '../core/rollout/free-places.ts';
import { clock, log, settleServices } from './services.ts';

const services = settleServices();
const PREFIX = 'wave#';

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const firstRecord = new Map<WaveId, string>();
  for (const { dynamodb } of event.Records) {
    const key = dynamodb?.Keys?.['pk']?.S;
    if (key?.startsWith(PREFIX) !== true) continue;
    const waveId = parseWaveId(key.slice(PREFIX.length));
    if (!firstRecord.has(waveId)) firstRecord.set(waveId, dynamodb?.SequenceNumber ?? '');
  }
  const failed: string[] = [];
  for (const [waveId, sequenceNumber] of firstRecord) {
    try {
      await settlePlaces(services, waveId, await settleWave(services, waveId), clock.now());
      await proveVersion(services, waveId);
    } catch (error) {
      log.error('totals not settled', { waveId, error: error instanceof Error ? error.name : 'unknown' });
      failed.push(sequenceNumber);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
