/** What the edge needs of its origin: find an object, and read it while others may replace it. */
import type { Readable } from 'node:stream';
import type { Instant } from '../../core/ambient.ts';
import type { ObjectStore } from '../s3/objects.ts';
import { readObject, type ByteRange } from '../s3/read.ts';

export interface EdgeObject {
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: Instant;
  readonly contentType: string;
  /** Cache-Control, Content-Disposition and the like; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, or a range of them. Consume or destroy the stream. */
  read(range?: ByteRange): Readable;
}

export interface ObjectReader {
  find(bucket: string, key: string): EdgeObject | undefined;
}

/** Reads from the local S3's store, as an origin access control lets CloudFront do. */
export function objectReader(store: ObjectStore): ObjectReader {
  return {
    find: (bucket, key) => {
      const object = store.find(bucket, key);
      if (object === undefined) return undefined;
      const { size, etag, modifiedAt, contentType, headers } = object;
      return { size, etag, modifiedAt, contentType, headers, read: (range) => readObject(store, bucket, object, range) };
    },
  };
}
