import { HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyObject } from '../../../adapters/s3/copy.ts';
import { createFileStore } from '../../../adapters/s3/files.ts';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import { atMost } from '../../../core/at-once.ts';
import type { FileStore, Upload } from '../../../core/catalog/store.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { clientSettings } from '../../local/aws/rig.ts';
import { bucket, someBytes, startS3, type S3Rig } from '../../local/s3/s3-rig.ts';
import { refusalOf } from '../../support/outcomes.ts';
import { present } from '../../support/present.ts';
import { uniqueName } from '../../support/samples/unique.ts';

const MIB = 1024 * 1024;

let rig: S3Rig;
let client: S3Client;
let files: FileStore;
beforeAll(async () => {
  rig = await startS3();
  client = createS3Client({ ...clientSettings(rig), forcePathStyle: true });
  files = createFileStore({ client, bucket });
});
afterAll(async () => {
  client.destroy();
  await rig.dispose();
});

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const put = (key: string, bytes: Uint8Array) => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
async function whole(key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const seen = (await files.head(key)) ?? { size: 1, etag: '"gone"' };
  for await (const chunk of files.stream(key, seen)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
/** As the CLI does it: the bytes go to the links alone. */
async function send({ parts, partSize }: Upload, bytes: Buffer) {
  return Promise.all(parts.map(async ({ number, url }) => {
    const answer = await fetch(url, { method: 'PUT', body: Uint8Array.from(bytes.subarray((number - 1) * partSize, number * partSize)) });
    expect(answer.status).toBe(200);
    return { number, etag: answer.headers.get('etag') ?? '' };
  }));
}

describe('a file', () => {
  it('has a size and a tag, or is not there', async () => {
    await put('incoming/a b+ä.ipa', someBytes(1234));
    expect(await files.head('incoming/a b+ä.ipa')).toEqual({ size: 1234, etag: expect.stringMatching(/^".+"$/) as string });
    expect(await files.head('incoming/nothing.ipa')).toBeUndefined();
  });

  it('is read by ranges, exactly the bytes that were asked for', async () => {
    const bytes = someBytes(100_000);
    await put('incoming/ranges.ipa', bytes);
    for (const [offset, length] of [[0, 1], [0, 100_000], [99_999, 1], [777, 65_536], [5, 0]] as const) {
      expect(Buffer.from(await files.read('incoming/ranges.ipa', offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
    }
    // Shorter than asked for: the file is another by now.
    expect(await files.read('incoming/ranges.ipa', 99_990, 100)).toHaveLength(10);
    await expect(files.read('incoming/nothing.ipa', 0, 1)).rejects.toThrow();
  });

  it('is streamed whole and in order, also an empty one', async () => {
    const bytes = someBytes(3 * MIB + 17);
    await put('incoming/stream.ipa', bytes);
    expect(digest(await whole('incoming/stream.ipa'))).toBe(digest(bytes));
    await put('incoming/empty.ipa', new Uint8Array());
    expect(await whole('incoming/empty.ipa')).toHaveLength(0);
    await expect(whole('incoming/nothing.ipa')).rejects.toThrow();
  });

  it('is listed with its size and time, in the order of keys, page by page; what marks a folder is none', async () => {
    const [before, keys] = [Date.now() - 2_000, ['listed/a b+ä.ipa', 'listed/b.ipa', 'listed/sub/c.ipa', 'listed/z.ipa']];
    for (const [index, key] of keys.entries()) await put(key, someBytes(10 + index));
    await put('listed/sub/', new Uint8Array());
    const first = await files.list('listed/', undefined, 2);
    expect(first).toMatchObject({ items: [{ key: keys[0], size: 10 }, { key: keys[1], size: 11 }], next: keys[1] });
    expect(first.items[0]?.placedAt).toBeGreaterThan(before);
    expect((await files.list('listed/', first.next, 3)).items.map(({ key }) => key)).toEqual(['listed/sub/c.ipa', 'listed/z.ipa']);
    expect(await files.list('listed/', 'listed/z.ipa', 10)).toEqual({ items: [] });
  });

  it('is removed, and may be removed again', async () => {
    await put('incoming/gone.ipa', someBytes(10));
    await put('incoming/gone.ipa.other', someBytes(10));
    for (let time = 0; time < 2; time += 1) await files.remove('incoming/gone.ipa');
    expect(await files.head('incoming/gone.ipa')).toBeUndefined();
    expect(await files.head('incoming/gone.ipa.other')).toBeDefined();
  });

  it('is removed with all others in its folder, however many, and none beside it', async () => {
    await put('packages/ab/kept.ipa', someBytes(10));
    await put('packages/abc', someBytes(10));
    const keys = Array.from({ length: 1_001 }, (_, n) => `packages/a/${n}`);
    await atMost(20, keys, (key) => put(key, someBytes(1)));
    for (let time = 0; time < 2; time += 1) await files.remove('packages/a/');
    for (const key of ['packages/a/0', 'packages/a/1000', 'packages/a/999']) expect(await files.head(key)).toBeUndefined();
    expect(await files.head('packages/ab/kept.ipa')).toBeDefined();
    expect(await files.head('packages/abc')).toBeDefined();
  });
});

describe('a small file', () => {
  it('is written whole, with its type, as often as one likes', async () => {
    const key = `packages/${'cd'.repeat(32)}/icon.png`;
    for (let n = 0; n < 2; n += 1) await files.put(key, someBytes(300), 'image/png');
    expect((await whole(key)).equals(someBytes(300))).toBe(true);
    expect((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentType).toBe('image/png');
  });
});

describe('a file that was exchanged since somebody looked', () => {
  it('is neither read nor copied for the one that it was', async () => {
    await put('incoming/exchanged.ipa', someBytes(100));
    const seen = present(await files.head('incoming/exchanged.ipa'));
    expect(await files.read('incoming/exchanged.ipa', 0, 4, seen)).toHaveLength(4);
    await put('incoming/exchanged.ipa', someBytes(100, 9));
    expect(await refusalOf(files.read('incoming/exchanged.ipa', 0, 4, seen))).toBe('conflict');
    expect(await refusalOf(files.copy('incoming/exchanged.ipa', 'packages/exchanged.ipa', seen))).toBe('conflict');
    expect(await files.head('packages/exchanged.ipa')).toBeUndefined();
    expect(await refusalOf(files.read('incoming/nothing.ipa', 0, 4, seen))).toBe('conflict');
  });
});

describe('a copy', () => {
  it('is a package to whoever fetches it, as often as it is made', async () => {
    const [from, to, bytes] = ['incoming/copy me (1).ipa', `packages/${'ab'.repeat(32)}/copy me (1).ipa`, someBytes(5000)];
    await put(from, bytes);
    for (let n = 0; n < 2; n += 1) await files.copy(from, to);
    expect((await whole(to)).equals(bytes)).toBe(true);
    expect((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: to }))).ContentType).toBe('application/octet-stream');
    await expect(files.copy('incoming/nothing.ipa', to)).rejects.toThrow();
  });

  it('of a large file is made in parts, and leaves none behind, also where the file changes meanwhile', async () => {
    const bytes = someBytes(12 * MIB + 5);
    await put('incoming/large.ipa', bytes);
    await copyObject(client, { bucket, from: 'incoming/large.ipa', to: 'packages/large.ipa' }, 5 * MIB, 5 * MIB);
    expect(digest(await whole('packages/large.ipa'))).toBe(digest(bytes));
    const stop = rig.port.observe({
      beforeCall: async ({ operation }) => {
        if (operation !== 'UploadPartCopy') return;
        stop();
        await put('incoming/large.ipa', someBytes(12 * MIB + 5, 9));
      },
    });
    await expect(copyObject(client, { bucket, from: 'incoming/large.ipa', to: 'packages/swapped.ipa' }, 5 * MIB, 5 * MIB)).rejects.toThrow();
    expect(await files.head('packages/swapped.ipa')).toBeUndefined();
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  });
});

describe('a copy in parts of which one fails', () => {
  it('waits for those that are under way before it removes them all, and begins no others', async () => {
    await put('incoming/failing.ipa', someBytes(7 * 5 * MIB));
    const done: string[] = [];
    let begun = 0;
    const stop = rig.port.observe({
      beforeCall: async ({ operation }) => {
        if (operation !== 'UploadPartCopy') return;
        begun += 1;
        if (begun === 1) throw new AwsError('AccessDenied', 'Not this one.', 403);
        await new Promise((resolve) => { setTimeout(resolve, 200); });
      },
      onCall: ({ operation }) => { done.push(operation); },
    });
    await expect(copyObject(client, { bucket, from: 'incoming/failing.ipa', to: 'packages/failing.ipa' }, 5 * MIB, 5 * MIB)).rejects.toThrow('Not this one.');
    stop();
    expect(done.filter((operation) => operation === 'UploadPartCopy')).toHaveLength(4);
    expect(done.at(-1)).toBe('AbortMultipartUpload');
  });
});

describe('an upload', () => {
  it('goes to the links, part by part, and is a file when it is complete', async () => {
    const bytes = someBytes(17 * MIB + 3);
    const key = `incoming/${uniqueName('up load')}.ipa`;
    const upload = await files.beginUpload(key, bytes.length);
    expect([upload.parts.length, upload.partSize]).toEqual([2, 16 * MIB]);
    const parts = await send(upload, bytes);
    expect(await files.head(key)).toBeUndefined();
    await files.completeUpload(key, upload.uploadId, parts.toReversed());
    expect(digest(await whole(key))).toBe(digest(bytes));
    expect((await files.head(key))?.size).toBe(bytes.length);
  });

  it('has a link also for nothing, and never more than a thousand', async () => {
    const empty = await files.beginUpload('incoming/nothing-in-it.ipa', 0);
    expect(empty.parts.map(({ number }) => number)).toEqual([1]);
    await files.completeUpload('incoming/nothing-in-it.ipa', empty.uploadId, await send(empty, Buffer.alloc(0)));
    expect((await files.head('incoming/nothing-in-it.ipa'))?.size).toBe(0);
    const huge = await files.beginUpload('incoming/huge.ipa', 40 * 1024 ** 3);
    expect(huge.parts.length).toBeLessThanOrEqual(1000);
    expect(huge.parts.length * huge.partSize).toBeGreaterThanOrEqual(40 * 1024 ** 3);
  });

  it('that is over, or was never begun, cannot be completed', async () => {
    const { uploadId } = await files.beginUpload('incoming/other.ipa', 1);
    expect(await refusalOf(files.completeUpload('incoming/mine.ipa', uploadId, [{ number: 1, etag: '"x"' }]))).toBe('not-found');
  });

  it('is open for an hour', async () => {
    const { parts } = await files.beginUpload('incoming/late.ipa', 1);
    rig.clock.advance(3_600_000 + 60_000);
    expect((await fetch(parts[0]?.url ?? '', { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});
