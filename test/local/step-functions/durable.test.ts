import { describe, expect, test } from 'vitest';
import { createClock } from '../../../local/clock/clock.ts';
import { memoryStateStore } from '../../../local/state-store.ts';
import { invoke, machineArn, setUp } from './engine-fixture.ts';
import { memoryStore } from './memory-store.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Turns and waits, with a retry and a map in between: everything that can be interrupted. */
const definition = {
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { turns: 0 }, Next: 'Turn' },
    Turn: invoke({
      Arguments: { FunctionName: 'turn', Payload: { turn: '{% $turns %}' } },
      Assign: { turns: '{% $turns + 1 %}' },
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 7, BackoffRate: 1 }],
      Next: 'More',
    }),
    More: { Type: 'Choice', Choices: [{ Condition: '{% $turns < 3 %}', Next: 'Wait' }], Default: 'Each' },
    Wait: { Type: 'Wait', Seconds: 300, Next: 'Turn' },
    Each: {
      Type: 'Map', Items: [1, 2], MaxConcurrency: 2,
      ItemProcessor: { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: '{% $states.input * 10 %}', Next: 'Say' }, Say: { Type: 'Pass', Output: '{% $now() %}', End: true } } },
      End: true,
    },
  },
};

function behaviour(log: unknown[]): (event: unknown) => unknown {
  const failed = new Set<number>();
  return (event) => {
    const { turn } = event as { turn: number };
    log.push(turn);
    // The second turn fails once, in whatever process it runs.
    if (turn === 1 && !failed.has(turn)) {
      failed.add(turn);
      throw Object.assign(new Error('later'), { name: 'Busy' });
    }
    return turn;
  };
}

test('whatever save was the last before a kill, the execution goes on from there to the same end', async () => {
  const states: { readonly files: ReadonlyMap<string, string>; readonly at: number }[] = [];
  const store = memoryStore();
  const clock = new VirtualClock('2026-03-02T00:00:00.000Z');
  const recording = { ...store, save: (name: string, value: unknown) => { store.save(name, value); states.push({ files: new Map(store.files), at: clock.now() }); } };
  const log: unknown[] = [];
  const whole = await setUp({ definition, store: recording, clock, behaviour: behaviour(log) }).run({ day: 1 }, 'one');
  expect(whole['status']).toBe('SUCCEEDED');
  expect(log).toEqual([0, 1, 1, 2]);
  expect(whole['output']).toBe('["2026-03-02T00:10:17.000Z","2026-03-02T00:10:27.000Z"]');
  expect(states.length).toBeGreaterThan(10);

  for (const { files, at } of states) {
    if (![...files.keys()].some((name) => name.includes('/execution-'))) continue;
    const again = memoryStore();
    for (const [name, text] of files) again.files.set(name, text);
    const calls: unknown[] = [];
    const second = setUp({ definition, store: again, clock: new VirtualClock(new Date(at).toISOString()), behaviour: behaviour(calls) });
    second.engine.resume();
    const description = await second.end(machineArn.replace('stateMachine', 'execution') + ':one');
    expect(description['status']).toBe('SUCCEEDED');
    // The turn that fails once may fail once more in the second process, and be retried seven seconds later.
    expect([whole['output'], '["2026-03-02T00:10:24.000Z","2026-03-02T00:10:34.000Z"]']).toContain(description['output']);
    expect(new Set(calls).size).toBeGreaterThanOrEqual(calls.length - 1);
    const events = await second.history(String(description['executionArn']));
    expect(events.map((event) => event['id'])).toEqual(events.map((_, index) => index + 1));
  }
});

test('an execution that goes on after a wait was over in the meantime does so at once', async () => {
  const first = setUp({ definition, clock: new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }), behaviour: () => 1 });
  const { executionArn } = first.engine.startExecution(machineArn, 'one', '{}');
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  first.engine.stop();
  const second = setUp({ definition, store: first.store, clock: new VirtualClock('2026-03-03T00:00:00.000Z'), behaviour: () => 1 });
  second.engine.resume();
  expect((await second.end(executionArn))['output']).toBe('["2026-03-03T00:05:10.000Z","2026-03-03T00:05:20.000Z"]');
});

