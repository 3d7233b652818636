/** An SQS event source mapping: takes batches from a queue to a function, and back what it names as failed. */
import type { LocalClock } from '../clock.ts';
import type { QueueConsumer, ReceivedMessage } from '../sqs/queue.ts';
import type { FunctionAnswer } from '../step-functions/function-call.ts';

export interface QueueSource {
  readonly queue: QueueConsumer;
  readonly queueArn: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** The function names the messages that failed, instead of failing as a whole. */
  readonly reportsFailures: boolean;
  readonly call: (event: unknown) => Promise<FunctionAnswer>;
  /** Whether the function's role lets its queue be read, and what was handled be taken off it. */
  readonly may: (action: 'ReceiveMessage' | 'DeleteMessage') => boolean;
}

/** Starts polling; returns the function that stops it. */
export function followQueue(source: QueueSource): () => void {
  const { queue, clock } = source;
  let running = 0;
  let stopped = false;
  const pump = (): void => {
    while (!stopped && running < source.maximumConcurrency && source.may('ReceiveMessage')) {
      const messages = queue.receive(source.batchSize);
      if (messages.length === 0) return;
      running += 1;
      const release = clock.hold(`queue ${queue.name}`);
      void deliver(source, messages).finally(() => {
        running -= 1;
        pump();
        release();
      });
    }
  };
  const forget = queue.onArrival(pump);
  pump();
  return () => {
    stopped = true;
    forget();
  };
}

async function deliver(source: QueueSource, messages: readonly ReceivedMessage[]): Promise<void> {
  const { payload, fault } = await source.call({ Records: messages.map((message) => record(source, message)) });
  const failed = fault === undefined ? (source.reportsFailures ? failedOf(payload) : new Set<string>()) : new Set(messages.map(({ messageId }) => messageId));
  for (const { messageId, receiptHandle } of messages) {
    // What failed becomes visible when its timeout is over, and goes to the dead letters after its redrives.
    if (!failed.has(messageId) && source.may('DeleteMessage')) source.queue.delete(receiptHandle);
  }
}

function record({ queueArn, region }: QueueSource, message: ReceivedMessage): unknown {
  return {
    messageId: message.messageId, receiptHandle: message.receiptHandle, body: message.body, md5OfBody: message.md5OfBody, messageAttributes: {},
    attributes: { ApproximateReceiveCount: String(message.receiveCount), SentTimestamp: String(message.sentAt), ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt), SenderId: message.sender },
    eventSource: 'aws:sqs', eventSourceARN: queueArn, awsRegion: region,
  };
}

function failedOf(payload: unknown): ReadonlySet<string> {
  const failures: unknown = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'batchItemFailures') : undefined;
  if (!Array.isArray(failures)) return new Set();
  return new Set(failures.map((failure: unknown) => (typeof failure === 'object' && failure !== null ? String(Reflect.get(failure, 'itemIdentifier')) : '')));
}
