import { afterEach, describe, expect, it } from 'vitest';
import { FunctionHost, type HostedFunction } from '../../../local/lambda/function-host.ts';
import { bundle, removeBundles, testClock } from './bundles.ts';

const hosts: FunctionHost[] = [];
const lines: string[] = [];
function host(setting: HostedFunction, clock = testClock(), patience = 1): FunctionHost {
  const made = new FunctionHost(setting, { clock, patience, log: (_, line) => lines.push(line) });
  hosts.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((made) => made.stop()));
  lines.length = 0;
  removeBundles();
});

describe('a function on the local cloud', () => {
  it('answers with what its handler returns, and null for nothing', async () => {
    const turn = host(bundle('exports.handler = async (event) => event.wanted;'));
    expect(await turn.invoke({ wanted: { deep: [1, 'a', null] } })).toEqual({ result: { deep: [1, 'a', null] } });
    expect(await turn.invoke({})).toEqual({ result: null });
  });

  it('sees its own environment, what Lambda adds to it, and nothing of the process', async () => {
    const turn = host(bundle('exports.handler = async () => process.env;', { environment: { PLANS_TABLE: 'Plans' } }));
    expect(await turn.invoke({})).toEqual({ result: { PLANS_TABLE: 'Plans', _HANDLER: 'index.handler', AWS_LAMBDA_FUNCTION_NAME: 'turn', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', LAMBDA_TASK_ROOT: expect.stringMatching(/wavecast-bundle-/) as string } });
  });

  it('is given the context that Lambda gives', async () => {
    const turn = host(bundle('exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(), getRemainingTimeInMillis: 0 });'));
    const answer = await turn.invoke({});
    expect(answer).toMatchObject({ result: { functionName: 'turn', memoryLimitInMB: '256', invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:turn' } });
    expect(Reflect.get(Reflect.get(answer, 'result') as object, 'left')).toBeGreaterThan(19_000);
  });

  it('lives in the time of the local clock, jumps included', async () => {
    const clock = testClock();
    const turn = host(bundle('exports.handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date];'), clock);
    const start = clock.now();
    expect(await turn.invoke({})).toMatchObject({ result: [expect.toSatisfy((now: number) => Math.abs(now - start) < 60_000), expect.any(Number), 5, true] });
    await clock.until(start + 86_400_000);
    const before = clock.now();
    const answer = await turn.invoke({});
    const [now, constructed] = Reflect.get(answer, 'result') as [number, number];
    expect(now).toBeGreaterThanOrEqual(Math.floor(before));
    expect(now).toBeLessThan(before + 60_000);
    expect(constructed).toBeGreaterThanOrEqual(now);
  });

  it('reports an error by name and message, and can be asked again', async () => {
    const turn = host(bundle('exports.handler = async (event) => { if (event.fail) throw new TypeError("no such wave"); return 1; };'));
    expect(await turn.invoke({ fail: true })).toMatchObject({ error: { errorType: 'TypeError', errorMessage: 'no such wave', trace: expect.any(Array) as unknown } });
    expect(await turn.invoke({})).toEqual({ result: 1 });
  });

  it('fails all that it was doing when it crashes, and starts anew', async () => {
    const turn = host(bundle('let calls = 0; exports.handler = async (event) => { calls += 1; if (event.crash) setTimeout(() => { throw new Error("gone"); }, 20); if (event.wait) await new Promise(() => undefined); return calls; };'));
    const [waiting, crashing] = await Promise.all([turn.invoke({ wait: true }), turn.invoke({ wait: true, crash: true })]);
    expect(waiting).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    expect(crashing).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    expect(await turn.invoke({})).toEqual({ result: 1 });
    expect(lines.join('')).toContain('gone');
  });

  it('is cut off when its time is over, without harm to the sandbox that follows', async () => {
    const turn = host(bundle('exports.handler = async (event) => { if (event.wait) await new Promise(() => undefined); return 1; };', { timeoutSeconds: 1 }));
    const late = turn.invoke({ wait: true });
    expect(await late).toEqual({ error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1 seconds' } });
    expect(await Promise.all([turn.invoke({}), turn.invoke({})])).toEqual([{ result: 1 }, { result: 1 }]);
  });

  it('has many times its time where the machine may be busy, and knows it', async () => {
    const turn = host(bundle('exports.handler = async (event, context) => { await new Promise((done) => setTimeout(done, 1_500)); return context.getRemainingTimeInMillis() > 60_000; };', { timeoutSeconds: 1 }), testClock(), 100);
    expect(await turn.invoke({})).toEqual({ result: true });
  });

  it('runs no more invocations at a time than are reserved for it', async () => {
    const turn = host(bundle('let running = 0, most = 0; exports.handler = async () => { running += 1; most = Math.max(most, running); await new Promise((done) => setTimeout(done, 20)); running -= 1; return most; };', { concurrency: 2 }));
    const answers = await Promise.all(Array.from({ length: 7 }, () => turn.invoke({})));
    expect(Math.max(...answers.map((answer) => Reflect.get(answer, 'result') as number))).toBe(2);
  });

  it('holds the clock while it works', async () => {
    const clock = testClock();
    const turn = host(bundle('exports.handler = async () => { await new Promise((done) => setTimeout(done, 50)); };'), clock);
    const start = clock.now();
    let fired = false;
    clock.at(start + 3_600_000, () => { fired = true; });
    const working = turn.invoke({});
    expect(clock.inFlight()).toEqual(['function turn']);
    await new Promise((done) => setTimeout(done, 30));
    expect(fired).toBe(false);
    await working;
    await clock.until(start + 3_600_000);
    expect(fired).toBe(true);
  });

  it('says why a bundle cannot be loaded', async () => {
    expect(await host(bundle('throw new Error("no environment");')).invoke({})).toEqual({ error: { errorType: 'Runtime.ExitError', errorMessage: 'no environment' } });
    expect(await host(bundle('exports.other = 1;')).invoke({})).toEqual({ error: { errorType: 'Runtime.ExitError', errorMessage: 'The bundle exports no handler.' } });
  });

  it('passes on what it writes', async () => {
    await host(bundle('exports.handler = async () => { console.log("a line"); };')).invoke({});
    await expect.poll(() => lines.join('')).toContain('a line\n');
  });
});
