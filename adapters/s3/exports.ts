import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Readable } from 'node:stream';
import type { ExportStore } from '../../core/result/export-store.ts';

export interface ExportStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

export function createExportStore({ client, bucket }: ExportStoreOptions): ExportStore {
  return {
    /** 1 request below 5 MiB, else 1 per 5 MiB and 2 more. Where the chunks fail nothing is written, and parts are removed. */
    async write(key, contentType, chunks) {
      await new Upload({ client, params: { Bucket: bucket, Key: key, Body: Readable.from(inBytes(chunks), { objectMode: false }), ContentType: contentType } }).done();
    },

    /** No request. Good for `seconds`, or until the role's session ends if that is earlier. */
    link(key, fileName, seconds) {
      const disposition = `attachment; filename="${fileName.replaceAll(/["\\\r\n]/g, '_')}"`;
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition: disposition }), { expiresIn: seconds });
    },
  };
}

async function* inBytes(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk, 'utf8');
  return undefined;
}
