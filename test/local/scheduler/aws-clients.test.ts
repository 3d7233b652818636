import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand, ListSchedulesCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, DescribeStateMachineCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalClock } from '../../../local/clock.ts';
import { createScheduler } from '../../../local/scheduler/scheduler.ts';
import { createStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { allow, clientSettings, rejection, role, startRig, type Rig } from '../aws/rig.ts';
import { memoryStore } from '../step-functions/memory-store.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollout';
const scheduleRole = 'arn:aws:iam::000000000000:role/window';
let rig: Rig;
let states: SFNClient;
let scheduler: SchedulerClient;

beforeAll(async () => {
  rig = await startRig((clock) => {
    const shared = { clock: clock as unknown as LocalClock, store: memoryStore(), log: silent, account: '000000000000', region: 'eu-west-1' };
    const functions = createStepFunctions({
      ...shared, callFunction: () => Promise.resolve({ payload: { ok: true } }), authoriseRole: () => undefined,
      stateMachines: [{ arn: machine, name: 'rollout', roleArn: 'arn:aws:iam::000000000000:role/machine', definition: { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } } }],
    });
    const schedules = createScheduler({
      ...shared, groups: ['windows'], schedules: [],
      targets: {
        callFunction: () => Promise.resolve({ payload: null }), sendMessage: () => Promise.resolve(), authoriseRole: () => undefined,
        startExecution: (arn, name, input) => functions.startExecution(arn, name, input),
      },
    });
    schedules.start();
    return [functions.service, schedules.service];
  });
  states = new SFNClient(clientSettings(rig));
  scheduler = new SchedulerClient(clientSettings(rig));
});
afterAll(async () => { await rig.port.close(); });

const window = (name: string, at: Date): ConstructorParameters<typeof CreateScheduleCommand>[0] => ({
  Name: name, GroupName: 'windows', ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`, ScheduleExpressionTimezone: 'UTC', FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE',
  Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', RoleArn: scheduleRole, Input: JSON.stringify({ StateMachineArn: machine, Name: `run-${name}`, Input: '{"plan":1}' }), RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } },
});

describe('Step Functions, by the SDK', () => {
  test('starts, describes, lists, stops and tells the history', async () => {
    const started = await states.send(new StartExecutionCommand({ stateMachineArn: machine, name: 'one', input: '{"a":1}' }));
    expect(started.startDate?.getTime()).toBe(rig.clock.now());
    expect((await states.send(new StartExecutionCommand({ stateMachineArn: machine, name: 'one', input: '{"a":1}' }))).executionArn).toBe(started.executionArn);
    const { executionArn } = started;
    expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ status: 'RUNNING', input: '{"a":1}', name: 'one', stateMachineArn: machine });
    expect((await states.send(new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'RUNNING' }))).executions).toMatchObject([{ name: 'one' }]);
    expect((await states.send(new GetExecutionHistoryCommand({ executionArn }))).events?.[1]).toMatchObject({ id: 2, previousEventId: 1, type: 'WaitStateEntered', stateEnteredEventDetails: { name: 'W', input: '{"a":1}' } });
    expect((await states.send(new StopExecutionCommand({ executionArn, error: 'E' }))).stopDate).toBeInstanceOf(Date);
    expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ status: 'ABORTED', error: 'E' });
    expect((await states.send(new DescribeStateMachineCommand({ stateMachineArn: machine }))).definition).toContain('"StartAt":"W"');
  });

  test('raises the exceptions by name', async () => {
    const again = await rejection(states.send(new StartExecutionCommand({ stateMachineArn: machine, name: 'one', input: '{}' })));
    expect(again.name).toBe('ExecutionAlreadyExists');
    expect((await rejection(states.send(new DescribeExecutionCommand({ executionArn: 'arn:none' })))).name).toBe('ExecutionDoesNotExist');
    const viewer = new SFNClient(clientSettings(rig, role(rig, 'viewer', allow('states:DescribeExecution', '*'))));
    expect((await rejection(viewer.send(new StartExecutionCommand({ stateMachineArn: machine })))).name).toBe('AccessDeniedException');
  });
});

describe('Scheduler, by the SDK', () => {
  test('creates, gives, lists, updates and deletes', async () => {
    const at = new Date(rig.clock.now() + 3_600_000);
    const created = await scheduler.send(new CreateScheduleCommand(window('w1', at)));
    expect(created.ScheduleArn).toBe('arn:aws:scheduler:eu-west-1:000000000000:schedule/windows/w1');
    const given = await scheduler.send(new GetScheduleCommand({ Name: 'w1', GroupName: 'windows' }));
    expect(given).toMatchObject({ State: 'ENABLED', ActionAfterCompletion: 'DELETE', Target: { RoleArn: scheduleRole, RetryPolicy: { MaximumRetryAttempts: 1 } } });
    expect(given.CreationDate?.getTime()).toBe(rig.clock.now());
    expect((await rejection(scheduler.send(new CreateScheduleCommand(window('w1', at))))).name).toBe('ConflictException');
    await scheduler.send(new UpdateScheduleCommand({ ...window('w1', at), State: 'DISABLED' }));
    expect((await scheduler.send(new ListSchedulesCommand({ GroupName: 'windows' }))).Schedules).toMatchObject([{ Name: 'w1', State: 'DISABLED' }]);
    await scheduler.send(new DeleteScheduleCommand({ Name: 'w1', GroupName: 'windows' }));
    expect((await rejection(scheduler.send(new GetScheduleCommand({ Name: 'w1', GroupName: 'windows' })))).name).toBe('ResourceNotFoundException');
    expect((await rejection(scheduler.send(new CreateScheduleCommand({ ...window('w2', at), ScheduleExpression: 'soon' })))).name).toBe('ValidationException');
  });

  test('whoever makes a schedule needs to be allowed to, and to pass the role on to Scheduler', async () => {
    const create = allow('scheduler:CreateSchedule', 'arn:aws:scheduler:eu-west-1:000000000000:schedule/windows/*');
    const passRole = allow('iam:PassRole', scheduleRole, { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    const at = new Date(rig.clock.now() + 3_600_000);
    const as = (...statements: Parameters<typeof role>[2][]): Promise<unknown> => new SchedulerClient(clientSettings(rig, role(rig, `r${String(Math.random())}`, ...statements))).send(new CreateScheduleCommand(window('w3', at)));
    expect((await rejection(as(create))).name).toBe('AccessDeniedException');
    expect((await rejection(as(passRole))).name).toBe('AccessDeniedException');
    await as(create, passRole);
    await scheduler.send(new DeleteScheduleCommand({ Name: 'w3', GroupName: 'windows' }));
  });

  test('a window\'s schedule starts its execution at the instant and is gone', async () => {
    // Within the fifteen minutes by which the SDK's own time may differ.
    const at = new Date(Math.ceil(rig.clock.now() / 1000) * 1000 + 300_000);
    await scheduler.send(new CreateScheduleCommand(window('w4', at)));
    rig.clock.advance(at.getTime() - rig.clock.now());
    await expect.poll(async () => (await scheduler.send(new ListSchedulesCommand({ GroupName: 'windows' }))).Schedules).toEqual([]);
    const described = await states.send(new DescribeExecutionCommand({ executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:rollout:run-w4' }));
    expect(described).toMatchObject({ status: 'RUNNING', input: '{"plan":1}' });
    expect(described.startDate).toEqual(at);
  });
});
