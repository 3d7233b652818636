/** Reading a stored object's bytes, whole or a range of them. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { AwsError } from '../aws/service.ts';
import type { ObjectStore, StoredObject } from './objects.ts';

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const READ_AHEAD = 256 * 1024;

/**
 * The range a `Range` header asks for; undefined for none, and for forms that RFC 9110 lets a server ignore (other
 * units, several ranges). Throws InvalidRange when no byte of the object is in it.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [from = '', to = ''] = found?.slice(1) ?? [];
  if (found === null || (from === '' && to === '') || (from !== '' && to !== '' && Number(to) < Number(from))) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, { headers: { 'content-range': `bytes */${String(size)}` }, fields: { ActualObjectSize: size } });
  }
  return { first, last };
}

/** The bytes as a stream that survives the object's being replaced while it is read. Consume or destroy it. */
export function readObject(store: ObjectStore, bucket: string, object: StoredObject, range: ByteRange = { first: 0, last: object.size - 1 }): Readable {
  const unpin = store.pin(bucket, object);
  const stream = Readable.from(chunksOf(store, bucket, object, range), { objectMode: false, highWaterMark: READ_AHEAD });
  stream.once('close', unpin);
  return stream;
}

async function* chunksOf(store: ObjectStore, bucket: string, object: StoredObject, range: ByteRange): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const segment of object.segments) {
    const start = Math.max(0, range.first - offset);
    const end = Math.min(segment.size, range.last + 1 - offset) - 1;
    offset += segment.size;
    if (start > end) continue;
    yield* createReadStream(store.segmentPath(bucket, segment), { start, end, highWaterMark: READ_AHEAD }) as AsyncIterable<Buffer>;
  }
}
