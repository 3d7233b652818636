import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { changePace, storeTerms } from '../../../core/rollout/change-terms.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run, RunKey } from '../../../core/rollout/plan.ts';
import { runId, type TurnInput, type TurnResult } from '../../../core/rollout/store.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { present } from '../../support/present.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let plan: Plan;
let key: RunKey;

const stored = async (): Promise<Run> => {
  const run = await world.runs.run(key);
  if (run === undefined) throw new Error('The run is not there.');
  return run;
};
const inputOf = (run: Run): TurnInput => ({ format: 1, planId: run.planId, branchId: run.branchId, kind: run.kind, epoch: run.epoch, window: run.window });
const turn = async (): Promise<TurnResult> => takeTurn(world, inputOf(await stored()), world.clock.now());

/** Does what the state machine does until the execution ends. */
async function execute(): Promise<string> {
  const input = inputOf(await stored());
  for (;;) {
    const result = await takeTurn(world, input, world.clock.now());
    if (result.next === 'end') return result.because;
    if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
  }
}

async function start(devices: number, facts: Partial<Plan> = {}): Promise<void> {
  seedBranch(world, 'berlin');
  for (let n = 1; n <= devices; n += 1) seedDevice(world, 'berlin', `d${n}`);
  plan = seedPlan(world, seedVersion(world), ['berlin'], facts).plan;
  key = { planId: plan.id, branchId: 'berlin' as RunKey['branchId'], kind: 'install' };
  await launchPlan(world, plan.id, world.clock.now());
}

const waves = () => world.runs.waves(key);
const instructions = () => [...world.tables.instructions.values()];

beforeEach(() => {
  world = memoryWorld();
});

