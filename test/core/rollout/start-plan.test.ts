/** A plan begins: now or later, and beside others that are under way for its app. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseBranchId, type BranchId } from '../../../core/ids.ts';
import { isEnd } from '../../../core/instruction/transitions.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { prepareStart, type StartRequest } from '../../../core/rollout/start-plan.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const [berlin, tokyo, lyon] = [parseBranchId('berlin'), parseBranchId('tokyo'), parseBranchId('lyon')];
let world: MemoryWorld;
let version: AppVersion;
beforeEach(() => {
  setUp();
});

function setUp(): void {
  world = memoryWorld();
  for (const id of [berlin, tokyo, lyon]) seedBranch(world, id);
  version = seedVersion(world);
}

const draft = (branches: readonly BranchId[], facts: Partial<Plan> = {}): Plan => seedPlan(world, version, branches, { status: 'draft', ...facts }).plan;
const stored = (plan: Plan): Plan => present(world.tables.plans.get(plan.id));
const runOf = (plan: Plan, branchId: BranchId, kind: Run['kind'] = 'install'): Run => present(world.tables.runs.get(`${plan.id}.${branchId}.${kind}`));
const launch = (plan: Plan) => launchPlan(world, plan.id, world.clock.now());

/** As the administrators' API does it. */
async function start(plan: Plan, request: StartRequest = {}): Promise<Plan> {
  const prepared = await prepareStart(world, stored(plan), request, 'ada', world.clock.now());
  if (prepared !== undefined) await world.plans.startPlan(prepared);
  await launch(plan);
  return stored(plan);
}
const refused = (code: string, message: string) => expect.objectContaining({ code, message: expect.stringContaining(message) as string, remedy: expect.any(String) as string }) as unknown;

describe('a start in the future', () => {
  it('makes the plan live, and no wave of it opens before', async () => {
    const device = seedDevice(world, berlin, 'd');
    const at = world.clock.now() + 3 * DAY + 90 * MINUTE;
    const plan = await start(draft([berlin]), { at });
    expect(plan).toMatchObject({ status: 'live', startedAt: world.clock.now(), startsAt: at });
    const run = runOf(plan, berlin);
    // 09:00 UTC is 10:00 in Berlin, in the middle of the window.
    expect(run).toMatchObject({ status: 'waiting', nextAt: at, window: { opensAt: at - 150 * MINUTE } });
    expect(runOf(plan, berlin, 'inventory').nextAt).toBeGreaterThan(at);
    world.clock.set(run.window.opensAt);
    expect(await takeTurn(world, turnInputOf(run), world.clock.now())).toEqual({ next: 'wait', until: new Date(at).toISOString().replace('.000Z', 'Z') });
    expect(world.tables.waves.size).toBe(0);
    world.clock.set(at);
    await takeTurn(world, turnInputOf(run), at);
    expect([...world.tables.instructions.values()]).toMatchObject([{ deviceId: device.id, issuedAt: at }]);
  });

  it('is kept by a plan that is paused and resumed before it, and by windows that change before it', async () => {
    const at = world.clock.now() + 3 * DAY;
    const plan = await start(draft([berlin]), { at });
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...runOf(plan, berlin), status: 'paused' });
    await launch(plan);
    expect(runOf(plan, berlin)).toMatchObject({ status: 'waiting', epoch: 2, nextAt: at });
    const branch = present(world.tables.planBranches.get(`${plan.id}/berlin`));
    world.tables.planBranches.set(`${plan.id}/berlin`, { ...branch, windows: [{ from: '00:00', to: '24:00' }] });
    await launch(plan);
    expect(runOf(plan, berlin)).toMatchObject({ status: 'waiting', epoch: 3, nextAt: at });
  });

  it('can be cancelled before it', async () => {
    const plan = await start(draft([berlin]), { at: world.clock.now() + DAY });
    world.tables.plans.set(plan.id, { ...plan, status: 'cancelled' });
    await launch(plan);
    expect(runOf(plan, berlin).status).toBe('cancelled');
  });

  it.each<[string, (now: number) => number, string]>([
    ['now', (now) => now, 'in the past'], ['the past', (now) => now - 1, 'in the past'], ['more than a year ahead', (now) => now + 400 * DAY, 'more than a year'],
  ])('is refused for %s', async (_, at, message) => {
    await expect(prepareStart(world, draft([berlin]), { at: at(world.clock.now()) }, 'ada', world.clock.now())).rejects.toEqual(refused('invalid-input', message));
  });

  it('is refused after the last window of a branch, which is named', async () => {
    const plan = draft([berlin, tokyo]);
    world.tables.planBranches.set(`${plan.id}/tokyo`, { ...present(world.tables.planBranches.get(`${plan.id}/tokyo`)), windows: [{ from: '09:00', to: '17:00', lastDay: '2026-03-04' }] });
    expect(await prepareStart(world, plan, { at: world.clock.now() + DAY }, 'ada', world.clock.now())).toBeDefined();
    await expect(prepareStart(world, plan, { at: world.clock.now() + 5 * DAY }, 'ada', world.clock.now())).rejects.toEqual(refused('invalid-input', '"tokyo"'));
  });

  it('is no change where it is said again, and is not moved by another', async () => {
    const at = world.clock.now() + DAY;
    const plan = await start(draft([berlin]), { at });
    for (const request of [{}, { at }]) expect(await prepareStart(world, plan, request, 'ada', world.clock.now())).toBeUndefined();
    await expect(prepareStart(world, plan, { at: at + HOUR }, 'ada', world.clock.now())).rejects.toEqual(refused('conflict', 'started already'));
  });
});

