/** The wake queue: its consumer pushes, with the retries that this takes, away from whoever asked. */
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from '../../core/back-off.ts';
import { WavecastError } from '../../core/errors.ts';
import type { Waker } from '../../core/instruction/store.ts';
import { encodeWakeMessage } from '../../protocol/wake-message.ts';

export interface WakeQueue {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/** Devices per message: one consumer invocation pushes them in one go; a message stays far below SQS's limit. */
const PER_MESSAGE = 100;
/** SQS takes ten messages in one request, and delays by at most fifteen minutes. */
const PER_REQUEST = 10;
const MAX_DELAY_SECONDS = 900;
const ATTEMPTS = 4;

/** 1 request for up to 100 devices, else 1 per 1,000. */
export function createWaker(queue: WakeQueue): Waker {
  return {
    async wake(enrolmentIds, delaySeconds = 0, tries = 0) {
      const distinct = [...new Set(enrolmentIds)];
      const bodies = chunks(distinct, PER_MESSAGE).map((ids) => encodeWakeMessage({ enrolmentIds: ids, tries }));
      for (const some of chunks(bodies, PER_REQUEST)) await send(queue, some, delaySeconds);
    },
  };
}

async function send({ client, queueUrl }: WakeQueue, bodies: readonly string[], delaySeconds: number): Promise<void> {
  const delay = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds)));
  const [only] = bodies;
  if (only !== undefined && bodies.length === 1) {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: only, DelaySeconds: delay }));
    return;
  }
  let left = bodies.map((body, index) => ({ Id: String(index), MessageBody: body, DelaySeconds: delay }));
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === ATTEMPTS) throw new WavecastError('throttled', 'The wake queue did not take every message.', { remedy: 'Try again in a moment.' });
    if (attempt > 0) await sleep(backOff(attempt, 50, 1_000, Math.random()));
    const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
    const failed = new Set((Failed ?? []).map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
  }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
