import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import { DEVICES, INTERVAL_MINUTES, WAVE_SIZE, type Aftermath } from '../support/killable-cloud.ts';

/** Another seed kills at other moments: KILL_SEED=7 npx vitest run test/e2e/kill.test.ts */
const seed = Number(process.env['KILL_SEED'] ?? 1);
const LIVES = 6;
/** AWS calls that each life lasts; the whole rollout takes some hundreds. */
const lives = fc.sample(fc.integer({ min: 3, max: 110 }), { seed, numRuns: LIVES });
const program = new URL('../support/killable-cloud.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wavecast-kill-'));
const readyAt: string[] = [];
let after: Aftermath;

interface Death {
  readonly signal: NodeJS.Signals | null;
  readonly lastLine: string;
}

async function live(calls?: number): Promise<Death> {
  const cloud = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, folder, ...(calls === undefined ? [] : [String(calls)])], { stdio: ['ignore', 'pipe', 'inherit'] });
  let lastLine = '';
  createInterface({ input: cloud.stdout }).on('line', (line) => {
    lastLine = line;
    if (line.startsWith('ready ')) readyAt.push(line.slice('ready '.length));
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => cloud.once('close', (_, by) => { resolve(by); }));
  return { signal, lastLine };
}

beforeAll(async () => {
  for (const calls of lives) expect((await live(calls)).signal).toBe('SIGKILL');
  const { signal, lastLine } = await live();
  expect(signal).toBeNull();
  after = JSON.parse(lastLine) as Aftermath;
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe(`a local cloud killed ${LIVES} times in the middle of a rollout (seed ${seed})`, () => {
  it('never goes back in time', () => {
    expect(readyAt).toHaveLength(LIVES + 1);
    expect(readyAt).toEqual(readyAt.toSorted());
  });

  it('instructs every device once: none twice, none skipped', () => {
    expect(after.instructed).toHaveLength(DEVICES);
    expect(new Set(after.instructed).size).toBe(DEVICES);
    expect(after.queued).toHaveLength(DEVICES);
    expect(new Set(after.queued).size).toBe(DEVICES);
  });

  it('opens no wave twice, too large or too soon', () => {
    expect(after.waves.map(({ seq }) => seq)).toEqual(after.waves.map((_, index) => index + 1));
    expect(after.waves.flatMap(({ deviceIds }) => deviceIds).toSorted()).toEqual(after.instructed.toSorted());
    for (const [index, { openedAt, deviceIds }] of after.waves.entries()) {
      expect(deviceIds.length).toBeLessThanOrEqual(WAVE_SIZE);
      const before = after.waves[index - 1];
      if (before !== undefined) expect(openedAt - before.openedAt).toBeGreaterThanOrEqual(INTERVAL_MINUTES * MINUTE);
    }
  });

  it('has totals that equal a recount, and no refused call', () => {
    expect(Object.values(after.totals).reduce((sum, count) => sum + count, 0)).toBe(DEVICES);
    expect(after.recount).toMatchObject({ waves: after.waves.length, instructions: DEVICES, differences: [] });
    expect(after.faults).toEqual([]);
  });
});
