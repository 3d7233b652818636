import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import type { Canary } from '../../../core/rollout/canary.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { foreseeWaves, type PlacedTarget } from '../../../core/rollout/foresee-waves.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, PlanBranch, Run } from '../../../core/rollout/plan.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

/** From `from` on, and where to go on after each page. */
async function foresee(world: MemoryWorld, plan: Plan, branches: readonly PlanBranch[], from?: string): Promise<{ readonly targets: readonly PlacedTarget[]; readonly places: readonly string[] }> {
  const targets: PlacedTarget[] = [];
  const places: string[] = [];
  for await (const page of foreseeWaves(world, plan, branches, world.clock.now(), from)) {
    targets.push(...page.targets);
    places.push(page.place);
  }
  return { targets, places };
}

const runOf = (world: MemoryWorld, plan: Plan): Run => present(world.tables.runs.get(`${plan.id}.berlin.${plan.operation}`));

/** Lets the next waves go, all of them unless told otherwise; nobody answers meanwhile. */
async function carryOut(world: MemoryWorld, plan: Plan, waves = Infinity): Promise<void> {
  while (runOf(world, plan).status !== 'finished' && runOf(world, plan).nextSeq <= waves) {
    world.clock.set(Math.max(world.clock.now(), runOf(world, plan).nextAt));
    await takeTurn(world, turnInputOf(runOf(world, plan)), world.clock.now());
  }
}

async function begin(world: MemoryWorld, plan: Plan): Promise<Plan> {
  const live: Plan = { ...plan, status: 'live', startedAt: world.clock.now() };
  world.tables.plans.set(plan.id, live);
  await launchPlan(world, plan.id, world.clock.now());
  return live;
}

/** `device wave instant` of each that was instructed. */
function opened(world: MemoryWorld, plan: Plan): readonly string[] {
  return [...world.tables.waves.values()].filter(({ runKey }) => runKey.planId === plan.id && runKey.kind === 'install').flatMap(({ seq, openedAt, targets }) => targets.map(({ deviceName }) => `${deviceName} ${seq} ${openedAt}`));
}

const told = (targets: readonly PlacedTarget[]): readonly string[] => targets.flatMap(({ name, wave }) => (wave === undefined ? [] : [`${name} ${wave.seq} ${wave.at}`]));

const canaries: readonly (Canary | undefined)[] = [undefined, { of: { kind: 'test-devices' }, soakHours: 2 }, { of: { kind: 'count', devices: 3 }, soakHours: 1 }, { of: { kind: 'share', share: 0.4 }, soakHours: 30 }];
const plans = fc.record({
  canary: fc.constantFrom(...canaries), seed: fc.constantFrom(undefined, '8', 'c'), waveSize: fc.integer({ min: 1, max: 4 }), intervalMinutes: fc.integer({ min: 1, max: 60 }), hour: fc.integer({ min: 0, max: 23 }),
  devices: fc.array(fc.record({ testDevice: fc.boolean(), osVersion: fc.constantFrom('15.0', '18.1', '18.1') }), { minLength: 1, maxLength: 14 }),
});

function populate({ canary, seed, waveSize, intervalMinutes, hour, devices }: typeof plans extends fc.Arbitrary<infer T> ? T : never) {
  const world = memoryWorld();
  world.clock.set(Date.parse('2026-03-02T00:00:00Z') + hour * HOUR);
  seedBranch(world, 'berlin');
  for (const [index, about] of devices.entries()) seedDevice(world, 'berlin', `d${index}`, about);
  return { world, ...seedPlan(world, seedVersion(world), ['berlin'], { status: 'draft', waveSize, intervalMinutes, ...(canary === undefined ? {} : { canary }), ...(seed === undefined ? {} : { seed }) }) };
}

describe('the wave that is foreseen for a device', () => {
  it('is the one that it is in when the plan is started at that moment, to the minute', async () => {
    await fc.assert(fc.asyncProperty(plans, async (about) => {
      const { world, plan, branches } = populate(about);
      const { targets } = await foresee(world, plan, branches);
      await carryOut(world, await begin(world, plan));
      expect(told(targets)).toEqual(opened(world, plan));
    }), { numRuns: 150 });
  });

  it('is the same however often the list is begun anew where it was left', async () => {
    const { world, plan, branches } = populate({ canary: { of: { kind: 'test-devices' }, soakHours: 2 }, seed: '8', waveSize: 7, intervalMinutes: 5, hour: 1, devices: Array.from({ length: 1_300 }, (_, n) => ({ testDevice: n < 20, osVersion: n % 7 === 0 ? '15.0' : '18.1' })) });
    const whole = await foresee(world, plan, branches);
    expect(whole.places).toHaveLength(3);
    for (const [index, place] of whole.places.entries()) expect((await foresee(world, plan, branches, place)).targets).toEqual(whole.targets.slice((index + 1) * 500));
  });

  it('of a plan under way is the one that comes, for those that were not instructed', async () => {
    const { world, plan, branches } = populate({ canary: undefined, seed: '8', waveSize: 2, intervalMinutes: 10, hour: 9, devices: Array.from({ length: 9 }, () => ({ testDevice: false, osVersion: '18.1' })) });
    const live = await begin(world, plan);
    await carryOut(world, live, 2);
    const before = opened(world, plan);
    const { targets } = await foresee(world, live, branches);
    await carryOut(world, live);
    expect(before).toHaveLength(4);
    expect(told(targets)).toEqual(opened(world, plan).slice(4));
  });

  it('is none yet for a device that the waves have passed', async () => {
    const { world, plan, branches } = populate({ canary: undefined, seed: undefined, waveSize: 2, intervalMinutes: 10, hour: 9, devices: Array.from({ length: 9 }, () => ({ testDevice: false, osVersion: '18.1' })) });
    const live = await begin(world, plan);
    await carryOut(world, live, 2);
    const { targets } = await foresee(world, live, branches);
    const passed = seedDevice(world, 'berlin', 'late', { order: '1#0' });
    const again = await foresee(world, live, branches);
    expect(again.targets.find(({ name }) => name === passed.name)).toMatchObject({ foreseen: 'instruct', reason: { code: 'at-the-end' } });
    expect(told(again.targets)).toEqual(told(targets));
  });

  it('is none where no window is left', async () => {
    const { world, plan, branches } = populate({ canary: undefined, seed: undefined, waveSize: 1, intervalMinutes: 60, hour: 14, devices: Array.from({ length: 4 }, () => ({ testDevice: false, osVersion: '18.1' })) });
    const last = branches.map((branch) => ({ ...branch, windows: [{ from: '09:00', to: '17:00', lastDay: '2026-03-02' }] }));
    const { targets } = await foresee(world, plan, last);
    // 15:00, 16:00 in Berlin; its window ends at 17:00.
    expect(targets.map(({ wave, reason }) => (wave === undefined ? reason?.code : (wave.at - world.clock.now()) / MINUTE))).toEqual([0, 60, 'no-window', 'no-window']);
  });
});
