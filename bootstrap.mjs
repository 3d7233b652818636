#!/usr/bin/env node
// Starts one of the project's TypeScript programs: installs what is missing, finds Node 24, hands everything over.
// Plain JavaScript without dependencies, so that whatever Node is installed can run it before anything else is there.
// Usage: node bootstrap.mjs PROGRAM.ts [ARGUMENTS...], or node bootstrap.mjs --install to install and no more.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_NEEDED = 24;
const root = dirname(fileURLToPath(import.meta.url));
const [program, ...args] = process.argv.slice(2);

function fail(message) {
  process.stderr.write(`wavecast: ${message}\n`);
  process.exit(1);
}

function majorOf(node) {
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 ? Number(/^v(\d+)\./.exec(answer.stdout)?.[1] ?? 0) : 0;
}

// The mark names the lock file that node_modules was installed from: a changed one is installed anew.
function ensureInstalled() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const mark = join(root, 'node_modules', '.wavecast-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  process.stderr.write('Installing the locked dependencies with npm ci (about a minute the first time) ...\n');
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (npm.error !== undefined || npm.status !== 0) fail('npm ci did not succeed. See its message above; check the network and the registry, then run this command again.');
  writeFileSync(mark, lock);
}

function findNode() {
  const bundled = join(root, 'node_modules', '.bin', 'node');
  if (Number(process.versions.node.split('.')[0]) >= NODE_NEEDED) return process.execPath;
  if (existsSync(bundled) && statSync(bundled).isFile() && majorOf(bundled) >= NODE_NEEDED) return bundled;
  return fail(`Node ${NODE_NEEDED} or later is needed; this is ${process.version}. Install it from https://nodejs.org and run this command again.`);
}

if (program === undefined) fail('name the program to run, for example: node bootstrap.mjs local/start.ts');
ensureInstalled();
if (program === '--install') process.exit(0);
const node = findNode();
const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, program), ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } });
// The terminal sends Ctrl-C to both; a signal sent to this process alone is handed on. The child decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
