/** SQS: queues as the template has them, over AWS JSON 1.0. Standard queues only. */
import { join } from 'node:path';
import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { parseInput } from '../aws/input.ts';
import { AwsError, type JsonInput, type JsonOperation, type JsonRequest, type JsonService, type NeededAction } from '../aws/service.ts';
import type { NewMessage, QueueOptions, ReceivedMessage } from './queue.ts';
import { Queue } from './queue.ts';

export interface SqsOptions {
  readonly queues: readonly QueueOptions[];
  readonly clock: Pick<LocalClock, 'now' | 'at'>;
  /** Data folder; undefined keeps nothing over a restart. */
  readonly folder: string | undefined;
  readonly region: string;
  readonly account: string;
}

export interface LocalSqs {
  readonly service: JsonService;
  /** The queue, for event source mappings and dead letters of other services; undefined when the template has none. */
  queue(name: string): Queue | undefined;
  stop(): void;
}

/** `http://127.0.0.1:PORT/000000000000/NAME`. `endpoint` is the AWS port's URL. */
export function queueUrl(endpoint: string, account: string, name: string): string {
  return `${endpoint}/${account}/${name}`;
}

/** Opens the queues. Throws when a dead-letter queue is none of them, or a queue is a FIFO one. */
export function createSqs(options: SqsOptions): LocalSqs {
  const queues = new Map<string, Queue>();
  const names = new Set(options.queues.map((queue) => queue.name));
  for (const queue of options.queues) {
    const deadLetters = queue.redrive?.deadLetterQueue;
    if (queue.name.endsWith('.fifo')) throw new Error(`The local SQS has no FIFO queues: ${queue.name}`);
    if (deadLetters !== undefined && !names.has(deadLetters)) throw new Error(`The dead-letter queue ${deadLetters} of ${queue.name} does not exist.`);
    const path = options.folder === undefined ? undefined : join(options.folder, `${queue.name}.jsonl`);
    queues.set(queue.name, new Queue(queue, options.clock, path, () => queues.get(deadLetters ?? '')));
  }
  return {
    service: sqsService(queues, options),
    queue: (name) => queues.get(name),
    stop: () => {
      for (const queue of queues.values()) queue.stop();
    },
  };
}

const LARGEST_MESSAGE = 1_048_576;

const seconds = (largest: number): z.ZodOptional<z.ZodNumber> => z.number().int().min(0).max(largest).optional();
const attribute = z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() });
const onQueue = z.object({ QueueUrl: z.string() });
const message = z.object({ MessageBody: z.string().min(1), DelaySeconds: seconds(900), MessageAttributes: z.record(z.string(), attribute).optional() });
const send = onQueue.extend(message.shape);
const sendBatch = onQueue.extend({ Entries: z.array(message.extend({ Id: z.string() })) });
const receive = onQueue.extend({
  MaxNumberOfMessages: z.number().int().min(1).max(10).optional(), VisibilityTimeout: seconds(43_200), WaitTimeSeconds: seconds(20),
  AttributeNames: z.array(z.string()).optional(), MessageSystemAttributeNames: z.array(z.string()).optional(), MessageAttributeNames: z.array(z.string()).optional(),
});
const remove = onQueue.extend({ ReceiptHandle: z.string() });
const removeBatch = onQueue.extend({ Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })) });
const changeVisibility = remove.extend({ VisibilityTimeout: z.number().int().min(0).max(43_200) });
const getAttributes = onQueue.extend({ AttributeNames: z.array(z.string()).optional() });
const getUrl = z.object({ QueueName: z.string() });

function sqsService(queues: ReadonlyMap<string, Queue>, { clock, region, account }: SqsOptions): JsonService {
  const arn = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;
  const needs = (action: string) => (input: JsonInput): readonly NeededAction[] => [{ action: `sqs:${action}`, resource: arn(nameIn(parseInput(onQueue, input).QueueUrl)) }];
  const find = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue === undefined) {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400, { headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' } });
    }
    return queue;
  };
  const queueOf = (input: { readonly QueueUrl: string }): Queue => find(nameIn(input.QueueUrl));
  /** An operation on one queue: its action has the operation's name unless given. */
  const operation = <T extends { readonly QueueUrl: string }>(action: string, schema: z.ZodType<T>, act: (queue: Queue, input: T, request: JsonRequest) => unknown): JsonOperation => ({
    needs: needs(action),
    handle: async (raw, request) => {
      const input = parseInput(schema, raw);
      return Promise.resolve(act(queueOf(input), input, request));
    },
  });
  return {
    name: 'sqs',
    protocolVersion: '1.0',
    operations: {
      SendMessage: operation('SendMessage', send, (queue, input, request) => sent(queue, input, request)),
      SendMessageBatch: operation('SendMessage', sendBatch, (queue, { Entries }, request) =>
        batch(Entries, (entry) => ({ Id: entry.Id, ...sent(queue, entry, request) }))),
      ReceiveMessage: operation('ReceiveMessage', receive, (queue, input, request) => receiveMessages(queue, input, request, clock)),
      DeleteMessage: operation('DeleteMessage', remove, (queue, { ReceiptHandle }) => deleted(queue, ReceiptHandle)),
      DeleteMessageBatch: operation('DeleteMessage', removeBatch, (queue, { Entries }) =>
        batch(Entries, (entry) => ({ Id: entry.Id, ...deleted(queue, entry.ReceiptHandle) }))),
      ChangeMessageVisibility: operation('ChangeMessageVisibility', changeVisibility, (queue, { ReceiptHandle, VisibilityTimeout }) => {
        if (!queue.release(ReceiptHandle, VisibilityTimeout * 1000)) throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
        return {};
      }),
      GetQueueAttributes: operation('GetQueueAttributes', getAttributes, (queue, { AttributeNames }) => ({ Attributes: selected(queueAttributes(queue, arn), AttributeNames ?? []) })),
      GetQueueUrl: {
        needs: (input) => [{ action: 'sqs:GetQueueUrl', resource: arn(parseInput(getUrl, input).QueueName) }],
        handle: (input, request) => {
          const { name } = find(parseInput(getUrl, input).QueueName);
          return Promise.resolve({ QueueUrl: queueUrl(`http://${request.headers['host'] ?? '127.0.0.1'}`, account, name) });
        },
      },
    },
  };
}

function nameIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function sent(queue: Queue, input: z.infer<typeof message>, request: JsonRequest): { MessageId: string; MD5OfMessageBody: string } {
  if (Buffer.byteLength(input.MessageBody) > LARGEST_MESSAGE) throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: Message must be shorter than ${String(LARGEST_MESSAGE)} bytes.`);
  const fresh: NewMessage = {
    body: input.MessageBody,
    sender: request.principal.name,
    attributes: Object.fromEntries(Object.entries(input.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [name, { DataType, ...(StringValue === undefined ? {} : { StringValue }), ...(BinaryValue === undefined ? {} : { BinaryValue }) }])),
    ...(input.DelaySeconds === undefined ? {} : { delay: input.DelaySeconds * 1000 }),
  };
  const { messageId, md5OfBody } = queue.send(fresh);
  return { MessageId: messageId, MD5OfMessageBody: md5OfBody };
}

function deleted(queue: Queue, receiptHandle: string): Record<string, never> {
  if (!queue.delete(receiptHandle)) throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
  return {};
}

/** Each entry succeeds or fails for itself. */
function batch<T extends { readonly Id: string }>(entries: readonly T[], act: (entry: T) => unknown): { Successful: unknown[]; Failed: unknown[] } {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "There should be at least one entry in the request.");
  if (entries.length > 10) throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map((entry) => entry.Id)).size !== entries.length) throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of entries) {
    try {
      Successful.push(act(entry));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

async function receiveMessages(queue: Queue, input: z.infer<typeof receive>, request: JsonRequest, clock: Pick<LocalClock, 'now' | 'at'>): Promise<unknown> {
  const take = (): readonly ReceivedMessage[] => queue.receive(input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000);
  const wait = (input.WaitTimeSeconds ?? queue.options.receiveWait) * 1000;
  let messages = take();
  if (messages.length === 0 && wait > 0) {
    const resume = request.idle();
    await arrivalOrTimeout(queue, clock, wait);
    resume();
    messages = take();
  }
  if (messages.length === 0) return {};
  const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  return { Messages: messages.map((received) => messageShape(received, system, input.MessageAttributeNames ?? [])) };
}

async function arrivalOrTimeout(queue: Queue, clock: Pick<LocalClock, 'now' | 'at'>, wait: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      unsubscribe();
      timer.cancel();
      resolve();
    };
    const unsubscribe = queue.onArrival(done);
    const timer = clock.at(clock.now() + wait, done);
  });
}

function messageShape(received: ReceivedMessage, systemNames: readonly string[], attributeNames: readonly string[]): unknown {
  const system = selected(
    {
      ApproximateReceiveCount: String(received.receiveCount), SentTimestamp: String(received.sentAt),
      ApproximateFirstReceiveTimestamp: String(received.firstReceivedAt), SenderId: received.sender,
    },
    systemNames,
  );
  const wanted = Object.entries(received.messageAttributes).filter(([name]) =>
    attributeNames.some((pattern) => pattern === 'All' || (pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name)));
  return {
    MessageId: received.messageId, ReceiptHandle: received.receiptHandle, Body: received.body, MD5OfBody: received.md5OfBody,
    ...(Object.keys(system).length === 0 ? {} : { Attributes: system }),
    ...(wanted.length === 0 ? {} : { MessageAttributes: Object.fromEntries(wanted) }),
  };
}

function queueAttributes(queue: Queue, arn: (name: string) => string): Readonly<Record<string, string>> {
  const { options } = queue;
  const counts = queue.counts();
  const redrive = options.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(options.redrive.deadLetterQueue), maxReceiveCount: options.redrive.maxReceiveCount }) };
  return {
    QueueArn: arn(queue.name),
    ApproximateNumberOfMessages: String(counts.visible), ApproximateNumberOfMessagesNotVisible: String(counts.inFlight), ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(options.visibilityTimeout), DelaySeconds: String(options.delaySeconds), MessageRetentionPeriod: String(options.retention),
    ReceiveMessageWaitTimeSeconds: String(options.receiveWait), MaximumMessageSize: String(LARGEST_MESSAGE),
    ...redrive,
  };
}

function selected(all: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
