/** Windows that end, and windows that change under a plan that is under way. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import { changeWindows, storeTerms } from '../../../core/rollout/change-terms.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run, RunKey, Window } from '../../../core/rollout/plan.ts';
import type { TurnInput } from '../../../core/rollout/store.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { windowsFrom } from '../../../core/rollout/window.ts';
import { present } from '../../support/present.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let plan: Plan;
let key: RunKey;
const timeZone = 'Europe/Berlin';
/** The world begins at 09:00 UTC on 2 March, 10:00 in Berlin. */
const today = '2026-03-02';

function setUp(devices: number, windows: readonly Window[]): void {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  for (let n = 0; n < devices; n += 1) seedDevice(world, 'berlin', `d${n}`);
  const seeded = seedPlan(world, seedVersion(world), ['berlin'], { waveSize: 10, intervalMinutes: 30 });
  plan = seeded.plan;
  const branch = { ...present(seeded.branches[0]), windows };
  world.tables.planBranches.set(`${plan.id}/berlin`, branch);
  key = { planId: plan.id, branchId: branch.branchId, kind: 'install' };
}

const launch = () => launchPlan(world, plan.id, world.clock.now());
const stored = async (): Promise<Run> => present(await world.runs.run(key));
const inputOf = (run: Run): TurnInput => ({ ...key, format: 1, epoch: run.epoch, window: run.window });

/** What the state machine does with the run as it is now, until its execution ends or `until` has come. */
async function execute(until = Number.POSITIVE_INFINITY): Promise<string> {
  const input = inputOf(await stored());
  world.clock.set(Math.max(world.clock.now(), input.window.opensAt));
  while (world.clock.now() < until) {
    const result = await takeTurn(world, input, world.clock.now());
    if (result.next === 'end') return result.because;
    if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
  }
  return 'It is not over.';
}

async function extend(windows: readonly Window[]): Promise<void> {
  const before = present(await world.plans.plan(plan.id));
  await storeTerms(world, before, changeWindows(before, await world.plans.branchesOf(plan.id), [{ branchId: key.branchId, windows }], world.clock.now()));
  await launch();
}

const instructed = () => [...world.tables.instructions.values()].filter(({ kind }) => kind === 'install').map(({ deviceId }) => deviceId);
const localTimes = async () => (await world.runs.waves(key)).map(({ openedAt }) => new Date(openedAt + HOUR).toISOString().slice(5, 16));

