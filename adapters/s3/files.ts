/** The communication server's files. Uploads go past us, straight to S3; copies are made by S3 itself. */
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchUpload, NotFound, PutObjectCommand, UploadPartCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Readable } from 'node:stream';
import { atMost } from '../../core/at-once.ts';
import type { FileStore, FileVersion } from '../../core/catalog/store.ts';
import { WavecastError } from '../../core/errors.ts';
import { copyObject, PACKAGE_TYPE } from './copy.ts';
import { orExchanged } from './exchanged.ts';
import { streamObject } from './stream.ts';

export interface FileStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

const MIB = 1024 * 1024;
/** Parts are no smaller than this, and larger where a file would have more than MAX_PARTS: each is a link in the answer. */
const MIN_PART = 16 * MIB;
const MAX_PARTS = 1_000;
const LINK_SECONDS = 3_600;
/** A build's folder holds its package and icons. */
const REMOVED_AT_ONCE = 8;

export function createFileStore({ client, bucket }: FileStoreOptions): FileStore {
  const place = (key: string) => ({ Bucket: bucket, Key: key });
  const body = async (key: string, range: string, seen: FileVersion | undefined): Promise<Readable> => {
    const { Body } = await client.send(new GetObjectCommand({ ...place(key), Range: range, ...(seen === undefined ? {} : { IfMatch: seen.etag }) })).catch((error: unknown) => {
      throw seen === undefined ? error : orExchanged(error);
    });
    if (Body instanceof Readable) return Body;
    throw new WavecastError('internal', 'The communication server answered without a file.');
  };

  return {
    /** 1 request. Needs s3:ListBucket: without it S3 does not say that a file is missing. */
    async head(key) {
      try {
        const { ContentLength, ETag } = await client.send(new HeadObjectCommand(place(key)));
        return { size: ContentLength ?? 0, etag: ETag ?? '' };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    /** 1 request. */
    async read(key, offset, length, seen) {
      if (length === 0) return new Uint8Array();
      const bytes: Uint8Array[] = [];
      for await (const chunk of await body(key, `bytes=${offset}-${offset + length - 1}`, seen)) bytes.push(chunk as Uint8Array);
      return Buffer.concat(bytes);
    },

    /** 1 request. What only marks a folder is none. */
    async list(prefix, after, limit) {
      const { Contents = [], IsTruncated = false } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: limit, ...(after === undefined ? {} : { StartAfter: after }) }));
      const last = Contents.at(-1)?.Key;
      return {
        items: Contents.flatMap(({ Key, Size = 0, LastModified }) => (Key === undefined || Key.endsWith('/') ? [] : [{ key: Key, size: Size, placedAt: LastModified?.getTime() ?? 0 }])),
        ...(IsTruncated && last !== undefined ? { next: last } : {}),
      };
    },

    /** 1 request per 64 MiB, and 1 more per broken connection. */
    stream: (key, { size, etag }) => streamObject(client, { bucket, key, size, etag }),

    /** 1 request. */
    async put(key, bytes, contentType) {
      await client.send(new PutObjectCommand({ ...place(key), Body: bytes, ContentType: contentType }));
    },

    /** No request. */
    link: (key, seconds) => getSignedUrl(client, new GetObjectCommand(place(key)), { expiresIn: seconds }),

    /** 2 requests; above 1 GiB 3, and 1 more per 256 MiB. */
    copy: (from, to, seen) => copyObject(client, { bucket, from, to, ...(seen === undefined ? {} : { etag: seen.etag }) }),

    /** 1 request; for a folder 1 per file, and 1 per 1,000. Needs s3:ListBucket. The bucket keeps former versions for a while, so that this can be undone. */
    async remove(what) {
      if (!what.endsWith('/')) {
        await client.send(new DeleteObjectCommand(place(what)));
        return;
      }
      for (let after: string | undefined; ;) {
        const { Contents = [], IsTruncated = false } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: what, ...(after === undefined ? {} : { StartAfter: after }) }));
        const keys = Contents.flatMap(({ Key }) => Key ?? []);
        await atMost(REMOVED_AT_ONCE, keys, (key) => client.send(new DeleteObjectCommand(place(key))));
        if (!IsTruncated) return;
        after = keys.at(-1);
      }
    },

    /** 1 request; links are signed without any. */
    async beginUpload(key, size) {
      const partSize = Math.max(MIN_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place(key), ContentType: PACKAGE_TYPE }));
      if (UploadId === undefined) throw new WavecastError('internal', 'The communication server began an upload without an id.');
      const numbers = Array.from({ length: Math.max(1, Math.ceil(size / partSize)) }, (_, index) => index + 1);
      const parts = await Promise.all(numbers.map(async (number) => ({
        number,
        url: await getSignedUrl(client, new UploadPartCommand({ ...place(key), UploadId, PartNumber: number }), { expiresIn: LINK_SECONDS }),
      })));
      return { uploadId: UploadId, partSize, parts };
    },

    /** 1 request. Throws `not-found` for an upload that is over or was never begun. */
    async completeUpload(key, uploadId, parts) {
      const inOrder = [...parts].sort((a, b) => a.number - b.number).map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      try {
        await client.send(new CompleteMultipartUploadCommand({ ...place(key), UploadId: uploadId, MultipartUpload: { Parts: inOrder } }));
      } catch (error) {
        if (!(error instanceof NoSuchUpload)) throw error;
        throw new WavecastError('not-found', 'This upload is over, or was never begun.', { remedy: 'Begin it again.', cause: error });
      }
    },
  };
}
