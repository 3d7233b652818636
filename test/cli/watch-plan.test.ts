import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CliFailure, exitCodes } from '../../cli/failure.ts';
import { Output } from '../../cli/output.ts';
import { watchPlan } from '../../cli/watch-plan.ts';
import type { PlanDetail } from '../../protocol/admin/plan.ts';
import { answeredDetail, answeredPlanBranch, answeredRun } from './support/answers.ts';
import { testWorld, type WorldOptions } from './support/world.ts';

const start = Date.parse('2026-11-23T00:00:00Z');

function answer(step: number, of: Partial<PlanDetail>, installed: number, waves: number): PlanDetail {
  return answeredDetail({ state: 'running', asOf: start + step * 60_000, ...of, branches: [answeredPlanBranch({ totals: { installed }, install: answeredRun({ nextSeq: waves + 1, status: 'running' }) })] });
}

const steps = [answer(0, { state: 'waiting' }, 0, 0), answer(1, {}, 0, 1), answer(2, {}, 0, 1), answer(3, {}, 30, 2), answer(4, { state: 'finished' }, 80, 2)];

const lost = new CliFailure('The server cannot be reached.', { exitCode: exitCodes.unreachable });

/** Watches a plan about which the server answers so, or fails, one after the other. */
async function watch(given: readonly (PlanDetail | CliFailure)[], json: boolean, options: WorldOptions = {}): Promise<{ readonly out: string; readonly err: string; readonly looks: number; readonly last: PlanDetail | undefined }> {
  const world = testWorld(options);
  let looks = 0;
  const last = await watchPlan(world, new Output(world, json), {
    every: 1_000,
    look: () => {
      const next = given[looks];
      looks += 1;
      if (next === undefined) throw new Error('It looked once more than the plan lasted.');
      return next instanceof CliFailure ? Promise.reject(next) : Promise.resolve(next);
    },
  });
  return { out: world.out(), err: world.err(), looks, last };
}

describe('watching a plan', () => {
  it('ends when the plan has finished', async () => {
    expect(await watch(steps, false)).toMatchObject({ looks: 5, last: { state: 'finished' } });
  });

  it('writes a line for every change where there is no terminal', async () => {
    expect((await watch(steps, false)).out.split('\n')).toEqual([
      '2026-11-23 00:00 UTC  Autumn: waiting',
      '2026-11-23 00:01 UTC  Autumn: running',
      '2026-11-23 00:01 UTC  berlin: 1 wave, 0 installed, 0 under way, 0 failed, 0 left out, 80 to come',
      '2026-11-23 00:03 UTC  berlin: 2 waves, 30 installed, 0 under way, 0 failed, 0 left out, 50 to come',
      '2026-11-23 00:04 UTC  Autumn: finished',
      '2026-11-23 00:04 UTC  berlin: 2 waves, 80 installed, 0 under way, 0 failed, 0 left out, 0 to come',
      '',
    ]);
  });

  it('prints the server\'s answer on a line for every change, and nothing for none', async () => {
    const lines = (await watch(steps, true)).out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([steps[0], steps[1], steps[3], steps[4]]);
  });

  it('draws over its former picture in a terminal, and gives the cursor back', async () => {
    const { out } = await watch(steps, false, { isTTY: true, columns: 90 });
    expect(out.startsWith('\u001b[?25l')).toBe(true);
    expect(out.endsWith('\u001b[?25h')).toBe(true);
    expect(out.split('\u001b[3A\r\u001b[J')).toHaveLength(5);
    for (const line of stripVTControlCharacters(out).split('\n')) expect(line.length).toBeLessThan(90);
  });

  it.each([['NO_COLOR', { NO_COLOR: '1' }, false], ['a dumb terminal', { TERM: 'dumb' }, false], ['neither', {}, true]])('with %s colours accordingly', async (_, env, coloured) => {
    const { out } = await watch(steps, false, { isTTY: true, env });
    expect(/\u001b\[\d+m/.test(out)).toBe(coloured);
  });

  it('survives a server that is away for a while', async () => {
    const { out, err, last } = await watch([steps[0] ?? lost, lost, lost, ...steps.slice(1)], false);
    expect(last?.state).toBe('finished');
    expect(err).toBe('The server cannot be reached. Trying again ...\n');
    expect(out).toContain('finished');
  });

  it('fails at once where the server was never there, or refuses', async () => {
    await expect(watch([lost], false)).rejects.toBe(lost);
    const refused = new CliFailure('There is no such plan.', { code: 'not-found' });
    await expect(watch([steps[0] ?? lost, refused], false)).rejects.toBe(refused);
  });

  it('stops when it is interrupted, and leaves the plan alone', async () => {
    const world = testWorld({ isTTY: true });
    const last = await watchPlan(world, new Output(world, false), { every: 1_000, look: () => { world.interrupt(); return Promise.resolve(answer(1, {}, 0, 1)); } });
    expect(last?.state).toBe('running');
    expect(world.out().endsWith('\u001b[?25h')).toBe(true);
  });
});
