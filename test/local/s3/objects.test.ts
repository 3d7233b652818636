import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectAttributesCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand,
  ListBucketsCommand, PutObjectCommand, type ChecksumAlgorithm, type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectEvent } from '../../../local/s3/operation.ts';
import { rejection } from '../aws/rig.ts';
import { bucket, someBytes, startS3, type S3Rig } from './s3-rig.ts';

let rig: S3Rig;
let client: S3Client;

beforeAll(async () => {
  rig = await startS3();
  client = rig.client();
});
afterAll(async () => {
  await rig.dispose();
});

const put = (Key: string, Body: string | Buffer | Readable, more: Partial<PutObjectCommand['input']> = {}) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommand['input']> = {}) => client.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
const read = async (Key: string, more: Partial<GetObjectCommand['input']> = {}): Promise<Buffer> => Buffer.from((await (await get(Key, more)).Body?.transformToByteArray()) ?? []);
const dataFiles = (): number => readdirSync(join(rig.folder, 'buckets', bucket, 'data')).length;

describe('an object', () => {
  it('comes back as it was put, with its type, headers and metadata', async () => {
    await put('a/b c+ü.ipa', 'hello', { ContentType: 'application/octet-stream', CacheControl: 'max-age=60', ContentDisposition: 'attachment', Metadata: { digest: 'abc' } });
    const got = await get('a/b c+ü.ipa');
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject({ ContentType: 'application/octet-stream', CacheControl: 'max-age=60', ContentDisposition: 'attachment', Metadata: { digest: 'abc' }, ContentLength: 5, ETag: '"5d41402abc4b2a76b9719d911017c592"' });
    expect(got.LastModified?.getTime()).toBe(Math.floor(rig.clock.now() / 1000) * 1000);
  });

  it.each(['plain', 'a/../b', '//double', 'trailing/', 'q?&=#%41', "quotes'\"()*!", 'plus+space ', '日本/語', '.', 'a\\b', '<&>'])('may be called %s', async (key) => {
    await put(key, `content of ${key}`);
    expect((await read(key)).toString()).toBe(`content of ${key}`);
    const files = readdirSync(join(rig.folder, 'buckets', bucket, 'objects'));
    expect(files.every((file) => /^[0-9a-f]{64}\.json$/.test(file))).toBe(true);
  });

  it('may be empty', async () => {
    await put('empty', Buffer.alloc(0), { ContentLength: 0 });
    expect(await read('empty')).toHaveLength(0);
    expect((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'empty' }))).ContentLength).toBe(0);
  });

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])('streams in with a %s trailer, which is kept and verified on reading', async (ChecksumAlgorithm) => {
    const bytes = someBytes(3_000_001);
    const stored = await put(`stream-${ChecksumAlgorithm}`, Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000, 70_001), bytes.subarray(70_001)]), { ChecksumAlgorithm, ContentLength: bytes.length });
    expect(stored[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']).toBeTypeOf('string');
    const got = await get(`stream-${ChecksumAlgorithm}`, { ChecksumMode: 'ENABLED' });
    expect(got[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']).toBe(stored[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']);
    expect(got.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('is refused, and nothing kept of it, when its checksum does not hold', async () => {
    const before = dataFiles();
    const error = await rejection(put('bad', 'hello', { ChecksumCRC32: 'AAAAAA==' }));
    expect(error.name).toBe('BadDigest');
    expect((await rejection(get('bad'))).name).toBe('NoSuchKey');
    expect(dataFiles()).toBe(before);
    expect(readdirSync(rig.s3.objects.incoming)).toEqual([]);
  });

  it('is replaced whole, and its old data goes', async () => {
    await put('replaced', 'one');
    const before = dataFiles();
    await put('replaced', 'two');
    expect((await read('replaced')).toString()).toBe('two');
    expect(dataFiles()).toBe(before);
  });

  it('can be read to its end while it is replaced', async () => {
    const old = someBytes(8_000_000);
    await put('swapped', old);
    const reading = await get('swapped');
    await put('swapped', 'new');
    expect(Buffer.from((await reading.Body?.transformToByteArray()) ?? []).equals(old)).toBe(true);
    expect((await read('swapped')).toString()).toBe('new');
  });

  it('survives a restart', async () => {
    const first = await startS3();
    await first.client().send(new PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: 'still here', Metadata: { a: 'b' } }));
    const second = await first.restart();
    const got = await second.client().send(new GetObjectCommand({ Bucket: bucket, Key: 'kept' }));
    expect(await got.Body?.transformToString()).toBe('still here');
    expect(got.Metadata).toEqual({ a: 'b' });
    await second.dispose();
  });

  it('that is not there is NoSuchKey to read, NotFound to look at, and nothing to delete', async () => {
    expect(await rejection(get('nothing'))).toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect((await rejection(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'nothing' })))).name).toBe('NotFound');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'nothing' }));
    expect((await rejection(client.send(new GetObjectCommand({ Bucket: 'no-bucket', Key: 'x' })))).name).toBe('NoSuchBucket');
  });

  it('tells its attributes', async () => {
    await put('attributes', 'hello', { ChecksumAlgorithm: 'SHA256' });
    const attributes = await client.send(new GetObjectAttributesCommand({ Bucket: bucket, Key: 'attributes', ObjectAttributes: ['Checksum', 'ObjectSize', 'ETag'] }));
    expect(attributes).toMatchObject({ ObjectSize: 5, ETag: '5d41402abc4b2a76b9719d911017c592', Checksum: { ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=', ChecksumType: 'FULL_OBJECT' } });
  });
});

describe('a range', () => {
  beforeAll(async () => { await put('ranged', '0123456789'); });
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('%s is %s', async (Range, expected, ContentRange) => {
    const got = await get('ranged', { Range });
    expect(await got.Body?.transformToString()).toBe(expected);
    expect(got).toMatchObject({ ContentRange, $metadata: { httpStatusCode: 206 } });
  });

  it('beyond the end is InvalidRange', async () => {
    expect(await rejection(get('ranged', { Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
  });

  it('of another form is ignored', async () => {
    expect((await read('ranged', { Range: 'bytes=0-1,4-5' })).toString()).toBe('0123456789');
  });
});

describe('a condition', () => {
  it('If-None-Match: * lets one of many writers win', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => put('once', `writer ${String(index)}`, { IfNoneMatch: '*' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(lost?.reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  });

  it('If-Match writes over what the writer has seen and nothing else', async () => {
    const first = await put('matched', 'one');
    const second = await put('matched', 'two', { IfMatch: first.ETag });
    expect((await rejection(put('matched', 'three', { IfMatch: first.ETag }))).name).toBe('PreconditionFailed');
    expect((await rejection(put('unmatched', 'x', { IfMatch: second.ETag }))).name).toBe('NoSuchKey');
    expect((await rejection(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'matched', IfMatch: first.ETag })))).name).toBe('PreconditionFailed');
  });

  it('of a reader answers 304 or 412', async () => {
    const { ETag } = await put('cached', 'x');
    const later = new Date(rig.clock.now() + 1_000);
    const earlier = new Date(rig.clock.now() - 60_000);
    expect((await rejection(get('cached', { IfNoneMatch: ETag }))).$metadata.httpStatusCode).toBe(304);
    expect((await rejection(get('cached', { IfModifiedSince: later }))).$metadata.httpStatusCode).toBe(304);
    expect((await rejection(get('cached', { IfMatch: '"other"' }))).$metadata.httpStatusCode).toBe(412);
    expect((await rejection(get('cached', { IfUnmodifiedSince: earlier }))).$metadata.httpStatusCode).toBe(412);
    expect((await read('cached', { IfMatch: ETag, IfUnmodifiedSince: earlier })).toString()).toBe('x');
  });
});

describe('a copy', () => {
  it('has the source’s bytes and metadata, or new metadata', async () => {
    await put('original', 'hello', { ContentType: 'text/plain', Metadata: { a: '1' } });
    await client.send(new CopyObjectCommand({ Bucket: 'icons', Key: 'copy', CopySource: `${bucket}/original` }));
    const kept = await client.send(new GetObjectCommand({ Bucket: 'icons', Key: 'copy' }));
    expect(kept).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
    await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'original', CopySource: `${bucket}/original`, MetadataDirective: 'REPLACE', Metadata: { b: '2' }, ContentType: 'text/html' }));
    expect(await get('original')).toMatchObject({ ContentType: 'text/html', Metadata: { b: '2' } });
    await put('original', 'changed');
    expect(await kept.Body?.transformToString()).toBe('hello');
  });

  it('is refused onto itself unchanged, from nothing, and when its source has changed', async () => {
    const { ETag } = await put('source', 'x');
    const copy = (CopySource: string, more: Partial<CopyObjectCommand['input']> = {}) => rejection(client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'source', CopySource, ...more })));
    expect((await copy(`${bucket}/source`)).name).toBe('InvalidRequest');
    expect((await copy(`${bucket}/nothing`)).name).toBe('NoSuchKey');
    await put('other', 'y');
    expect((await copy(`${bucket}/other`, { CopySourceIfMatch: ETag })).name).toBe('PreconditionFailed');
  });

  it('takes a source with any name', async () => {
    await put('dir/a b+ü.ipa', 'named');
    await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'plain', CopySource: encodeURIComponent(`${bucket}/dir/a b+ü.ipa`) }));
    expect((await read('plain')).toString()).toBe('named');
  });
});

