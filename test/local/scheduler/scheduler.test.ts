import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AwsError, type NeededAction } from '../../../local/aws/service.ts';
import { createScheduler, SchedulerEngine, type SchedulerOptions } from '../../../local/scheduler/scheduler.ts';
import { parseSchedule } from '../../../local/scheduler/schedule.ts';
import { memoryStore } from '../step-functions/memory-store.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollout';
const lambda = 'arn:aws:lambda:eu-west-1:000000000000:function:sweep';
const queue = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const role = 'arn:aws:iam::000000000000:role/schedule';

interface World {
  readonly clock: VirtualClock;
  readonly calls: { readonly what: string; readonly at: string; readonly with: unknown }[];
  readonly dead: { readonly body: string; readonly attributes: Readonly<Record<string, string>> }[];
  readonly asked: NeededAction[];
  readonly options: SchedulerOptions;
}

function world(fail: (attempt: number) => Error | undefined = () => undefined, more: Partial<SchedulerOptions> = {}): World {
  const clock = new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false });
  const [calls, dead, asked]: [World['calls'], World['dead'], World['asked']] = [[], [], []];
  const note = (what: string, given: unknown): void => {
    calls.push({ what, at: new Date(clock.now()).toISOString(), with: given });
    const error = fail(calls.length);
    if (error !== undefined) throw error;
  };
  const options: SchedulerOptions = {
    clock, store: memoryStore(), log: silent, account: '000000000000', region: 'eu-west-1', groups: ['windows'], schedules: [],
    targets: {
      callFunction: (arn, event) => { note(arn, event); return Promise.resolve({ payload: null }); },
      startExecution: (arn, name, input) => { note(arn, { name, input }); },
      sendMessage: (arn, body, attributes) => { if (arn === queue && Object.keys(attributes).length > 0) dead.push({ body, attributes }); else note(arn, body); return Promise.resolve(); },
      authoriseRole: (_, needs) => { asked.push(...needs); },
    },
    ...more,
  };
  return { clock, calls, dead, asked, options };
}

const body = (fields: Record<string, unknown> = {}, target: Record<string, unknown> = {}): ReturnType<typeof parseSchedule> => parseSchedule({
  Name: 'w1', GroupName: 'windows', ScheduleExpression: 'at(2026-03-02T01:00:00)', FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE',
  Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', RoleArn: role, Input: JSON.stringify({ StateMachineArn: machine, Name: 'run-1', Input: '{"plan":1}' }), ...target },
  ...fields,
});

function started({ options }: World): SchedulerEngine {
  const engine = new SchedulerEngine(options);
  engine.start();
  return engine;
}

async function advance(clock: VirtualClock, milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await sleep(3);
}

