import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import { afterWave, canaryFailure, enter, firstStage, roomIn, type Canary, type Stage } from '../../../core/rollout/canary.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { controlPlan } from '../../../core/rollout/control.ts';
import { judge } from '../../../core/rollout/judge.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run, RunKey } from '../../../core/rollout/plan.ts';
import { planWaves } from '../../../core/rollout/schedule.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import type { Totals } from '../../../core/result/totals.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const fivePerCent: Canary = { of: { kind: 'count', devices: 5 }, soakHours: 24, abortRule: { share: 0.05, minimum: 3 } };
const atSoak: Stage = { name: 'soak', instructed: 5, size: 5, until: now };
const branchId = parseBranchId('berlin');

describe('a canary\'s rule', () => {
  it.each<[string, { readonly canary?: Canary; readonly stage?: Stage; readonly nextAt?: number; readonly totals: Totals }, string | undefined]>([
    ['holds where all have succeeded', { totals: { installed: 5 } }, undefined],
    ['fails above its share', { totals: { installed: 4, failed: 1 } }, 'The canary failed: 1 of 5 settled'],
    ['fails before the soak is over, so that nobody waits for what is known', { nextAt: now + HOUR, totals: { installed: 2, rejected: 1 } }, 'The canary failed: 1 of 3'],
    ['fails while the canary is still going', { stage: { name: 'canary', instructed: 4, size: 5 }, totals: { timedOut: 3 } }, 'The canary failed: 3 of 3'],
    ['does not fail before so many are settled', { nextAt: now + HOUR, totals: { failed: 2 } }, undefined],
    ['says too little where fewer are settled when the soak is over', { totals: { installed: 2, acknowledged: 3 } }, 'The canary says too little: its soak is over, and 2 of 5'],
    ['waits for them until then', { nextAt: now + 1, totals: { acknowledged: 5 } }, undefined],
    ['wants no more settled than were instructed', { stage: { ...atSoak, instructed: 2 }, totals: { installed: 2 } }, undefined],
    ['stops nothing where there was nobody to instruct', { stage: { ...atSoak, instructed: 0 }, totals: {} }, undefined],
    ['has stopped the plan once: whoever resumed it has read that', { stage: { ...atSoak, stopped: true }, totals: { failed: 5 } }, undefined],
    ['is over when the rest goes', { stage: { name: 'rest', instructed: 5 }, totals: { failed: 500 } }, undefined],
    ['is none where the plan says none', { canary: { of: { kind: 'test-devices' }, soakHours: 1 }, totals: { failed: 5 } }, undefined],
  ])('%s', (_, { canary = fivePerCent, stage = atSoak, nextAt = now, totals }, expected) => {
    const failure = canaryFailure(canary, { stage, nextAt }, totals, now);
    if (expected === undefined) expect(failure).toBeUndefined();
    else expect(failure).toContain(expected);
  });

  it('holds instead of the plan\'s until the rest goes', () => {
    const plan = { status: 'live', abortRule: { share: 0, minimum: 1 }, canary: { ...fivePerCent, abortRule: { share: 0.5, minimum: 1 } } } as const;
    const totals = { installed: 4, failed: 1 };
    expect(judge(plan, { branchId, kind: 'install', nextAt: now, stage: atSoak }, totals, undefined, now)).toMatchObject({ decision: 'advance', words: 'The canary is over: of 5 instructed 4 succeeded, 1 failed, 0 are open. The rest goes.' });
    expect(judge(plan, { branchId, kind: 'install', nextAt: now, stage: enter(atSoak) }, totals, undefined, now).decision).toBe('pause');
  });
});

describe('the stages of a branch', () => {
  it('take their size from the branch, and end when it is reached', () => {
    const share: Canary = { of: { kind: 'share', share: 0.1 }, soakHours: 24 };
    const first = firstStage(share, 118);
    expect(first).toEqual({ name: 'canary', instructed: 0, size: 12 });
    expect(roomIn(first, 50)).toBe(12);
    const wave = afterWave(first, share, 10, false, now);
    expect(wave).toEqual({ name: 'canary', instructed: 10, size: 12 });
    expect(roomIn(wave, 50)).toBe(2);
    expect(afterWave(wave, share, 2, false, now)).toEqual({ name: 'soak', instructed: 12, size: 12, until: now + 24 * HOUR });
    // One device of a small branch, not none of it.
    expect(firstStage(share, 3).size).toBe(1);
  });
});