test('an execution keeps the definition under which it began', async () => {
  const old = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, Output: 'old', End: true } } };
  const first = setUp({ definition: old, clock: new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }) });
  const { executionArn } = first.engine.startExecution(machineArn, 'one', '{}');
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  first.engine.stop();
  const second = setUp({ definition: { StartAt: 'N', States: { N: { Type: 'Pass', Output: 'new', End: true } } }, store: first.store });
  second.engine.resume();
  expect((await second.end(executionArn))['output']).toBe('"old"');
  expect((await second.run())['output']).toBe('"new"');
});

test('on the local clock at its fastest a day of waits passes at once, side by side and one after the other', async () => {
  const clock = createClock({ pace: 'max', startAt: Date.parse('2026-03-02T00:00:00Z'), store: memoryStateStore() });
  const wait = (seconds: number, then: Record<string, unknown>): Record<string, unknown> => ({ Type: 'Wait', Seconds: seconds, ...then });
  const both = { StartAt: 'A', States: { A: wait(3_600, { Next: 'B' }), B: wait(7_200, { End: true }) } };
  const { run } = setUp({ clock, definition: { StartAt: 'P', States: { P: { Type: 'Parallel', Branches: [both, both], Next: 'W' }, W: wait(75_600, { Next: 'N' }), N: { Type: 'Pass', Output: '{% $millis() %}', End: true } } } });
  const { output } = await run();
  clock.stop();
  const late = Number(output) - Date.parse('2026-03-03T00:00:00Z');
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(5_000);
});

describe('names', () => {
  const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };

  test('the same name and input while it runs is the same execution; another input is refused', () => {
    const { engine } = setUp({ definition: waiting, clock: new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }) });
    const first = engine.startExecution(machineArn, 'one', '{"a":1}');
    expect(engine.startExecution(machineArn, 'one', '{"a":1}')).toEqual(first);
    expect(() => engine.startExecution(machineArn, 'one', '{"a":2}')).toThrow(/Execution Already Exists/);
  });

  test('a name is free again 90 days after its execution ended, also across a restart', async () => {
    const { engine, run, clock, store } = setUp({ definition: waiting });
    await run({}, 'one');
    expect(() => engine.startExecution(machineArn, 'one', '{}')).toThrow(/Execution Already Exists/);
    clock.advance(90 * 86_400_000);
    expect(() => engine.startExecution(machineArn, 'one', '{}')).toThrow(/Execution Already Exists/);
    expect(() => setUp({ definition: waiting, store, clock }).engine.startExecution(machineArn, 'one', '{}')).toThrow(/Execution Already Exists/);
    clock.advance(1);
    expect((await setUp({ definition: waiting, store, clock }).run({}, 'one'))['status']).toBe('SUCCEEDED');
  });

  test.each(['', 'a b', 'a:b', 'x'.repeat(81), 'a/b'])('%j is no name', (name) => {
    const { engine } = setUp({ definition: waiting });
    expect(() => engine.startExecution(machineArn, name, '{}')).toThrow(expect.objectContaining({ code: 'InvalidName' }));
  });
});

