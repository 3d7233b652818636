/**
 * `npm test`: the synthesised cloud first (the tests boot from it), then every test. Arguments go to Vitest. A whole run
 * ends with what the tests used of the functions' permissions.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reportOn, writeReport } from './support/permission-report.ts';
import { synthesisedRoles } from './support/synthesised-roles.ts';
import { readUsage, USAGE_FOLDER } from './support/usage-journal.ts';

const root = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const usage = mkdtempSync(join(tmpdir(), 'wavecast-usage-'));
process.once('exit', () => {
  rmSync(usage, { recursive: true, force: true });
});

function run(what: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, [USAGE_FOLDER]: usage } });
  if (status !== 0) {
    process.stderr.write(`wavecast: ${what} failed; its message is above.\n`);
    process.exit(status ?? 1);
  }
}

const asked = process.argv.slice(2);
run('Synthesising the cloud', ['infra/synth.ts']);
run('A test', [vitest, 'run', ...asked]);
// Some of the tests use some of the permissions: that says nothing.
if (asked.length === 0) {
  const report = reportOn(synthesisedRoles(), readUsage(usage));
  writeReport(join(root, 'coverage', 'permissions.txt'), report);
  process.stdout.write(`${report.line} All of them: coverage/permissions.txt.\n`);
}
