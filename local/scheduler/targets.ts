/** What a schedule can call: a function, a queue, a state machine, or StartExecution as a universal target. */
import * as z from 'zod';
import { AwsError, type NeededAction } from '../aws/service.ts';
import type { AuthoriseRole, CallFunction } from '../step-functions/function-call.ts';
import type { Delivery, ScheduleBody } from './schedule.ts';

export interface ScheduleTargets {
  /**
   * Scheduler invokes functions asynchronously: the call counts as made once the function could be run, whatever it
   * answers. Resolve on acceptance to retry faults as Lambda does, or when the function has ended.
   */
  readonly callFunction: CallFunction;
  /** Throws AwsError (ExecutionAlreadyExists, …). */
  readonly startExecution: (machineArn: string, name: string | undefined, input: string) => unknown;
  /** Rejects with an AwsError when there is no such queue. */
  readonly sendMessage: (queueArn: string, body: string, attributes: Readonly<Record<string, string>>) => Promise<void>;
  readonly authoriseRole: AuthoriseRole;
}

const startExecutionTarget = /^arn:aws[\w-]*:scheduler:::aws-sdk:sfn:startExecution$/;
const startExecutionInput = z.object({ StateMachineArn: z.string(), Name: z.string().optional(), Input: z.string().optional() });

/** Throws AwsError ValidationException for a target that is not supported. */
export function checkTarget(arn: string): void {
  if (!startExecutionTarget.test(arn) && !/^arn:aws[\w-]*:(lambda|sqs|states):/.test(arn)) {
    throw new AwsError('ValidationException', `Provided Arn is not supported here: ${arn}. Functions, queues, state machines and sfn:startExecution are.`);
  }
}

/** Calls the target once, as the schedule's role. Throws what the target or the role's policies throw. */
export async function callTarget(body: ScheduleBody, scheduleArn: string, delivery: Delivery, targets: ScheduleTargets): Promise<void> {
  const { Arn: arn, RoleArn: roleArn } = body.Target;
  const input = filled(body.Target.Input ?? '{}', scheduleArn, delivery);
  const allow = (action: string, resource: string): void => {
    const need: NeededAction = { action, resource };
    targets.authoriseRole(roleArn, [need]);
  };
  if (startExecutionTarget.test(arn)) {
    const call = startExecutionInput.parse(parseJson(input));
    allow('states:StartExecution', call.StateMachineArn);
    targets.startExecution(call.StateMachineArn, call.Name, call.Input ?? '{}');
  } else if (arn.includes(':states:')) {
    allow('states:StartExecution', arn);
    targets.startExecution(arn, undefined, input);
  } else if (arn.includes(':sqs:')) {
    allow('sqs:SendMessage', arn);
    await targets.sendMessage(arn, input, {});
  } else {
    allow('lambda:InvokeFunction', arn);
    await targets.callFunction(arn, parseJson(input));
  }
}

/** Sends what could not be delivered to the dead-letter queue, with the attributes that Scheduler gives it. */
export async function sendToDeadLetters(queueArn: string, body: ScheduleBody, scheduleArn: string, delivery: Delivery, error: unknown, targets: ScheduleTargets): Promise<void> {
  targets.authoriseRole(body.Target.RoleArn, [{ action: 'sqs:SendMessage', resource: queueArn }]);
  await targets.sendMessage(queueArn, filled(body.Target.Input ?? '{}', scheduleArn, delivery), {
    ERROR_CODE: error instanceof AwsError ? error.code : 'InternalError',
    ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
    EXECUTION_ID: delivery.id,
    RETRY_ATTEMPTS: String(Math.max(0, delivery.failures - 1)),
    SCHEDULED_TIME: isoSeconds(delivery.scheduledAt),
    SCHEDULE_ARN: scheduleArn,
    TARGET_ARN: body.Target.Arn,
  });
}

/** Replaces Scheduler's context attributes. */
function filled(input: string, scheduleArn: string, delivery: Delivery): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(delivery.scheduledAt))
    .replaceAll('<aws.scheduler.execution-id>', delivery.id)
    .replaceAll('<aws.scheduler.attempt-number>', String(delivery.failures + 1));
}

function isoSeconds(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('ValidationException', "The target's Input is not JSON.");
  }
}