describe('a run whose last window is over', () => {
  beforeEach(async () => {
    setUp(45, [{ from: '12:00', to: '13:00', lastDay: today }]);
    await launch();
  });

  it('stops, and says what to do; the plan goes on', async () => {
    expect(await execute()).toBe('The last window is over.');
    expect(await stored()).toMatchObject({ status: 'paused', lastVerdict: { decision: 'pause', words: expect.stringContaining('wavecast plan extend') as string } });
    expect((await world.plans.plan(plan.id))?.status).toBe('live');
    expect(await localTimes()).toEqual(['03-02T12:00', '03-02T12:30']);
  });

  it('stays as it is, however often the plan is launched', async () => {
    await execute();
    const before = await stored();
    await launch();
    expect(await stored()).toEqual(before);
  });

  it('goes on where it was when it is given more, and asks nobody twice', async () => {
    await execute();
    await extend([{ from: '12:00', to: '14:00', lastDay: '2026-03-03' }]);
    expect(await stored()).toMatchObject({ status: 'waiting', epoch: 2 });
    await execute();
    // The window of the first day was longer all at once: it went on in it.
    await execute();
    expect(new Set(instructed()).size).toBe(45);
    expect(instructed()).toHaveLength(45);
    expect((await stored()).status).toBe('finished');
  });

  it('goes on, too, where it is given more in the very moment of its end', async () => {
    const { runs } = world;
    let given = false;
    world.runs = {
      ...runs,
      replaceRun: async (before, after) => {
        // Between the look at the windows and the write that the run has run out.
        if (after.status === 'paused' && !given) {
          given = true;
          await extend([{ from: '12:00', to: '13:00', lastDay: '2026-03-03' }]);
        }
        return runs.replaceRun(before, after);
      },
    };
    await execute();
    expect(await stored()).toMatchObject({ status: 'waiting' });
  });

  it('cannot be given windows that are over', async () => {
    const before = present(await world.plans.plan(plan.id));
    expect(() => changeWindows(before, [present(world.tables.planBranches.get(`${plan.id}/berlin`))], [{ branchId: key.branchId, windows: [{ from: '08:00', to: '09:00', lastDay: today }] }], world.clock.now())).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('windows that change under a run', () => {
  it('move one that waits to an earlier one, and the execution of the later has no say any more', async () => {
    setUp(15, [{ from: '20:00', to: '21:00' }]);
    await launch();
    const old = inputOf(await stored());
    await extend([{ from: '13:00', to: '14:00' }]);
    await execute();
    expect(await localTimes()).toEqual(['03-02T13:00', '03-02T13:30']);
    expect(await takeTurn(world, old, world.clock.now())).toMatchObject({ next: 'end' });
    expect(world.starter.scheduled.at(-1)).toMatchObject({ epoch: 2 });
  });

  it('close the one that is open, where they say so', async () => {
    setUp(45, [{ from: '12:00', to: '18:00' }]);
    await launch();
    await execute(Date.parse('2026-03-02T11:20:00Z'));
    await extend([{ from: '22:00', to: '24:00' }]);
    await execute();
    expect(await localTimes()).toEqual(['03-02T12:00', '03-02T22:00', '03-02T22:30', '03-02T23:00', '03-02T23:30']);
  });

  it('leave a run alone that they do not concern', async () => {
    setUp(45, [{ from: '12:00', to: '13:00' }]);
    await launch();
    const before = await stored();
    await extend([{ from: '12:00', to: '13:00' }, { from: '20:00', to: '21:00' }]);
    expect(await stored()).toEqual(before);
  });

  it('whatever they are and whenever they come: every device is asked once, in a window of the time, no wave nearer than the interval', async () => {
    const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
    const drawn = fc.record({ from: time, hours: fc.integer({ min: 1, max: 5 }), after: fc.integer({ min: 1, max: 900 }) });
    await fc.assert(fc.asyncProperty(fc.array(drawn, { minLength: 1, maxLength: 4 }), async (changes) => {
      const windowOf = ({ from, hours }: { readonly from: string; readonly hours: number }): Window => ({ from, to: `${String((Number(from.slice(0, 2)) + hours) % 24).padStart(2, '0')}:00` });
      const [first, ...later] = changes;
      let windows = [windowOf(present(first))];
      setUp(60, windows);
      await launch();
      const legal: { readonly from: number; readonly windows: readonly Window[] }[] = [{ from: world.clock.now(), windows }];
      for (const change of later) {
        const at = world.clock.now() + change.after * MINUTE;
        while (world.clock.now() < at && (await stored()).status !== 'finished') if (await execute(at) === 'It is not over.') break;
        world.clock.set(Math.max(world.clock.now(), at));
        windows = [windowOf(change)];
        await extend(windows);
        legal.push({ from: world.clock.now(), windows });
      }
      for (let rounds = 0; (await stored()).status !== 'finished'; rounds += 1) {
        expect(rounds).toBeLessThan(30);
        await execute();
      }
      expect(instructed()).toHaveLength(60);
      expect(new Set(instructed()).size).toBe(60);
      const waves = await world.runs.waves(key);
      for (const [index, { openedAt }] of waves.entries()) {
        const inForce = present(legal.findLast(({ from }) => from <= openedAt));
        const window = present(windowsFrom(timeZone, inForce.windows, openedAt).next().value ?? undefined);
        expect(window.opensAt).toBeLessThanOrEqual(openedAt);
        if (index > 0) expect(openedAt - present(waves[index - 1]).openedAt).toBeGreaterThanOrEqual(30 * MINUTE);
      }
    }), { numRuns: 40 });
  });
});
