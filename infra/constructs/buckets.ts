/** The buckets: what the communication server serves, what devices reported, and who read what. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

const common = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  encryption: BucketEncryption.S3_MANAGED,
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies BucketProps;

const abandonedUploads = { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

export class Buckets extends Construct {
  /** `incoming/<file>` and `packages/<sha256>/<file>`. */
  readonly packages: Bucket;
  /** `reports/` as devices sent them, `exports/` for administrators. */
  readonly reports: Bucket;
  /** Access records of the other two and of the edge. */
  readonly logs: Bucket;

  constructor(scope: Construct, id: string, { consoleUrl }: { readonly consoleUrl: string }) {
    super(scope, id);
    this.logs = new Bucket(this, 'Logs', {
      ...common,
      // CloudFront delivers its access records by ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ id: 'old-records', expiration: Duration.days(90) }],
    });
    this.packages = new Bucket(this, 'Packages', {
      ...common,
      versioned: true,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'packages/',
      lifecycleRules: [abandonedUploads, { id: 'withdrawn', noncurrentVersionExpiration: Duration.days(30) }],
      // The console uploads by presigned requests; it needs the ETag of each part to complete the upload.
      cors: [{ allowedOrigins: [consoleUrl], allowedMethods: [HttpMethods.PUT], allowedHeaders: ['*'], exposedHeaders: ['ETag'], maxAge: 3600 }],
    });
    this.reports = new Bucket(this, 'Reports', {
      ...common,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'reports/',
      lifecycleRules: [
        abandonedUploads,
        { id: 'raw-reports', prefix: 'reports/', expiration: Duration.days(90) },
        { id: 'exports', prefix: 'exports/', expiration: Duration.days(7) },
      ],
    });
    acknowledge(this.logs, { 'AwsSolutions-S1': 'It holds the access records themselves; recording access to it would feed itself.' });
  }
}
