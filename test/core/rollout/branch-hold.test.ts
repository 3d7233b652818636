/** A branch of a plan that is paused and resumed by itself: what a person may do, and what the engine makes of it whatever comes between. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { parseBranchId, type BranchId } from '../../../core/ids.ts';
import { controlBranches, goesOn, type BranchAction } from '../../../core/rollout/branch-hold.ts';
import { changeWindows, storeTerms } from '../../../core/rollout/change-terms.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, PlanStatus, Run } from '../../../core/rollout/plan.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const [berlin, tokyo] = [parseBranchId('berlin'), parseBranchId('tokyo')];
let world: MemoryWorld;
let plan: Plan;

function setUp(devices = 30): void {
  world = memoryWorld();
  for (const id of [berlin, tokyo]) {
    seedBranch(world, id);
    for (let n = 0; n < devices; n += 1) seedDevice(world, id, `${id}-${n}`);
  }
  const seeded = seedPlan(world, seedVersion(world), [berlin, tokyo], { waveSize: 10, intervalMinutes: 30 });
  plan = seeded.plan;
  for (const branch of seeded.branches) world.tables.planBranches.set(`${plan.id}/${branch.branchId}`, { ...branch, timeZone: 'UTC', windows: [{ from: '10:00', to: '18:00' }] });
}
beforeEach(() => {
  setUp();
});

const stored = async (): Promise<Plan> => present(await world.plans.plan(plan.id));
const runOf = async (branchId: BranchId): Promise<Run> => present(await world.runs.run({ planId: plan.id, branchId, kind: 'install' }));
const launch = () => launchPlan(world, plan.id, world.clock.now());

/** As the administrators' API does it. */
async function control(action: BranchAction, branchId: BranchId = berlin): Promise<void> {
  const before = await stored();
  const after = controlBranches(before, [berlin, tokyo], [branchId], action, 'ada');
  if (after !== before) await world.plans.replacePlan(before, after);
  if (action === 'resume' && after.status === 'live') await launch();
}

/** What the state machine does with a branch's run as it is now, until its execution ends or `until` has come. */
async function execute(branchId: BranchId, until = Number.POSITIVE_INFINITY): Promise<string> {
  const input = turnInputOf(await runOf(branchId));
  world.clock.set(Math.max(world.clock.now(), input.window.opensAt));
  while (world.clock.now() < until) {
    const result = await takeTurn(world, input, world.clock.now());
    if (result.next === 'end') return result.because;
    if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
  }
  return 'It is not over.';
}

const instructed = (branchId: BranchId) => [...world.tables.instructions.values()].filter((each) => each.kind === 'install' && each.branchId === branchId).map(({ deviceId }) => deviceId);

describe('what a person may do to a branch of a plan', () => {
  const at = (status: PlanStatus): Plan => ({ ...plan, status });

  it.each(['live', 'paused'] as const)('pause and resume it while the plan is %s, and the plan stays so', (status) => {
    const paused = controlBranches(at(status), [berlin, tokyo], [berlin], 'pause', 'ada');
    expect(paused).toMatchObject({ status, holds: [{ branchId: berlin, kind: 'paused', by: 'ada' }], revision: plan.revision + 1 });
    expect([berlin, tokyo].map((branch) => goesOn(paused, branch))).toEqual([false, status === 'live']);
    expect(controlBranches(paused, [berlin, tokyo], [berlin], 'resume', 'grace')).toEqual({ ...at(status), revision: plan.revision + 2 });
  });

  it('doing again what was done changes nothing, and who did it first stays', () => {
    const paused = controlBranches(plan, [berlin, tokyo], [berlin, berlin], 'pause', 'ada');
    expect(controlBranches(paused, [berlin, tokyo], [berlin], 'pause', 'grace')).toBe(paused);
    expect(controlBranches(plan, [berlin, tokyo], [berlin], 'resume', 'grace')).toBe(plan);
    expect(controlBranches(paused, [berlin, tokyo], [berlin, tokyo], 'pause', 'grace').holds?.map(({ branchId, by }) => [branchId, by])).toEqual([[berlin, 'ada'], [tokyo, 'grace']]);
  });

  it.each(['draft', 'cancelled'] as const)('is refused while the plan is %s', (status) => {
    for (const action of ['pause', 'resume'] as const) {
      expect(() => controlBranches(at(status), [berlin], [berlin], action, 'ada')).toThrow(expect.objectContaining({ code: 'conflict', remedy: expect.any(String) as string }));
    }
  });

  it('is refused for a branch that is none of the plan\'s, and for one in which a later plan took its place', () => {
    expect(() => controlBranches(plan, [berlin], [tokyo], 'pause', 'ada')).toThrow(expect.objectContaining({ code: 'not-found' }));
    const gone: Plan = { ...plan, holds: [{ branchId: berlin, kind: 'superseded', by: 'Winter' }] };
    for (const action of ['pause', 'resume'] as const) expect(() => controlBranches(gone, [berlin], [berlin], action, 'ada')).toThrow(expect.objectContaining({ code: 'conflict', message: expect.stringContaining('"Winter"') as string }));
  });
});

