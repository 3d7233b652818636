import { beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../../core/ambient.ts';
import { noDevices } from '../../../core/device/device-counts.ts';
import { lastDays } from '../../../core/result/overview.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
});
const overview = async (): Promise<AnswerOf<'getOverview'>> => await admin.call('getOverview', {}, 'viewer') as AnswerOf<'getOverview'>;

describe('the overview', () => {
  it('of an empty installation says that it has no push certificate, and nothing else', async () => {
    expect(await overview()).toEqual({ asOf: world.clock.now(), ...noDevices, branches: 0, installs: lastDays(world.clock.now()).map((day) => ({ day, installed: 0 })), rollouts: [], lately: [], reasons: {}, attention: [{ kind: 'push-certificate-missing' }] });
  });

  it('counts the fleet, and tells of the rollout under way what became of its devices', async () => {
    for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
    const version = seedVersion(world);
    const devices = ['a', 'b', 'c'].map((name) => seedDevice(world, 'berlin', name));
    seedDevice(world, 'tokyo', 'z');
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
    const wave = seedWave(world, plan, 'berlin', version, devices, ['failed', 'acknowledged', 'installed']);
    for (const [key, instruction] of world.tables.instructions) if (instruction.state === 'installed') world.tables.instructions.set(key, { ...instruction, finishedAt: world.clock.now() });
    await settleWave(world, wave.id);
    const { rollouts, installs, ...fleet } = await overview();
    expect([fleet.devices, fleet.enrolled, fleet.branches]).toEqual([4, 4, 2]);
    expect(installs.at(-1)).toEqual({ day: dayOf(world.clock.now()), installed: 1 });
    expect(rollouts).toMatchObject([{ planId: plan.id, name: plan.name, devices: 4, branches: 2, totals: { failed: 1, acknowledged: 1, installed: 1 } }]);
    expect(fleet.lately).toEqual([]);
  });

  it('tells of a rollout that is over, too, what became of its devices and why', async () => {
    seedBranch(world, 'berlin');
    const version = seedVersion(world);
    const { plan } = seedPlan(world, version, ['berlin']);
    await settleWave(world, seedWave(world, plan, 'berlin', version, [seedDevice(world, 'berlin', 'a'), seedDevice(world, 'berlin', 'b')], ['failed', 'installed']).id);
    const runs = [...world.tables.runs];
    for (const [key, run] of runs) world.tables.runs.set(key, { ...run, status: 'finished' });
    for (const [key, run] of runs) if (run.kind === 'install') world.tables.runs.set(key.replace('install', 'inventory'), { ...run, kind: 'inventory', status: 'finished' });
    const [key] = runs.find(([, { kind }]) => kind === 'install') ?? [''];
    world.tables.runReasons.set(key, { 'failed/install-failed': 1 });
    const { rollouts, lately, reasons } = await overview();
    expect(rollouts).toEqual([]);
    expect(lately).toMatchObject([{ planId: plan.id, state: 'finished', devices: 2, totals: { failed: 1, installed: 1 } }]);
    expect(reasons).toEqual({ 'install-failed': 1 });
  });
});

it('tells how many devices cannot be woken, and that a person has to look after them', async () => {
  seedBranch(world, 'berlin');
  const [lost, left] = [seedDevice(world, 'berlin', 'lost'), seedDevice(world, 'berlin', 'left')];
  world.tables.devices.set(lost.id, { ...lost, unreachableSince: world.clock.now() });
  world.tables.devices.set(left.id, { ...left, status: 'left', unreachableSince: world.clock.now() });
  const { unreachable, left: gone, attention } = await overview();
  expect([unreachable, gone]).toEqual([1, 1]);
  expect(attention).toContainEqual({ kind: 'devices-unreachable', devices: 1 });
});

describe('the totals of a version', () => {
  it('are those of all plans that install it', async () => {
    seedBranch(world, 'berlin');
    const version = seedVersion(world);
    const devices = ['a', 'b'].map((name) => seedDevice(world, 'berlin', name));
    const { plan } = seedPlan(world, version, ['berlin']);
    await settleWave(world, seedWave(world, plan, 'berlin', version, devices, ['failed', 'installed']).id);
    expect(await admin.call('getVersionTotals', { id: version.id }, 'viewer')).toEqual({ instructions: { failed: 1, installed: 1 } });
    const told = { bundleId: version.bundleId, versionId: version.id, instructions: { failed: 1, installed: 1 } };
    expect(await admin.call('listAdoption', { query: {} }, 'viewer')).toEqual({ items: [told] });
  });

  it('are told of the highest version of every app at once, or of all versions of one', async () => {
    seedBranch(world, 'berlin');
    const versions = [seedVersion(world), seedVersion(world, 'com.example.field', { shortVersion: '1.1' })];
    const ids = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => (await admin.call('listAdoption', { query }, 'viewer') as AnswerOf<'listAdoption'>).items.map(({ versionId }) => versionId);
    expect(await ids({})).toEqual([versions[1]?.id]);
    expect((await ids({ bundleId: 'com.example.field' })).toSorted()).toEqual(versions.map(({ id }) => id).toSorted());
    expect(await ids({ bundleId: 'com.example.nothing' })).toEqual([]);
  });
});

describe('one branch', () => {
  it('is told as the list tells of it', async () => {
    seedBranch(world, 'berlin');
    seedDevice(world, 'berlin', 'a');
    const { items } = await admin.call('listBranches', {}, 'viewer') as AnswerOf<'listBranches'>;
    expect(await admin.call('getBranch', { id: 'berlin' }, 'viewer')).toEqual(items[0]);
    await expect(admin.call('getBranch', { id: 'nowhere' }, 'viewer')).rejects.toMatchObject({ code: 'not-found' });
  });
});
