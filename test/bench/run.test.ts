import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchmarks } from '../../bench/benchmarks.ts';
import { readingOf } from '../../bench/package.ts';
import { median, renderReport } from '../../bench/report.ts';

const root = join(import.meta.dirname, '..', '..');

function bench(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'bench', 'run.ts'), ...args], { cwd: root, encoding: 'utf8' });
}

describe('npm run bench', () => {
  it.each([[[]], [['--help']]])('lists what there is: %j', (args) => {
    const { status, stdout } = bench(...args);
    expect(status).toBe(0);
    for (const { name, about } of benchmarks) expect(stdout).toMatch(new RegExp(`^ +${name} +${about.replaceAll(/[().]/g, '\\$&')}$`, 'm'));
  });

  it.each([[['wings']], [['bundles', 'start']], [['--fast']], [['bundles', '--size-mb', '30']], [['package', '--size-mb', 'large']], [['package', '--size-mb', '0']], [['package', '--devices', '5']], [['preview', '--devices', '1.5']], [['preview', '--rows', '5']], [['export', '--rows', 'all']]])('refuses %j, and says what there is', (args) => {
    const { status, stdout, stderr } = bench(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    for (const { name } of benchmarks) expect(stderr).toContain(`\n  ${name} `);
  });

  it('reads a package of 4 GB by less than a megabyte, within 128 MB of memory', async () => {
    const { bytes, requests, rssMb, seconds } = await readingOf(4_096, 'facts', () => undefined);
    expect(bytes).toBeLessThan(1_000_000);
    expect(requests).toBeLessThanOrEqual(5);
    expect(rssMb).toBeLessThan(128);
    expect(seconds).toBeLessThan(20);
  });

  it('prints what a package costs under the names that programs rely on', () => {
    const { status, stdout } = bench('package', '--size-mb', '3', '--json');
    expect(status).toBe(0);
    const number = expect.any(Number) as number;
    expect(JSON.parse(stdout)).toMatchObject({ bytesRead: number, requests: number, rssMb: number, seconds: number, hash: { seconds: number, cpuSeconds: number, lambdaSeconds: number, requests: 1, rssMb: number, mbPerSecond: number } });
  });

  it('writes an export with every device in it once, and says what it cost', () => {
    const { status, stdout } = bench('export', '--rows', '2500', '--json');
    expect(status).toBe(0);
    const number = expect.any(Number) as number;
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 2_500, seconds: number, rssMb: number, rssMbAtATenth: number, slices: 1,
      calls: { Query: number, BatchGetItem: number, TransactWriteItems: 3 }, facts: { counts: { devices: 2_500, installed: 1_000, open: 500, failed: 500, notInstructed: 500 } },
    });
  });

  it('previews a million devices in two thousand branches within 512 MB', () => {
    const { status, stdout } = bench('preview', '--devices', '1000000', '--branches', '2000', '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { readonly rssMb: number; readonly answerMb: number };
    expect(report).toMatchObject({ devices: 1_000_000, branches: 2_000, waves: 20_000, seconds: expect.any(Number) as number });
    expect(report.rssMb).toBeLessThan(512);
    // What a function may answer.
    expect(report.answerMb).toBeLessThan(6);
  });

  it('has a name of its own for each', () => {
    expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
  });
});

describe('a report', () => {
  it('is a table of its rows below its facts, numbers at the right', () => {
    expect(renderReport({ benchmark: 'walks', node: '24.0.0', cores: 2, seconds: 1.5, facts: { dogs: 2 }, rows: [{ dog: 'Ada', miles: 3, by: { day: 1, night: 2 } }, { dog: 'Boole', miles: 12, by: {} }] })).toEqual([
      'benchmark  walks', 'node       24.0.0', 'cores      2', 'seconds    1.5', 'dogs       2', '',
      'dog    miles  by', 'Ada        3  day 1, night 2', 'Boole     12',
    ]);
  });

  it.each([[[3, 1, 2], 2], [[4, 1, 2, 3], 2.5], [[], 0]])('has %j in the middle at %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});