describe('two plans for one app', () => {
  it('in one branch: the later is refused, and says which and where', async () => {
    const first = await start(draft([berlin, tokyo], { name: 'Autumn' }));
    await expect(start(draft([tokyo, lyon]))).rejects.toEqual(expect.objectContaining({ code: 'conflict', message: expect.stringContaining('"Autumn"') as string, evidence: [`${first.id}: tokyo`] }));
    await expect(start(draft([tokyo], { operation: 'remove' }))).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each<[string, () => Promise<Plan>]>([
    ['in other branches', () => Promise.resolve(draft([lyon]))],
    ['of which the first is over there', async () => {
      const first = present([...world.tables.plans.values()].find(({ name }) => name === 'Autumn'));
      world.tables.runs.set(`${first.id}.tokyo.install`, { ...runOf(first, tokyo), status: 'finished' });
      return Promise.resolve(draft([tokyo]));
    }],
    ['of which the first is cancelled', () => {
      const first = present([...world.tables.plans.values()].find(({ name }) => name === 'Autumn'));
      world.tables.plans.set(first.id, { ...first, status: 'cancelled' });
      return Promise.resolve(draft([berlin]));
    }],
    ['of which the later takes up what the first failed at', () => Promise.resolve(draft([berlin], { targets: 'list', attempt: 3, formerPlanId: draft([berlin], { attempt: 2, formerPlanId: present([...world.tables.plans.values()].find(({ name }) => name === 'Autumn')).id }).id }))],
  ])('%s are no matter', async (_, other) => {
    await start(draft([berlin, tokyo], { name: 'Autumn' }));
    expect((await start(await other())).status).toBe('live');
  });

  it('meet also while the first is paused, or has not begun', async () => {
    const first = await start(draft([berlin]), { at: world.clock.now() + DAY });
    await expect(start(draft([berlin]))).rejects.toMatchObject({ code: 'conflict' });
    world.tables.plans.set(first.id, { ...first, status: 'paused' });
    await expect(start(draft([berlin]))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of another app do not', async () => {
    await start(draft([berlin]));
    expect((await start(draft([berlin], { bundleId: seedVersion(world, 'com.example.other').bundleId }))).status).toBe('live');
  });

  it('that list devices meet where a device is in both lists', async () => {
    const devices = ['a', 'b', 'c'].map((name) => seedDevice(world, berlin, name));
    const listing = async (some: readonly (Device | undefined)[]): Promise<Plan> => {
      const { plan, branches } = seedPlan(world, version, [berlin], { status: 'draft', targets: 'list' });
      world.tables.plans.delete(plan.id);
      await world.plans.addPlan(plan, branches, some.map(present));
      return plan;
    };
    await start(await listing([devices[0], devices[1]]));
    expect((await start(await listing([devices[2]]))).status).toBe('live');
    await expect(start(await listing([devices[1]]))).rejects.toMatchObject({ code: 'conflict' });
    await expect(start(draft([berlin]))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('started in the same moment: one of them is refused', async () => {
    const plans = [draft([berlin]), draft([berlin])];
    const prepared = await Promise.all(plans.map(async (plan) => present(await prepareStart(world, plan, {}, 'ada', world.clock.now()))));
    const outcomes = await Promise.allSettled(prepared.map((each) => world.plans.startPlan(each)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(plans.filter((plan) => stored(plan).status === 'live')).toHaveLength(1);
  });

  it('are forgotten when they are over: what is noted stays as small as what is under way', async () => {
    for (let n = 0; n < 5; n += 1) {
      const plan = await start(draft([berlin]));
      expect((await world.plans.livePlans(version.bundleId)).planIds).toEqual([plan.id]);
      world.tables.runs.set(`${plan.id}.berlin.install`, { ...runOf(plan, berlin), status: 'finished' });
    }
  });
});

describe('a plan that takes another\'s place', () => {
  it('withdraws what no device has fetched, leaves what one has, and instructs the others itself', async () => {
    const devices = ['issued', 'deferred', 'delivered', 'installed'].map((name) => seedDevice(world, berlin, name));
    const first = await start(draft([berlin], { name: 'Autumn' }));
    seedWave(world, first, 'berlin', version, devices, ['issued', 'deferred', 'delivered', 'installed']);
    const later = await start(draft([berlin], { name: 'Winter' }), { supersede: true });
    expect(later).toMatchObject({ status: 'live', supersedes: [first.id] });
    expect(stored(first)).toMatchObject({ status: 'cancelled', supersededBy: 'Winter' });
    const states = () => [...world.tables.instructions.values()].filter(({ planId }) => planId === first.id).map(({ state, reason }) => [state, reason?.code]);
    expect(states().slice(0, 2)).toEqual([['superseded', 'plan-superseded'], ['superseded', 'plan-superseded']]);
    expect(states().slice(2).map(([state]) => state)).toEqual(['delivered', 'installed']);
    expect(runOf(first, berlin).status).toBe('cancelled');
    expect(runOf(first, berlin, 'inventory').status).toBe('cancelled');
    await takeTurn(world, turnInputOf(runOf(later, berlin)), runOf(later, berlin).nextAt);
    const instructed = [...world.tables.instructions.values()].filter(({ planId }) => planId === later.id).map(({ deviceId }) => deviceId);
    expect(instructed).toEqual(expect.arrayContaining(devices.slice(0, 2).map(({ id }) => id)));
    expect(instructed).not.toContain(devices[2]?.id);
  });

  it('does so where they meet alone: in its other branches the former goes on', async () => {
    for (const branch of [berlin, tokyo]) seedDevice(world, branch, `in-${branch}`);
    const first = await start(draft([berlin, tokyo], { name: 'Autumn', pausedBecause: 'Paused by ada.' }));
    await start(draft([berlin, lyon], { name: 'Winter' }), { supersede: true });
    expect(stored(first)).toMatchObject({ status: 'live', holds: [{ branchId: berlin, kind: 'superseded', by: 'Winter' }] });
    expect([berlin, tokyo].map((branch) => runOf(first, branch).status)).toEqual(['cancelled', 'waiting']);
    // An execution that was on its way when it happened.
    expect(await takeTurn(world, { ...turnInputOf(runOf(first, berlin)), epoch: 1 }, world.clock.now())).toMatchObject({ next: 'end' });
    await launch(first);
    expect(runOf(first, berlin).status).toBe('cancelled');
    await takeTurn(world, turnInputOf(runOf(first, tokyo)), runOf(first, tokyo).nextAt);
    expect([...world.tables.instructions.values()].filter(({ planId }) => planId === first.id).map(({ branchId }) => branchId)).toEqual([tokyo]);
  });

  it('leaves nothing of the former live that was not fetched, whatever write its launch was killed at, once it is repeated', async () => {
    let kills = 0;
    for (let kill = 1, killed = true; killed; kill += 1) {
      setUp();
      const devices = Array.from({ length: 3 }, (_, n) => seedDevice(world, berlin, `d${n}`));
      const first = await start(draft([berlin]));
      await takeTurn(world, turnInputOf(runOf(first, berlin)), runOf(first, berlin).nextAt);
      const plan = draft([berlin]);
      await world.plans.startPlan(present(await prepareStart(world, plan, { supersede: true }, 'ada', world.clock.now())));
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes >= kill) throw new Error('killed');
      };
      killed = await launch(plan).then(() => false, () => true);
      world.tables.beforeWrite = () => undefined;
      await launch(plan);
      const own = (of: Plan) => [...world.tables.instructions.values()].filter(({ planId }) => planId === of.id);
      expect(own(first).map(({ state }) => state)).toEqual(devices.map(() => 'superseded'));
      await takeTurn(world, turnInputOf(runOf(plan, berlin)), runOf(plan, berlin).nextAt);
      expect(own(plan).filter(({ state }) => !isEnd(state))).toHaveLength(devices.length);
      kills += killed ? 1 : 0;
    }
    expect(kills).toBeGreaterThan(5);
  });
});
