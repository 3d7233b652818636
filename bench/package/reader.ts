/** What the function does with a package, in a process of its own: `facts ENDPOINT` or `digest ENDPOINT`. Prints one JSON object. */
import { createFileStore } from '../../adapters/s3/files.ts';
import { createS3Client } from '../../adapters/s3/s3-client.ts';
import { judgePackage } from '../../core/catalog/package-verdict.ts';
import { digestChunks } from '../../protocol/digest.ts';
import { readIpa } from '../../protocol/ipa.ts';

export interface Reading {
  readonly bytes: number;
  /** Real ones, from the first request to the last byte; the process's start is not in them. */
  readonly seconds: number;
  /** Of the processor, user and system, all threads. */
  readonly cpuSeconds: number;
  /** The most that the process had at any time, of which Node itself takes some 50 MB. */
  readonly rssMb: number;
}

/** As manifests have it. */
const CHUNK_SIZE = 10 * 1024 * 1024;
const KEY = 'incoming/package.ipa';

async function main([what, endpoint = '']: readonly string[]): Promise<Reading> {
  const client = createS3Client({ endpoint, region: 'eu-west-1', forcePathStyle: true, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } });
  const files = createFileStore({ client, bucket: 'packages' });
  const began = performance.now();
  const before = process.cpuUsage();
  const file = await files.head(KEY);
  if (file === undefined) throw new Error('There is no package.');
  let bytes;
  if (what === 'digest') bytes = (await digestChunks(files.stream(KEY, file), CHUNK_SIZE)).size;
  else {
    const facts = await readIpa({ size: file.size, read: (offset, length) => files.read(KEY, offset, length, file) });
    if (!judgePackage(facts, Date.now(), { allowDevelopment: false }).accepted) throw new Error('The sample is refused.');
    ({ reads: { bytes } } = facts);
  }
  const { user, system } = process.cpuUsage(before);
  return { bytes, seconds: (performance.now() - began) / 1_000, cpuSeconds: (user + system) / 1_000_000, rssMb: process.resourceUsage().maxRSS / 1_024 };
}

main(process.argv.slice(2)).then((reading) => {
  process.stdout.write(JSON.stringify(reading));
}, (error: unknown) => {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
