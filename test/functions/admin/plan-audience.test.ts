/** For whom a plan is: tags, listed devices, and files of bulk instructions. */
import { beforeEach, describe, expect, it } from 'vitest';
import { launchPlan } from '../../../core/rollout/launch.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { parseBranchId, parsePlanId } from '../../../core/ids.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import type { AnswerOf, OperationName } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type AdminRequestParts } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const windows = [{ from: '00:00', to: '24:00' }];
let world: MemoryWorld;
let call: <N extends OperationName>(name: N, parts: AdminRequestParts) => Promise<AnswerOf<N>>;
let terms: { readonly name: string; readonly versionId: string; readonly branches: readonly unknown[] };

beforeEach(() => {
  world = memoryWorld();
  const admin = memoryAdmin(world);
  call = async <N extends OperationName>(name: N, parts: AdminRequestParts) => (await admin.call(name, parts)) as AnswerOf<N>;
  for (const branch of ['berlin', 'lyon', 'tokyo']) seedBranch(world, branch);
  terms = { name: 'Spring', versionId: seedVersion(world).id, branches: [{ branchId: 'berlin', windows }, { branchId: 'lyon', windows }] };
});

/** Starts the plan and takes the turns of its branches until nothing is left. Names of who was instructed, and of who was skipped. */
async function carryOut(id: string): Promise<{ readonly instructed: readonly string[]; readonly skipped: readonly string[] }> {
  await call('startPlan', { id, body: { unproven: true } });
  await launchPlan(world, parsePlanId(id), world.clock.now());
  for (const { branchId } of await world.plans.branchesOf(parsePlanId(id))) {
    for (let turn = 0; turn < 20; turn += 1) {
      const run = present(await world.runs.run({ planId: parsePlanId(id), branchId, kind: 'install' }));
      if (run.status === 'finished') break;
      world.clock.set(Math.max(world.clock.now(), run.nextAt));
      await takeTurn(world, turnInputOf(run), world.clock.now());
    }
  }
  const all = [...world.tables.instructions.values()];
  const names = (skips: boolean) => all.filter(({ state }) => (state === 'skipped') === skips).map(({ deviceName }) => deviceName).toSorted();
  return { instructed: names(false), skipped: names(true) };
}

describe('a plan for tags', () => {
  beforeEach(() => {
    seedDevice(world, 'berlin', 'b1', { tags: ['field', 'night'] });
    seedDevice(world, 'berlin', 'b2');
    seedDevice(world, 'berlin', 'b3', { tags: ['depot'] });
    seedDevice(world, 'berlin', 'old', { tags: ['field'], osVersion: '15.8' });
    seedDevice(world, 'lyon', 'l1', { tags: ['office'] });
  });

  it('instructs devices that carry one of them when the wave opens, and does not speak of the others', async () => {
    const { id, tags } = await call('createPlan', { body: { ...terms, tags: ['field', 'depot', 'field'] } });
    expect(tags).toEqual(['depot', 'field']);
    seedDevice(world, 'lyon', 'l2', { tags: ['depot'] });
    // Its tag is taken away.
    seedDevice(world, 'berlin', 'b3');
    expect(await carryOut(id)).toEqual({ instructed: ['b1', 'l2'], skipped: ['old'] });
  });

  it('is counted so in its preview, its targets and its progress', async () => {
    const body = { ...terms, tags: ['field'] };
    const drafted = await call('previewNewPlan', { body });
    expect(drafted.branches.map(({ branchId, devices }) => [branchId, devices])).toEqual([['berlin', 2], ['lyon', 0]]);
    const forecast = [{ branchId: 'berlin', devices: 2, instruct: 1, skipped: [{ code: 'os-too-old' }] }, { branchId: 'lyon', devices: 0 }];
    expect(drafted.targets).toMatchObject(forecast);
    const { id } = await call('createPlan', { body });
    expect((await call('foreseeTargets', { id, body: {} })).branches).toMatchObject(forecast);
    expect((await call('getPlan', { id })).branches.map(({ devices }) => devices)).toEqual([2, 0]);
    // Counted anew: tags come and go while a plan is a draft.
    seedDevice(world, 'lyon', 'l3', { tags: ['field'] });
    expect((await call('previewPlan', { id, body: {} })).branches.map(({ devices }) => devices)).toEqual([2, 1]);
  });

  it('reckons a large branch from a thousand of its devices', async () => {
    for (let n = 0; n < 1_500; n += 1) seedDevice(world, 'tokyo', `t${n}`, n % 3 === 0 ? { tags: ['field'] } : {});
    const { branches } = await call('previewNewPlan', { body: { ...terms, branches: [{ branchId: 'tokyo', windows }], tags: ['field'] } });
    expect(present(branches[0]).devices).toBeGreaterThan(425);
    expect(present(branches[0]).devices).toBeLessThan(575);
  });

  it('has the test devices among them as its canary', async () => {
    seedDevice(world, 'berlin', 'test-1', { testDevice: true });
    seedDevice(world, 'berlin', 'test-2', { testDevice: true, tags: ['field'] });
    const { branches } = await call('previewNewPlan', { body: { ...terms, tags: ['field'], canary: { of: { kind: 'test-devices' }, soakHours: 2 } } });
    expect(present(branches[0]).waves.map(({ size, canary }) => [size, canary])).toEqual([[1, true], [2, undefined]]);
  });
});

