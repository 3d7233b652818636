/** What a cold start of each function has to read and run: its bundle's size, and how long importing it takes in a new process. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ZipFile } from 'yazl';
import { environments, type FunctionName } from '../functions/environment.ts';
import { bundleFunctions, functionNames, root } from '../infra/bundle.ts';
import type { Run } from './benchmarks.ts';
import { median, rounded } from './report.ts';

const RUNS = 9;

export const run: Run = async (say) => {
  say('Bundling the functions ...');
  await bundleFunctions();
  const times = new Map<FunctionName, number[]>(functionNames.map((name) => [name, []]));
  // All of them once, then all again: a busy moment of the machine does not fall on one bundle alone. The first round warms the disk's cache.
  for (let round = 0; round <= RUNS; round += 1) {
    say(`Importing each bundle: round ${round} of ${RUNS} ...`);
    for (const name of functionNames) {
      const milliseconds = await importTime(name);
      if (round > 0) times.get(name)?.push(milliseconds);
    }
  }
  const rows = await Promise.all(functionNames.map(async (name) => {
    const taken = times.get(name) ?? [];
    return { function: name, 'import ms': rounded(median(taken)), 'fastest ms': rounded(Math.min(...taken)), bytes: statSync(bundle(name)).size, 'zipped bytes': await zippedSize(bundle(name)) };
  }));
  return { facts: { runs: RUNS, 'zipped bytes of all': rows.reduce((sum, row) => sum + row['zipped bytes'], 0) }, rows };
};

function bundle(name: FunctionName): string {
  return join(root, 'dist', 'functions', name, 'index.cjs');
}

/** What Lambda does at a cold start, and nothing else: the handler's module is required, with its environment there. */
const PROGRAM = 'const began = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - began)); process.exit();';

async function importTime(name: FunctionName): Promise<number> {
  const variables = Object.fromEntries(environments[name].map((variable) => [variable, variable.endsWith('_URL') ? 'http://127.0.0.1:9' : 'bench']));
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM, bundle(name)], { env: { ...variables, AWS_REGION: 'eu-west-1' } });
  const milliseconds = Number(stdout);
  if (!(milliseconds > 0)) throw new Error(`The bundle of ${name} wrote something else than its import time.`);
  return milliseconds;
}

/** As the asset is uploaded: the bundle alone, without its source map. */
async function zippedSize(file: string): Promise<number> {
  const zip = new ZipFile();
  zip.addFile(file, 'index.cjs');
  zip.end();
  let size = 0;
  for await (const chunk of zip.outputStream) size += chunk.length;
  return size;
}
