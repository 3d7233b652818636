import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { branchesToCome, Forecast, foreseeTargets, type ForeseenTarget } from '../../../core/rollout/foresee-targets.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { seedFacts, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const berlin = parseBranchId('berlin');
const tokyo = parseBranchId('tokyo');

async function foresee(world: MemoryWorld, plan: Plan, branchIds = [berlin]): Promise<readonly ForeseenTarget[]> {
  const targets: ForeseenTarget[] = [];
  for await (const page of foreseeTargets(world, plan, branchIds, world.clock.now())) targets.push(...page.targets);
  return targets;
}

/** What a device may be like, for the decision that is made of it. */
const traits = fc.record({
  status: fc.constantFrom<Device['status']>('enrolled', 'enrolled', 'enrolled', 'expected', 'left'),
  osVersion: fc.constantFrom('15.7', '16.0', '18.1'),
  productName: fc.constantFrom('iPhone15,4', 'iPad13,4'),
  facts: fc.constantFrom('none', 'fresh', 'old', 'gone', 'unmanaged'),
  other: fc.constantFrom('none', 'live', 'over'),
});

function populate(world: MemoryWorld, operation: Plan['operation'], devices: readonly (typeof traits extends fc.Arbitrary<infer T> ? T : never)[]): Plan {
  seedBranch(world, 'berlin');
  const version = seedVersion(world, 'com.example.field', { deviceFamilies: [2], minimumOsVersion: '16.0' });
  const { plan: another } = seedPlan(world, version, ['berlin']);
  for (const [index, { facts, other, status, ...about }] of devices.entries()) {
    const device = seedDevice(world, 'berlin', `d${index}`, { ...about, status });
    const at = world.clock.now() - (facts === 'old' ? 2 * DAY : HOUR);
    if (facts !== 'none') seedFacts(world, device, version, at, facts === 'gone' ? { managed: { status: 'Absent' }, installed: { present: false } } : facts === 'unmanaged' ? { managed: { status: 'Absent' } } : {});
    if (other !== 'none') seedWave(world, another, 'berlin', version, [device], [other === 'live' ? 'issued' : 'failed']);
  }
  return seedPlan(world, version, ['berlin'], { operation }).plan;
}

/** Starts the plan and lets its waves go until the run is over; nobody answers meanwhile. */
async function carryOut(world: MemoryWorld, plan: Plan): Promise<void> {
  world.tables.plans.set(plan.id, { ...plan, status: 'live', startedAt: world.clock.now() });
  await launchPlan(world, plan.id, world.clock.now());
  const run = (): Run => present(world.tables.runs.get(`${plan.id}.berlin.${plan.operation}`));
  while (run().status !== 'finished') {
    world.clock.set(Math.max(world.clock.now(), run().nextAt));
    await takeTurn(world, turnInputOf(run()), world.clock.now());
  }
}

