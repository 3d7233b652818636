/**
 * `npm test`: the synthesised cloud first (the tests boot from it), then every test. Arguments go to Vitest. A whole run has
 * one DynamoDB Local, and ends with what the tests used of the functions' permissions.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reportOn, writeReport } from './support/permission-report.ts';
import { RUN_ENGINE, startRunEngine } from './support/dynamodb/test-engine.ts';
import { synthesisedRoles } from './support/synthesised-roles.ts';
import { readUsage, USAGE_FOLDER } from './support/usage-journal.ts';

const root = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const usage = mkdtempSync(join(tmpdir(), 'wavecast-usage-'));
process.once('exit', () => {
  rmSync(usage, { recursive: true, force: true });
});

const asked = process.argv.slice(2);
const whole = asked.length === 0;
const engine = whole ? await startRunEngine() : undefined;

/** Ends this process where the other fails. */
async function run(what: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, [USAGE_FOLDER]: usage, [RUN_ENGINE]: engine?.url ?? '' } });
  const status = await new Promise<number>((resolve) => child.once('exit', (code) => { resolve(code ?? 1); }));
  if (status === 0) return;
  await engine?.stop();
  process.stderr.write(`wavecast: ${what} failed; its message is above.\n`);
  process.exit(status);
}

await run('Synthesising the cloud', ['infra/synth.ts']);
await run('A test', [vitest, 'run', ...asked]);
await engine?.stop();
// Some of the tests use some of the permissions: that says nothing.
if (whole) {
  const report = reportOn(synthesisedRoles(), readUsage(usage));
  writeReport(join(root, 'coverage', 'permissions.txt'), report);
  process.stdout.write(`${report.line} All of them: coverage/permissions.txt.\n`);
}