describe('a one-time schedule', () => {
  test('starts the execution at its instant, not before, as its role, and deletes itself', async () => {
    const all = world();
    const engine = started(all);
    engine.create(body());
    await advance(all.clock, 3_599_999);
    expect(all.calls).toEqual([]);
    await advance(all.clock, 1);
    expect(all.calls).toEqual([{ what: machine, at: '2026-03-02T01:00:00.000Z', with: { name: 'run-1', input: '{"plan":1}' } }]);
    expect(all.asked).toEqual([{ action: 'states:StartExecution', resource: machine }]);
    expect(engine.all()).toEqual([]);
    expect(all.clock.inFlight()).toEqual([]);
  });

  test('stays, completed, when it is not to be deleted', async () => {
    const all = world();
    const engine = started(all);
    engine.create(body({ ActionAfterCompletion: 'NONE' }));
    await advance(all.clock, 2 * 3_600_000);
    expect(all.calls.length).toBe(1);
    started({ ...all, options: { ...all.options } });
    await advance(all.clock, 3_600_000);
    expect([all.calls.length, engine.all().length]).toEqual([1, 1]);
  });

  test('of the past fires at once; a disabled or deleted one never', async () => {
    const all = world();
    const engine = started(all);
    engine.create(body({ ScheduleExpression: 'at(2026-03-01T00:00:00)' }));
    engine.create(body({ Name: 'w2', State: 'DISABLED' }));
    engine.create(body({ Name: 'w3' }));
    engine.remove('windows', 'w3');
    await advance(all.clock, 0);
    expect(all.calls.length).toBe(1);
    await advance(all.clock, 7_200_000);
    expect(all.calls.length).toBe(1);
  });

  test('that is updated fires at its new instant only', async () => {
    const all = world();
    const engine = started(all);
    engine.create(body());
    engine.update(body({ ScheduleExpression: 'at(2026-03-02T05:00:00)' }));
    await advance(all.clock, 4 * 3_600_000);
    expect(all.calls).toEqual([]);
    await advance(all.clock, 3_600_000);
    expect(all.calls.length).toBe(1);
  });

  test('is not lost by a restart, before or in the middle of its call', async () => {
    const all = world();
    started(all).create(body());
    await advance(all.clock, 0);
    const stuck = { ...all.options, targets: { ...all.options.targets, startExecution: () => { throw new AwsError('ServiceUnavailable', 'no', 503); } } };
    const second = new SchedulerEngine(stuck);
    second.start();
    await advance(all.clock, 3_600_000);
    second.stop();
    const calls = all.calls.length;
    const third = new SchedulerEngine(all.options);
    third.start();
    await advance(all.clock, 60_000);
    expect(all.calls.length).toBeGreaterThan(calls === 0 ? 0 : calls - 1);
    expect(third.all()).toEqual([]);
  });
});

