/** Files of jobs, written part by part across invocations of a function. */
import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, HeadObjectCommand, NoSuchUpload, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { WavecastError } from '../../core/errors.ts';
import type { PartedUpload } from '../../core/job/job.ts';
import type { JobFiles } from '../../core/job/store.ts';
import type { ExportStoreOptions } from './exports.ts';

const MIB = 1024 * 1024;

export function createJobFiles({ client, bucket }: ExportStoreOptions): JobFiles {
  const place = (key: string) => ({ Bucket: bucket, Key: key });
  const of = ({ key, uploadId }: PartedUpload) => ({ ...place(key), UploadId: uploadId });
  return {
    smallestPart: 5 * MIB,

    /** 1 request. */
    async put(key, contentType, bytes) {
      await client.send(new PutObjectCommand({ ...place(key), Body: bytes, ContentType: contentType }));
    },

    /** 1 request. */
    async begin(key, contentType) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place(key), ContentType: contentType }));
      if (UploadId === undefined) throw new WavecastError('internal', 'S3 began an upload without an id.');
      return { key, uploadId: UploadId };
    },

    /** 1 request. */
    async part(upload, number, bytes) {
      const { ETag } = await client.send(new UploadPartCommand({ ...of(upload), PartNumber: number, Body: bytes }));
      if (ETag === undefined) throw new WavecastError('internal', 'S3 took a part without a word.');
      return { number, etag: ETag };
    },

    /** 1 request; 1 more where the upload is over. */
    async complete(upload, parts) {
      try {
        await client.send(new CompleteMultipartUploadCommand({ ...of(upload), MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) } }));
      } catch (error) {
        if (!(error instanceof NoSuchUpload)) throw error;
        // Completed by a call whose answer got lost: nothing else writes at this key.
        await client.send(new HeadObjectCommand(place(upload.key))).catch((cause: unknown) => {
          throw new WavecastError('not-found', 'The file of the job was given up before it was finished.', { remedy: 'Ask for it again.', cause });
        });
      }
    },

    /** 1 request. */
    async abort(upload) {
      try {
        await client.send(new AbortMultipartUploadCommand(of(upload)));
      } catch (error) {
        if (!(error instanceof NoSuchUpload)) throw error;
      }
    },
  };
}