describe('what happens to objects', () => {
  it('is told before it is answered', async () => {
    const told: ObjectEvent[] = [];
    const stop = rig.s3.onEvent((event) => { told.push(event); });
    await put('event', 'hello');
    await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'event-copy', CopySource: `${bucket}/event` }));
    await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'event' }, { Key: 'never-there' }] } }));
    stop();
    await put('event', 'unheard');
    expect(told.map(({ type, cause, key, size }) => [type, cause, key, size])).toEqual([
      ['created', 'Put', 'event', 5],
      ['created', 'Copy', 'event-copy', 5],
      ['removed', 'Delete', 'event', 0],
    ]);
  });
});

describe('the bucket', () => {
  it('is known by name', async () => {
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['icons', bucket]);
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    expect((await rejection(client.send(new HeadBucketCommand({ Bucket: 'no-bucket' })))).name).toBe('NotFound');
  });

  it('deletes many objects, whatever their keys', async () => {
    const keys = ['del <&>"\'', 'del\r\n2', 'del/ü'];
    for (const key of keys) await put(key, 'x');
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
    for (const key of keys) expect((await rejection(get(key))).name).toBe('NoSuchKey');
  });

  it('refuses what is not modelled instead of ignoring it', async () => {
    expect(await rejection(put('tagged', 'x', { Tagging: 'a=b' }))).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect((await rejection(get('plain', { VersionId: 'v1' }))).name).toBe('NotImplemented');
  });
});
