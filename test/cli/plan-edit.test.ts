import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftPlan } from '../../core/rollout/new-plan.ts';
import { parseBranchId } from '../../core/ids.ts';
import { planRequest } from '../../protocol/admin/plan.ts';
import { saidBy } from '../../cli/edit-body.ts';
import { memoryWorld } from '../support/memory/world.ts';
import { seedBranch, seedVersion } from '../support/memory/seed.ts';
import { answeredApp, answeredDetail, answeredPlan, answeredPlanBranch, answeredVersion, BUNDLE, PLAN, VERSION } from './support/answers.ts';
import type { Answers } from './support/api.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const pace = { waveSize: 5, intervalMinutes: 2 };
const inventoryWindow = { from: '20:00', to: '21:00' };
const windows = [{ from: '01:00', to: '02:00' }];
const berlin = { branchId: 'berlin', windows, inventoryWindow, pace, openLimit: 3 };
const lyon = { branchId: 'lyon', windows, inventoryWindow, openLimit: null };
const draft = answeredDetail({
  revision: 4, abortRule: { share: 0.1, minimum: 5 }, canary: { of: { kind: 'test-devices' }, soakHours: 12 }, tags: ['field'], seed: 'abc',
  branches: [answeredPlanBranch({ inventoryWindow, windows, pace, openLimit: 3 }), answeredPlanBranch({ branchId: 'lyon', inventoryWindow, windows })],
});
const said = { name: 'Autumn', versionId: VERSION, waveSize: 50, intervalMinutes: 5, deadlineHours: 24, abortRule: { share: 0.1, minimum: 5 }, canary: { of: { kind: 'test-devices' }, soakHours: 12 }, tags: ['field'], seed: 'abc', branches: [berlin, lyon], revision: 4 };
const answers = (of: Partial<typeof draft> = {}): Answers => ({ getPlan: { ...draft, ...of }, editPlan: answeredPlan({ revision: 5 }), getVersion: answeredVersion(), getApp: answeredApp([answeredVersion({ id: 'b'.repeat(32), shortVersion: '2.2.0', version: '1' })]), listTargets: { items: [{ deviceId: 'd1', name: 'desk-1', branchId: 'berlin' }] } });

const edited = async (flags: readonly string[], of: Partial<typeof draft> = {}): Promise<unknown> => {
  const { api, status, world } = await wavecast(answers(of), ['plan', 'edit', PLAN, ...flags]);
  expect(world.err()).not.toContain('wavecast: ');
  expect(status).toBe(0);
  expect(api.calls('editPlan')).toHaveLength(1);
  return api.bodies('editPlan')[0];
};

