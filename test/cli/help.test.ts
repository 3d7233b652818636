import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram, run } from '../../cli/program.ts';
import { textWidth } from '../../cli/text.ts';
import { WavecastError } from '../../core/errors.ts';
import { wavecast } from './support/wavecast.ts';
import { testWorld } from './support/world.ts';

function pathsOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((each) => pathsOf(each, [...path, each.name()]))];
}

async function help(path: readonly string[], columns: number): Promise<string> {
  const world = testWorld({ columns });
  expect(await run([...path, '--help'], world, '1.0.0')).toBe(0);
  return world.out();
}

const paths = pathsOf(createProgram(testWorld({ configFolder: '' }), '1.0.0')).filter((path) => !path.includes('help'));
const tooWide = (text: string, columns: number) => text.split('\n').filter((line) => textWidth(line) > columns);

describe('help', () => {
  it.each(paths.map((path) => [['wavecast', ...path].join(' '), path] as const))('of %s fits a terminal of 80 columns', async (_, path) => {
    expect(tooWide(await help(path, 80), 80)).toEqual([]);
  });

  it('lists a command with the first sentence of what it does, of which its own help has the rest', async () => {
    expect((await help(['app'], 200)).split('\n').find((line) => line.startsWith('  withdraw '))).toMatch(/ its file is removed\.$/);
    expect(await help(['app', 'withdraw'], 200)).toContain('its file is removed. Devices that have it keep it.');
  });

  it('has examples that a shell takes as they stand, also where a line goes on', async () => {
    const example = 'wavecast app withdraw com.example.fieldwork@2.1.0 --reason "Crashes when it starts"';
    expect(await help(['app', 'withdraw'], 100)).toContain(`  $ ${example}\n`);
    const narrow = await help(['app', 'withdraw'], 70);
    expect(narrow).toContain('  $ wavecast app withdraw com.example.fieldwork@2.1.0 \\\n      --reason "Crashes when it starts"\n');
    expect(narrow.replaceAll(/ \\\n +/g, ' ')).toContain(`  $ ${example}\n`);
  });
});

describe('an error', () => {
  const refusal = new WavecastError('conflict', 'The plan cannot be started since several things are wrong with it, and each of them is said below.', {
    evidence: ['the first of them is explained at such length that one line of a terminal cannot hold it', 'the second is short'],
    remedy: 'Look at it with `wavecast plan show 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b`, put right what is wrong, and start it again.',
  });

  it('is said in lines that the terminal has room for', async () => {
    const { world } = await wavecast({ startPlan: refusal }, ['plan', 'start', 'x'], { isTTY: true, columns: 60, env: { NO_COLOR: '1' } });
    expect(world.err().split('\n')).toEqual([
      'error: The plan cannot be started since several things are',
      '       wrong with it, and each of them is said below.',
      '  - the first of them is explained at such length that one',
      '    line of a terminal cannot hold it',
      '  - the second is short',
      'What to do: Look at it with `wavecast plan show',
      '            6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b`, put right',
      '            what is wrong, and start it again.',
      '',
    ]);
  });

  it('is whole lines for what reads a pipe', async () => {
    const { world } = await wavecast({ startPlan: refusal }, ['plan', 'start', 'x']);
    expect(world.err().split('\n')).toHaveLength(5);
  });
});
