/** The buckets: what the communication server serves, what devices reported, the console's files, and who read what. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, CfnBucket, BucketEncryption, HttpMethods, ObjectOwnership, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

const abandonedUploads = { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

export class Buckets extends Construct {
  /** `incoming/<file>` and `packages/<sha256>/<file>`. */
  readonly packages: IBucket;
  /** `reports/` as devices sent them, `exports/` for administrators. */
  readonly reports: IBucket;
  /** Files of the web console. */
  readonly console: IBucket;
  /** Access records of the others and of what serves them. */
  readonly logs: IBucket;
  readonly #packages: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logs = this.#bucket('Logs', {
      // CloudFront delivers its access records by ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ id: 'old-records', expiration: Duration.days(90) }],
    });
    // By the resource itself: the CDK's own way needs a function of its own to say it.
    if (logs.node.defaultChild instanceof CfnBucket) logs.node.defaultChild.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    this.logs = asInterface(logs);
    this.#packages = this.#bucket('Packages', {
      versioned: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'packages/',
      lifecycleRules: [abandonedUploads, { id: 'withdrawn', noncurrentVersionExpiration: Duration.days(30) }],
    });
    this.packages = asInterface(this.#packages);
    // By the resource itself: the CDK's own way needs a function of its own to say it.
    if (this.#packages.node.defaultChild instanceof CfnBucket) this.#packages.node.defaultChild.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    this.reports = asInterface(this.#bucket('Reports', {
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'reports/',
      lifecycleRules: [
        abandonedUploads,
        { id: 'raw-reports', prefix: 'reports/', expiration: Duration.days(90) },
        // A job's file that was given up is of no use to anybody once the job has ended.
        { id: 'exports', prefix: 'exports/', expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    }));
    this.console = asInterface(this.#bucket('Console', { serverAccessLogsBucket: this.logs, serverAccessLogsPrefix: 'console-files/' }));
    acknowledge(this.logs, { 'AwsSolutions-S1': 'It holds the access records themselves; recording access to it would feed itself.' });
  }

  /** Lets pages of this origin upload by presigned requests; they need the ETag of each part to complete an upload. */
  takeUploadsFrom(origin: string): void {
    this.#packages.addCorsRule({ allowedOrigins: [origin], allowedMethods: [HttpMethods.PUT], allowedHeaders: ['*'], exposedHeaders: ['ETag'], maxAge: 3600 });
  }

  #bucket(id: string, props: BucketProps): Bucket {
    return new Bucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }
}

/** The CDK's class does not satisfy its own interface under exactOptionalPropertyTypes. */
function asInterface(bucket: Bucket): IBucket {
  return bucket as IBucket;
}