describe('a plan that lists devices', () => {
  beforeEach(() => {
    for (const name of ['b1', 'b2', 'b3']) seedDevice(world, 'berlin', name);
    seedDevice(world, 'tokyo', 't1');
  });

  it('is for them alone, by name or serial number, in the branches in which they are', async () => {
    const body = { ...terms, devices: ['b1', 'SN-b3'] };
    expect((await call('previewNewPlan', { body })).targets).toMatchObject([{ branchId: 'berlin', instruct: 2 }]);
    const { id, targets } = await call('createPlan', { body });
    expect(targets).toBe('list');
    expect((await call('previewPlan', { id, body: {} })).branches.map(({ branchId, devices }) => [branchId, devices])).toEqual([['berlin', 2]]);
    expect(world.tables.audit.at(-1)).toMatchObject({ action: 'plan.create', after: { targets: 'list', devices: 2 } });
    expect(await carryOut(id)).toEqual({ instructed: ['b1', 'b3'], skipped: [] });
  });

  it('tells its list again, page by page and branch by branch; a plan for branches has none', async () => {
    const branches = ['berlin', 'tokyo'].map((branchId) => ({ branchId, windows }));
    const { id } = await call('createPlan', { body: { ...terms, branches, devices: ['t1', 'b1', 'SN-b3'] } });
    for (const limit of [1, 2, 3, 100]) {
      const names: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await call('listTargets', { id, query: { limit: String(limit), ...(after === undefined ? {} : { after }) } });
        names.push(...page.items.map(({ name, branchId }) => `${branchId} ${name}`));
        after = page.next;
        if (after === undefined) break;
      }
      expect(names.toSorted()).toEqual(['berlin b1', 'berlin b3', 'tokyo t1']);
    }
    expect(await call('listTargets', { id: (await call('createPlan', { body: terms })).id })).toEqual({ items: [] });
  });

  it('meets a plan under way only where one of its devices is in that list, too', async () => {
    const { id } = await call('createPlan', { body: { ...terms, name: 'Before', devices: ['b1', 'b2'] } });
    await call('startPlan', { id, body: { unproven: true } });
    const met = async (devices: readonly string[]) => (await call('previewNewPlan', { body: { ...terms, devices } })).meets;
    expect(await met(['b2', 'b3'])).toEqual([{ planId: id, name: 'Before', branches: ['berlin'] }]);
    expect(await met(['b3'])).toBeUndefined();
  });

  it('tells every mistake at once, and is not made', async () => {
    await expect(call('createPlan', { body: { ...terms, devices: ['b1', 'nobody', 't1', 'SN-b1', 'b1'] } })).rejects.toMatchObject({
      code: 'invalid-input', message: 'The list of devices has 4 mistakes; nothing was saved.',
      evidence: [
        'Device 2: there is no device "nobody": correct the name, or make it known with `wavecast device import`',
        'Device 3: "t1" is in the branch "tokyo", for which the plan has no windows: give it some, or leave the device out',
        'Device 4: "SN-b1" is listed already, as "b1": keep one of the two',
        'Device 5: "b1" is listed already: keep one of the two',
      ],
    });
    expect(world.tables.plans.size).toBe(0);
  });

  it('is not for tags, too', async () => {
    await expect(call('createPlan', { body: { ...terms, devices: ['b1'], tags: ['field'] } })).rejects.toMatchObject({ code: 'invalid-input', evidence: [expect.stringContaining('tags') as string] });
  });
});

