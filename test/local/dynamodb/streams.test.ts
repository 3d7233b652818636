import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalClock } from '../../../local/clock.ts';
import { createClock } from '../../../local/clock/clock.ts';
import { followStream, type FollowedStream, type StreamOptions, type StreamRecord } from '../../../local/dynamodb/streams.ts';
import { memoryStateStore } from '../../../local/state-store.ts';
import { startEngineRig, type EngineRig } from './engine-rig.ts';

let rig: EngineRig;
let folder: string;
const open: FollowedStream[] = [];
const clocks: LocalClock[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavecast-streams-'));
  rig = await startEngineRig(folder);
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.stop();
  for (const clock of clocks.splice(0)) clock.stop();
});

const START = Date.parse('2030-01-01T00:00:00Z');
function clockAt(): LocalClock {
  const clock = createClock({ pace: 'max', startAt: START, store: memoryStateStore() });
  clocks.push(clock);
  return clock;
}
const keyOf = (record: StreamRecord): string => String(Reflect.get(Reflect.get(record.dynamodb['Keys'] as object, 'pk') as object, 'S'));
function follow(more: Partial<StreamOptions>): FollowedStream {
  const stream = followStream({
    engine: rig.engine, streamArn: rig.streamArn, clock: clockAt(), store: memoryStateStore(), name: 'settle', batchSize: 10, maximumAttempts: 3, bisect: true,
    mayRead: () => true, onRecords: (records) => Promise.resolve(records.length), onGiveUp: () => undefined, ...more,
  });
  open.push(stream);
  rig.onWrite = () => { stream.wrote(); };
  return stream;
}
/** A position at the end of what the stream holds, so that a test sees its own records only. */
async function endOfStream(): Promise<ReturnType<typeof memoryStateStore>> {
  const store = memoryStateStore();
  const clock = clockAt();
  const stream = follow({ store, clock });
  await expect.poll(() => clock.inFlight()).toEqual([]);
  stream.stop();
  return store;
}
const put = (pk: string) => rig.client.send(new PutItemCommand({ TableName: 'Things', Item: { pk: { S: pk }, sk: { S: 'a' } } }));

describe('a stream that is followed', () => {
  it('is not read without the permission, and loses nothing by it', async () => {
    const seen: string[] = [];
    const store = await endOfStream();
    let allowed = false;
    let asked = 0;
    const mayRead = (): boolean => {
      asked += 1;
      return allowed;
    };
    follow({ store, mayRead, onRecords: (records) => { seen.push(...records.map(keyOf)); return Promise.resolve(records.length); } });
    await put('unread');
    await expect.poll(() => asked).toBeGreaterThan(1);
    expect(seen).toEqual([]);
    allowed = true;
    await expect.poll(() => seen).toEqual(['unread']);
  });

  it('hands on every write, in order, in batches of at most their size', async () => {
    const seen: string[] = [];
    const sizes: number[] = [];
    const store = await endOfStream();
    for (let n = 0; n < 25; n += 1) await put(`batch-${n}`);
    follow({ store, onRecords: (records) => { seen.push(...records.map(keyOf)); sizes.push(records.length); return Promise.resolve(records.length); } });
    await expect.poll(() => seen.length).toBe(25);
    expect(seen).toEqual([...Array(25).keys()].map((n) => `batch-${n}`));
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('gives records the shape that Lambda gives them', async () => {
    const seen: StreamRecord[] = [];
    follow({ store: await endOfStream(), onRecords: (records) => { seen.push(...records); return Promise.resolve(records.length); } });
    await put('shape');
    await rig.client.send(new DeleteItemCommand({ TableName: 'Things', Key: { pk: { S: 'shape' }, sk: { S: 'a' } } }));
    await expect.poll(() => seen.length).toBe(2);
    expect(seen).toMatchObject([
      { eventName: 'INSERT', eventSource: 'aws:dynamodb', eventSourceARN: rig.streamArn, dynamodb: { Keys: { pk: { S: 'shape' }, sk: { S: 'a' } }, StreamViewType: 'KEYS_ONLY' } },
      { eventName: 'REMOVE' },
    ]);
    expect(seen[0]?.dynamodb['ApproximateCreationDateTime']).toBeTypeOf('number');
  });

  it('keeps the clock from jumping between a write and its handling', async () => {
    const clock = clockAt();
    const handledAt: number[] = [];
    follow({
      clock, store: await endOfStream(),
      onRecords: async (records) => {
        await new Promise((done) => setTimeout(done, 20));
        handledAt.push(clock.now());
        return records.length;
      },
    });
    for (let hour = 1; hour <= 5; hour += 1) {
      // The rig's port holds another clock; the one asked here is held by the write itself, as in the local cloud.
      const release = clock.hold('write');
      await put(`clock-${hour}`);
      release();
      await clock.until(START + hour * 3_600_000);
      expect(handledAt).toHaveLength(hour);
    }
    handledAt.forEach((at, index) => { expect(at).toBeLessThan(START + (index + 1) * 3_600_000); });
  });

  it('tries again what failed, on the local clock, and gives up one bad record alone', async () => {
    const clock = clockAt();
    const [handled, givenUp]: [string[], string[]] = [[], []];
    const store = await endOfStream();
    for (let n = 0; n < 8; n += 1) await put(`poison-${n}`);
    follow({
      clock, store, onGiveUp: (records) => givenUp.push(...records.map(keyOf)),
      onRecords: (records) => {
        const keys = records.map(keyOf);
        if (keys.includes('poison-5')) return Promise.reject(new Error('broken'));
        handled.push(...keys);
        return Promise.resolve(records.length);
      },
    });
    await expect.poll(() => handled.length + givenUp.length).toBe(8);
    expect(givenUp).toEqual(['poison-5']);
    expect(handled).toEqual([0, 1, 2, 3, 4, 6, 7].map((n) => `poison-${n}`));
    expect(clock.now()).toBeGreaterThan(START + 3000);
  });

  it('goes on behind the last record done with, after a restart of the engine and the follower', async () => {
    const store = await endOfStream();
    const first: string[] = [];
    const before = follow({ store, onRecords: (records) => { first.push(...records.map(keyOf)); return Promise.resolve(records.length); } });
    await put('restart-1');
    await expect.poll(() => first).toEqual(['restart-1']);
    before.stop();
    rig.onWrite = () => undefined;
    await put('restart-2');
    await rig.close();
    rig = await startEngineRig(folder);
    const second: string[] = [];
    follow({ store, onRecords: (records) => { second.push(...records.map(keyOf)); return Promise.resolve(records.length); } });
    await put('restart-3');
    await expect.poll(() => second).toEqual(['restart-2', 'restart-3']);
  });
});
