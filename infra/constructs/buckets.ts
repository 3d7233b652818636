/** The buckets: what the communication server serves, what devices reported, and who read what. */
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
  /** Access records of the other two and of the edge. */
  readonly logs: IBucket;

  constructor(scope: Construct, id: string, { consoleUrl }: { readonly consoleUrl: string }) {
    super(scope, id);
    this.logs = this.#bucket('Logs', {
      // CloudFront delivers its access records by ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ id: 'old-records', expiration: Duration.days(90) }],
    });
    // By the resource itself: the CDK's own way needs a function of its own to say it.
    if (this.logs.node.defaultChild instanceof CfnBucket) this.logs.node.defaultChild.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    this.packages = this.#bucket('Packages', {
      versioned: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'packages/',
      lifecycleRules: [abandonedUploads, { id: 'withdrawn', noncurrentVersionExpiration: Duration.days(30) }],
      // The console uploads by presigned requests; it needs the ETag of each part to complete the upload.
      cors: [{ allowedOrigins: [consoleUrl], allowedMethods: [HttpMethods.PUT], allowedHeaders: ['*'], exposedHeaders: ['ETag'], maxAge: 3600 }],
    });
    // By the resource itself: the CDK's own way needs a function of its own to say it.
    if (this.packages.node.defaultChild instanceof CfnBucket) this.packages.node.defaultChild.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    this.reports = this.#bucket('Reports', {
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'reports/',
      lifecycleRules: [
        abandonedUploads,
        { id: 'raw-reports', prefix: 'reports/', expiration: Duration.days(90) },
        // A job's file that was given up is of no use to anybody once the job has ended.
        { id: 'exports', prefix: 'exports/', expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    acknowledge(this.logs, { 'AwsSolutions-S1': 'It holds the access records themselves; recording access to it would feed itself.' });
  }
  #bucket(id: string, props: BucketProps): IBucket {
    const bucket = new Bucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
    // The CDK's class does not satisfy its own interface under exactOptionalPropertyTypes.
    return bucket as IBucket;
  }
}