describe('the waves of a plan with a canary', () => {
  it('hold every device once, and none of the rest before the soak is over', () => {
    const input = fc.record({ devices: fc.integer({ min: 0, max: 800 }), canary: fc.integer({ min: 0, max: 60 }), soakHours: fc.integer({ min: 1, max: 90 }), size: fc.integer({ min: 1, max: 100 }), interval: fc.integer({ min: 1, max: 60 }) });
    fc.assert(fc.property(input, ({ devices, canary, soakHours, size, interval }) => {
      const waves = planWaves('Europe/Berlin', [{ from: '08:00', to: '18:00' }], now, devices, size, interval, { devices: canary, soakHours }).toArray();
      expect(waves.reduce((sum, wave) => sum + wave.size, 0)).toBe(devices);
      const first = waves.filter((wave) => wave.canary === true);
      expect(first.reduce((sum, wave) => sum + wave.size, 0)).toBe(Math.min(canary, devices));
      const rest = waves.slice(first.length);
      expect(rest.every((wave) => wave.canary === undefined)).toBe(true);
      const [begins] = rest;
      if (begins !== undefined) expect(begins.at).toBeGreaterThanOrEqual((first.at(-1)?.at ?? now) + soakHours * HOUR);
    }), { numRuns: 100 });
  });
});

