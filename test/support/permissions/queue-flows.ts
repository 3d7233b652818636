/** Flows that services carry: pushes by the wake queue, windows and sweeps by Scheduler, dead letters, the deployment. */
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createEnrolmentStore } from '../../../adapters/dynamodb/enrolments.ts';
import { MINUTE, SECOND } from '../../../core/ambient.ts';
import { PLACE } from '../../../local/boot.ts';
import { ServiceDuties } from '../../../local/boot/service-duties.ts';
import { arnOf } from '../../../local/template/naming.ts';
import { encodeWakeMessage } from '../../../protocol/wake-message.ts';
import { shortRole } from '../synthesised-roles.ts';
import { addBranch, addDevice, type EnrolledDevice } from './seeds.ts';
import type { Flow, World } from './world.ts';

type Count = 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible';

/** By the queue's logical id, without what the CDK adds to it. */
function queueUrl({ test }: World, logicalId: string): string {
  return test.cloud.template.ofType('AWS::SQS::Queue').find((queue) => queue.logicalId.replace(/[0-9A-F]{8}$/, '') === logicalId)?.ref ?? '';
}

async function messagesIn(world: World, queue: string, count: Count): Promise<number> {
  const { Attributes } = await new SQSClient(world.clientOf('developer')).send(new GetQueueAttributesCommand({ QueueUrl: queueUrl(world, queue), AttributeNames: [count] }));
  return Number(Attributes?.[count]);
}

/** How many dead letters there are, of what. */
export function deadLetters(world: World, of: 'Settle' | 'Announce' | 'Schedule' | 'Background'): Promise<number> {
  return messagesIn(world, `Queues${of}DeadLetters`, 'ApproximateNumberOfMessages');
}

async function wakes(world: World): Promise<EnrolledDevice> {
  const device = await addDevice(world, await addBranch(world));
  await new SQSClient(world.clientOf('developer')).send(new SendMessageCommand({ QueueUrl: queueUrl(world, 'QueuesWake'), MessageBody: encodeWakeMessage({ enrolmentIds: [device.enrolmentId], tries: 0 }) }));
  return device;
}

/** Starts at its minute an execution that ends at once: its plan is not there. */
async function schedule(world: World, name: string, input: string): Promise<void> {
  const { cloud } = world.test;
  const arn = (type: string, beginning: string): string => arnOf(type, world.test.name(type, beginning), PLACE) ?? '';
  await new SchedulerClient(world.clientOf('developer')).send(new CreateScheduleCommand({
    Name: name, GroupName: cloud.template.ofType('AWS::Scheduler::ScheduleGroup')[0]?.name, ScheduleExpression: `at(${new Date(world.now() + MINUTE).toISOString().slice(0, 19)})`, FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', RoleArn: arn('AWS::IAM::Role', 'SchedulesWindowRole'), DeadLetterConfig: { Arn: arn('AWS::SQS::Queue', 'QueuesScheduleDeadLetters') },
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 }, Input: JSON.stringify({ StateMachineArn: machineArn(world), Name: name, Input: input }),
    },
  }));
}

function machineArn({ test }: World): string {
  return test.cloud.template.ofType('AWS::StepFunctions::StateMachine')[0]?.ref ?? '';
}

function turnInput({ ids }: World): string {
  return JSON.stringify({ format: 1, planId: ids.fresh(), branchId: 'nowhere', kind: 'install', epoch: 1, window: { opensAt: 0, closesAt: 1 } });
}

function executionArn(world: World, name: string): string {
  return `${machineArn(world).replace(':stateMachine:', ':execution:')}:${name}`;
}

async function statusOf(world: World, name: string): Promise<string> {
  const answer = await new SFNClient(world.clientOf('developer')).send(new DescribeExecutionCommand({ executionArn: executionArn(world, name) })).catch(() => undefined);
  return answer?.status ?? 'none';
}

/** Counts the calls that a role's function makes until the returned function is called. */
function countCalls({ test }: World, role: string): { readonly calls: () => number; readonly end: () => void } {
  let calls = 0;
  const end = test.cloud.aws.observe({ beforeCall: ({ principal }) => { if (shortRole(principal.name) === role) calls += 1; } });
  return { calls: () => calls, end };
}

/** Counts the calls of an operation that a role's function makes with success, until the returned function is called. */
export function countDone({ test }: World, role: string, operation: string): { readonly done: () => number; readonly end: () => void } {
  let done = 0;
  const end = test.cloud.aws.observe({ onCall: (call) => { if (shortRole(call.principal.name) === role && call.operation === operation && call.error === undefined) done += 1; } });
  return { done: () => done, end };
}

