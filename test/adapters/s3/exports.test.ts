import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExportStore } from '../../../adapters/s3/exports.ts';
import { createRawReports } from '../../../adapters/s3/reports.ts';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import type { ExportStore } from '../../../core/result/export-store.ts';
import { clientSettings } from '../../local/aws/rig.ts';
import { bucket, startS3, type S3Rig } from '../../local/s3/s3-rig.ts';
import { testIdentifiers } from '../../support/memory/ambient.ts';
import { MORNING, uniqueEnrolmentId } from '../../support/samples/unique.ts';

let rig: S3Rig;
let client: S3Client;
let exports: ExportStore;
beforeAll(async () => {
  rig = await startS3();
  client = createS3Client({ ...clientSettings(rig), forcePathStyle: true });
  exports = createExportStore({ client, bucket });
});
afterAll(async () => {
  client.destroy();
  await rig.dispose();
});

/** `count` lines; fails before the last where that is wanted. */
async function* lines(count: number, fails = false): AsyncGenerator<string, undefined> {
  for (let n = 0; n < count; n += 1) {
    if (fails && n === count - 1) throw new Error('The rows ended early.');
    yield `Gerät ${n};${'x'.repeat(1000)}\n`;
    await Promise.resolve();
  }
  return undefined;
}

async function text(count: number): Promise<string> {
  let all = '';
  for await (const line of lines(count)) all += line;
  return all;
}

describe('an export', () => {
  it.each([['small', 3], ['of several parts', 7000]])('is one file of all its chunks (%s), behind a link that names it', async (name, count) => {
    await exports.write(`exports/${name}.csv`, 'text/csv', lines(count));
    const answer = await fetch(await exports.link(`exports/${name}.csv`, 'plan "ü".csv', 60));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv');
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="plan _');
    expect(await answer.text() === await text(count)).toBe(true);
  });

  it.each([['small', 3], ['of several parts', 7000]])('whose rows fail is not there at all (%s)', async (name, count) => {
    await expect(exports.write(`exports/failed ${name}.csv`, 'text/csv', lines(count, true))).rejects.toThrow('The rows ended early.');
    await expect(client.send(new GetObjectCommand({ Bucket: bucket, Key: `exports/failed ${name}.csv` }))).rejects.toThrow();
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  });

  it('has a link that works for as long as it says', async () => {
    await exports.write('exports/short.csv', 'text/csv', lines(1));
    const link = await exports.link('exports/short.csv', 'short.csv', 60);
    rig.clock.advance(61_000 * 2);
    expect((await fetch(link)).status).toBe(403);
  });
});

describe('a raw report', () => {
  it('is kept byte for byte under its device and day, each call another', async () => {
    const reports = createRawReports({ client, bucket, ids: testIdentifiers() });
    const [enrolmentId, bytes] = [uniqueEnrolmentId(), Buffer.from([0x62, 0x70, 0x00, 0xff])];
    for (let n = 0; n < 2; n += 1) await reports.keep(enrolmentId, MORNING, bytes);
    const { Contents: kept = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `reports/${enrolmentId}/2026-03-02/` }));
    expect(kept).toHaveLength(2);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: kept[0]?.Key }));
    expect(Buffer.from(await Body?.transformToByteArray() ?? []).equals(bytes)).toBe(true);
  });
});
