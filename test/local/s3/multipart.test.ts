import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, GetObjectAttributesCommand, GetObjectCommand, ListMultipartUploadsCommand,
  ListPartsCommand, PutObjectCommand, UploadPartCommand, UploadPartCopyCommand, type CompletedPart, type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../aws/rig.ts';
import { bucket, someBytes, startS3, type S3Rig } from './s3-rig.ts';

const MB = 1024 * 1024;
const first = someBytes(5 * MB, 1);
const second = someBytes(5 * MB, 2);
const last = someBytes(1_000, 3);
const whole = Buffer.concat([first, second, last]);

let rig: S3Rig;
let client: S3Client;

beforeAll(async () => {
  rig = await startS3();
  client = rig.client();
});
afterAll(async () => {
  await rig.dispose();
});

const create = async (Key: string, more: Partial<CreateMultipartUploadCommand['input']> = {}): Promise<string> => (await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }))).UploadId ?? '';
const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer, more: Partial<UploadPartCommand['input']> = {}, from = client): Promise<CompletedPart> => {
  const { ETag, ChecksumCRC32 } = await from.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body, ...more }));
  return { PartNumber, ETag, ChecksumCRC32 };
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more: Partial<CompleteMultipartUploadCommand['input']> = {}, from = client) => from.send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
const read = async (Key: string, from = client, Range?: string): Promise<Buffer> => Buffer.from((await (await from.send(new GetObjectCommand({ Bucket: bucket, Key, ...(Range === undefined ? {} : { Range }) }))).Body?.transformToByteArray()) ?? []);

describe('a multipart upload', () => {
  it('becomes one object, readable in ranges over its parts', async () => {
    const id = await create('parts', { ContentType: 'application/zip', Metadata: { a: 'b' } });
    // Out of order and one of them twice, as a browser that retries does.
    const third = await part('parts', id, 3, last);
    await part('parts', id, 1, last);
    const parts = [await part('parts', id, 1, first), await part('parts', id, 2, second), third];
    const done = await complete('parts', id, parts);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect((await read('parts')).equals(whole)).toBe(true);
    expect((await read('parts', client, `bytes=${String(5 * MB - 2)}-${String(10 * MB + 1)}`)).equals(whole.subarray(5 * MB - 2, 10 * MB + 2))).toBe(true);
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'parts', Range: 'bytes=0-0' }));
    expect(got).toMatchObject({ ContentType: 'application/zip', Metadata: { a: 'b' } });
    await got.Body?.transformToByteArray();
    const attributes = await client.send(new GetObjectAttributesCommand({ Bucket: bucket, Key: 'parts', ObjectAttributes: ['ObjectSize', 'ObjectParts'] }));
    expect(attributes).toMatchObject({ ObjectSize: whole.length, ObjectParts: { TotalPartsCount: 3 } });
  });

  it('goes on after a restart', async () => {
    const before = await startS3();
    const one = before.client();
    const { UploadId: id = '' } = await one.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'resumed' }));
    const parts = [await part('resumed', id, 1, first, {}, one)];
    const after = await before.restart();
    const two = after.client();
    const { Parts: listed = [] } = await two.send(new ListPartsCommand({ Bucket: bucket, Key: 'resumed', UploadId: id }));
    expect(listed.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([[1, first.length, parts[0]?.ETag]]);
    parts.push(await part('resumed', id, 2, last, {}, two));
    await complete('resumed', id, parts, {}, two);
    expect((await read('resumed', two)).equals(Buffer.concat([first, last]))).toBe(true);
    expect(readdirSync(join(after.folder, 'uploads'))).toEqual([]);
    await after.dispose();
  });

  it('completed twice gives the same answer, for the first may have been lost', async () => {
    const id = await create('twice');
    const parts = [await part('twice', id, 1, last)];
    const one = await complete('twice', id, parts);
    const two = await complete('twice', id, parts);
    expect(two.ETag).toBe(one.ETag);
  });

  it('respects If-None-Match when it is completed', async () => {
    const id = await create('taken');
    const parts = [await part('taken', id, 1, last)];
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'taken', Body: 'first' }));
    expect((await rejection(complete('taken', id, parts, { IfNoneMatch: '*' }))).name).toBe('PreconditionFailed');
    expect((await read('taken')).toString()).toBe('first');
  });

  it('aborted is gone with its parts', async () => {
    const id = await create('aborted');
    await part('aborted', id, 1, last);
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'aborted', UploadId: id }));
    expect(readdirSync(join(rig.folder, 'uploads'))).not.toContain(id);
    expect((await rejection(part('aborted', id, 2, last))).name).toBe('NoSuchUpload');
    expect((await rejection(client.send(new ListPartsCommand({ Bucket: bucket, Key: 'aborted', UploadId: id })))).name).toBe('NoSuchUpload');
  });

  it('is listed while it is open', async () => {
    const id = await create('open');
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads.map(({ Key, UploadId }) => [Key, UploadId])).toContainEqual(['open', id]);
  });

  it('of another key is not found', async () => {
    const id = await create('mine');
    expect((await rejection(part('yours', id, 1, last))).name).toBe('NoSuchUpload');
  });

  it.each<[string, string, (parts: CompletedPart[]) => CompletedPart[]]>([
    ['a part that was never uploaded', 'InvalidPart', (parts) => [...parts, { ...parts[0], PartNumber: 9 }]],
    ['another ETag', 'InvalidPart', (parts) => parts.map((one) => ({ ...one, ETag: '"00000000000000000000000000000000"' }))],
    ['parts out of order', 'InvalidPartOrder', (parts) => parts.toReversed()],
    ['a small part before the last', 'EntityTooSmall', (parts) => parts],
    ['no parts', 'MalformedXML', () => []],
  ])('is not completed with %s', async (_, code, change) => {
    const key = `refused-${randomUUID()}`;
    const id = await create(key);
    const parts = [await part(key, id, 1, last), await part(key, id, 2, last)];
    expect((await rejection(complete(key, id, change(parts)))).name).toBe(code);
  });

  it('takes no part number outside 1 to 10,000', async () => {
    const id = await create('numbers');
    expect((await rejection(part('numbers', id, 10_001, last))).name).toBe('InvalidArgument');
    expect((await rejection(part('numbers', id, 0, last))).name).toBe('InvalidArgument');
  });
});

