import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { MOST_PREVIEWED } from '../../../protocol/admin/plan-targets.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let id: string;

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
  seedDevice(world, 'berlin', 'good');
  seedDevice(world, 'berlin', '-old', { osVersion: '15.0' });
  seedDevice(world, 'tokyo', 'gone', { status: 'left' });
  id = seedPlan(world, seedVersion(world), ['berlin', 'tokyo'], { status: 'draft' }).plan.id;
});

const foreseen = async (body: object = {}) => await admin.call('foreseeTargets', { id, body }, 'viewer') as AnswerOf<'foreseeTargets'>;
const berlin = { branchId: 'berlin', devices: 2, instruct: 1, instructed: 0, skipped: [{ code: 'os-too-old', devices: 1 }] };
const tokyo = { branchId: 'tokyo', devices: 1, instruct: 0, instructed: 0, skipped: [{ code: 'not-enrolled', devices: 1 }] };

describe('the targets of a plan', () => {
  it('are counted by branch and reason, and nothing is written', async () => {
    expect(await foreseen()).toMatchObject({ branches: [berlin, tokyo] });
    expect(admin.exported.size).toBe(0);
  });

  it('are those of one branch, where it is the plan\'s', async () => {
    expect((await foreseen({ branchId: 'tokyo' })).branches).toMatchObject([tokyo]);
    await expect(foreseen({ branchId: 'atlantis' })).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });
});

describe('the preview of a plan', () => {
  const preview = () => admin.call('previewPlan', { id }, 'viewer') as Promise<AnswerOf<'previewPlan'>>;

  it('says whom it would skip', async () => {
    expect((await preview()).targets).toMatchObject([berlin, tokyo]);
  });

  it('says it before the plan is made, too', async () => {
    const [version] = world.tables.versions.keys();
    const body = { name: 'New', versionId: version, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] };
    expect(await admin.call('previewNewPlan', { body }, 'viewer')).toMatchObject({ targets: [berlin] });
  });

  it('of a draft says which plan under way it would meet, and where; of another app there is none', async () => {
    expect(await preview()).not.toHaveProperty('meets');
    const other = seedPlan(world, seedVersion(world), ['tokyo'], { status: 'draft', name: 'Before' }).plan;
    await admin.call('startPlan', { id: other.id, body: { unproven: true } });
    expect((await preview()).meets).toEqual([{ planId: other.id, name: 'Before', branches: ['tokyo'] }]);
    await admin.call('cancelPlan', { id: other.id, body: {} });
    expect(await preview()).not.toHaveProperty('meets');
  });

  it.each([[MOST_PREVIEWED, true], [MOST_PREVIEWED + 1, false]])('of %i devices looks at each: %s', async (devices, looked) => {
    for (let n = 3; n < devices; n += 1) seedDevice(world, 'berlin', `d${n}`);
    const { targets } = await preview();
    expect(targets !== undefined).toBe(looked);
  });
});