describe('a branch that is paused', () => {
  it('opens no wave any more, while the plan and its other branches go on', async () => {
    await launch();
    await execute(berlin, Date.parse('2026-03-02T10:10:00Z'));
    await control('pause');
    expect(await execute(berlin)).toBe('Paused in this branch by ada.');
    expect((await runOf(berlin)).status).toBe('paused');
    expect((await stored()).status).toBe('live');
    await execute(tokyo);
    expect([instructed(berlin).length, instructed(tokyo).length]).toEqual([10, 30]);
  });

  it('stays paused however often the plan is launched, extended, paused and resumed', async () => {
    await launch();
    await control('pause');
    await execute(berlin);
    const before = await runOf(berlin);
    const read = await stored();
    await storeTerms(world, read, changeWindows(read, await world.plans.branchesOf(plan.id), [{ branchId: berlin, windows: [{ from: '20:00', to: '22:00' }] }], world.clock.now()));
    await launch();
    for (const status of ['paused', 'live'] as const) {
      const now = await stored();
      await world.plans.replacePlan(now, { ...now, status, revision: now.revision + 1 });
      await launch();
    }
    expect(await runOf(berlin)).toEqual(before);
  });

  it('goes on where it was when it is resumed, no sooner than its interval allows', async () => {
    await launch();
    await execute(berlin, Date.parse('2026-03-02T10:10:00Z'));
    await control('pause');
    await execute(berlin);
    await control('resume');
    expect(await runOf(berlin)).toMatchObject({ status: 'waiting', epoch: 2, nextAt: Date.parse('2026-03-02T10:30:00Z') });
    await execute(berlin);
    expect(new Set(instructed(berlin)).size).toBe(30);
    expect(instructed(berlin)).toHaveLength(30);
  });

  it('goes on, too, where it is resumed in the very moment in which the engine pauses it', async () => {
    const { runs } = world;
    let resumed = false;
    await launch();
    await control('pause');
    world.runs = {
      ...runs,
      replaceRun: async (before, after) => {
        if (after.status === 'paused' && !resumed) {
          resumed = true;
          await control('resume');
        }
        return runs.replaceRun(before, after);
      },
    };
    await execute(berlin);
    expect(resumed).toBe(true);
    expect((await runOf(berlin)).status).toBe('finished');
    expect(instructed(berlin)).toHaveLength(30);
  });

  it('and resumed, at whatever times and with launches between: every device is asked once, nobody while it is paused, no wave nearer than the interval', async () => {
    const step = fc.record({ action: fc.constantFrom<BranchAction | 'launch'>('pause', 'resume', 'launch'), after: fc.integer({ min: 0, max: 90 }), beside: fc.nat(40) });
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      setUp();
      await launch();
      const paused: { readonly from: number; until: number }[] = [];
      for (const { action, after, beside } of steps) {
        const at = world.clock.now() + after * MINUTE;
        if ((await runOf(berlin)).status !== 'finished') await execute(berlin, at);
        world.clock.set(Math.max(world.clock.now(), at));
        // A turn is under way while the person acts.
        const turn = takeTurn(world, turnInputOf(await runOf(berlin)), world.clock.now());
        for (let n = 0; n < beside; n += 1) await Promise.resolve();
        await Promise.all([turn, action === 'launch' ? launch() : control(action)]);
        const open = paused.at(-1)?.until === Number.POSITIVE_INFINITY ? paused.at(-1) : undefined;
        if (action === 'pause' && open === undefined) paused.push({ from: world.clock.now(), until: Number.POSITIVE_INFINITY });
        if (action === 'resume' && open !== undefined) open.until = world.clock.now();
      }
      const last = paused.at(-1);
      if (last?.until === Number.POSITIVE_INFINITY) last.until = world.clock.now();
      await control('resume');
      for (let rounds = 0; (await runOf(berlin)).status !== 'finished'; rounds += 1) {
        expect(rounds).toBeLessThan(20);
        await execute(berlin);
      }
      expect(instructed(berlin)).toHaveLength(30);
      expect(new Set(instructed(berlin)).size).toBe(30);
      const waves = (await world.runs.waves(await runOf(berlin))).map(({ openedAt }) => openedAt);
      for (const [index, openedAt] of waves.entries()) {
        // A turn that was under way in the moment of the pause may open its wave still.
        expect(paused.filter(({ from, until }) => openedAt > from && openedAt < until)).toEqual([]);
        if (index > 0) expect(openedAt - present(waves[index - 1])).toBeGreaterThanOrEqual(30 * MINUTE);
      }
      expect((await stored()).status).toBe('live');
    }), { numRuns: 60 });
  });

  it('collects no inventory either, and does when it is resumed', async () => {
    await launch();
    await execute(berlin);
    await control('pause');
    const key = { planId: plan.id, branchId: berlin, kind: 'inventory' } as const;
    const waiting = present(await world.runs.run(key));
    world.clock.set(waiting.window.opensAt);
    await takeTurn(world, turnInputOf(waiting), world.clock.now());
    expect((await world.runs.run(key))?.status).toBe('paused');
    await control('resume');
    expect(await world.runs.run(key)).toMatchObject({ status: 'waiting', epoch: 2 });
    expect((await stored()).status).toBe('live');
  });
});
