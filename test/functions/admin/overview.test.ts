import { beforeEach, describe, expect, it } from 'vitest';
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
    expect(await overview()).toEqual({ asOf: world.clock.now(), devices: 0, enrolled: 0, branches: 0, rollouts: [], reasons: {}, attention: [{ kind: 'push-certificate-missing' }] });
  });

  it('counts the fleet, and tells of the rollout under way what became of its devices', async () => {
    for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
    const version = seedVersion(world);
    const devices = ['a', 'b', 'c'].map((name) => seedDevice(world, 'berlin', name));
    seedDevice(world, 'tokyo', 'z');
    const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
    await settleWave(world, seedWave(world, plan, 'berlin', version, devices, ['failed', 'acknowledged', 'installed']).id);
    const { rollouts, ...fleet } = await overview();
    expect([fleet.devices, fleet.branches]).toEqual([4, 2]);
    expect(rollouts).toMatchObject([{ planId: plan.id, name: plan.name, devices: 4, branches: 2, totals: { failed: 1, acknowledged: 1, installed: 1 } }]);
  });
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
