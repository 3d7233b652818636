import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageBatchCommand,
  SendMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Queue } from '../../../local/sqs/queue.ts';
import { createSqs, queueUrl, type LocalSqs } from '../../../local/sqs/service.ts';
import { account, allow, clientSettings, ManualClock, region, rejection, role, startRig, type Rig } from '../aws/rig.ts';

const queues = [{ name: 'waker', visibilityTimeout: 30, redrive: { deadLetterQueue: 'waker-dead', maxReceiveCount: 2 } }, { name: 'waker-dead' }, { name: 'slow', delaySeconds: 60 }] as const;

let rig: Rig;
let sqs: LocalSqs;
let client: SQSClient;
let folder: string;
let url: string;

async function start(): Promise<void> {
  rig = await startRig((clock) => {
    sqs = createSqs({ queues, clock, folder, region, account });
    return [sqs.service];
  });
  client = new SQSClient(clientSettings(rig));
  url = queueUrl(rig.port.url, account, 'waker');
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavecast-sqs-'));
  await start();
});
afterEach(async () => {
  sqs.stop();
  await rig.port.close();
  rmSync(folder, { recursive: true });
});

const send = (MessageBody: string, more = {}) => client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...more }));
const receive = async (more: Partial<ReceiveMessageCommand['input']> = {}) => (await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (QueueUrl = url): Promise<(string | undefined)[]> => (await receive({ QueueUrl })).map(({ Body }) => Body);

describe('a message', () => {
  it('is received with its attributes, hidden, and gone when deleted', async () => {
    await send('hello', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'push' } } });
    const [message] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ Body: 'hello', MessageAttributes: { kind: { StringValue: 'push' } }, Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(rig.clock.now()), SenderId: 'developer' } });
    expect(await bodies()).toEqual([]);
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    rig.clock.advance(60_000);
    expect(await bodies()).toEqual([]);
    expect(rig.clock.timers).toBe(0);
  });

  it('is visible again after the timeout, on the local clock', async () => {
    await send('again');
    await receive();
    rig.clock.advance(29_999);
    expect(await bodies()).toEqual([]);
    rig.clock.advance(1);
    expect(await bodies()).toEqual(['again']);
  });

  it('is delayed by the sender or by its queue', async () => {
    await send('later', { DelaySeconds: 10 });
    const slow = queueUrl(rig.port.url, account, 'slow');
    await client.send(new SendMessageCommand({ QueueUrl: slow, MessageBody: 'slow' }));
    rig.clock.advance(10_000);
    expect([await bodies(), await bodies(slow)]).toEqual([['later'], []]);
    rig.clock.advance(50_000);
    expect(await bodies(slow)).toEqual(['slow']);
  });

  it('received too often goes to the dead letters', async () => {
    const dead = queueUrl(rig.port.url, account, 'waker-dead');
    await send('poison');
    for (let time = 0; time < 2; time += 1) {
      expect(await bodies()).toEqual(['poison']);
      rig.clock.advance(30_000);
    }
    expect([await bodies(), await bodies(dead)]).toEqual([[], ['poison']]);
  });

  it('can be given back at once or later', async () => {
    await send('back');
    const [message] = await receive();
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await bodies()).toEqual(['back']);
    const stale = await rejection(client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 })));
    expect(stale.name).toBe('MessageNotInflight');
  });

  it('ends with the queue’s retention', () => {
    const queue = sqs.queue('waker');
    queue?.send({ body: 'old' });
    rig.clock.advance(4 * 86_400_000 - 1);
    expect(queue?.counts().visible).toBe(1);
    rig.clock.advance(1);
    expect(queue?.receive(10)).toEqual([]);
  });

  it.each([{ cut: '' }, { cut: '{"put":{"id":"half' }])('survives a kill, with its count and its hiding (log ends in $cut)', async ({ cut }) => {
    await send('kept');
    await send('in flight');
    await send('deleted');
    const taken = await receive({ MaxNumberOfMessages: 3 });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: taken[2]?.ReceiptHandle }));
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: taken[0]?.ReceiptHandle, VisibilityTimeout: 0 }));
    sqs.stop();
    await rig.port.close();
    const path = join(folder, 'waker.jsonl');
    writeFileSync(path, `${readFileSync(path, 'utf8')}${cut}`);
    const before = rig.clock.now();
    await start();
    rig.clock.advance(before - rig.clock.now());
    expect((await receive({ MessageSystemAttributeNames: ['All'] })).map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([['kept', '2']]);
    await send('after');
    expect(await bodies()).toEqual(['after']);
    rig.clock.advance(30_000);
    expect(await bodies()).toContain('after');
  });
});

