import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/aws/service.ts';
import { functionArn, invoke, setUp } from './engine-fixture.ts';
import { VirtualClock } from './virtual-clock.ts';

const output = (description: Record<string, unknown>): unknown => JSON.parse(String(description['output'])) as unknown;
const named = (name: string, message = 'no'): Error => Object.assign(new Error(message), { name });

describe('expressions', () => {
  test.each([
    ['the input', '{% $states.input.a %}', 7],
    ['text that is no expression', 'a {% b %} c', 'a {% b %} c'],
    ['deep inside a structure', { x: ['{% $states.input.a + 1 %}', true] }, { x: [8, true] }],
    ['a variable', '{% $seen %}', [1, 2]],
    ['null', '{% null %}', null],
    ['$parse', '{% $parse(\'{"n":1}\').n %}', 1],
    ['$hash', "{% $hash('a', 'SHA-256') %}", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['$partition', '{% $partition([1,2,3], 2) %}', [[1, 2], [3]]],
    ['$range', '{% $range(1, 7, 3) %}', [1, 4, 7]],
    ['the local time', '{% $now() %}', '2026-03-02T00:00:00.000Z'],
    ['the local milliseconds', '{% $millis() %}', Date.parse('2026-03-02T00:00:00.000Z')],
    ['the execution', '{% $states.context.Execution.Name %}', 'one'],
    ['when the state was entered', '{% $states.context.State.EnteredTime %}', '2026-03-02T00:00:00.000Z'],
  ])('%s', async (_, field, expected) => {
    const { run } = setUp({
      definition: {
        StartAt: 'Remember',
        States: { Remember: { Type: 'Pass', Assign: { seen: [1, 2] }, Next: 'Say' }, Say: { Type: 'Pass', Output: { value: field }, End: true } },
      },
    });
    expect(output(await run({ a: 7 }, 'one'))).toEqual({ value: expected });
  });

  test.each(['{% $states.input.absent %}', '{% $unknown() %}', '{% 1 + "a" %}', '{% $eval("1") %}'])('%s fails the execution', async (field) => {
    const { run } = setUp({ definition: { StartAt: 'Say', States: { Say: { Type: 'Pass', Output: field, End: true } } } });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('Output sees the variables as they were before Assign', async () => {
    const { run } = setUp({
      definition: {
        StartAt: 'One',
        States: {
          One: { Type: 'Pass', Assign: { n: 1 }, Next: 'Two' },
          Two: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: '{% $n %}', Next: 'Three' },
          Three: { Type: 'Pass', Output: ['{% $states.input %}', '{% $n %}'], End: true },
        },
      },
    });
    expect(output(await run())).toEqual([1, 2]);
  });
});

describe('Wait', () => {
  test.each([
    ['seconds', { Seconds: 300 }, '2026-03-02T00:05:00.000Z'],
    ['computed seconds', { Seconds: '{% $states.input.s %}' }, '2026-03-02T00:00:42.000Z'],
    ['a timestamp, whose fraction of a second is dropped', { Timestamp: '{% $states.input.at %}' }, '2026-03-02T01:00:00.000Z'],
    ['a timestamp of the past, not at all', { Timestamp: '2020-01-01T00:00:00Z' }, '2026-03-02T00:00:00.000Z'],
  ])('waits for %s', async (_, fields, expected) => {
    const { run } = setUp({
      definition: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', ...fields, Next: 'Say' }, Say: { Type: 'Pass', Output: '{% $now() %}', End: true } } },
    });
    expect(output(await run({ s: 42, at: '2026-03-02T01:00:00.999Z' }))).toBe(expected);
  });

  test('what is no timestamp fails the execution', async () => {
    const { run } = setUp({ definition: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Timestamp: 'tomorrow', End: true } } } });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('Choice', () => {
  const definition = {
    StartAt: 'Choose',
    States: {
      Choose: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'End', Output: 'many', Assign: { from: 'rule' } },
          { Condition: '{% $states.input.n > 5 %}', Next: 'End', Output: 'some' },
          { Condition: '{% $states.input.n %}', Next: 'End' },
        ],
        Default: 'End',
      },
      End: { Type: 'Succeed' },
    },
  };
  test.each([[11, 'many'], [6, 'some']])('%d gives %s: the first rule that holds', async (n, expected) => {
    expect(output(await setUp({ definition }).run({ n }))).toBe(expected);
  });

  test('a condition that is no boolean fails the execution', async () => {
    expect(await setUp({ definition }).run({ n: 1 })).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  test('without a default, no match is States.NoChoiceMatched', async () => {
    const { run } = setUp({ definition: { StartAt: 'C', States: { C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] }, E: { Type: 'Succeed' } } } });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });
});

