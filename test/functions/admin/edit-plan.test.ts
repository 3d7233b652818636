/** A draft is edited through the API, beyond what every operation that changes something is held to. */
import { beforeEach, describe, expect, it } from 'vitest';
import { parseBranchId, parsePlanId } from '../../../core/ids.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import type { AnswerOf, OperationName } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type AdminRequestParts, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const windows = [{ from: '01:00', to: '02:00' }];
let world: MemoryWorld;
let admin: MemoryAdmin;
let call: <N extends OperationName>(name: N, parts: AdminRequestParts) => Promise<AnswerOf<N>>;
let terms: { readonly name: string; readonly versionId: string; readonly branches: readonly unknown[] };
let plan: AnswerOf<'createPlan'>;

beforeEach(async () => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  call = async <N extends OperationName>(name: N, parts: AdminRequestParts) => (await admin.call(name, parts)) as AnswerOf<N>;
  for (const branch of ['berlin', 'lyon', 'tokyo']) seedBranch(world, branch);
  for (const name of ['b1', 'b2']) seedDevice(world, 'berlin', name);
  seedDevice(world, 'lyon', 'l1');
  terms = { name: 'Spring', versionId: seedVersion(world).id, branches: [{ branchId: 'berlin', windows }, { branchId: 'lyon', windows }] };
  plan = await call('createPlan', { body: terms });
  admin.writes.length = 0;
  world.tables.audit.length = 0;
});

const edit = (body: object, revision = plan.revision) => call('editPlan', { id: plan.id, body: { ...terms, ...body, revision } });
const stored = (): Plan => present(world.tables.plans.get(parsePlanId(plan.id)));
const branches = async (): Promise<readonly string[]> => (await world.plans.branchesOf(parsePlanId(plan.id))).map(({ branchId }) => branchId);
const listed = async (): Promise<readonly string[]> => (await call('listTargets', { id: plan.id })).items.map(({ name }) => name);

describe('a draft', () => {
  it('says from then on what is asked for, all of it and nothing else, under the same id', async () => {
    world.clock.set(world.clock.now() + 60_000);
    const abortRule = { share: 0.1, minimum: 5 };
    const answer = await edit({ name: 'Autumn', waveSize: 7, abortRule, branches: [{ branchId: 'tokyo', windows, pace: { waveSize: 3, intervalMinutes: 1 } }] });
    expect(answer).toMatchObject({ id: plan.id, name: 'Autumn', waveSize: 7, abortRule, status: 'draft', createdBy: plan.createdBy, createdAt: plan.createdAt, seed: plan.seed, revision: 2, emptyBranches: ['tokyo'] });
    expect(await call('getPlan', { id: plan.id })).toMatchObject({ name: 'Autumn', branches: [{ branchId: 'tokyo', pace: { waveSize: 3, intervalMinutes: 1 } }] });
    const back = await edit({}, 2);
    expect(back).toMatchObject({ name: 'Spring', waveSize: 50, revision: 3 });
    expect(back).not.toHaveProperty('abortRule');
    expect(await branches()).toEqual(['berlin', 'lyon']);
  });

  it('is audited with who, and what was changed', async () => {
    await edit({ name: 'Autumn', branches: [{ branchId: 'berlin', windows }] });
    expect(world.tables.audit).toMatchObject([{ who: 'grace', action: 'plan.edit', subject: plan.id, before: { name: 'Spring', branches: [{ branchId: 'lyon' }] }, after: { name: 'Autumn' } }]);
    expect(world.tables.audit[0]?.after).not.toHaveProperty('branches');
  });

  it('may be for another version, and is found by it', async () => {
    const next = seedVersion(world, 'com.example.field', { shortVersion: '2.0' });
    expect(await edit({ versionId: next.id })).toMatchObject({ versionId: next.id, shortVersion: '2.0' });
    expect(await call('replaceVersion', { id: next.id, body: { versionId: terms.versionId } })).toMatchObject({ changed: [{ id: plan.id }] });
  });

  it('may remove the app instead, and install it again', async () => {
    const { versionId: _, ...rest } = terms;
    const removal = { ...rest, operation: 'remove', bundleId: plan.bundleId, revision: 1 };
    expect(await call('editPlan', { id: plan.id, body: removal })).toMatchObject({ operation: 'remove', bundleId: plan.bundleId });
    expect(await edit({}, 2)).toMatchObject({ operation: 'install', versionId: terms.versionId });
  });

  it('lists devices, others, and none again', async () => {
    await edit({ devices: ['b1', 'l1'] });
    expect(await listed()).toEqual(['b1', 'l1']);
    await edit({ devices: ['b2'] }, 2);
    expect(await listed()).toEqual(['b2']);
    expect(await branches()).toEqual(['berlin']);
    expect(world.tables.audit.at(-1)).toMatchObject({ before: { devices: 2, leftOut: ['b1', 'l1'] }, after: { devices: 1, added: ['b2'] } });
    await edit({}, 3);
    expect(await listed()).toEqual([]);
  });

  it('has no open limit where it is asked to have none, whatever its branches have', async () => {
    const berlin = present(world.tables.branches.get(parseBranchId('berlin')));
    world.tables.branches.set(berlin.id, { ...berlin, openLimit: 4 });
    const limits = async () => (await call('getPlan', { id: plan.id })).branches.map(({ openLimit }) => openLimit);
    await edit({ waveSize: 40 });
    expect(await limits()).toEqual([4, undefined]);
    await edit({ openLimit: null }, 2);
    expect(await limits()).toEqual([undefined, undefined]);
    await edit({ openLimit: 9, branches: [{ branchId: 'berlin', windows, openLimit: null }, { branchId: 'lyon', windows }] }, 3);
    expect(await limits()).toEqual([undefined, 9]);
  });

  it('is launched as it was edited last', async () => {
    await edit({ branches: [{ branchId: 'lyon', windows: [{ from: '03:00', to: '04:00' }] }] });
    await call('startPlan', { id: plan.id, body: { unproven: true } });
    await launchPlan(world, stored().id, world.clock.now());
    const runs = [...world.tables.runs.values()].filter(({ kind }) => kind === 'install');
    expect(runs.map(({ branchId, window: { opensAt } }) => [branchId, new Date(opensAt).toISOString().slice(11, 16)])).toEqual([['lyon', '02:00']]);
  });
});

