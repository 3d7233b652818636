/** What happens to files on the communication server, told to a function by EventBridge: the bucket's stack need not know it. */
import { Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface FileEventsProps {
  readonly bucket: IBucket;
  readonly to: IFunction;
}

export class FileEvents extends Construct {
  constructor(scope: Construct, id: string, { bucket, to }: FileEventsProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      description: 'Files put, replaced or removed on the communication server',
      eventPattern: {
        source: ['aws.s3'], detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: Match.anyOf(Match.prefix('incoming/'), Match.prefix('packages/')) } },
      },
    });
    // The function keeps what it fails at among the dead letters of background work.
    rule.addTarget(new LambdaFunction(to, { maxEventAge: Duration.hours(6), retryAttempts: 8 }));
  }
}