describe('plan edit', () => {
  const { abortRule: _, ...without } = said;
  const { canary: __, ...atOnce } = said;
  const { tags: ___, ...everybody } = said;
  it.each<[string, readonly string[], unknown]>([
    ['nothing', [], said],
    ['the name', ['--name', 'Winter'], { ...said, name: 'Winter' }],
    ['the pace', ['--wave-size', '7'], { ...said, waveSize: 7 }],
    ['a part of a rule', ['--abort-minimum', '9'], { ...said, abortRule: { share: 0.1, minimum: 9 } }],
    ['that a rule is gone', ['--no-abort-rule'], without],
    ['a part of the canary', ['--soak', '48'], { ...said, canary: { of: { kind: 'test-devices' }, soakHours: 48 } }],
    ['that the canary is gone', ['--no-canary'], atOnce],
    ['another tag', ['--tag', 'night'], { ...said, tags: ['night'] }],
    ['devices instead of tags', ['--device', 'desk-2'], { ...everybody, devices: ['desk-2'] }],
    ['all devices', ['--all-devices'], everybody],
    ['the branches: one keeps its pace, limit and inventory, another comes, a third goes', ['--branch', 'berlin=03:00-04:00', '--branch', 'tokyo=05:00-06:00'],
      { ...said, branches: [{ ...berlin, windows: [{ from: '03:00', to: '04:00' }] }, { branchId: 'tokyo', windows: [{ from: '05:00', to: '06:00' }] }] }],
    ['a limit for all branches', ['--open-limit', '9'], { ...said, openLimit: 9, branches: [berlin, lyon].map(({ openLimit: ____, ...branch }) => branch) }],
    ['no limit', ['--open-limit', 'none'], { ...said, openLimit: null, branches: [berlin, lyon].map(({ openLimit: ____, ...branch }) => branch) }],
    ['when inventory is collected', ['--inventory-window', '22:00-23:00'], { ...said, branches: [berlin, lyon].map((branch) => ({ ...branch, inventoryWindow: { from: '22:00', to: '23:00' } })) }],
    ['another version', ['--version', `${BUNDLE}@2.2.0`], { ...said, versionId: 'b'.repeat(32) }],
  ])('sends what the draft says, but for %s', async (_____, flags, expected) => {
    expect(await edited(flags)).toEqual(expected);
  });

  it('makes a removal of it, of the same app, and an installation again', async () => {
    const { versionId: _____, ...rest } = said;
    expect(await edited(['--remove'])).toEqual({ ...rest, operation: 'remove', bundleId: BUNDLE, branches: [berlin, lyon].map(({ openLimit: ____, ...branch }) => branch) });
    expect(await edited(['--version', VERSION], { operation: 'remove' })).toMatchObject({ versionId: VERSION });
  });

  it('leaves the seed that chance gave to itself', async () => {
    expect(await edited([], { seed: '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b' })).not.toHaveProperty('seed');
  });

  it('keeps the devices that are listed', async () => {
    const { tags: _____, ...listed } = draft;
    const { api } = await wavecast({ ...answers(), getPlan: { ...listed, targets: 'list' } }, ['plan', 'edit', PLAN, '--wave-size', '7']);
    expect(api.bodies('editPlan')).toMatchObject([{ devices: ['desk-1'], waveSize: 7 }]);
  });

  it('sends what a file says, and nothing of what the draft said', async () => {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, JSON.stringify({ name: 'Winter', versionId: VERSION, branches: [{ branchId: 'berlin', windows }] }));
    expect(await edited(['--file', path, '--wave-size', '7'])).toEqual({ name: 'Winter', versionId: VERSION, branches: [{ branchId: 'berlin', windows }], waveSize: 7, revision: 4 });
  });

  it('says whether anything was changed, and what comes next', async () => {
    const { world } = await wavecast(answers(), ['plan', 'edit', PLAN, '--wave-size', '7']);
    expect(world.out()).toBe(`Plan ${PLAN} (Autumn) is changed.\n`);
    expect(world.err()).toContain(`wavecast plan preview ${PLAN}`);
    const again = await wavecast({ ...answers(), editPlan: answeredPlan({ revision: 4 }) }, ['plan', 'edit', PLAN]);
    expect(again.world.out()).toBe(`Plan ${PLAN} (Autumn) says that already.\n`);
    const json = await wavecast(answers(), ['plan', 'edit', PLAN, '--json']);
    expect(JSON.parse(json.world.out())).toMatchObject({ id: PLAN, revision: 5 });
  });

  it.each([
    [['--no-abort-rule', '--abort-share', '5%'], /--abort-share/], [['--all-devices', '--tag', 'a'], /--all-devices/], [['--wave-size', '501'], /--wave-size/], [['--version', VERSION, '--remove'], /--version/],
    [['--soak', '5', '--no-canary'], /--soak says nothing/],
  ])('refuses %j before anything is changed', async (flags, words) => {
    const { api, status, world } = await wavecast(answers(), ['plan', 'edit', PLAN, ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toMatch(words);
    expect(api.calls('editPlan')).toEqual([]);
  });
});

describe('what a plan says', () => {
  it('makes the same plan again', () => {
    const world = memoryWorld();
    for (const id of ['berlin', 'lyon']) seedBranch(world, id, { openLimit: 8 });
    const branches = [...world.tables.branches.values()];
    const version = seedVersion(world);
    const made = draftPlan({
      name: 'Autumn', waveSize: 7, abortRule: { share: 0.1, minimum: 5 }, canary: { of: { kind: 'count', devices: 3 }, soakHours: 5 }, reissueTimes: 2, seed: 'abc', tags: ['field'],
      branches: [{ branchId: parseBranchId('berlin'), windows, inventoryWindow, pace, openLimit: null }, { branchId: parseBranchId('lyon'), windows }],
    }, branches, version, world.clock.now(), world.ids, 'ada');
    const detail = answeredDetail({ ...made.plan, branches: made.branches.map((branch) => answeredPlanBranch({ ...branch, windows: [...branch.windows] })) });
    const { versionId, bundleId, devices, branches: asked, ...terms } = planRequest.parse(saidBy(detail, []));
    expect([versionId, bundleId, devices]).toEqual([version.id, undefined, undefined]);
    const again = draftPlan({ ...terms, id: made.plan.id, branches: asked.map((branch) => ({ ...branch, branchId: parseBranchId(branch.branchId) })) }, branches, version, world.clock.now(), world.ids, 'ada');
    expect(again).toEqual(made);
  });
});
