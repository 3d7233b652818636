import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWaker } from '../../adapters/sqs/waker.ts';
import { parseEnrolmentId } from '../../core/ids.ts';
import { createSqs, queueUrl } from '../../local/sqs/service.ts';
import { decodeWakeMessage } from '../../protocol/wake-message.ts';
import { account, clientSettings, region, startRig, type Rig } from '../local/aws/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig((clock) => [createSqs({ queues: [{ name: 'wake' }], clock, folder: undefined, region, account }).service]);
});
afterAll(() => rig.port.close());

it('says how often devices were pushed to in vain: who asks again and again must come to an end', async () => {
  const client = new SQSClient(clientSettings(rig));
  const url = queueUrl(rig.port.url, account, 'wake');
  await createWaker({ client, queueUrl: url }).wake([parseEnrolmentId('ENROLMENT-1')], 30, 2);
  rig.clock.advance(30_000);
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
  expect(decodeWakeMessage(Messages?.[0]?.Body ?? '')).toEqual({ enrolmentIds: ['ENROLMENT-1'], tries: 2 });
});
