/** What the clock starts: windows, by one-time schedules that functions make, and the sweep, every minute. */
import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface SchedulesProps {
  /** Holds the windows' schedules and nothing else: functions may make schedules in it. */
  readonly groupName: string;
  readonly machineArn: string;
  readonly deadLetters: IQueue;
}

export class Schedules extends Construct {
  readonly group: string;
  /** What a window's schedule acts as. */
  readonly windowRole: Role;
  readonly #deadLetters: IQueue;

  constructor(scope: Construct, id: string, { groupName, machineArn, deadLetters }: SchedulesProps) {
    super(scope, id);
    this.#deadLetters = deadLetters;
    new CfnScheduleGroup(this, 'Windows', { name: groupName });
    this.group = groupName;
    this.windowRole = this.#role('WindowRole', groupName, new PolicyStatement({ actions: ['states:StartExecution'], resources: [machineArn] }));
  }

  /** The sweep outlives none of its minutes: a late one is left to the next. */
  sweepEvery(interval: Duration, sweep: IFunction): void {
    const role = this.#role('SweepRole', 'default', new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sweep.functionArn] }));
    const schedule = new CfnSchedule(this, 'Sweep', {
      description: 'Deadlines, polls, pushes again, overdue runs',
      groupName: 'default',
      scheduleExpression: `rate(${interval.toMinutes()} ${interval.toMinutes() === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: sweep.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: this.#deadLetters.queueArn },
      },
    });
    schedule.node.addDependency(role);
  }

  /** For schedules of one group of this account alone: nobody else's may act as it. */
  #role(id: string, group: string, statement: PolicyStatement): Role {
    const groupArn = Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: group });
    const role = new Role(this, id, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': groupArn } } }),
    });
    role.addToPolicy(statement);
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#deadLetters.queueArn] }));
    return role;
  }
}