describe('a file of bulk instructions', () => {
  const title = 'Operation,OS type,Distributed application,Version,Smart device name,Comment';
  const file = (...lines: readonly string[]): string => `\ufeff${[title, ...lines].join('\r\n')}\r\n`;
  const importing = (csv: string, more: object = {}) => call('importPlans', { body: { csv, branches: terms.branches, ...more } });

  beforeEach(() => {
    for (const name of ['b1', 'b2']) seedDevice(world, 'berlin', name);
    seedDevice(world, 'lyon', 'l1');
    seedDevice(world, 'tokyo', 't1');
    seedVersion(world, 'com.example.depot', { shortVersion: '3.0', version: '7' });
    seedVersion(world, 'com.example.depot', { shortVersion: '3.0', version: '8' });
    const { bundleId } = seedVersion(world, 'com.example.shop', { shortVersion: '2.0' });
    world.tables.apps.set(bundleId, { ...present(world.tables.apps.get(bundleId)), title: 'Shop' });
  });

  it('becomes a plan for each version that it names, for the devices that it names', async () => {
    const { plans } = await importing(file('install,iOS,com.example.field,1.0,b1,', 'install,iOS,Shop,2.0,b1,', 'install,iOS,com.example.field,1.0,l1,by hand', 'install,iOS,com.example.depot,3.0+8,b2,'), { waveSize: 20, canary: { of: { kind: 'count', devices: 1 }, soakHours: 12 } });
    expect(plans.map(({ bundleId, shortVersion, version, devices, targets, waveSize }) => [bundleId, shortVersion, version, devices, targets, waveSize])).toEqual([
      ['com.example.field', '1.0', '100', 2, 'list', 20], ['com.example.shop', '2.0', '100', 1, 'list', 20], ['com.example.depot', '3.0', '8', 1, 'list', 20],
    ]);
    expect(plans.map(({ name }) => name)).toEqual(['Field 1.0', 'Shop 2.0', 'Field 3.0']);
    const [field] = plans;
    expect((await world.plans.branchesOf(parsePlanId(present(field).id))).map(({ branchId, targets }) => [branchId, targets])).toEqual([['berlin', 1], ['lyon', 1]]);
    expect((await world.plans.targetsOf({ id: parsePlanId(present(field).id) }, parseBranchId('lyon'), undefined, 10)).map(({ name }) => name)).toEqual(['l1']);
    expect(world.tables.audit.map(({ action }) => action)).toEqual(['plan.import', 'plan.import', 'plan.import']);
  });

  it('is made whole or not at all: every mistake is told by its line', async () => {
    const csv = file('install,iOS,com.example.field,1.0,b1,', 'install,iOS,Nothing,1.0,b1,', 'install,iOS,com.example.field,9.9,b2,', 'install,iOS,com.example.depot,3.0,b2,', 'install,iOS,com.example.field,1.0,t1,', 'install,iOS,com.example.shop,2.0,nobody,');
    await expect(importing(csv)).rejects.toMatchObject({
      code: 'invalid-input', message: 'The file has 5 mistakes; nothing was imported.',
      evidence: [
        'Line 3, column "Distributed application": there is no app "Nothing": write the package name or title that `wavecast app list` shows',
        'Line 4, column "Version": there is no version "9.9" of com.example.field: write one that `wavecast app show com.example.field` lists',
        expect.stringMatching(/^Line 5, column "Version": com\.example\.depot has 2 builds of version "3\.0": write version and build, 3\.0\+[78]$/) as string,
        'Line 6, column "Smart device name": "t1" is in the branch "tokyo", for which the plan has no windows: give it some, or leave the device out',
        'Line 7, column "Smart device name": there is no device "nobody": correct the name, or make it known with `wavecast device import`',
      ],
    });
    expect([world.tables.plans.size, world.tables.audit.length]).toEqual([0, 0]);
  });

  it('is only looked at where that is asked for', async () => {
    expect((await importing(file('install,iOS,com.example.field,1.0,b1,'), { check: true })).plans).toMatchObject([{ name: 'Field 1.0', devices: 1 }]);
    expect([world.tables.plans.size, world.tables.audit.length]).toEqual([0, 0]);
  });
});
