import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../../core/ambient.ts';
import type { Instruction, InstructionKind } from '../../../core/instruction/instruction.ts';
import { countStates } from '../../../core/result/totals.ts';
import type { Plan, RunKey } from '../../../core/rollout/plan.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import { runId } from '../../../core/rollout/store.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { awaitPoints, blows, type Strike } from '../../support/await-points/points.ts';
import { runThrough, type Machine } from '../../support/await-points/run-through.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const WAVE_SIZE = 3;
const INTERVAL_MINUTES = 30;
/** Seven devices in waves of three, two waves in a day's window; one more is not enrolled, and one is held by another plan. */
const DEVICES = 7;
const SKIPPED = ['expected', 'held'];

function prepare(): { readonly world: MemoryWorld; readonly plan: Plan } {
  const world = memoryWorld();
  seedBranch(world, 'berlin');
  const version = seedVersion(world);
  for (let n = 1; n <= DEVICES; n += 1) seedDevice(world, 'berlin', `d${n}`);
  seedDevice(world, 'berlin', 'expected', { status: 'expected' });
  const held = seedDevice(world, 'berlin', 'held');
  // It outlives this plan.
  seedInstruction(world, held, seedVersion(world, 'com.example.field', { shortVersion: '2.0', version: '200' }), { state: 'acknowledged', deadline: world.clock.now() + 300 * DAY });
  const { plan, branches } = seedPlan(world, version, ['berlin'], { waveSize: WAVE_SIZE, intervalMinutes: INTERVAL_MINUTES });
  for (const branch of branches) world.tables.planBranches.set(`${plan.id}/${branch.branchId}`, { ...branch, windows: [{ from: '10:00', to: '11:00' }] });
  return { world, plan };
}

/** The calls of a course that nothing befalls. */
async function undisturbed(machine: Machine): Promise<readonly string[]> {
  const { world, plan } = prepare();
  const points = awaitPoints();
  await runThrough(world, plan, points, machine);
  expect(await wrongWith(world, plan)).toEqual([]);
  return points.met;
}

/** What is not as it must be, in words; nothing where all is well. */
async function wrongWith(world: MemoryWorld, plan: Plan): Promise<readonly string[]> {
  const wrong: string[] = [];
  const check = (holds: boolean, words: string): void => { if (!holds) wrong.push(words); };
  const own = [...world.tables.instructions.values()].filter(({ planId }) => planId === plan.id);
  const named = (kind: InstructionKind, issued: boolean): readonly string[] => own.filter((one) => one.kind === kind && (one.state !== 'skipped') === issued).map(({ deviceName }) => deviceName).toSorted();
  const all = Array.from({ length: DEVICES }, (_, n) => `d${n + 1}`);
  check(String(named('install', true)) === String(all), `instructed: ${named('install', true).join()}`);
  check(String(named('install', false)) === String(SKIPPED), `skipped: ${named('install', false).join()}`);
  check(new Set(named('inventory', true)).size === DEVICES, `asked for inventory: ${named('inventory', true).join()}`);
  for (const kind of ['install', 'inventory'] as const) wrong.push(...(await wrongWithRun(world, { planId: plan.id, branchId: own[0]?.branchId ?? ('' as RunKey['branchId']), kind }, own.filter((one) => one.kind === kind))));
  const woken = new Set(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds));
  check(own.every(({ state, enrolmentId }) => state === 'skipped' || (enrolmentId !== undefined && woken.has(enrolmentId))), 'a device was never pushed to');
  check([...world.tables.standings.values()].filter(({ live }) => live).length === 1, 'a claim was left behind');
  return wrong;
}

async function wrongWithRun(world: MemoryWorld, key: RunKey, own: readonly Instruction[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  const check = (holds: boolean, words: string): void => { if (!holds) wrong.push(`${key.kind}: ${words}`); };
  const waves = await world.runs.waves(key);
  check(waves.every(({ seq, state }, index) => seq === index + 1 && state === 'open'), `waves ${waves.map(({ seq, state }) => `${seq} ${state}`).join()}`);
  let before = -Infinity;
  for (const { seq, id, targets, skips, openedAt, totals } of waves) {
    const ofWave = own.filter(({ waveId }) => waveId === id);
    check(targets.length <= WAVE_SIZE, `wave ${seq} has ${targets.length} devices`);
    check(targets.every(({ deviceId }) => ofWave.some((one) => one.deviceId === deviceId)), `wave ${seq} has a target that was not instructed`);
    check(ofWave.every(({ deviceId }) => [...targets, ...skips].some((listed) => listed.deviceId === deviceId)), `wave ${seq} instructed a device that is not on its list`);
    check(targets.length === 0 || openedAt - before >= INTERVAL_MINUTES * MINUTE, `wave ${seq} came too soon`);
    check(same(totals ?? {}, countStates(ofWave)), `the totals of wave ${seq} are not its recount`);
    if (targets.length > 0) before = openedAt;
  }
  const run = present(world.tables.runs.get(runId(key)));
  check(run.nextSeq === waves.length + 1, `${waves.length} waves, and the next is ${run.nextSeq}`);
  check(same((await world.runs.runTotals([key])).get(runId(key)) ?? {}, countStates(own)), 'its totals are not a recount');
  return wrong;
}

function same(a: object, b: object): boolean {
  return JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());
}

