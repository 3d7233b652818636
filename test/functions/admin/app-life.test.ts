import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { incomingKey, packageKey } from '../../../core/catalog/placement-keys.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;
const reason = 'It crashed.';

beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  for (const key of [incomingKey(version.fileName), packageKey(version.digest, version.fileName), `packages/${version.digest}/icon-57.png`]) admin.placed.set(key, version.size);
});

const withdraw = (body: object = { reason }) => admin.call('withdrawVersion', { id: version.id, body }) as Promise<AnswerOf<'withdrawVersion'>>;
const stored = () => world.tables.versions.get(version.id);
const actions = () => world.tables.audit.map(({ action }) => action);

describe('withdrawing a version', () => {
  it('ends it everywhere and keeps it on record: who, when and why', async () => {
    const { version: after } = await withdraw();
    const withdrawn = { at: world.clock.now(), by: 'grace', reason };
    expect(after).toMatchObject({ id: version.id, placement: 'missing', withdrawn });
    expect(stored()).toMatchObject({ digest: version.digest, fileName: version.fileName, withdrawn });
    expect([...admin.closed]).toEqual([`package/${version.digest}`]);
    expect([...admin.placed.keys()]).toEqual([]);
  });

  it('is known before the edge is closed, and the edge is closed before a file is gone', async () => {
    await withdraw();
    expect(admin.writes).toEqual(['audit.record', 'catalogue.withdraw', 'gate.close', 'files.remove', 'files.remove']);
  });

  it('refuses while plans go on with it, and names them', async () => {
    const { plan } = seedPlan(world, version, ['berlin'], { name: 'Autumn' });
    seedPlan(world, version, ['berlin'], { name: 'A draft', status: 'draft' });
    await launchPlan(world, plan.id, world.clock.now());
    admin.writes.length = 0;
    await expect(withdraw()).rejects.toMatchObject({ code: 'conflict', evidence: [`Autumn (${plan.id}): waiting`], remedy: expect.stringContaining('--force') as string });
    expect(admin.writes).toEqual([]);
  });

  it('cancels them where it is forced to, each on record', async () => {
    const live = seedPlan(world, version, ['berlin'], { name: 'Autumn' }).plan;
    const paused = seedPlan(world, version, ['berlin'], { name: 'Winter', status: 'paused', createdAt: world.clock.now() + 1 }).plan;
    expect((await withdraw({ reason, force: true })).cancelled).toEqual([{ id: paused.id, name: 'Winter', state: 'paused' }, { id: live.id, name: 'Autumn', state: 'starting' }]);
    expect([live, paused].map(({ id }) => world.tables.plans.get(id)?.status)).toEqual(['cancelled', 'cancelled']);
    expect(world.background.launched.toSorted()).toEqual([live.id, paused.id].toSorted());
    expect(actions()).toEqual(['version.withdraw', 'plan.cancel', 'plan.cancel']);
  });

  it('is not held up by plans that are over, and leaves drafts, which cannot be started any more', async () => {
    seedPlan(world, version, ['berlin'], { status: 'cancelled' });
    const draft = seedPlan(world, version, ['berlin'], { status: 'draft' }).plan;
    expect((await withdraw()).cancelled).toEqual([]);
    await expect(admin.call('startPlan', { id: draft.id })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(reason) as string });
    await expect(admin.call('testInstall', { id: version.id, body: {} })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that broke off is carried out when it is repeated; the first word stands', async () => {
    world.tables.beforeWrite = (operation) => {
      if (operation === 'gate.close') throw new Error('killed');
    };
    await expect(withdraw()).rejects.toThrow('killed');
    world.tables.beforeWrite = () => undefined;
    await withdraw({ reason: 'Another reason.' });
    expect(stored()?.withdrawn?.reason).toBe(reason);
    expect(admin.placed.size).toBe(0);
  });

  it.each<[string, () => void]>([
    ['another version is registered by', () => seedVersion(world, 'com.example.field', { version: '101' })],
    ['another file was put under', () => admin.placed.set(incomingKey(version.fileName), version.size + 1)],
  ])('leaves the file that %s the same name', async (_, arrange) => {
    arrange();
    await withdraw();
    expect([...admin.placed.keys()]).toEqual([incomingKey(version.fileName)]);
  });

  it.each([['no reason', {}], ['an empty one', { reason: ' ' }], ['one that is too long', { reason: 'x'.repeat(201) }]])('needs a reason: %s will not do', async (_, body) => {
    await expect(withdraw(body)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('deleting', () => {
  const remove = () => admin.call('deleteVersion', { id: version.id });

  it('a version needs its withdrawal, and a day for test installs to end', async () => {
    await expect(remove()).rejects.toMatchObject({ code: 'conflict', remedy: expect.stringContaining('withdraw') as string });
    await withdraw();
    world.clock.pass(DAY - 1);
    await expect(remove()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Test installs') as string });
    world.clock.pass(1);
    expect(await remove()).toEqual({ deleted: [version.id] });
    expect(await admin.call('getApp', { id: version.bundleId })).toMatchObject({ versions: [] });
  });

  it('a version waits for its plans and their instructions', async () => {
    await withdraw();
    world.clock.pass(2 * DAY);
    const { plan } = seedPlan(world, version, ['berlin'], { status: 'draft' });
    await expect(remove()).rejects.toMatchObject({ evidence: [`A plan (${plan.id}): draft`] });
    const cancelled = { ...plan, status: 'cancelled' as const };
    world.tables.plans.set(plan.id, cancelled);
    seedWave(world, cancelled, 'berlin', version, [seedDevice(world, 'berlin', 'phone')]);
    world.tables.runTotals.set(`${plan.id}.berlin.install`, { acknowledged: 1, installed: 4 });
    await expect(remove()).rejects.toMatchObject({ message: '1 instructions of version 1.0 (100) are still open.' });
    world.tables.runTotals.set(`${plan.id}.berlin.install`, { installed: 5 });
    await remove();
  });

  it('leaves what names the version readable', async () => {
    const { plan } = seedPlan(world, version, ['berlin'], { status: 'cancelled' });
    await withdraw();
    world.clock.pass(DAY);
    await remove();
    expect(await admin.call('getVersion', { id: version.id }, 'viewer')).toMatchObject({ shortVersion: '1.0', withdrawn: { reason }, deleted: { by: 'grace' } });
    expect(await admin.call('getPlan', { id: plan.id }, 'viewer')).toMatchObject({ shortVersion: '1.0' });
    expect(await admin.call('exportDistributionStatus', { body: { bundleId: version.bundleId, planId: plan.id } })).toMatchObject({ rows: 0 });
  });

  it('an app takes all of its versions, or none', async () => {
    const other = seedVersion(world, 'com.example.field', { version: '101' });
    await withdraw();
    world.clock.pass(DAY);
    await expect(admin.call('deleteApp', { id: version.bundleId })).rejects.toMatchObject({ code: 'conflict', message: 'Version 1.0 (101) is not withdrawn.' });
    await admin.call('withdrawVersion', { id: other.id, body: { reason } });
    world.clock.pass(DAY);
    expect(await admin.call('deleteApp', { id: version.bundleId })).toMatchObject({ deleted: expect.arrayContaining([version.id, other.id]) as string[] });
    expect(await admin.call('listApps')).toEqual({ items: [] });
    await expect(admin.call('deleteApp', { id: version.bundleId })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('replacing a version', () => {
  it('gives drafts the new one, and names what goes on with the old', async () => {
    const next = seedVersion(world, 'com.example.field', { shortVersion: '2.0', version: '200' });
    const draft = seedPlan(world, version, ['berlin'], { status: 'draft', name: 'Spring' }).plan;
    const live = seedPlan(world, version, ['berlin'], { name: 'Autumn' }).plan;
    expect(await admin.call('replaceVersion', { id: version.id, body: { versionId: next.id } })).toEqual({ changed: [{ id: draft.id, name: 'Spring', state: 'draft' }], going: [{ id: live.id, name: 'Autumn', state: 'starting' }] });
    expect(world.tables.plans.get(draft.id)).toMatchObject({ versionId: next.id, shortVersion: '2.0', version: '200', revision: 2 });
    expect(world.tables.plans.get(live.id)?.versionId).toBe(version.id);
  });

  it.each<[string, () => AppVersion, string]>([
    ['another app', () => seedVersion(world, 'com.example.other'), 'invalid-input'],
    ['one whose profile has expired', () => seedVersion(world, 'com.example.field', { version: '9', profileExpiresAt: 0 }), 'package-refused'],
    ['one that was withdrawn', () => seedVersion(world, 'com.example.field', { version: '9', withdrawn: { at: 0, by: 'ada', reason } }), 'conflict'],
  ])('in a draft by %s is refused', async (_, other, code) => {
    const draft = seedPlan(world, version, ['berlin'], { status: 'draft' }).plan;
    const { id: versionId } = other();
    await expect(admin.call('changePlanVersion', { id: draft.id, body: { versionId } })).rejects.toMatchObject({ code });
    await expect(admin.call('replaceVersion', { id: version.id, body: { versionId } })).rejects.toMatchObject({ code });
    expect(world.tables.plans.get(draft.id)).toEqual(draft);
  });

  it('is advised at registration, with the plans that are for the one before', async () => {
    const next = seedVersion(world, 'com.example.field', { shortVersion: '1.10', version: '200' });
    seedVersion(world, 'com.example.field', { shortVersion: '2.0', version: '300' });
    const draft = seedPlan(world, version, ['berlin'], { status: 'draft', name: 'Spring' }).plan;
    seedPlan(world, version, ['berlin'], { status: 'cancelled' });
    const now = world.clock.now();
    world.tables.registrations.set('r', { id: 'r', fileName: 'f', expected: {}, state: 'verified', versionId: next.id, bundleId: next.bundleId, checks: [], requestedBy: 'ada', createdAt: now, updatedAt: now });
    expect(await admin.call('getRegistration', { id: 'r' }, 'viewer')).toMatchObject({ supersedes: { versionId: version.id, shortVersion: '1.0', plans: [{ id: draft.id, name: 'Spring', state: 'draft' }] } });
  });
});

describe('what is said of apps', () => {
  it('names their latest version, and those that end soon', async () => {
    seedVersion(world, 'com.example.field', { shortVersion: '1.10', version: '5' });
    seedVersion(world, 'com.example.field', { shortVersion: '1.9', version: '4', profileExpiresAt: world.clock.now() + 20 * DAY });
    seedVersion(world, 'com.example.field', { shortVersion: '3.0', version: '9', withdrawn: { at: 0, by: 'ada', reason }, profileExpiresAt: 0 });
    expect(await admin.call('listApps', {}, 'viewer')).toMatchObject({ items: [{ versions: 3, latest: { shortVersion: '1.10' }, ending: [{ shortVersion: '1.9', warning: expect.stringContaining('in 20 days') as string }] }] });
  });

  it('is what their versions take, what that costs, and who needs them', async () => {
    const now = world.clock.now();
    const GB = 1024 ** 3;
    const make = (shortVersion: string, facts: Partial<AppVersion> = {}) => seedVersion(world, 'com.example.field', { shortVersion, size: GB, createdAt: now, verifiedAt: now, ...facts });
    const rollOut = (build: AppVersion, status: 'draft' | 'cancelled', installed: number) => {
      const { plan } = seedPlan(world, build, ['berlin'], { status });
      world.tables.runTotals.set(`${plan.id}.berlin.install`, { installed, failed: 2 });
    };
    world.tables.versions.clear();
    rollOut(make('1.0', { createdAt: now - 3 * DAY }), 'cancelled', 5);
    rollOut(make('2.0', { createdAt: now - DAY }), 'cancelled', 7);
    rollOut(make('3.0'), 'draft', 0);
    make('3.1', { createdAt: now - 31 * DAY, verifiedAt: now - 31 * DAY });
    make('3.2');
    make('4.0', { withdrawn: { at: now, by: 'ada', reason } });
    const answer = await admin.call('getStorage', { query: { pricePerGb: '0.5' } }, 'viewer') as AnswerOf<'getStorage'>;
    expect(Object.fromEntries(answer.versions.map(({ shortVersion, standing, bytes, installed }) => [shortVersion, [standing, bytes / GB, installed]]))).toEqual({
      '1.0': ['superseded', 2, 5], '2.0': ['in-use', 2, 7], '3.0': ['in-use', 2, 0], '3.1': ['unused', 2, 0], '3.2': ['new', 2, 0], '4.0': ['withdrawn', 0, 0],
    });
    expect(answer).toMatchObject({ bytes: 10 * GB, monthlyCost: 5, pricePerGb: 0.5 });
    expect((await admin.call('getStorage') as AnswerOf<'getStorage'>).monthlyCost).toBeCloseTo(0.23, 10);
    expect((await admin.call('getStorage', { query: { unusedDays: '0' } }) as AnswerOf<'getStorage'>).versions.find(({ shortVersion }) => shortVersion === '3.2')?.standing).toBe('unused');
  });

  it('is said of a plan that goes on with a version which ends', async () => {
    const ending = seedVersion(world, 'com.example.field', { version: '7', profileExpiresAt: world.clock.now() + HOUR });
    const { plan } = seedPlan(world, ending, ['berlin']);
    expect(await admin.call('getPlan', { id: plan.id }, 'viewer')).toMatchObject({ versionWarning: expect.stringContaining('in less than a day') as string });
    expect(await admin.call('createPlan', { body: { name: 'Spring', versionId: ending.id, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] } })).toMatchObject({ versionWarning: expect.any(String) as string });
    expect(await admin.call('getPlan', { id: seedPlan(world, version, ['berlin']).plan.id })).not.toHaveProperty('versionWarning');
  });
});

describe('a plan that is made', () => {
  it('says in which of its branches nobody is enrolled', async () => {
    seedBranch(world, 'tokyo');
    seedDevice(world, 'berlin', 'till-1');
    const make = async (...branchIds: readonly string[]) => admin.call('createPlan', { body: { name: 'Spring', versionId: version.id, branches: branchIds.map((branchId) => ({ branchId, windows: [{ from: '01:00', to: '02:00' }] })) } }) as Promise<AnswerOf<'createPlan'>>;
    expect((await make('berlin', 'tokyo')).emptyBranches).toEqual(['tokyo']);
    expect(await make('berlin')).not.toHaveProperty('emptyBranches');
  });
});

describe('a plan that removes the app', () => {
  const removal = (status: 'draft' | 'live') => seedPlan(world, version, ['berlin'], { operation: 'remove', status }).plan;

  it('needs no version: it goes on where that is withdrawn, and where it is deleted', async () => {
    const { id } = removal('live');
    expect((await withdraw()).cancelled).toEqual([]);
    world.clock.pass(DAY);
    await admin.call('deleteVersion', { id: version.id });
    expect(world.tables.plans.get(id)?.status).toBe('live');
  });

  it('can be made and started of an app whose only version was withdrawn', async () => {
    await withdraw();
    const { id } = await admin.call('createPlan', { body: { name: 'Away', operation: 'remove', bundleId: version.bundleId, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] } }) as AnswerOf<'createPlan'>;
    expect(await admin.call('startPlan', { id })).toMatchObject({ operation: 'remove', status: 'live' });
  });

  it('is no draft that another version is for, and is not warned of a profile that ends', async () => {
    const next = seedVersion(world, 'com.example.field', { version: '200' });
    const { id } = removal('draft');
    await expect(admin.call('changePlanVersion', { id, body: { versionId: next.id } })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('removes the app') as string });
    await expect(admin.call('replaceVersion', { id: version.id, body: { versionId: next.id } })).rejects.toMatchObject({ code: 'conflict' });
    world.tables.versions.set(version.id, { ...version, profileExpiresAt: world.clock.now() + HOUR });
    expect(await admin.call('getPlan', { id })).not.toHaveProperty('versionWarning');
  });
});