describe('Task', () => {
  test('lambda:invoke gives the payload and the status', async () => {
    const { run } = setUp({
      definition: { StartAt: 'T', States: { T: invoke({ Output: ['{% $states.result.Payload.double %}', '{% $states.result.StatusCode %}'], End: true }) } },
      behaviour: (event) => ({ double: (event as { n: number }).n * 2 }),
    });
    expect(output(await run({ n: 21 }))).toEqual([42, 200]);
  });

  test('a plain function ARN gives what the function returned', async () => {
    const calls: unknown[] = [];
    const { run } = setUp({
      definition: { StartAt: 'T', States: { T: { Type: 'Task', Resource: functionArn, Arguments: { n: '{% $states.input.n %}' }, End: true } } },
      behaviour: (event, arn) => { calls.push([arn, event]); return 'done'; },
    });
    expect(output(await run({ n: 1 }))).toBe('done');
    expect(calls).toEqual([[functionArn, { n: 1 }]]);
  });

  test('retries back off up to the longest delay, then the catcher takes the error', async () => {
    const clock = new VirtualClock('2026-03-02T00:00:00.000Z');
    const at: number[] = [];
    const { run } = setUp({
      clock,
      definition: {
        StartAt: 'T',
        States: {
          T: invoke({
            Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry', Output: { failed: '{% $states.errorOutput.Error %}', in: '{% $states.input.b %}' }, Assign: { why: '{% $parse($states.errorOutput.Cause).errorMessage %}' } }],
            End: true,
          }),
          Sorry: { Type: 'Pass', Output: '{% $merge([$states.input, {"why": $why}]) %}', End: true },
        },
      },
      behaviour: () => { at.push(clock.now()); throw named('Busy', 'come back'); },
    });
    expect(output(await run({ b: 1 }))).toEqual({ failed: 'Busy', in: 1, why: 'come back' });
    expect(at.map((instant) => (instant - Date.parse('2026-03-02T00:00:00.000Z')) / 1000)).toEqual([0, 2, 8, 18]);
  });

  test('full jitter takes a share of the delay', async () => {
    const clock = new VirtualClock('2026-03-02T00:00:00.000Z');
    let calls = 0;
    const { run } = setUp({
      clock, random: () => 0.5,
      definition: { StartAt: 'T', States: { T: invoke({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 10, JitterStrategy: 'FULL' }], End: true }) } },
      behaviour: () => { if (calls++ === 0) throw named('Busy'); return clock.now(); },
    });
    expect(output(await run())).toBe(Date.parse('2026-03-02T00:00:05.000Z'));
  });

  test('each retrier counts its own attempts', async () => {
    let calls = 0;
    const { run } = setUp({
      definition: {
        StartAt: 'T',
        States: { T: invoke({ Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['B'], MaxAttempts: 1 }], Output: '{% $states.context.State.RetryCount %}', End: true }) },
      },
      behaviour: () => { calls += 1; if (calls === 1) throw named('A'); if (calls === 2) throw named('B'); return calls; },
    });
    expect(output(await run())).toBe(2);
  });

  test.each([
    ['ServiceException', 'Lambda.ServiceException'],
    ['TooManyRequestsException', 'Lambda.TooManyRequestsException'],
    ['ResourceNotFoundException', 'Lambda.ResourceNotFoundException'],
    ['AccessDeniedException', 'Lambda.AWSLambdaException'],
  ])('%s of the Lambda service is %s', async (code, expected) => {
    const { run } = setUp({ definition: { StartAt: 'T', States: { T: invoke({ End: true }) } }, behaviour: () => { throw new AwsError(code, 'not now'); } });
    expect(await run()).toMatchObject({ status: 'FAILED', error: expected, cause: 'not now' });
  });

  test('a task past its timeout is States.Timeout, which States.TaskFailed does not take', async () => {
    const { run } = setUp({
      definition: { StartAt: 'T', States: { T: invoke({ TimeoutSeconds: 1, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'No' }], End: true }), No: { Type: 'Succeed' } } },
      behaviour: () => new Promise(() => undefined),
    });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('an output over 256 KiB is States.DataLimitExceeded, which States.ALL does not take', async () => {
    const { run } = setUp({
      definition: { StartAt: 'T', States: { T: invoke({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'No' }], End: true }), No: { Type: 'Succeed' } } },
      behaviour: () => 'x'.repeat(262_144),
    });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('Map and Parallel', () => {
  test('a map keeps the order of its items, and its variables to itself', async () => {
    const { run } = setUp({
      definition: {
        StartAt: 'Before',
        States: {
          Before: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'M' },
          M: {
            Type: 'Map', Items: '{% $states.input.list %}', MaxConcurrency: 2,
            ItemSelector: { i: '{% $states.context.Map.Item.Index %}', v: '{% $states.context.Map.Item.Value %}', o: '{% $outer %}' },
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'W',
              States: {
                W: { Type: 'Wait', Seconds: '{% 10 - $states.input.i %}', Assign: { inner: 1 }, Next: 'P' },
                P: { Type: 'Pass', Output: '{% $states.input.v & $states.input.o & $inner %}', End: true },
              },
            },
            Next: 'After',
          },
          After: { Type: 'Pass', Output: ['{% $states.input %}', '{% $exists($inner) %}'], End: true },
        },
      },
    });
    expect(output(await run({ list: ['a', 'b', 'c'] }))).toEqual([['ao1', 'bo1', 'co1'], false]);
  });

  test('a map of nothing gives nothing', async () => {
    const { run } = setUp({ definition: { StartAt: 'M', States: { M: { Type: 'Map', Items: [], ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, End: true } } } });
    expect(output(await run())).toEqual([]);
  });

  test('branches wait side by side', async () => {
    const branch = (seconds: number): unknown => ({
      StartAt: 'W', States: { W: { Type: 'Wait', Seconds: seconds, Next: 'P' }, P: { Type: 'Pass', Output: '{% $now() %}', End: true } },
    });
    const { run } = setUp({ definition: { StartAt: 'P', States: { P: { Type: 'Parallel', Branches: [branch(60), branch(30)], End: true } } } });
    expect(output(await run())).toEqual(['2026-03-02T00:01:00.000Z', '2026-03-02T00:00:30.000Z']);
  });

  test('a failed branch ends its siblings, and the whole is tried again', async () => {
    let failures = 0;
    const { run, clock } = setUp({
      definition: {
        StartAt: 'P',
        States: {
          P: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } },
              { StartAt: 'T', States: { T: invoke({ End: true }) } },
            ],
            Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1 }],
            Output: '{% $now() %}', End: true,
          },
        },
      },
      behaviour: () => { if (failures++ === 0) throw named('Busy'); return 1; },
    });
    expect(output(await run())).toBe('2026-03-02T00:00:06.000Z');
    expect(clock.inFlight()).toEqual([]);
  });
});

test('Fail gives its error and cause', async () => {
  const { run } = setUp({ definition: { StartAt: 'F', States: { F: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'because' } } } });
  expect(await run({ e: 'Mine' })).toMatchObject({ status: 'FAILED', error: 'Mine', cause: 'because' });
});

test('an execution past the machine\'s timeout has timed out', async () => {
  const { run, clock } = setUp({ definition: { TimeoutSeconds: 60, StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 600, End: true } } } });
  expect(await run()).toMatchObject({ status: 'TIMED_OUT' });
  expect(clock.now()).toBe(Date.parse('2026-03-02T00:01:00.000Z'));
});
