/** Files of a web site, as a bucket holds them. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Site } from '../../core/site.ts';

/** 1 request for each file. */
export function createSite({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Site {
  return {
    async put(path, bytes, contentType) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: path, Body: bytes, ContentType: contentType }));
    },
  };
}
