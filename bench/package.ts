/** What a package of some size costs: to read its facts and judge it, by ranges; and to digest it from end to end. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root } from '../infra/bundle.ts';
import { hollowIpa, writeHollow } from '../local/demo/hollow-ipa.ts';
import type { Run } from './benchmarks.ts';
import { serveFile } from './package/file-server.ts';
import type { Reading } from './package/reader.ts';
import { hundredths, rounded } from './report.ts';

const MIB = 1024 * 1024;
const SIZE_MB = 300;
/**
 * Bytes a second that a function gets from S3: the low end of what is published (400 to 700 Mbit/s a function, 85 to 90 MB/s a
 * connection). A laptop has no such network, so this is assumed and not measured.
 */
const LAMBDA_RATE = 50_000_000;

export const run: Run = async (say, { 'size-mb': sizeMb = SIZE_MB }) => {
  const facts = await readingOf(sizeMb, 'facts', say);
  const hash = await readingOf(sizeMb, 'digest', say);
  return {
    figures: {
      sizeMb, bytesRead: facts.bytes, requests: facts.requests, rssMb: rounded(facts.rssMb), seconds: hundredths(facts.seconds),
      hash: {
        seconds: hundredths(hash.seconds), cpuSeconds: hundredths(hash.cpuSeconds), lambdaSeconds: rounded(hash.cpuSeconds + hash.bytes / LAMBDA_RATE),
        requests: hash.requests, rssMb: rounded(hash.rssMb), mbPerSecond: Math.round(hash.bytes / hash.seconds / 1_000_000),
      },
    },
    facts: { 'assumed of Lambda, MB a second': LAMBDA_RATE / 1_000_000 },
  };
};

/** Of a package with two extensions that is `sizeMb` MiB large, most of it between the app's own files. */
export async function readingOf(sizeMb: number, what: 'facts' | 'digest', say: (line: string) => void): Promise<Reading & { readonly requests: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'wavecast-bench-'));
  try {
    const path = join(folder, 'package.ipa');
    const sample = { bundleId: 'com.example.fieldwork', version: '412', shortVersion: '4.1', title: 'Fieldwork', kind: 'enterprise', extensions: [{ name: 'Widget' }, { name: 'Share' }] } as const;
    await writeHollow(await hollowIpa(sample, { holeBytes: sizeMb * MIB, filesBefore: 6 }), path);
    const program = await bundled(folder);
    await using server = await serveFile(path);
    say(`Reading a package of ${sizeMb} MB: ${what} ...`);
    const { stdout } = await promisify(execFile)(process.execPath, [program, what, server.endpoint]);
    const reading = JSON.parse(stdout) as Reading;
    if (reading.bytes !== server.traffic.bytes) throw new Error(`${reading.bytes} bytes were read, and ${server.traffic.bytes} served.`);
    return { ...reading, requests: server.traffic.requests };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As a function is: without what it does not use, and without a compiler in its memory. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'reader.cjs');
  await build({ entryPoints: [join(root, 'bench', 'package', 'reader.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node24', mainFields: ['module', 'main'], minify: true, logLevel: 'silent' });
  return outfile;
}