describe('what is foreseen of a plan', () => {
  it.each(['install', 'remove'] as const)('to %s is what its waves do, device by device and reason by reason, where nothing happens meanwhile', async (operation) => {
    await fc.assert(fc.asyncProperty(fc.array(traits, { maxLength: 12 }), async (devices) => {
      const world = memoryWorld();
      // Inside the window, so that no evidence grows old before the wave.
      world.clock.set(Date.parse('2026-03-02T10:00:00Z'));
      const plan = populate(world, operation, devices);
      const foreseen = await foresee(world, { ...plan, status: 'draft' });
      await carryOut(world, plan);
      const done = [...world.tables.instructions.values()].filter(({ planId, kind }) => planId === plan.id && kind === operation);
      const carried = done.map(({ deviceName, state, reason }) => (state === 'skipped' ? `${deviceName} skip ${reason?.code ?? ''}` : `${deviceName} instruct`));
      expect(foreseen.map(({ name, foreseen: what, reason }) => (what === 'skip' ? `${name} skip ${reason?.code ?? ''}` : `${name} ${what}`)).sort()).toEqual(carried.sort());
      expect(foreseen).toHaveLength(devices.length);
    }), { numRuns: 40 });
  });

  it('is told of every device of every branch, in the order of the waves, more of them than are read together', async () => {
    const world = memoryWorld();
    for (const id of ['berlin', 'tokyo', 'empty']) seedBranch(world, id);
    for (let n = 0; n < 501; n += 1) seedDevice(world, 'berlin', `b${n}`, n % 2 === 0 ? {} : { status: 'expected' });
    seedDevice(world, 'tokyo', 't');
    const { plan } = seedPlan(world, seedVersion(world), ['berlin', 'tokyo', 'empty'], { status: 'draft' });
    const branchIds = [berlin, tokyo, parseBranchId('empty')];
    const targets = await foresee(world, plan, branchIds);
    const inOrder = [...world.tables.devices.values()].filter(({ branchId }) => branchId === berlin).sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ name }) => name);
    expect(targets.map(({ name }) => name)).toEqual([...inOrder, 't']);
    const forecast = new Forecast(branchIds);
    forecast.add(targets);
    expect(forecast.branches()).toEqual([
      { branchId: 'berlin', devices: 501, instruct: 251, instructed: 0, skipped: [{ code: 'not-enrolled', words: 'The device is not enrolled.', devices: 250 }] },
      { branchId: 'tokyo', devices: 1, instruct: 1, instructed: 0, skipped: [] },
      { branchId: 'empty', devices: 0, instruct: 0, instructed: 0, skipped: [] },
    ]);
  });

  it('names the devices of a list, and no others of the branch', async () => {
    const world = memoryWorld();
    seedBranch(world, 'berlin');
    const [listed] = [seedDevice(world, 'berlin', 'listed'), seedDevice(world, 'berlin', 'other')];
    const { plan } = seedPlan(world, seedVersion(world), ['berlin'], { targets: 'list', status: 'draft' });
    world.tables.targets.set(`${plan.id}/berlin`, [{ order: listed.order, deviceId: listed.id }]);
    expect(await foresee(world, plan)).toMatchObject([{ name: 'listed', branchId: 'berlin', foreseen: 'instruct' }]);
  });

  it('of a plan under way says who was instructed, also where another plan has instructed the device since', async () => {
    const world = memoryWorld();
    seedBranch(world, 'berlin');
    const version = seedVersion(world);
    const [first, second] = [seedDevice(world, 'berlin', 'first'), seedDevice(world, 'berlin', 'second')];
    seedDevice(world, 'berlin', 'third');
    const { plan } = seedPlan(world, version, ['berlin'], { status: 'live' });
    const { plan: later } = seedPlan(world, version, ['berlin'], { status: 'live' });
    seedWave(world, plan, 'berlin', version, [first, second], ['failed', 'failed']);
    seedWave(world, later, 'berlin', version, [second], ['failed']);
    const found = new Map((await foresee(world, plan)).map(({ name, foreseen }) => [name, foreseen]));
    expect(found).toEqual(new Map([['first', 'instructed'], ['second', 'instructed'], ['third', 'instruct']]));
  });

  it('says "other instruction" of what is live without a plan, too', async () => {
    const world = memoryWorld();
    seedBranch(world, 'berlin');
    const version = seedVersion(world);
    seedInstruction(world, seedDevice(world, 'berlin', 'tested'), version, { state: 'issued' });
    const { plan } = seedPlan(world, version, ['berlin'], { status: 'draft' });
    expect(await foresee(world, plan)).toMatchObject([{ foreseen: 'skip', reason: { code: 'other-instruction-live' } }]);
  });
});

describe('the branches in which waves are to come', () => {
  it('are all of a draft, and those whose run is not over', async () => {
    const world = memoryWorld();
    seedBranch(world, 'berlin');
    seedBranch(world, 'tokyo');
    const { plan } = seedPlan(world, seedVersion(world), ['berlin', 'tokyo'], { status: 'live' });
    expect(await branchesToCome(world, { ...plan, status: 'draft' }, [berlin, tokyo])).toEqual([berlin, tokyo]);
    await launchPlan(world, plan.id, world.clock.now());
    const key = `${plan.id}.berlin.install`;
    world.tables.runs.set(key, { ...present(world.tables.runs.get(key)), status: 'finished' });
    expect(await branchesToCome(world, plan, [berlin, tokyo])).toEqual([tokyo]);
  });

  it.each(['finished', 'cancelled'] as const)('are none of a plan that is %s: that is refused, with the way to what became of it', async (end) => {
    const world = memoryWorld();
    seedBranch(world, 'berlin');
    const { plan } = seedPlan(world, seedVersion(world), ['berlin'], { status: 'live' });
    await launchPlan(world, plan.id, world.clock.now());
    const key = `${plan.id}.berlin.install`;
    if (end === 'finished') world.tables.runs.set(key, { ...present(world.tables.runs.get(key)), status: 'finished' });
    await expect(branchesToCome(world, end === 'finished' ? plan : { ...plan, status: 'cancelled' }, [berlin])).rejects.toMatchObject({ code: 'conflict', remedy: expect.stringContaining('plan instructions') as string });
  });
});
