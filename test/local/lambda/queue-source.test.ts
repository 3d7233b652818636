import { describe, expect, it } from 'vitest';
import { followQueue, type QueueSource } from '../../../local/lambda/queue-source.ts';
import type { FunctionAnswer } from '../../../local/step-functions/function-call.ts';
import { createSqs } from '../../../local/sqs/service.ts';
import type { Queue } from '../../../local/sqs/queue.ts';
import type { LocalClock } from '../../../local/clock.ts';
import { ManualClock } from '../aws/rig.ts';

interface Delivery {
  readonly bodies: readonly string[];
  /** Ends the invocation. */
  readonly answer: (answer: FunctionAnswer) => Promise<void>;
}

function world(more: Partial<QueueSource> = {}): { queue: Queue; dead: Queue; clock: ManualClock; deliveries: Delivery[]; records: Record<string, unknown>[]; stop: () => void } {
  const clock = new ManualClock();
  const sqs = createSqs({ queues: [{ name: 'wake', visibilityTimeout: 60, redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } }, { name: 'dead' }], clock, folder: undefined, region: 'eu-west-1', account: '000000000000' });
  const [queue, dead] = [sqs.queue('wake'), sqs.queue('dead')];
  if (queue === undefined || dead === undefined) throw new Error('The queues were not made.');
  const deliveries: Delivery[] = [];
  const records: Record<string, unknown>[] = [];
  const stop = followQueue({
    queue, queueArn: 'arn:aws:sqs:eu-west-1:000000000000:wake', region: 'eu-west-1', clock: clock as unknown as LocalClock, batchSize: 3, maximumConcurrency: 2, reportsFailures: true, may: () => true,
    call: (event) => new Promise((resolve) => {
      const batch = (event as { Records: Record<string, unknown>[] }).Records;
      records.push(...batch);
      deliveries.push({
        bodies: batch.map(({ body }) => String(body)),
        answer: async (answer) => {
          resolve(answer);
          await new Promise((done) => setImmediate(done));
        },
      });
    }),
    ...more,
  });
  return { queue, dead, clock, deliveries, records, stop };
}
const bodies = (deliveries: readonly Delivery[]): readonly (readonly string[])[] => deliveries.map((delivery) => delivery.bodies);

describe('a queue that feeds a function', () => {
  it('hands over batches, no more at a time than allowed, and holds the clock meanwhile', async () => {
    const { queue, clock, deliveries, records } = world();
    for (const body of ['a', 'b', 'c', 'd', 'e', 'f']) queue.send({ body });
    expect(bodies(deliveries)).toEqual([['a'], ['b']]);
    expect(clock.holds.size).toBe(2);
    await deliveries[0]?.answer({ payload: null });
    expect(bodies(deliveries)).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    await deliveries[1]?.answer({ payload: null });
    await deliveries[2]?.answer({ payload: null });
    await deliveries[3]?.answer({ payload: null });
    expect(bodies(deliveries)).toEqual([['a'], ['b'], ['c', 'd', 'e'], ['f']]);
    expect(clock.holds.size).toBe(0);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(records[0]).toMatchObject({ body: 'a', eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:wake', attributes: { ApproximateReceiveCount: '1' } });
  });

  it('keeps only what the function names as failed, until its timeout is over', async () => {
    const { queue, clock, deliveries, records, stop } = world({ maximumConcurrency: 1 });
    for (const body of ['first', 'good', 'bad']) queue.send({ body });
    await deliveries[0]?.answer({ payload: null });
    const bad = records.find(({ body }) => body === 'bad');
    await deliveries[1]?.answer({ payload: { batchItemFailures: [{ itemIdentifier: bad?.['messageId'] }] } });
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    clock.advance(60_000);
    expect(bodies(deliveries)).toEqual([['first'], ['good', 'bad'], ['bad']]);
    stop();
  });

  it('keeps the whole batch of a function that failed, and gives it to the dead letters in the end', async () => {
    const { queue, dead, clock, deliveries } = world();
    queue.send({ body: 'poison' });
    const fault = { errorType: 'Error', errorMessage: 'x' };
    await deliveries[0]?.answer({ payload: null, fault });
    clock.advance(60_000);
    await deliveries[1]?.answer({ payload: null, fault });
    clock.advance(60_000);
    expect(bodies(deliveries)).toEqual([['poison'], ['poison']]);
    expect(dead.counts().visible).toBe(1);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('is not read without the permission', () => {
    let allowed = false;
    const { queue, deliveries } = world({ may: () => allowed });
    queue.send({ body: 'a' });
    expect(deliveries).toEqual([]);
    allowed = true;
    queue.send({ body: 'b' });
    expect(bodies(deliveries)).toEqual([['a', 'b']]);
  });

  it('keeps what was handled where it may not be deleted: it comes again', async () => {
    const { queue, clock, deliveries } = world({ may: (action) => action !== 'DeleteMessage' });
    queue.send({ body: 'a' });
    await deliveries[0]?.answer({ payload: null });
    clock.advance(60_000);
    expect(bodies(deliveries)).toEqual([['a'], ['a']]);
  });

  it('takes what lay in the queue before, and nothing after it was stopped', () => {
    const { queue, deliveries, stop } = world();
    stop();
    queue.send({ body: 'later' });
    expect(deliveries).toEqual([]);
  });
});