describe('the checksum of an upload in parts', () => {
  it('is that of the whole object when it is a full one, part by part combined', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'at-once', Body: whole, ChecksumAlgorithm: 'CRC64NVME' }));
    const expected = await client.send(new GetObjectAttributesCommand({ Bucket: bucket, Key: 'at-once', ObjectAttributes: ['Checksum'] }));
    const id = await create('full', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' });
    const parts: CompletedPart[] = [];
    for (const [index, bytes] of [first, second, last].entries()) parts.push({ ...(await part('full', id, index + 1, bytes, { ChecksumAlgorithm: 'CRC64NVME' })), ChecksumCRC32: undefined });
    expect((await complete('full', id, parts)).ChecksumCRC64NVME).toBe(expected.Checksum?.ChecksumCRC64NVME);
  });

  it('of a composite upload must be named for each part, as AWS asks', async () => {
    const id = await create('composite', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' });
    const one = await part('composite', id, 1, last);
    const other = await rejection(part('composite', id, 2, last, { ChecksumAlgorithm: 'SHA256' }));
    expect(other).toMatchObject({ name: 'InvalidRequest', message: 'Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: sha256' });
    expect((await rejection(complete('composite', id, [{ ...one, ChecksumCRC32: undefined }]))).name).toBe('InvalidRequest');
    expect((await rejection(complete('composite', id, [{ ...one, ChecksumCRC32: 'AAAAAA==' }]))).name).toBe('InvalidPart');
    expect((await complete('composite', id, [one])).ChecksumCRC32).toMatch(/-1$/);
  });

  it('cannot be a full one of SHA-256, nor a composite one of CRC64NVME', async () => {
    expect((await rejection(create('x', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }))).name).toBe('InvalidRequest');
    expect((await rejection(create('x', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }))).name).toBe('InvalidRequest');
  });
});

describe('a part copied from an object', () => {
  it('is the range asked for', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'big', Body: whole }));
    const id = await create('assembled');
    const copy = async (PartNumber: number, CopySourceRange?: string): Promise<CompletedPart> => {
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ Bucket: bucket, Key: 'assembled', UploadId: id, PartNumber, CopySource: `${bucket}/big`, ...(CopySourceRange === undefined ? {} : { CopySourceRange }) }));
      return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 };
    };
    const parts = [await copy(1, `bytes=0-${String(6 * MB)}`), await copy(2, `bytes=${String(6 * MB + 1)}-${String(whole.length - 1)}`)];
    expect((await rejection(copy(3, 'bytes=99999999-'))).name).toBe('InvalidRange');
    await complete('assembled', id, parts);
    expect((await read('assembled')).equals(whole)).toBe(true);
  });

  it('and an object of parts copied whole is one piece with its own ETag', async () => {
    const id = await create('of-parts');
    await complete('of-parts', id, [await part('of-parts', id, 1, first), await part('of-parts', id, 2, last)]);
    const { CopyObjectResult } = await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'one-piece', CopySource: `${bucket}/of-parts` }));
    const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'the-same', Body: Buffer.concat([first, last]) }));
    expect(CopyObjectResult?.ETag).toBe(ETag);
  });
});

describe('@aws-sdk/lib-storage', () => {
  it('uploads a stream of unknown length', async () => {
    const chunks = Array.from({ length: 170 }, (_, index) => whole.subarray(index * 65_536, (index + 1) * 65_536));
    await new Upload({ client, params: { Bucket: bucket, Key: 'streamed', Body: Readable.from(chunks) } }).done();
    expect((await read('streamed')).equals(whole)).toBe(true);
  });
});
