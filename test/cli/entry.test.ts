import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answeredBranch } from './support/answers.ts';
import { startApi } from './support/api.ts';
import { temporaryFolder } from './support/world.ts';

const entry = join(import.meta.dirname, '..', '..', 'cli', 'wavecast.ts');

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real command in a process of its own. */
function wavecast(args: readonly string[], env: Readonly<Record<string, string>> = {}, during?: (child: ReturnType<typeof spawn>, err: string) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], { env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: temporaryFolder(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => { written.out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => {
    written.err += chunk.toString();
    during?.(child, written.err);
  });
  return new Promise((resolve) => { child.once('close', (status) => { resolve({ status, ...written }); }); });
}

describe('the command wavecast', () => {
  it('succeeds with status 0 and one JSON document on standard output', async () => {
    const newer = { ...answeredBranch(), later: 'kept' };
    const api = await startApi({ listBranches: { items: [newer] } });
    const { status, out, err } = await wavecast(['branch', 'list', '--json'], { WAVECAST_URL: api.url, WAVECAST_TOKEN: 't' });
    expect({ status, err, out: JSON.parse(out) as unknown }).toEqual({ status: 0, err: '', out: [newer] });
  });

  it.each<[number, string, readonly string[], Readonly<Record<string, string>>]>([
    [2, 'wrong usage', ['plan', 'show'], {}],
    [2, 'a noun without a verb', ['plan'], {}],
    [3, 'nobody signed in', ['branch', 'list'], {}],
    [4, 'a server that is not there', ['plan', 'start', 'x'], { WAVECAST_URL: 'http://127.0.0.1:1', WAVECAST_TOKEN: 't' }],
  ])('ends with status %i for %s, and says so on standard error alone', async (expected, _, args, env) => {
    const { status, out, err } = await wavecast(args, env);
    expect({ status, out }).toEqual({ status: expected, out: '' });
    expect(err).not.toBe('');
    expect(err).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('ends with status 1 where the server refuses', async () => {
    const api = await startApi();
    expect((await wavecast(['plan', 'show', 'x'], { WAVECAST_URL: api.url, WAVECAST_TOKEN: 't' })).status).toBe(1);
  });

  it('stops at Ctrl-C with status 130', async () => {
    const api = await startApi();
    const { status, err } = await wavecast(['login', '--url', api.url, '--no-browser', '--callback-port', '0'], {}, (child, said) => { if (said.includes('/authorize?') && !child.killed) child.kill('SIGINT'); });
    expect(status).toBe(130);
    expect(err).toContain('Interrupted.');
  });

  it('has help with examples for every command', async () => {
    const { status, out } = await wavecast(['plan', 'create', '--help']);
    expect(status).toBe(0);
    expect(out).toContain('Examples:\n  $ wavecast plan create');
  });
});