describe('a batch', () => {
  it('succeeds entry by entry', async () => {
    const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'b', MessageBody: 'x'.repeat(1_048_577) }] }));
    expect([Successful?.map(({ Id }) => Id), Failed?.map(({ Id, Code }) => [Id, Code])]).toEqual([['a'], [['b', 'InvalidParameterValue']]]);
    const [message] = await receive();
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }, { Id: 'b', ReceiptHandle: 'nonsense' }] }));
    expect([deleted.Successful?.map(({ Id }) => Id), deleted.Failed?.map(({ Id }) => Id)]).toEqual([['a'], ['b']]);
  });

  it('has 1 to 10 entries with names of their own', async () => {
    const batch = (ids: string[]) => rejection(client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: 'x' })) })));
    expect((await batch([])).name).toBe('EmptyBatchRequest');
    expect((await batch(['a', 'a'])).name).toBe('BatchEntryIdsNotDistinct');
    expect((await batch(Array.from({ length: 11 }, (_, index) => String(index)))).name).toBe('TooManyEntriesInBatchRequest');
  });
});

describe('a long poll', () => {
  it('ends when a message comes, and holds the clock no longer than it works', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await expect.poll(() => rig.clock.timers).toBe(1);
    expect(rig.clock.holds.size).toBe(0);
    await send('arrived');
    expect((await poll).map(({ Body }) => Body)).toEqual(['arrived']);
  });

  it('ends empty when its time is over', async () => {
    const poll = receive({ WaitTimeSeconds: 20 });
    await expect.poll(() => rig.clock.timers).toBe(1);
    rig.clock.advance(20_000);
    expect(await poll).toEqual([]);
  });
});

describe('a queue', () => {
  it('tells its URL and how it stands', async () => {
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'waker' }))).QueueUrl).toBe(url);
    await send('one');
    await send('two');
    await send('three', { DelaySeconds: 5 });
    await receive({ MaxNumberOfMessages: 1 });
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:waker', ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessagesDelayed: '1',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:waker-dead","maxReceiveCount":2}',
    });
  });

  it('that does not exist has AWS’s name for that', async () => {
    expect((await rejection(client.send(new GetQueueUrlCommand({ QueueName: 'none' })))).name).toBe('QueueDoesNotExist');
  });

  it('is open to roles by its ARN; a batch needs the same action', async () => {
    const waker = new SQSClient(clientSettings(rig, role(rig, 'sender', allow('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:000000000000:waker'))));
    await waker.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', MessageBody: 'x' }] }));
    expect((await rejection(waker.send(new ReceiveMessageCommand({ QueueUrl: url })))).name).toBe('AccessDeniedException');
    expect((await rejection(waker.send(new SendMessageCommand({ QueueUrl: queueUrl(rig.port.url, account, 'slow'), MessageBody: 'x' })))).name).toBe('AccessDeniedException');
  });
});

describe('an event source mapping', () => {
  it('hears of messages, takes a batch, and deletes or releases each', () => {
    const queue = sqs.queue('waker');
    if (queue === undefined) throw new Error('The queue is missing.');
    let arrivals = 0;
    queue.onArrival(() => { arrivals += 1; });
    for (const body of ['a', 'b', 'c']) queue.send({ body });
    expect(arrivals).toBe(3);
    const [a, b, ...more] = queue.receive(2);
    expect([a?.body, b?.body, more.length]).toEqual(['a', 'b', 0]);
    expect(queue.delete(a?.receiptHandle ?? '')).toBe(true);
    expect(queue.release(b?.receiptHandle ?? '', 5_000)).toBe(true);
    expect(queue.delete('nonsense')).toBe(false);
    rig.clock.advance(5_000);
    expect(arrivals).toBe(4);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['c', 'b']);
  });
});

describe('any history of a queue', () => {
  it('loses no message: each is visible, hidden, a dead letter, or was deleted', () => {
    const step = fc.constantFrom('send', 'receive', 'delete', 'release', 'wait', 'reload');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const path = join(folder, 'property');
        for (const name of ['q', 'dead']) rmSync(join(path, `${name}.jsonl`), { force: true });
        const clock = new ManualClock(0);
        const open = (): { queue: Queue; dead: Queue } => {
          const dead = new Queue({ name: 'dead' }, clock, join(path, 'dead.jsonl'), () => undefined);
          return { dead, queue: new Queue({ name: 'q', redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } }, clock, join(path, 'q.jsonl'), () => dead) };
        };
        let { queue, dead } = open();
        const handles: string[] = [];
        let expected = 0;
        for (const one of steps) {
          if (one === 'send') { queue.send({ body: 'x' }); expected += 1; }
          if (one === 'receive') handles.push(...queue.receive(2).map(({ receiptHandle }) => receiptHandle));
          if (one === 'release') queue.release(handles[0] ?? '', 1_000);
          if (one === 'wait') clock.advance(31_000);
          if (one === 'reload') { queue.stop(); ({ queue, dead } = open()); }
          if (one === 'delete') {
            const before = total(queue);
            queue.delete(handles.pop() ?? '');
            expected -= before - total(queue);
          }
          expect(total(queue) + total(dead)).toBe(expected);
        }
        queue.stop();
      }),
      { numRuns: 60 },
    );
  });
});

function total(queue: Queue): number {
  const { visible, inFlight, delayed } = queue.counts();
  return visible + inFlight + delayed;
}
