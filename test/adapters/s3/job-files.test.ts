import { GetObjectCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExportStore } from '../../../adapters/s3/exports.ts';
import { createJobFiles } from '../../../adapters/s3/job-files.ts';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import type { JobFiles } from '../../../core/job/store.ts';
import { clientSettings } from '../../local/aws/rig.ts';
import { bucket, someBytes, startS3, type S3Rig } from '../../local/s3/s3-rig.ts';
import { memoryJobFiles } from '../../support/memory/job-store.ts';

let rig: S3Rig;
let client: S3Client;
beforeAll(async () => {
  rig = await startS3();
  client = createS3Client({ ...clientSettings(rig), forcePathStyle: true });
});
afterAll(async () => {
  client.destroy();
  await rig.dispose();
});

interface Kept {
  readonly files: JobFiles;
  /** Undefined where nothing is at the key. */
  readonly read: (key: string) => Promise<string | undefined>;
}

const CSV = 'text/csv; charset=utf-8';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function real(): Kept {
  return {
    files: createJobFiles({ client, bucket }),
    read: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(() => ({ Body: undefined }));
      return Body === undefined ? undefined : text(await Body.transformToByteArray());
    },
  };
}

function memory(): Kept {
  const files = memoryJobFiles({ beforeWrite: () => undefined });
  return { files, read: (key) => Promise.resolve(files.files.get(key)) };
}

describe.each([['of S3', real], ['in memory', memory]])('files of jobs %s', (name, open) => {
  const keyOf = (what: string): string => `exports/${name} ${what}.csv`;
  const ascii = (size: number, seed: number): Uint8Array => someBytes(size, seed).map((byte) => 97 + (byte % 26));

  it('are put at once, and replaced', async () => {
    const { files, read } = open();
    await files.put(keyOf('small'), CSV, ascii(10, 1));
    await files.put(keyOf('small'), CSV, ascii(12, 2));
    expect(await read(keyOf('small'))).toBe(text(ascii(12, 2)));
  });

  it('are the parts that are named, in the order of numbers that have gaps, and no others', async () => {
    const { files, read } = open();
    const key = keyOf('parted');
    const upload = await files.begin(key, CSV);
    const [first, second, last] = [ascii(files.smallestPart, 1), ascii(files.smallestPart + 1, 2), ascii(3, 3)];
    await files.part(upload, 1, ascii(files.smallestPart, 9));
    const parts = [await files.part(upload, 2, first), await files.part(upload, 5, second), await files.part(upload, 6, last)];
    await files.part(upload, 4, ascii(7, 8));
    expect(await read(key)).toBeUndefined();
    await files.complete(upload, parts);
    expect(await read(key)).toBe(text(first) + text(second) + text(last));
    // Its answer got lost.
    await files.complete(upload, parts);
    expect(await read(key)).toBe(text(first) + text(second) + text(last));
  });

  it('whose part was replaced by a stranger are not completed', async () => {
    const { files, read } = open();
    const upload = await files.begin(keyOf('replaced'), CSV);
    const part = await files.part(upload, 1, ascii(5, 1));
    await files.part(upload, 1, ascii(6, 2));
    await expect(files.complete(upload, [part])).rejects.toThrow();
    expect(await read(keyOf('replaced'))).toBeUndefined();
  });

  it('that were given up are gone, also twice, and cannot be completed', async () => {
    const { files } = open();
    const upload = await files.begin(keyOf('given up'), CSV);
    const part = await files.part(upload, 1, ascii(5, 1));
    await files.abort(upload);
    await files.abort(upload);
    await expect(files.complete(upload, [part])).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });
});

describe('a file of a job in S3', () => {
  it('leaves no upload behind, and downloads under its own name', async () => {
    const files = createJobFiles({ client, bucket });
    const upload = await files.begin('exports/whole.csv', CSV);
    await files.complete(upload, [await files.part(upload, 3, Buffer.from('Name\n'))]);
    expect(((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).filter(({ Key }) => Key === upload.key)).toEqual([]);
    const answer = await fetch(await createExportStore({ client, bucket }).link('exports/whole.csv', 'status.csv', 60));
    expect({ type: answer.headers.get('content-type'), text: await answer.text() }).toEqual({ type: CSV, text: 'Name\n' });
  });

  it('is done where another call has completed it and S3 has forgotten the upload', async () => {
    const files = createJobFiles({ client, bucket });
    const upload = await files.begin('exports/forgotten.csv', CSV);
    const part = await files.part(upload, 1, Buffer.from('Name\n'));
    await files.put(upload.key, CSV, Buffer.from('Name\n'));
    await files.abort(upload);
    await files.complete(upload, [part]);
  });
});
