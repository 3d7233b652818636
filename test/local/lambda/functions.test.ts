import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalClock } from '../../../local/clock.ts';
import { Functions, lambdaService } from '../../../local/lambda/functions.ts';
import { memoryStateStore, type StateStore } from '../../../local/state-store.ts';
import { allow, clientSettings, rejection, role, startRig } from '../aws/rig.ts';
import { bundle, removeBundles, testClock } from './bundles.ts';

const MINUTE = 60_000;
const open: Functions[] = [];
/** Fails as often as the event says, and writes when it was asked. */
const stubborn = 'let calls = 0; exports.handler = async (event) => { calls += 1; console.log(`call ${calls} at ${Date.now()}`); if (event.wait) await new Promise(() => undefined); if (calls <= (event.failures ?? 0)) throw new Error("not yet"); return { calls }; };';

interface World {
  readonly functions: Functions;
  readonly clock: LocalClock;
  readonly calls: number[];
  readonly givenUp: unknown[];
}

function world({ store = memoryStateStore(), clock = testClock(), name = 'launch' }: { store?: StateStore; clock?: LocalClock; name?: string } = {}): World {
  const calls: number[] = [];
  const givenUp: unknown[] = [];
  const functions = new Functions({
    functions: [bundle(stubborn, { name })], store, clock, giveUp: (_, event) => givenUp.push(event),
    log: (_, text) => { for (const [, at] of text.matchAll(/call \d+ at (\d+)/g)) calls.push(Number(at)); },
  });
  open.push(functions);
  return { functions, clock, calls, givenUp };
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((functions) => functions.stop()));
  removeBundles();
});

describe('an asynchronous event', () => {
  it('is handled once when that succeeds', async () => {
    const { functions, clock, calls, givenUp } = world();
    functions.accept('launch', {});
    await clock.until(clock.now() + 10 * MINUTE);
    await expect.poll(() => calls.length).toBe(1);
    expect(givenUp).toEqual([]);
  });

  it('is tried again after one minute and after two more', async () => {
    const { functions, clock, calls, givenUp } = world();
    functions.accept('launch', { failures: 2 });
    await clock.until(clock.now() + 10 * MINUTE);
    await expect.poll(() => calls.length).toBe(3);
    const [first = 0, second = 0, third = 0] = calls;
    expect(second - first).toBeGreaterThanOrEqual(MINUTE);
    expect(second - first).toBeLessThan(1.5 * MINUTE);
    expect(third - second).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(third - second).toBeLessThan(2.5 * MINUTE);
    expect(givenUp).toEqual([]);
  });

  it('goes to the dead letters after the third failure, and is done with', async () => {
    const store = memoryStateStore();
    const { functions, clock, calls, givenUp } = world({ store });
    functions.accept('launch', { failures: 9 });
    await clock.until(clock.now() + 60 * MINUTE);
    await expect.poll(() => calls.length).toBe(3);
    expect(givenUp).toEqual([{ failures: 9 }]);
    const after = world({ store });
    after.functions.resume();
    await after.clock.until(after.clock.now() + 60 * MINUTE);
    expect(after.calls).toEqual([]);
  });

  it('survives a restart in the middle, which counts as no failure', async () => {
    const store = memoryStateStore();
    const before = world({ store });
    before.functions.accept('launch', { wait: true });
    await expect.poll(() => before.calls.length).toBe(1);
    await before.functions.stop();
    const kept = store.load<{ failures: number }[]>('lambda/accepted-events');
    expect(kept).toMatchObject([{ functionName: 'launch', event: { wait: true }, failures: 0 }]);
    const after = world({ store });
    after.functions.resume();
    await expect.poll(() => after.calls.length).toBe(1);
  });

  it('for a function that the template no longer has is given up like one that fails', async () => {
    const store = memoryStateStore();
    store.save('lambda/accepted-events', [{ id: '1', functionName: 'gone', event: 'x', failures: 0 }]);
    const { functions, clock, givenUp } = world({ store });
    functions.resume();
    await clock.until(clock.now() + 10 * MINUTE);
    expect(givenUp).toEqual(['x']);
  });
});

describe('Invoke on the AWS port', () => {
  async function port(): Promise<World & { client: LambdaClient; close: () => Promise<void>; limited: LambdaClient }> {
    const made = world();
    const arn = (name: string): string => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
    const rig = await startRig(() => [lambdaService(made.functions, arn)]);
    const limited = role(rig, 'caller', allow('lambda:InvokeFunction', arn('other')));
    return { ...made, client: new LambdaClient(clientSettings(rig)), limited: new LambdaClient(clientSettings(rig, limited)), close: () => rig.port.close() };
  }
  const payload = (event: unknown): Uint8Array => Buffer.from(JSON.stringify(event));

  it('answers with the payload, and names an error of the function', async () => {
    const { client, close } = await port();
    const failed = await client.send(new InvokeCommand({ FunctionName: 'launch', Payload: payload({ failures: 1 }) }));
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(failed.Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'Error', errorMessage: 'not yet' });
    const answered = await client.send(new InvokeCommand({ FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:launch', Payload: payload({}) }));
    expect(answered.FunctionError).toBeUndefined();
    expect(JSON.parse(answered.Payload?.transformToString() ?? '')).toEqual({ calls: 2 });
    await close();
  });

  it('accepts an event and handles it afterwards', async () => {
    const { client, calls, close } = await port();
    expect((await client.send(new InvokeCommand({ FunctionName: 'launch', InvocationType: 'Event', Payload: payload({}) }))).StatusCode).toBe(202);
    await expect.poll(() => calls.length).toBe(1);
    await close();
  });

  it('refuses who may not, and what is not there', async () => {
    const { client, limited, close } = await port();
    expect((await rejection(limited.send(new InvokeCommand({ FunctionName: 'launch' })))).name).toBe('AccessDeniedException');
    expect(await rejection(client.send(new InvokeCommand({ FunctionName: 'nobody' })))).toBeInstanceOf(ResourceNotFoundException);
    await close();
  });
});
