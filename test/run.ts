/** `npm test`: the synthesised cloud first (the tests boot from it), then every test. Arguments go to Vitest. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

function run(what: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`wavecast: ${what} failed; its message is above.\n`);
    process.exit(status ?? 1);
  }
}

run('Synthesising the cloud', ['infra/synth.ts']);
run('A test', [vitest, 'run', ...process.argv.slice(2)]);