async function struck(strike: Strike, machine: Machine): Promise<readonly string[]> {
  const { world, plan } = prepare();
  const points = awaitPoints(strike);
  try {
    await runThrough(world, plan, points, machine);
  } catch (error) {
    return [`${strike.at} ${points.met[strike.at - 1] ?? 'nothing'}: ${error instanceof Error ? error.message : String(error)}`];
  }
  return (await wrongWith(world, plan)).map((words) => `${strike.at} ${points.met[strike.at - 1] ?? 'nothing'}: ${words}`);
}

/** Calls that are repeated or overtaken fail nothing: there the machine has nothing to do. */
const courses = blows.flatMap((blow) => (blow === 'repeated' || blow === 'overtaken' ? ['tries again'] as const : ['tries again', 'is lost'] as const).map((machine) => ({ blow, machine })));

describe('a plan, from its start to its last deadline', () => {
  it('meets every port that a wave is opened by', async () => {
    const met = new Set(await undisturbed('tries again'));
    expect([...met].toSorted()).toEqual([
      'catalogue.version', 'devices.devicesOfBranch', 'enrolments.enrolments', 'instructions.change', 'instructions.instructionsOfDevice', 'instructions.instructionsOfWave', 'instructions.issue',
      'instructions.record', 'instructions.standings', 'inventory.facts', 'plans.branchesOf', 'plans.plan', 'plans.settleBranch', 'runs.addRuns', 'runs.openWave', 'runs.finishWave', 'runs.replaceRun', 'runs.run',
      'runs.runAndPlan', 'runs.runTotals', 'runs.setWaveTotals', 'runs.wave', 'runs.waveTotals', 'starter.schedule', 'timers.advance', 'timers.due', 'timers.mark', 'timers.put', 'waker.wake',
    ].toSorted());
  });

  it.each(courses)('instructs every device once where any one call of it is $blow and the machine $machine', async ({ blow, machine }) => {
    const points = (await undisturbed(machine)).length;
    expect(points).toBeGreaterThan(150);
    const wrong: string[] = [];
    for (let at = 1; at <= points; at += 1) wrong.push(...(await struck({ at, blow }, machine)));
    expect(wrong).toEqual([]);
  });
});

describe('two executions of one run', () => {
  it.each([2, 3])('open each wave once where %i of them go in step', async (executions) => {
    const { world, plan } = prepare();
    await launchPlan(world, plan.id, world.clock.now());
    const key = { planId: plan.id, branchId: [...world.tables.runs.values()][0]?.branchId ?? ('' as RunKey['branchId']), kind: 'install' } as const;
    for (let turns = 0; turns < 40; turns += 1) {
      const run = present(await world.runs.run(key));
      const results = await Promise.all(Array.from({ length: executions }, () => takeTurn(world, { ...key, format: 1, epoch: run.epoch, window: run.window }, world.clock.now())));
      if (results.every(({ next }) => next === 'end')) world.clock.set(present(await world.runs.run(key)).window.opensAt);
      const wait = results.flatMap((result) => (result.next === 'wait' ? [Date.parse(result.until)] : []));
      if (wait.length > 0) world.clock.set(Math.max(...wait, world.clock.now()));
      if (present(await world.runs.run(key)).status === 'finished') break;
    }
    const waves = await world.runs.waves(key);
    expect(waves.map(({ targets, skips }) => [targets.length, skips.length])).toEqual([[3, 0], [3, 0], [1, 0], [0, 2]]);
    const instructed = [...world.tables.instructions.values()].filter(({ planId, state }) => planId === plan.id && state === 'issued');
    expect(new Set(instructed.map(({ deviceId }) => deviceId)).size).toBe(DEVICES);
    expect(instructed).toHaveLength(DEVICES);
  });
});