export const queueFlows: readonly Flow[] = [
  {
    name: 'a push finds its device gone', roles: ['Waker'],
    async run(world) {
      const before = await messagesIn(world, 'QueuesWake', 'ApproximateNumberOfMessagesNotVisible');
      const { enrolmentId } = await wakes(world);
      const enrolments = createEnrolmentStore({ client: world.document, table: world.test.name('AWS::DynamoDB::Table', 'TablesDevices') });
      await world.until('a dead push address', async () => (await enrolments.enrolment(enrolmentId))?.push?.dead === true);
      await world.until('the end of the message', async () => (await messagesIn(world, 'QueuesWake', 'ApproximateNumberOfMessagesNotVisible')) <= before);
    },
  },
  {
    name: 'a push that APNs does not take is tried again', roles: ['Waker'],
    async run(world) {
      const sent = countDone(world, 'Waker', 'SendMessage');
      world.test.cloud.apns.setOutage(429);
      try {
        await wakes(world);
        await world.until('a message for later', () => sent.done() > 0);
      } finally {
        world.test.cloud.apns.setOutage();
        sent.end();
      }
    },
  },
  {
    name: 'a push that APNs refuses for our fault is remembered', roles: ['Waker'],
    async run(world) {
      const { pushFaults } = world.test.stores;
      await pushFaults.clear();
      world.test.cloud.apns.setOutage(403);
      try {
        await wakes(world);
        await world.until('a fault', async () => (await pushFaults.fault())?.reason === 'BadCertificate');
      } finally {
        world.test.cloud.apns.setOutage();
      }
    },
  },
  {
    name: 'a window opens by its schedule', roles: ['SchedulesWindow', 'Windows'], byAws: true,
    async run(world) {
      const name = `run-${world.ids.fresh()}`;
      await schedule(world, name, turnInput(world));
      await world.pass(MINUTE + SECOND);
      try {
        await world.until('the end of the execution', async () => (await statusOf(world, name)) === 'SUCCEEDED');
      } finally {
        if ((await statusOf(world, name)) === 'RUNNING') await new SFNClient(world.clientOf('developer')).send(new StopExecutionCommand({ executionArn: executionArn(world, name) }));
      }
    },
  },
  {
    name: 'a window that cannot open is kept', roles: ['SchedulesWindow'], byAws: true,
    async run(world) {
      const before = await deadLetters(world, 'Schedule');
      const name = `run-${world.ids.fresh()}`;
      // Another execution has taken the name.
      await new SFNClient(world.clientOf('developer')).send(new StartExecutionCommand({ stateMachineArn: machineArn(world), name, input: turnInput(world) }));
      await schedule(world, name, turnInput(world));
      await world.pass(2 * MINUTE);
      await world.until('a dead letter', async () => (await deadLetters(world, 'Schedule')) > before);
    },
  },
  {
    name: 'the minute brings the sweep', roles: ['SchedulesSweep'], byAws: true,
    async run(world) {
      const { calls, end } = countCalls(world, 'Sweep');
      await world.pass(MINUTE + SECOND);
      end();
      if (calls() === 0) throw new Error('Nothing was swept.');
    },
  },
  {
    name: 'a sweep that cannot be made is kept', roles: ['SchedulesSweep'], byAws: true,
    async run(world) {
      const before = await deadLetters(world, 'Schedule');
      const { cloud } = world.test;
      const sweepRole = cloud.principals.find(({ name }) => shortRole(name) === 'SchedulesSweep')?.name ?? '';
      const giveBack = cloud.authority.withdraw({ principal: sweepRole, action: 'lambda:InvokeFunction', resource: arnOf('AWS::Lambda::Function', world.test.name('AWS::Lambda::Function', 'Sweep'), PLACE) ?? '' });
      await world.pass(MINUTE + SECOND);
      giveBack();
      await world.until('a dead letter', async () => (await deadLetters(world, 'Schedule')) > before);
    },
  },
  {
    name: 'AWS deploys it', roles: ['Waker', 'Settle', 'Announce', 'Windows'], byAws: true,
    run({ test: { cloud } }) {
      const { template, authority } = cloud;
      const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
      return Promise.resolve().then(() => {
        new ServiceDuties({ template, place: PLACE, authority, log, principals: new Map(cloud.principals.map((principal) => [principal.name, principal])) }).checkDeployment();
      });
    },
  },
];
