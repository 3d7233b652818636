/**
 * One-time schedules that start a run's execution when its window opens. In UTC: core has worked out the instants, and
 * schedules in a time zone skip the hour that spring takes away.
 */
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { MINUTE, type Clock, type Identifiers, type Instant } from '../../core/ambient.ts';
import { executionName, turnInputOf } from '../../core/rollout/execution-name.ts';
import type { RunStarter } from '../../core/rollout/store.ts';

export interface WindowSchedulesOptions {
  readonly client: SchedulerClient;
  readonly clock: Clock;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly stateMachineArn: string;
  readonly group: string;
  /** What Scheduler assumes to start executions. */
  readonly roleArn: string;
  /** Where starts go that failed for good. */
  readonly deadLetterArn: string;
}

/** The universal target: the templated one could not name the execution, and so not start it once. */
const START_EXECUTION = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution';
/** Later the sweep has started it. */
const MAX_EVENT_AGE_SECONDS = 300;
const MAX_RETRIES = 5;

export function createWindowSchedules(options: WindowSchedulesOptions): Pick<RunStarter, 'schedule'> {
  const { client, clock, ids, stateMachineArn, group, roleArn, deadLetterArn } = options;
  return {
    /** 1 request. The schedule deletes itself when it has run. */
    async schedule(run) {
      const name = executionName(run, ids);
      // Scheduler has a resolution of a minute, and nothing to offer for an instant that is gone.
      const at = Math.max(run.window.opensAt, clock.now() + MINUTE);
      try {
        await client.send(new CreateScheduleCommand({
          Name: name, GroupName: group, ClientToken: name, ScheduleExpression: `at(${wholeSeconds(at)})`, ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: START_EXECUTION, RoleArn: roleArn, DeadLetterConfig: { Arn: deadLetterArn },
            RetryPolicy: { MaximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS, MaximumRetryAttempts: MAX_RETRIES },
            Input: JSON.stringify({ StateMachineArn: stateMachineArn, Name: name, Input: JSON.stringify(turnInputOf(run)) }),
          },
        }));
      } catch (error) {
        // The same run, window and epoch is scheduled already.
        if (!(error instanceof ConflictException)) throw error;
      }
    },
  };
}

/** `YYYY-MM-DDTHH:mm:ss`, rounded up: a window is never opened early. */
function wholeSeconds(instant: Instant): string {
  return new Date(Math.ceil(instant / 1000) * 1000).toISOString().slice(0, 19);
}