describe('history', () => {
  test('has the types, order and details of AWS', async () => {
    const { run, history } = setUp({
      definition: { StartAt: 'T', States: { T: invoke({ Next: 'W', Assign: { n: 1 } }), W: { Type: 'Wait', Seconds: 5, End: true } } }, behaviour: () => 'yes',
    });
    const { executionArn } = await run({ a: 1 });
    const events = await history(String(executionArn));
    expect(events.map((event) => [event['id'], event['previousEventId'], event['type']])).toEqual([
      [1, 0, 'ExecutionStarted'], [2, 1, 'TaskStateEntered'], [3, 2, 'TaskScheduled'], [4, 3, 'TaskStarted'], [5, 4, 'TaskSucceeded'],
      [6, 5, 'TaskStateExited'], [7, 6, 'WaitStateEntered'], [8, 7, 'WaitStateExited'], [9, 8, 'ExecutionSucceeded'],
    ]);
    expect(events[2]).toMatchObject({ taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke', region: 'eu-west-1' } });
    expect(events[5]).toMatchObject({ stateExitedEventDetails: { name: 'T', output: '"yes"', assignedVariables: { n: '1' } } });
    expect(events[7]).toMatchObject({ timestamp: Date.parse('2026-03-02T00:00:05.000Z') / 1000 });
  });

  test('is given in pages, and backwards', async () => {
    const { run, call } = setUp({ definition: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } } });
    const { executionArn } = await run();
    const first = await call('GetExecutionHistory', { executionArn, maxResults: 3 });
    const second = await call('GetExecutionHistory', { executionArn, maxResults: 3, nextToken: first['nextToken'] });
    expect([first['events'], second['events']].map((events) => (events as unknown[]).length)).toEqual([3, 1]);
    expect(second['nextToken']).toBeUndefined();
    expect(await call('GetExecutionHistory', { executionArn, maxResults: 1, reverseOrder: true })).toMatchObject({ events: [{ type: 'ExecutionSucceeded', id: 4 }] });
  });

  test('ends an execution at 25,000 events', async () => {
    const { run, call } = setUp({ definition: { StartAt: 'P', States: { P: { Type: 'Pass', Next: 'P' } } } });
    const description = await run();
    expect(description).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: 'The execution reached the maximum number of history events (25000).' });
    const last = await call('GetExecutionHistory', { executionArn: description['executionArn'], reverseOrder: true, maxResults: 2 });
    expect(last['events']).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }, { id: 24_999 }]);
  });
});

describe('operations', () => {
  const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };

  test('StopExecution ends a wait, and a stopped execution stays stopped', async () => {
    const { engine, call, clock } = setUp({ definition: waiting, clock: new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }) });
    const { executionArn } = engine.startExecution(machineArn, 'one', '{}');
    await call('StopExecution', { executionArn, error: 'Enough', cause: 'tired' });
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'tired' });
    expect(clock.pending()).toEqual([]);
    expect(clock.inFlight()).toEqual([]);
  });

  test('StopExecution ends a loop that never waits', async () => {
    const { engine, call } = setUp({ definition: { StartAt: 'T', States: { T: invoke({ Next: 'T' }) } } });
    const { executionArn } = engine.startExecution(machineArn, 'one', '{}');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    await call('StopExecution', { executionArn });
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'ABORTED' });
  });

  test('ListExecutions filters by status, latest first', async () => {
    const { engine, run, call, clock } = setUp({ definition: waiting });
    await run({}, 'one');
    clock.advance(1000);
    await run({}, 'two');
    clock.stop();
    engine.startExecution(machineArn, 'three', '{}');
    expect(await call('ListExecutions', { stateMachineArn: machineArn, statusFilter: 'SUCCEEDED' })).toMatchObject({ executions: [{ name: 'two' }, { name: 'one' }] });
    expect(await call('ListExecutions', { stateMachineArn: machineArn, statusFilter: 'RUNNING' })).toMatchObject({ executions: [{ name: 'three' }] });
    engine.stop();
  });

  test.each([
    ['DescribeExecution', { executionArn: 'arn:none' }, 'ExecutionDoesNotExist'],
    ['StartExecution', { stateMachineArn: 'arn:none' }, 'StateMachineDoesNotExist'],
    ['StartExecution', { stateMachineArn: machineArn, input: '{' }, 'InvalidExecutionInput'],
    ['StartExecution', { stateMachineArn: machineArn, input: JSON.stringify('x'.repeat(262_144)) }, 'InvalidExecutionInput'],
    ['StartExecution', {}, 'ValidationException'],
  ])('%s of what is not there is %s', async (operation, input, code) => {
    await expect(setUp({ definition: waiting }).call(operation, input)).rejects.toMatchObject({ code });
  });

  test.each([
    ['a field it does not know', { StartAt: 'P', States: { P: { Type: 'Pass', ResultPath: '$.x', End: true } } }],
    ['a callback', { StartAt: 'T', States: { T: invoke({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true }) } }],
    ['a state that is not there', { StartAt: 'P', States: { P: { Type: 'Pass', Next: 'Q' } } }],
    ['a distributed map', { StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, End: true } } }],
    ['neither Next nor End', { StartAt: 'P', States: { P: { Type: 'Pass' } } }],
  ])('a definition with %s is refused when it is read', (_, refused) => {
    expect(() => setUp({ definition: refused })).toThrow(expect.objectContaining({ name: 'DefinitionError' }));
  });
});
