import { ReceiveMessageCommand, SQSClient, type SendMessageBatchCommandInput, type ServiceInputTypes } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWaker } from '../../../adapters/sqs/waker.ts';
import type { Waker } from '../../../core/instruction/store.ts';
import { decodeWakeMessage, type WakeMessage } from '../../../protocol/wake-message.ts';
import { createSqs, queueUrl, type LocalSqs } from '../../../local/sqs/service.ts';
import { account, clientSettings, region, startRig, type Rig } from '../../local/aws/rig.ts';
import { refusalOf } from '../../support/outcomes.ts';
import { many, uniqueEnrolmentId } from '../../support/samples/unique.ts';

let rig: Rig;
let sqs: LocalSqs;
let client: SQSClient;
let url: string;
let waker: Waker;
/** Requests that the queue got. */
let requests: string[];

beforeEach(async () => {
  rig = await startRig((clock) => {
    sqs = createSqs({ queues: [{ name: 'wake' }], clock, folder: undefined, region, account });
    return [sqs.service];
  });
  requests = [];
  rig.port.observe({ onCall: ({ operation }) => { if (operation.startsWith('Send')) requests.push(operation); } });
  client = new SQSClient(clientSettings(rig));
  url = queueUrl(rig.port.url, account, 'wake');
  waker = createWaker({ client, queueUrl: url });
});
afterEach(async () => {
  client.destroy();
  sqs.stop();
  await rig.port.close();
});

async function received(): Promise<readonly WakeMessage[]> {
  const messages: WakeMessage[] = [];
  for (;;) {
    const { Messages: some = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (some.length === 0) return messages;
    messages.push(...some.map(({ Body }) => decodeWakeMessage(Body ?? '')));
  }
}

describe('waking devices', () => {
  it('asks for each of them once, a hundred to a message', async () => {
    const ids = many(250, uniqueEnrolmentId);
    await waker.wake([...ids, ...ids.slice(0, 30)]);
    const messages = await received();
    expect(messages.map(({ enrolmentIds }) => enrolmentIds.length).toSorted((a, b) => b - a)).toEqual([100, 100, 50]);
    expect(messages.flatMap(({ enrolmentIds }) => enrolmentIds).toSorted()).toEqual(ids.toSorted());
    expect(requests).toEqual(['SendMessageBatch']);
  });

  it('takes one request for a few, several for more than ten messages, and none for nobody', async () => {
    await waker.wake(many(3, uniqueEnrolmentId));
    expect(requests).toEqual(['SendMessage']);
    await waker.wake(many(1050, uniqueEnrolmentId));
    expect(requests).toEqual(['SendMessage', 'SendMessageBatch', 'SendMessage']);
    await waker.wake([]);
    expect(requests).toHaveLength(3);
    expect((await received()).flatMap(({ enrolmentIds }) => enrolmentIds)).toHaveLength(1053);
  });

  it.each([[90.2, 91], [5000, 900]])('waits when that is asked for: %d seconds are %d', async (asked, waited) => {
    await waker.wake(many(150, uniqueEnrolmentId), asked);
    rig.clock.advance((waited - 1) * 1000);
    expect(await received()).toEqual([]);
    rig.clock.advance(1000);
    expect(await received()).toHaveLength(2);
  });

  it('remembers how often they were pushed in vain, so that it ends some day', async () => {
    const [one, two] = [uniqueEnrolmentId(), uniqueEnrolmentId()];
    await waker.wake([one]);
    await waker.wake([two], 0, 3);
    expect((await received()).toSorted((a, b) => a.tries - b.tries)).toEqual([{ enrolmentIds: [one], tries: 0 }, { enrolmentIds: [two], tries: 3 }]);
  });
});

function sendsBatch(input: ServiceInputTypes): input is SendMessageBatchCommandInput {
  return 'Entries' in input && input.Entries?.every((entry) => 'MessageBody' in entry) === true;
}

describe('messages that the queue did not take', () => {
  /** Of each batch, those that `fails` says are left out, as SQS does when it is busy. */
  function leaveOut(fails: (attempt: number, index: number) => boolean): void {
    let attempt = 0;
    client.middlewareStack.add((next) => async (args) => {
      const { input } = args;
      if (!sendsBatch(input)) return next(args);
      attempt += 1;
      const entries = input.Entries ?? [];
      const taken = entries.filter((_, index) => !fails(attempt, index));
      const failed = entries.filter((_, index) => fails(attempt, index)).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
      const answer = taken.length === 0 ? { output: { $metadata: {} }, response: undefined } : await next({ ...args, input: { ...input, Entries: taken } });
      return { ...answer, output: { ...answer.output, Failed: failed } };
    }, { step: 'initialize', name: 'leaveOut' });
  }

  it('are sent again, and those that it took are not', async () => {
    leaveOut((attempt, index) => attempt < 3 && index > 0);
    const ids = many(300, uniqueEnrolmentId);
    await waker.wake(ids);
    expect((await received()).flatMap(({ enrolmentIds }) => enrolmentIds).toSorted()).toEqual(ids.toSorted());
  });

  it('are a failure where it never takes them', async () => {
    leaveOut((_, index) => index === 0);
    expect(await refusalOf(waker.wake(many(600, uniqueEnrolmentId)))).toBe('throttled');
  });
});