describe('a run with a canary', () => {
  let world: MemoryWorld;
  let plan: Plan;
  let key: RunKey;

  beforeEach(() => {
    world = memoryWorld();
    seedBranch(world, 'berlin');
    key = { planId: 'x' as RunKey['planId'], branchId: 'berlin' as RunKey['branchId'], kind: 'install' };
  });

  async function start(devices: number, testDevices: number, canary: Canary): Promise<void> {
    for (let n = 1; n <= devices; n += 1) seedDevice(world, 'berlin', `d${n}`);
    for (let n = 1; n <= testDevices; n += 1) seedDevice(world, 'berlin', `t${n}`, { testDevice: true });
    ({ plan } = seedPlan(world, seedVersion(world), ['berlin'], { canary }));
    key = { ...key, planId: plan.id };
    await launchPlan(world, plan.id, world.clock.now());
    world.clock.set((await stored()).nextAt);
  }

  const stored = async (): Promise<Run> => present(await world.runs.run(key));
  const inputOf = ({ planId, branchId, kind, epoch, window }: Run) => ({ format: 1, planId, branchId, kind, epoch, window }) as const;
  const waves = () => world.runs.waves(key);
  const settle = (totals: Totals) => world.runs.setWaveTotals(key, 1, 0, { totals, reasons: {} }, { totals, reasons: {} });

  /** Takes the turns of one execution. */
  async function execute(): Promise<string> {
    const input = inputOf(await stored());
    for (;;) {
      const result = await takeTurn(world, input, world.clock.now());
      if (result.next === 'end') return result.because;
      if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
    }
  }

  /** Goes on in the next window. */
  async function nextWindow(): Promise<string> {
    world.clock.set((await stored()).nextAt);
    return execute();
  }

  it('instructs the first so many, waits, and then instructs the others', async () => {
    await start(120, 0, fivePerCent);
    expect(await execute()).toBe('The window is over.');
    const [first] = await waves();
    expect((await waves()).map(({ targets }) => targets.length)).toEqual([5]);
    const soaking = await stored();
    expect(soaking.stage).toEqual({ name: 'soak', instructed: 5, size: 5, until: present(first).openedAt + 24 * HOUR });
    expect(soaking.lastVerdict?.words).toBe('The canary soaks; the rest goes when that is over and nothing speaks against it.');
    await settle({ installed: 5 });
    await nextWindow();
    const opened = await waves();
    expect(opened.map(({ targets }) => targets.length)).toEqual([5, 50, 50, 15]);
    expect(present(opened[1]).openedAt).toBeGreaterThanOrEqual(present(first).openedAt + 24 * HOUR);
    expect(new Set(opened.flatMap(({ targets }) => targets.map(({ deviceId }) => deviceId))).size).toBe(120);
    expect(await stored()).toMatchObject({ status: 'finished', stage: { name: 'rest', instructed: 5 } });
  });

  it('is for the test devices and no others where it is for those, and the soak counts from their last wave', async () => {
    await start(60, 3, { of: { kind: 'test-devices' }, soakHours: 2 });
    const opensAt = world.clock.now();
    const first = await takeTurn(world, inputOf(await stored()), world.clock.now());
    expect(first).toMatchObject({ next: 'wait' });
    expect((await waves()).map(({ targets }) => targets.map(({ deviceName }) => deviceName).toSorted())).toEqual([['t1', 't2', 't3']]);
    expect((await stored()).nextAt).toBe(opensAt + 2 * HOUR);
    await execute();
    expect((await waves()).map(({ targets }) => targets.length)).toEqual([3, 50, 10]);
    expect((await stored()).stage).toEqual({ name: 'rest', instructed: 3 });
  });

  it('waits in a branch without test devices, too: for how it goes elsewhere', async () => {
    await start(10, 0, { of: { kind: 'test-devices' }, soakHours: 2 });
    const opensAt = world.clock.now();
    await execute();
    const opened = await waves();
    expect(opened.map(({ targets }) => targets.length)).toEqual([10]);
    expect(present(opened[0]).openedAt).toBe(opensAt + 2 * HOUR);
  });

  it('pauses the plan where the rule does not hold, with the numbers, and goes on when somebody resumes', async () => {
    await start(120, 0, fivePerCent);
    await execute();
    await settle({ installed: 3, failed: 2 });
    const words = 'The canary failed: 2 of 5 settled instructions failed or were rejected, and it allows 5 %. Resuming goes on in spite of it.';
    expect(await nextWindow()).toBe(words);
    expect(await waves()).toHaveLength(1);
    const paused = present(await world.plans.plan(plan.id));
    expect(paused).toMatchObject({ status: 'paused', pausedBecause: words });
    expect(await stored()).toMatchObject({ status: 'paused', lastVerdict: { decision: 'pause', words }, stage: { name: 'soak', stopped: true } });
    await world.plans.replacePlan(paused, controlPlan(paused, 'resume', 'ada', world.clock.now()));
    await launchPlan(world, plan.id, world.clock.now());
    await execute();
    expect((await waves()).map(({ targets }) => targets.length)).toEqual([5, 50, 50, 15]);
  });

  it('says so of its run where the turn was cut off right after it had paused the plan', async () => {
    await start(120, 0, fivePerCent);
    await execute();
    await settle({ failed: 5 });
    world.clock.set((await stored()).nextAt);
    const { runs } = world;
    world.runs = { ...runs, replaceRun: () => Promise.reject(new Error('cut off')) };
    await expect(execute()).rejects.toThrow('cut off');
    world.runs = runs;
    expect((await world.plans.plan(plan.id))?.status).toBe('paused');
    await execute();
    expect(await stored()).toMatchObject({ status: 'paused', stage: { stopped: true } });
  });

  it('keeps its soak when the plan is paused and resumed in the middle', async () => {
    await start(120, 0, fivePerCent);
    await execute();
    const { stage } = await stored();
    for (const action of ['pause', 'resume'] as const) {
      const before = present(await world.plans.plan(plan.id));
      await world.plans.replacePlan(before, controlPlan(before, action, 'ada', world.clock.now()));
      if (action === 'pause') await world.runs.replaceRun(await stored(), { ...(await stored()), status: 'paused' });
    }
    await launchPlan(world, plan.id, world.clock.now());
    const resumed = await stored();
    expect(resumed).toMatchObject({ status: 'waiting', stage });
    expect(resumed.nextAt).toBeGreaterThanOrEqual(present(stage?.until));
  });

  it('comes to the same whatever is killed, at every write of its first wave, of its end and of the first wave of the rest', async () => {
    const course = async (kill: number): Promise<number> => {
      world = memoryWorld();
      seedBranch(world, 'berlin');
      await start(12, 3, { of: { kind: 'test-devices' }, soakHours: 1 });
      let writes = 0;
      for (let turn = 0; turn < 30 && (await stored()).status !== 'finished'; turn += 1) {
        const input = inputOf(await stored());
        world.tables.beforeWrite = () => {
          writes += 1;
          if (writes === kill) throw new Error('killed');
        };
        await takeTurn(world, input, world.clock.now()).catch(() => undefined);
        world.tables.beforeWrite = () => undefined;
        world.clock.set(Math.max(world.clock.now() + MINUTE, (await stored()).nextAt));
      }
      const opened = await waves();
      expect(opened.map(({ targets }) => targets.length)).toEqual([3, 12]);
      expect(present(opened[1]).openedAt - present(opened[0]).openedAt).toBeGreaterThanOrEqual(HOUR);
      expect(world.tables.instructions.size).toBe(15);
      expect(await stored()).toMatchObject({ status: 'finished', stage: { name: 'rest', instructed: 3 } });
      return writes;
    };
    const writes = await course(0);
    expect(writes).toBeGreaterThan(20);
    for (let kill = 1; kill <= writes; kill += 1) await course(kill);
  });

  it('instructs nobody twice, and leaves nobody out, whatever turn is repeated or taken at once by two', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), fc.integer({ min: 1, max: 30 }), async (twice, size) => {
      world = memoryWorld();
      seedBranch(world, 'berlin');
      await start(40, 2, { of: { kind: 'count', devices: size }, soakHours: 1 });
      for (let turn = 0; turn < 40; turn += 1) {
        const run = await stored();
        if (run.status === 'finished') break;
        const turns = Array.from({ length: twice[turn] === true ? 2 : 1 }, () => takeTurn(world, inputOf(run), world.clock.now()));
        await Promise.all(turns);
        world.clock.set(Math.max(world.clock.now() + MINUTE, (await stored()).nextAt));
      }
      const opened = await waves();
      const targets = opened.flatMap((wave) => wave.targets.map(({ deviceId }) => deviceId));
      expect(new Set(targets).size).toBe(42);
      expect(targets).toHaveLength(42);
      expect((await stored()).stage).toEqual({ name: 'rest', instructed: size, size });
      const before = opened.findIndex((_, index) => opened.slice(0, index + 1).reduce((sum, wave) => sum + wave.targets.length, 0) === size);
      expect(before).toBeGreaterThanOrEqual(0);
      const [lastOfCanary, firstOfRest] = [present(opened[before]), opened[before + 1]];
      if (firstOfRest !== undefined) expect(firstOfRest.openedAt - lastOfCanary.openedAt).toBeGreaterThanOrEqual(HOUR);
    }), { numRuns: 25 });
  });
});