describe('a branch\'s run', () => {
  it('goes at the pace of its own where it has one, and at another from the next wave on', async () => {
    await start(100);
    const branch = present(await world.plans.branchOf(plan.id, key.branchId));
    const slower = changePace(plan, [branch], { branches: [{ branchId: key.branchId, pace: { waveSize: 20, intervalMinutes: 10 } }] });
    await storeTerms(world, plan, slower);
    const first = await turn();
    expect(first).toEqual({ next: 'wait', until: new Date(Math.ceil((world.clock.now() + 10 * MINUTE) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z') });
    // Back to the plan's, and that is another now: the wave that waits already goes when it was said to.
    await storeTerms(world, slower.plan, changePace(slower.plan, slower.branches, { pace: { waveSize: 30, intervalMinutes: 1 }, branches: [{ branchId: key.branchId }] }));
    await execute();
    const opened = await waves();
    expect(opened.map(({ targets }) => targets.length)).toEqual([20, 30, 30, 20]);
    expect(opened.slice(1).map(({ openedAt }, index) => Math.round((openedAt - (opened[index]?.openedAt ?? 0)) / MINUTE))).toEqual([10, 1, 1]);
  });

  it('opens wave after wave, the interval apart, until every device was instructed once', async () => {
    await start(120);
    expect(await execute()).toBe('The run is finished.');
    const opened = await waves();
    expect(opened.map(({ targets }) => targets.length)).toEqual([50, 50, 20]);
    for (const [index, wave] of opened.entries()) if (index > 0) expect(wave.openedAt - (opened[index - 1]?.openedAt ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(new Set(instructions().map(({ deviceId }) => deviceId)).size).toBe(120);
    expect(instructions()).toHaveLength(120);
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).toHaveLength(120);
  });

  it('instructs test devices first', async () => {
    await start(60);
    seedDevice(world, 'berlin', 'test-phone', { testDevice: true });
    await execute();
    expect((await waves())[0]?.targets.map(({ deviceName }) => deviceName)).toContain('test-phone');
  });

  it('never opens a wave early', async () => {
    await start(120);
    await turn();
    world.clock.pass(5 * MINUTE - 1);
    await turn();
    expect(await waves()).toHaveLength(1);
    world.clock.pass(1);
    await turn();
    expect(await waves()).toHaveLength(2);
  });

  it('goes on at the interval after an outage instead of catching up', async () => {
    await start(200);
    await turn();
    world.clock.pass(2 * HOUR);
    await turn();
    await turn();
    expect(await waves()).toHaveLength(2);
  });

  it('goes on in the next day\'s window with what did not fit', async () => {
    await start(120, { intervalMinutes: 60, waveSize: 10 });
    const firstDay = (await stored()).window;
    expect(await execute()).toBe('The window is over.');
    const opened = await waves();
    // 09:00 UTC is 10:00 in Berlin: ten o'clock to four o'clock, and none at five.
    expect(opened).toHaveLength(7);
    expect((await stored()).window.opensAt).toBe(firstDay.opensAt + DAY);
    expect(world.starter.scheduled.map(({ kind, window }) => [kind, window.opensAt])).toContainEqual(['install', firstDay.opensAt + DAY]);
    world.clock.set(firstDay.opensAt + DAY);
    expect(await execute()).toBe('The run is finished.');
    expect(instructions()).toHaveLength(120);
  });

  it('picks up devices that joined or moved here behind the cursor', async () => {
    await start(60);
    await turn();
    const joined = Array.from({ length: 30 }, (_, n) => seedDevice(world, 'berlin', `late${n}`));
    await execute();
    const instructed = new Set(instructions().map(({ deviceId }) => deviceId));
    expect(joined.every(({ id }) => instructed.has(id))).toBe(true);
    expect(instructions()).toHaveLength(90);
  });

  it('skips, with the reason and once, what it cannot instruct', async () => {
    await start(5);
    seedDevice(world, 'berlin', 'old', { osVersion: '15.8' });
    seedDevice(world, 'berlin', 'expected', { status: 'expected' });
    await execute();
    const skipped = instructions().filter(({ state }) => state === 'skipped');
    expect(skipped.map(({ deviceName, reason }) => [deviceName, reason?.code]).toSorted()).toEqual([['expected', 'not-enrolled'], ['old', 'os-too-old']]);
    expect(instructions()).toHaveLength(7);
  });

  it('ends at its next turn when the plan is paused, and what was issued stays', async () => {
    await start(120);
    await turn();
    world.tables.plans.set(plan.id, { ...plan, status: 'paused', revision: plan.revision + 1 });
    world.clock.pass(5 * MINUTE);
    expect(await turn()).toMatchObject({ next: 'end' });
    expect((await stored()).status).toBe('paused');
    expect(instructions()).toHaveLength(50);
  });

  it('goes on as a new epoch when the plan is resumed, and the old execution exits', async () => {
    await start(120);
    await turn();
    const old = inputOf(await stored());
    world.tables.plans.set(plan.id, { ...plan, status: 'paused', revision: 2 });
    world.clock.pass(5 * MINUTE);
    await turn();
    world.tables.plans.set(plan.id, { ...plan, status: 'live', revision: 3 });
    await launchPlan(world, plan.id, world.clock.now());
    expect(await takeTurn(world, old, world.clock.now())).toMatchObject({ next: 'end' });
    expect(await execute()).toBe('The run is finished.');
    expect(instructions()).toHaveLength(120);
  });

  it('goes on when it is resumed after its abort rule, and stops again for what fails from then on alone', async () => {
    await start(120);
    await turn();
    const key = { planId: plan.id, branchId: (await stored()).branchId, kind: 'install' } as const;
    world.tables.plans.set(plan.id, { ...plan, abortRule: { share: 0.1, minimum: 10 } });
    world.tables.runTotals.set(runId(key), { failed: 20, issued: 30 });
    world.clock.pass(5 * MINUTE);
    expect(await turn()).toMatchObject({ next: 'end', because: expect.stringContaining('20 of 20 settled') as string });
    const paused = present(world.tables.plans.get(plan.id));
    world.tables.plans.set(plan.id, { ...paused, status: 'live', revision: paused.revision + 1 });
    await launchPlan(world, plan.id, world.clock.now());
    expect(await turn()).toMatchObject({ next: 'wait' });
    expect(await waves()).toHaveLength(2);
    expect(await stored()).toMatchObject({ baseline: { failed: 20, issued: 30 } });
    world.tables.runTotals.set(runId(key), { failed: 32, installed: 18 });
    world.clock.pass(5 * MINUTE);
    expect(await turn()).toMatchObject({ next: 'end', because: expect.stringContaining('12 of 30 settled instructions of the branch since the plan was resumed') as string });
  });

  it('goes on when the plan is resumed in the very moment in which the pause is seen', async () => {
    await start(120);
    await turn();
    world.tables.plans.set(plan.id, { ...plan, status: 'paused', revision: 2 });
    world.clock.pass(5 * MINUTE);
    const runs: MemoryWorld['runs'] = { ...world.runs, replaceRun: async (before, after) => {
      // Whoever resumes it finds the run going on, and has nothing to call back.
      if (after.status === 'paused') {
        world.tables.plans.set(plan.id, { ...plan, status: 'live', revision: 3 });
        await launchPlan(world, plan.id, world.clock.now());
      }
      return world.runs.replaceRun(before, after);
    } };
    expect(await takeTurn({ ...world, runs }, inputOf(await stored()), world.clock.now())).toEqual({ next: 'continue' });
    expect((await stored()).status).toBe('running');
    expect(await execute()).toBe('The run is finished.');
    expect(instructions()).toHaveLength(120);
  });

  it('ends at its next turn while pushes are refused, says why, and goes on when a person has seen to it', async () => {
    await start(120);
    await turn();
    world.tables.pushFault = { reason: 'BadCertificate', until: world.clock.now() + HOUR };
    world.clock.pass(5 * MINUTE);
    expect(await execute()).toBe('Devices cannot be woken: pushes are refused (BadCertificate). Set a valid push certificate, then resume the plan.');
    expect(await waves()).toHaveLength(1);
    expect(world.tables.plans.get(plan.id)).toMatchObject({ status: 'paused', pausedBecause: expect.stringContaining('BadCertificate') as string });
    world.tables.pushFault = undefined;
    world.tables.plans.set(plan.id, { ...plan, status: 'live', revision: 3 });
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...(await stored()), status: 'waiting' });
    expect(await execute()).toBe('The run is finished.');
    expect(new Set(instructions().map(({ deviceId }) => deviceId)).size).toBe(120);
    expect(instructions()).toHaveLength(120);
  });

  it.each<[string, Partial<AppVersion>, string]>([
    ['its profile has expired', { profileExpiresAt: 0 }, 'The provisioning profile of this version has expired: devices would not run it. Renew the profile with `wavecast app renew-profile`, or build it with a valid one and register that.'],
    ['it was withdrawn', { withdrawn: { at: 0, by: 'grace', reason: 'It crashed.' } }, 'Version 1.0 (100) was withdrawn on 1970-01-01: It crashed. Plan another version, or register its file again to take the withdrawal back.'],
    ['its file is gone', { placement: 'missing' }, 'The file of version 1.0 (100) is not verified on the communication server: it is missing. See what is wrong with `wavecast app verify VERSION`, and do what it says.'],
  ])('opens no wave of a version once %s, pauses with the reason, and goes on when it is mended', async (_, facts, words) => {
    await start(120);
    await turn();
    const version = present(world.tables.versions.get(plan.versionId));
    world.tables.versions.set(version.id, { ...version, ...facts });
    world.clock.pass(5 * MINUTE);
    const said = words.replace('VERSION', version.id);
    expect(await execute()).toBe(said);
    expect(await waves()).toHaveLength(1);
    expect(world.tables.plans.get(plan.id)).toMatchObject({ status: 'paused', pausedBecause: said });
    world.tables.versions.set(version.id, version);
    world.tables.plans.set(plan.id, { ...plan, status: 'live', revision: 3 });
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...(await stored()), status: 'waiting' });
    expect(await execute()).toBe('The run is finished.');
    expect(new Set(instructions().map(({ deviceId }) => deviceId)).size).toBe(120);
  });

  it('pauses also where its version is no longer known', async () => {
    await start(1);
    world.tables.versions.clear();
    expect(await execute()).toMatch(/^No version has this id\./);
    expect(world.tables.plans.get(plan.id)?.status).toBe('paused');
  });

  it('stays paused where the plan does', async () => {
    await start(120);
    await turn();
    world.tables.plans.set(plan.id, { ...plan, status: 'paused', pausedBecause: 'Paused by ada.', revision: 2 });
    expect(await turn()).toEqual({ next: 'end', because: 'Paused by ada.' });
    expect(await turn()).toEqual({ next: 'end', because: 'Paused by ada.' });
    expect((await stored()).lastVerdict?.decision).toBe('pause');
  });

  it('instructs no device a second time that another plan, or a re-issue, has instructed since', async () => {
    await start(4, { waveSize: 2 });
    await turn();
    const first = (await waves())[0]?.targets ?? [];
    for (const { deviceId } of first) {
      const device = world.tables.devices.get(deviceId);
      const [own] = instructions().filter((instruction) => instruction.deviceId === deviceId);
      const [version] = [...world.tables.versions.values()];
      if (device === undefined || own === undefined || version === undefined) throw new Error('The first wave is not there.');
      world.tables.instructions.set(`${own.waveId}/${deviceId}`, { ...own, state: 'rejected' });
      seedInstruction(world, device, version, { state: deviceId === first[0]?.deviceId ? 'failed' : 'acknowledged' });
    }
    await execute();
    const own = instructions().filter(({ planId }) => planId === plan.id);
    expect(own).toHaveLength(4);
    expect(new Set(own.map(({ deviceId }) => deviceId)).size).toBe(4);
  });

  it('instructs devices that an earlier plan has instructed', async () => {
    await start(3);
    for (const device of world.tables.devices.values()) {
      const [version] = [...world.tables.versions.values()];
      if (version !== undefined) seedInstruction(world, device, version, { state: 'failed' });
    }
    await execute();
    expect(instructions().filter(({ planId, state }) => planId === plan.id && state === 'issued')).toHaveLength(3);
  });

  it('pauses the plan when too many of the settled failed', async () => {
    await start(120, { abortRule: { share: 0.2, minimum: 10 } });
    await turn();
    world.tables.runTotals.set(`${plan.id}.berlin.install`, { installed: 7, failed: 2, rejected: 1 });
    world.clock.pass(5 * MINUTE);
    expect(await turn()).toMatchObject({ next: 'end' });
    expect(world.tables.plans.get(plan.id)?.status).toBe('paused');
    expect(world.tables.plans.get(plan.id)?.pausedBecause).toContain('3 of 10');
  });

  it('withdraws what no device fetched when the plan is cancelled', async () => {
    await start(60);
    await turn();
    world.tables.plans.set(plan.id, { ...plan, status: 'cancelled', revision: 2 });
    await launchPlan(world, plan.id, world.clock.now());
    expect(new Set(instructions().map(({ state }) => state))).toEqual(new Set(['cancelled']));
    world.clock.pass(5 * MINUTE);
    expect(await turn()).toMatchObject({ next: 'end' });
    expect(await waves()).toHaveLength(1);
  });
});

describe('a wave', () => {
  it('opens once, whatever is killed, at every write, and however often it is repeated', async () => {
    await start(60);
    let writes = 0;
    world.tables.beforeWrite = () => {
      writes += 1;
    };
    await turn();
    expect(writes).toBeGreaterThan(50);
    for (let kill = 1; kill <= writes; kill += 1) {
      world = memoryWorld();
      await start(60);
      const input = inputOf(await stored());
      let count = 0;
      world.tables.beforeWrite = () => {
        count += 1;
        // Everything after the kill fails too: the process is gone.
        if (count >= kill) throw new Error('killed');
      };
      await takeTurn(world, input, world.clock.now()).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      await Promise.all([takeTurn(world, input, world.clock.now()), takeTurn(world, input, world.clock.now())]);
      const open = await waves();
      expect(open).toHaveLength(1);
      expect(open[0]?.state).toBe('open');
      expect(instructions()).toHaveLength(50);
      expect(new Set(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).size).toBe(50);
      expect([...world.tables.timers.values()].filter(({ kind }) => kind === 'wave-check')).toHaveLength(1);
    }
  });

  it('that was cut off is finished days later, and its first check is due at once', async () => {
    await start(10);
    world.tables.beforeWrite = (operation) => {
      if (operation === 'waker.wake') throw new Error('killed');
    };
    await turn().catch(() => undefined);
    world.tables.beforeWrite = () => undefined;
    world.tables.mark = world.clock.now() + 2 * HOUR;
    world.clock.pass(2 * HOUR);
    await turn();
    const checks = await world.timers.due(world.clock.now(), 10);
    expect(checks.filter(({ kind }) => kind === 'wave-check')).toHaveLength(1);
  });

  it('is opened by one of two executions that turn at the same instant', async () => {
    await start(60);
    const input = inputOf(await stored());
    await Promise.all([takeTurn(world, input, world.clock.now()), takeTurn(world, input, world.clock.now()), takeTurn(world, input, world.clock.now())]);
    expect(await waves()).toHaveLength(1);
    expect(instructions()).toHaveLength(50);
  });

  it('fails what is not finished at its deadline, and not before', async () => {
    await start(3);
    await execute();
    const opened = (await waves())[0]?.openedAt ?? 0;
    for (let minute = 1; minute < 24 * 60; minute += 1) {
      world.clock.set(opened + minute * MINUTE);
      await sweep(world, world.clock.now());
    }
    expect(instructions().every(({ state }) => state === 'issued')).toBe(true);
    world.clock.set(opened + DAY);
    await sweep(world, world.clock.now());
    expect(instructions().map(({ state, reason }) => [state, reason?.code])).toEqual(Array.from({ length: 3 }, () => ['timedOut', 'never-fetched']));
    expect((await world.queue.read(instructions()[0]?.enrolmentId ?? ('' as never), 10, 0)).queue).toEqual([]);
  });
});
