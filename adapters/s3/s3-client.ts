import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * The client for all stores here. By default the SDK binds uploads to a checksum that it computes itself; whoever uploads
 * by presigned links computes none, and S3 would refuse the parts.
 */
export function createS3Client(config: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
}
