import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface AccessLogsOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** The communication server's access logs, as CloudFront delivers them. */
export function createAccessLogs({ client, bucket }: AccessLogsOptions): { readonly read: (key: string) => Promise<Uint8Array> } {
  return {
    /** The whole file: 1 request. */
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
  };
}