describe('a target that fails', () => {
  const refuses = (): Error => new AwsError('ExecutionAlreadyExists', 'Execution Already Exists');

  test('is tried again with a growing pause until it succeeds', async () => {
    const all = world((attempt) => (attempt < 4 ? refuses() : undefined));
    const engine = started(all);
    engine.create(body());
    await advance(all.clock, 3_600_000);
    for (let second = 0; second < 20; second += 1) await advance(all.clock, 1_000);
    expect(all.calls.map((call) => call.at.slice(11, 19))).toEqual(['01:00:00', '01:00:02', '01:00:06', '01:00:14']);
    expect([engine.all(), all.dead]).toEqual([[], []]);
  });

  test('goes to the dead-letter queue once its retries are used up', async () => {
    const all = world(refuses);
    const engine = started(all);
    engine.create(body({}, { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3_600 }, DeadLetterConfig: { Arn: queue } }));
    await advance(all.clock, 3_600_000);
    for (let second = 0; second < 10; second += 1) await advance(all.clock, 1_000);
    expect(all.calls.length).toBe(3);
    expect(all.dead).toMatchObject([{ attributes: { ERROR_CODE: 'ExecutionAlreadyExists', RETRY_ATTEMPTS: '2', SCHEDULED_TIME: '2026-03-02T01:00:00Z', TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution' } }]);
    expect(all.dead[0]?.body).toContain(machine);
    expect(all.asked.at(-1)).toEqual({ action: 'sqs:SendMessage', resource: queue });
    expect(engine.all()).toEqual([]);
  });

  test('is given up when the event is too old', async () => {
    const all = world(refuses);
    started(all).create(body({}, { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: queue } }));
    await advance(all.clock, 3_600_000);
    for (let second = 0; second < 120; second += 1) await advance(all.clock, 1_000);
    expect(all.calls.map((call) => call.at.slice(14, 19))).toEqual(['00:00', '00:02', '00:06', '00:14', '00:30']);
    expect(all.dead.length).toBe(1);
  });

  test('a role that may not call counts as a failure', async () => {
    const all = world();
    const denied = { ...all.options, targets: { ...all.options.targets, authoriseRole: (_: string, needs: readonly NeededAction[]) => { if (needs[0]?.action === 'states:StartExecution') throw new AwsError('AccessDeniedException', 'no'); } } };
    const engine = new SchedulerEngine(denied);
    engine.start();
    engine.create(body({}, { RetryPolicy: { MaximumRetryAttempts: 0 }, DeadLetterConfig: { Arn: queue } }));
    await advance(all.clock, 3_600_000);
    expect(all.calls).toEqual([]);
    expect(all.dead).toMatchObject([{ attributes: { ERROR_CODE: 'AccessDeniedException' } }]);
  });
});

describe('a recurring schedule', () => {
  const sweep = { FlexibleTimeWindow: { Mode: 'OFF' }, GroupName: 'default', ScheduleExpression: 'rate(1 minute)', Target: { Arn: lambda, RoleArn: role, Input: '{"at":"<aws.scheduler.scheduled-time>"}', RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } } };

  test('of the template fires every minute of local time with the time it was due', async () => {
    const all = world(undefined, { schedules: [{ name: 'Sweep', properties: sweep }] });
    started(all);
    for (let minute = 0; minute < 3; minute += 1) await advance(all.clock, 60_000);
    expect(all.calls.map((call) => [call.at, call.with])).toEqual([1, 2, 3].map((minute) => [`2026-03-02T00:0${minute}:00.000Z`, { at: `2026-03-02T00:0${minute}:00Z` }]));
  });

  test('is not caught up after a long jump, nor written for each firing', async () => {
    const all = world(undefined, { schedules: [{ name: 'Sweep', properties: sweep }] });
    const store = all.options.store as ReturnType<typeof memoryStore>;
    const first = started(all);
    first.stop();
    const before = new Map(store.files);
    await advance(all.clock, 86_400_000);
    started(all);
    await advance(all.clock, 60_000);
    expect(all.calls.length).toBe(1);
    expect(store.files).toEqual(before);
  });

  test('does not pile up calls while one is running', async () => {
    const all = world();
    let [running, most, end] = [0, 0, (): void => undefined];
    const slow = new SchedulerEngine({
      ...all.options, schedules: [{ name: 'Sweep', properties: sweep }],
      targets: { ...all.options.targets, callFunction: async () => { running += 1; most = Math.max(most, running); await new Promise<void>((resolve) => { end = resolve; }); running -= 1; return { payload: null }; } },
    });
    slow.start();
    for (let minute = 0; minute < 5; minute += 1) await advance(all.clock, 60_000);
    expect([running, most]).toEqual([1, 1]);
    end();
    await advance(all.clock, 0);
    await advance(all.clock, 60_000);
    expect(running).toBe(1);
  });
});

describe('what the service refuses', () => {
  test.each([
    ['an unknown group', () => body({ GroupName: 'nowhere' }), 'ResourceNotFoundException'],
    ['a flexible window', () => parseSchedule({ ...body(), FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }), 'ValidationException'],
    ['an expression it cannot read', () => body({ ScheduleExpression: 'at(tomorrow)' }), 'ValidationException'],
    ['a target it does not have', () => body({}, { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:runInstances' }), 'ValidationException'],
    ['a name with a slash', () => body({ Name: 'a/b' }), 'ValidationException'],
  ])('%s', (_, make, code) => {
    const engine = started(world());
    expect(() => engine.create(make())).toThrow(expect.objectContaining({ code }));
  });

  test('a second schedule of the same name, and one that is not there', () => {
    const engine = started(world());
    engine.create(body());
    expect(() => engine.create(body())).toThrow(expect.objectContaining({ code: 'ConflictException' }));
    expect(() => { engine.remove('windows', 'other'); }).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });

  test('a template with a schedule that is not supported', () => {
    const { options } = world();
    expect(() => createScheduler({ ...options, schedules: [{ name: 'x', properties: { ScheduleExpression: 'rate(1 second)' } }] })).toThrow(/not valid/);
  });
});
