import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchmarks } from '../../bench/benchmarks.ts';
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

  it.each([[['wings']], [['bundles', 'start']], [['--fast']]])('refuses %j, and says what there is', (args) => {
    const { status, stdout, stderr } = bench(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    for (const { name } of benchmarks) expect(stderr).toContain(`\n  ${name} `);
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