describe('an edit', () => {
  it('that is repeated, because its answer was lost, is answered the same, and done and audited once', async () => {
    const body = { name: 'Autumn', devices: ['b1', 'l1'], canary: { of: { kind: 'share', share: 0.1 }, soakHours: 24 } };
    const first = await edit(body);
    expect(await edit(body)).toEqual(first);
    expect(admin.writes.filter((write) => write.startsWith('plans.'))).toEqual(['plans.replaceDraft']);
    expect(world.tables.audit.map(({ action }) => action)).toEqual(['plan.edit']);
  });

  it('that says what the draft says already changes nothing', async () => {
    expect(await edit({})).toMatchObject({ revision: 1 });
    expect([admin.writes, world.tables.audit]).toEqual([[], []]);
  });

  it('of two people is refused to the later one, who has read what it was before, and nothing of it is done', async () => {
    await edit({ name: 'Hers' });
    await expect(edit({ name: 'His' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('has changed since it was read') as string, remedy: expect.any(String) as string });
    expect(stored().name).toBe('Hers');
    expect(world.tables.audit).toHaveLength(1);
  });

  it('is refused where its pace was changed since it was read', async () => {
    await call('setPace', { id: plan.id, body: { pace: { waveSize: 5, intervalMinutes: 5 } } });
    await expect(edit({ name: 'His' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['startPlan', 'cancelPlan'] as const)('of a plan that was ended as a draft by %s is refused, also where it says the same', async (ending) => {
    await call(ending, { id: plan.id, body: ending === 'startPlan' ? { unproven: true } : {} });
    const before = stored();
    for (const body of [{}, { name: 'His' }]) await expect(edit(body, before.revision)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('only a draft can be edited') as string });
    expect(stored()).toEqual(before);
  });

  it('is held to what a new plan is held to, and leaves the draft as it was', async () => {
    const before = stored();
    const other = seedVersion(world, 'com.example.other', { placement: 'missing' });
    const refusals: readonly (readonly [object, string, RegExp])[] = [
      [{ branches: [{ branchId: 'atlantis', windows }] }, 'not-found', /atlantis/],
      [{ branches: [{ branchId: 'berlin', windows }, { branchId: 'berlin', windows }] }, 'invalid-input', /twice/],
      [{ branches: [{ branchId: 'berlin', windows: [{ ...windows[0], lastDay: '2020-01-01' }] }] }, 'invalid-input', /No window/],
      [{ versionId: other.id }, 'placement-missing', /not verified/],
      [{ devices: ['nobody'] }, 'invalid-input', /nothing was saved/],
      [{ tags: ['a'], devices: ['b1'] }, 'invalid-input', /./],
      [{ waveSize: 501 }, 'invalid-input', /./],
    ];
    for (const [body, code, message] of refusals) await expect(edit(body), JSON.stringify(body)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(stored()).toEqual(before);
    expect(world.tables.audit).toEqual([]);
  });

  it('has to say which draft it read', async () => {
    await expect(call('editPlan', { id: plan.id, body: terms })).rejects.toMatchObject({ code: 'invalid-input', evidence: [expect.stringContaining('revision') as string] });
  });
});
