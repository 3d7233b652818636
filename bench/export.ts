/** What the distribution status of a large fleet costs as a job: time, memory and calls, and whether every row is there once. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { createS3Client } from '../adapters/s3/s3-client.ts';
import { root } from '../infra/bundle.ts';
import { startAwsPort } from '../local/aws/port.ts';
import { Principals } from '../local/aws/principals.ts';
import { Authority } from '../local/iam/authority.ts';
import { createS3 } from '../local/s3/service.ts';
import type { Run } from './benchmarks.ts';
import { serveTables } from './export/tables.ts';
import type { Writing } from './export/writer.ts';
import { rounded } from './report.ts';

const ROWS = 1_000_000;

export const run: Run = async (say, { rows = ROWS }) => {
  const folder = await mkdtemp(join(tmpdir(), 'wavecast-bench-'));
  try {
    const program = await bundled(folder);
    await using tables = await serveTables(rows);
    await using s3 = await serveS3(join(folder, 's3'));
    say(`Writing the distribution status of ${rows} devices ...`);
    const { stdout } = await promisify(execFile)(process.execPath, [program, tables.endpoint, s3.endpoint, s3.accessKeyId, s3.secretAccessKey, String(rows)]);
    const writing = JSON.parse(stdout) as Writing;
    const calls = { ...tables.calls };
    await checkFile(s3, writing, rows);
    return {
      figures: {
        rows, seconds: rounded(writing.seconds), cpuSeconds: rounded(writing.cpuSeconds), rssMb: Math.round(writing.rssMb.inTheEnd), rssMbAtATenth: Math.round(writing.rssMb.atATenth),
        fileMb: rounded(writing.job.bytes / 1_000_000), slices: writing.slices, parts: writing.job.parts.length, calls,
      },
      facts: { counts: writing.job.counts },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** As a function is: without what it does not use, and without a compiler in its memory. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'writer.cjs');
  await build({ entryPoints: [join(root, 'bench', 'export', 'writer.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node24', mainFields: ['module', 'main'], minify: true, logLevel: 'silent' });
  return outfile;
}

interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The local cloud's S3, alone. */
async function serveS3(folder: string): Promise<S3Server> {
  const developer = { name: 'developer', accessKeyId: 'AKIABENCHBENCHBENCH0', secretAccessKey: randomUUID(), policies: 'all' as const };
  // The machine's time: nothing waits for it to stand still.
  const clock = { now: () => Date.now(), hold: () => () => undefined };
  const principals = new Principals();
  principals.add(developer);
  const { service } = createS3({ folder, clock, buckets: [{ name: 'reports' }] });
  const port = await startAwsPort({ port: 0, principals, services: [service], clock, region: 'eu-west-1', account: '000000000000', authority: new Authority() });
  return { endpoint: port.url, accessKeyId: developer.accessKeyId, secretAccessKey: developer.secretAccessKey, [Symbol.asyncDispose]: () => port.close() };
}

/** Every device is in the file once, in the order of the fleet. Throws otherwise. */
async function checkFile(s3: S3Server, { job }: Writing, rows: number): Promise<void> {
  const client = createS3Client({ endpoint: s3.endpoint, region: 'eu-west-1', forcePathStyle: true, credentials: s3 });
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'reports', Key: job.key }));
  let [left, next] = ['', 0];
  for await (const chunk of (Body as AsyncIterable<Uint8Array> | undefined) ?? []) {
    const lines = (left + Buffer.from(chunk).toString('latin1')).split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) {
      if (next > 0 && !line.startsWith(`phone-${next - 1},`)) throw new Error(`Row ${next} is "${line}".`);
      next += 1;
    }
  }
  client.destroy();
  if (next !== rows + 1 || job.rows !== rows) throw new Error(`The file has ${next - 1} rows, and the job says ${job.rows}.`);
}
