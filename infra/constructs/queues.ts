/** The queues: devices to wake, and what could not be done, kept for a person to look at. */
import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Tables } from './tables.ts';

/** How many wakers push at once: few connections to APNs, each busy. */
export const WAKERS = 2;

const deadLetters = { enforceSSL: true, retentionPeriod: Duration.days(14) } satisfies QueueProps;

export class Queues extends Construct {
  readonly wake: Queue;
  /** By what failed: names of alarms and of sections of the runbook. */
  readonly dead: Readonly<Record<'wake' | 'settle' | 'announce' | 'schedule' | 'background', Queue>>;

  constructor(scope: Construct, id: string, { wakerSeconds }: { readonly wakerSeconds: number }) {
    super(scope, id);
    const dead = (name: string): Queue => new Queue(this, `${name}DeadLetters`, deadLetters);
    this.dead = { wake: dead('Wake'), settle: dead('Settle'), announce: dead('Announce'), schedule: dead('Schedule'), background: dead('Background') };
    this.wake = new Queue(this, 'Wake', {
      enforceSSL: true,
      // AWS's advice for functions: six times their timeout, so that a message is not taken twice while it is worked on.
      visibilityTimeout: Duration.seconds(6 * wakerSeconds),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.dead.wake, maxReceiveCount: 5 },
    });
    acknowledge(this.dead.settle, { 'AwsSolutions-SQS3': 'It is a dead-letter queue: of the stream.' });
    acknowledge(this.dead.announce, { 'AwsSolutions-SQS3': 'It is a dead-letter queue: of the stream.' });
    acknowledge(this.dead.schedule, { 'AwsSolutions-SQS3': 'It is a dead-letter queue: of schedules.' });
  }

  /** Messages lead to the waker, changes of instructions to the settling of totals, changes of plans to events. */
  feed({ waker, settle, announce }: { readonly waker: IFunction; readonly settle: IFunction; readonly announce: IFunction }, { instructions, plans }: Tables): void {
    new EventSourceMapping(this, 'WakeMapping', {
      target: waker, eventSourceArn: this.wake.queueArn, batchSize: 10, maxConcurrency: WAKERS, reportBatchItemFailures: true,
    });
    if (instructions.tableStreamArn === undefined) throw new Error('The table of instructions has no stream.');
    new EventSourceMapping(this, 'SettleMapping', {
      target: settle,
      eventSourceArn: instructions.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // A second of gathering turns a wave's fifty records into one recount.
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(1),
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: [{ prefix: 'wave#' }] } } } })],
      reportBatchItemFailures: true,
      // Unlimited retries would block the shard. What is given up here is recounted with the wave's next change.
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(6),
      // The CDK's own destination would let the function ask for the queue's address and attributes too.
      onFailure: { bind: () => ({ destination: this.dead.settle.queueArn }) },
    });
    if (plans.tableStreamArn === undefined) throw new Error('The table of plans has no stream.');
    new EventSourceMapping(this, 'AnnounceMapping', {
      target: announce,
      eventSourceArn: plans.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Waves with their devices, runs and totals are nothing to tell: they are not even handed over.
      filters: [
        FilterCriteria.filter({ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'verdict#' }] } } } }),
        FilterCriteria.filter({ eventName: ['MODIFY'], dynamodb: { Keys: { pk: { S: [{ prefix: 'plan#' }] }, sk: { S: ['plan'] } } } }),
      ],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 8,
      maxRecordAge: Duration.hours(6),
      onFailure: { bind: () => ({ destination: this.dead.announce.queueArn }) },
    });
  }
}
