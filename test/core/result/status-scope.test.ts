import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { statusRows, type StatusScope } from '../../../core/result/status-rows.ts';
import { checkSameApp, scopeOfApp, scopeOfPlan } from '../../../core/result/status-scope.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { present } from '../../support/present.ts';
import { seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let berlin: Device;
let tokyo: Device;

beforeEach(() => {
  world = memoryWorld();
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
  [berlin, tokyo] = [seedDevice(world, 'berlin', 'b'), seedDevice(world, 'tokyo', 't')];
  version = seedVersion(world);
});

async function statuses(scope: StatusScope): Promise<Readonly<Record<string, number>>> {
  const found: [string, number][] = [];
  for await (const page of statusRows(world, scope)) found.push(...page.rows.map(({ name, status }): [string, number] => [name, status]));
  return Object.fromEntries(found);
}

/** A plan of certain devices, stored as the API stores it. */
async function listPlan(targets: readonly Device[], facts: Partial<Plan> = {}): Promise<Plan> {
  const seeded = seedPlan(world, version, [...new Set(targets.map(({ branchId }) => branchId))], { targets: 'list', ...facts });
  world.tables.plans.delete(seeded.plan.id);
  await world.plans.addPlan(seeded.plan, seeded.branches, targets);
  return seeded.plan;
}

describe('the devices of a plan', () => {
  it('are those of its branches, scheduled while waves are to come', async () => {
    const { plan } = seedPlan(world, version, ['berlin']);
    expect(await statuses(await scopeOfPlan(world, plan, version))).toEqual({ b: 2 });
  });

  it.each([['draft', 0], ['live', 2], ['paused', 2], ['cancelled', 0]] as const)('are, while it is %s and no wave has gone, at %i', async (status, code) => {
    const { plan } = seedPlan(world, version, ['berlin'], { status });
    expect(await statuses(await scopeOfPlan(world, plan, version))).toEqual({ b: code });
  });

  it('are not scheduled any more where the branch\'s waves have all gone', async () => {
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
    seedWave(world, plan, 'berlin', version, []);
    const run = present(world.tables.runs.get(`${plan.id}.berlin.install`));
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...run, status: 'finished' });
    expect(await statuses(await scopeOfPlan(world, plan, version))).toEqual({ b: 0, t: 2 });
  });

  it('are those listed where it lists them, also when one has moved to a branch that the plan does not have', async () => {
    const other = seedDevice(world, 'berlin', 'other');
    const plan = await listPlan([berlin]);
    world.tables.devices.set(berlin.id, { ...berlin, branchId: parseBranchId('tokyo') });
    expect(await statuses(await scopeOfPlan(world, plan, version))).toEqual({ b: 2 });
    expect(other.branchId).toBe('berlin');
  });
});

describe('the devices of an app', () => {
  it('are all there are, scheduled where any plan of the version is going to instruct them', async () => {
    seedPlan(world, version, ['berlin']);
    expect(await statuses(await scopeOfApp(world, version.bundleId, version))).toEqual({ b: 2, t: 0 });
    await listPlan([tokyo]);
    expect(await statuses(await scopeOfApp(world, version.bundleId, version))).toEqual({ b: 2, t: 2 });
  });

  it('are not scheduled for another version, nor for another app', async () => {
    seedPlan(world, seedVersion(world, 'com.example.field', { shortVersion: '2.0' }), ['berlin']);
    seedPlan(world, seedVersion(world, 'com.example.other'), ['tokyo']);
    expect(await statuses(await scopeOfApp(world, version.bundleId, version))).toEqual({ b: 0, t: 0 });
  });

  it('have a row for each version that they are scheduled for, once, where no version is asked for', async () => {
    seedPlan(world, version, ['berlin']);
    await listPlan([berlin]);
    seedPlan(world, seedVersion(world, 'com.example.field', { shortVersion: '2.0' }), ['berlin']);
    seedInstruction(world, tokyo, version, { state: 'failed' });
    const rows: string[] = [];
    for await (const page of statusRows(world, await scopeOfApp(world, version.bundleId, undefined))) rows.push(...page.rows.map(({ name, status, version: shown }) => `${name} ${status} ${shown}`));
    expect(rows.toSorted()).toEqual(['b 2 1.0', 'b 2 2.0', 't 4 1.0']);
  });
});

it('a version of another app is refused, with what to do', () => {
  const other = seedVersion(world, 'com.example.other');
  expect(() => {
    checkSameApp(version.bundleId, version);
  }).not.toThrow();
  expect(() => {
    checkSameApp(version.bundleId, other);
  }).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.any(String) as string }));
});
