/** What a person does to a plan through the API, beyond what every operation that changes something is held to. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let admin: MemoryAdmin;
let plan: Plan;
beforeEach(() => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
  plan = seedPlan(world, seedVersion(world), ['berlin', 'tokyo']).plan;
});
const actions = () => world.tables.audit.map(({ action }) => action);

describe('branches of a plan', () => {
  it('are paused and resumed by themselves, audited with who and which, and launched when they are to go on', async () => {
    expect(await admin.call('pausePlan', { id: plan.id, body: { branches: ['berlin'] } })).toMatchObject({ status: 'live', holds: [{ branchId: 'berlin', kind: 'paused', by: 'grace' }] });
    expect(world.background.launched).toEqual([]);
    expect(await admin.call('resumePlan', { id: plan.id, body: { branches: ['berlin'] } })).not.toHaveProperty('holds');
    expect(world.background.launched).toEqual([plan.id]);
    expect(world.tables.audit).toMatchObject([
      { who: 'grace', action: 'plan.pause-branches', subject: plan.id, before: { holds: [] }, after: { holds: [{ branchId: 'berlin' }] } },
      { who: 'grace', action: 'plan.resume-branches', subject: plan.id, before: { holds: [{ branchId: 'berlin' }] }, after: { holds: [] } },
    ]);
  });

  it('that are resumed again are launched again, since the first try may have been cut off, and audited once', async () => {
    await admin.call('pausePlan', { id: plan.id, body: { branches: ['berlin'] } });
    for (let times = 0; times < 2; times += 1) await admin.call('resumePlan', { id: plan.id, body: { branches: ['berlin'] } });
    expect(world.background.launched).toEqual([plan.id, plan.id]);
    expect(actions()).toEqual(['plan.pause-branches', 'plan.resume-branches']);
  });

  it('that are not the plan\'s are refused, and nothing of it is done', async () => {
    await expect(admin.call('pausePlan', { id: plan.id, body: { branches: ['berlin', 'lyon'] } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(admin.call('pausePlan', { id: plan.id, body: { branches: [] } })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(actions()).toEqual([]);
    expect(world.tables.plans.get(plan.id)).toEqual(plan);
  });

  it('stay paused when the plan is paused and resumed as a whole', async () => {
    await admin.call('pausePlan', { id: plan.id, body: { branches: ['berlin'] } });
    await admin.call('pausePlan', { id: plan.id });
    expect(await admin.call('resumePlan', { id: plan.id })).toMatchObject({ status: 'live', holds: [{ branchId: 'berlin' }] });
  });
});

describe('a cancellation of a draft alone', () => {
  it('cancels a draft, and refuses a plan that somebody has started meanwhile', async () => {
    const draft = seedPlan(world, seedVersion(world), ['berlin'], { status: 'draft', name: 'Winter' }).plan;
    expect(await admin.call('cancelPlan', { id: draft.id, body: { onlyDraft: true } })).toMatchObject({ status: 'cancelled' });
    await expect(admin.call('cancelPlan', { id: plan.id, body: { onlyDraft: true } })).rejects.toMatchObject({ code: 'conflict', message: 'The plan is live: it is no draft any more.' });
    expect(world.tables.plans.get(plan.id)).toEqual(plan);
    expect(actions()).toEqual(['plan.cancel']);
  });

  it('may be repeated', async () => {
    const draft = seedPlan(world, seedVersion(world), ['berlin'], { status: 'draft', name: 'Winter' }).plan;
    for (let times = 0; times < 2; times += 1) expect(await admin.call('cancelPlan', { id: draft.id, body: { onlyDraft: true } })).toMatchObject({ status: 'cancelled' });
    expect(actions()).toEqual(['plan.cancel']);
  });
});

describe('a start', () => {
  const draft = (branches: readonly string[], name: string): Plan => seedPlan(world, seedVersion(world), branches, { status: 'draft', name }).plan;

  it('for later is live at once, audited with its instant, and launched', async () => {
    const { id } = draft(['berlin'], 'Winter');
    const at = world.clock.now() + 86_400_000;
    expect(await admin.call('startPlan', { id, body: { unproven: true, at } })).toMatchObject({ status: 'live', startsAt: at });
    expect(await admin.call('previewPlan', { id })).toMatchObject({ startsAt: at });
    expect(world.tables.audit).toMatchObject([{ action: 'plan.start', subject: id, after: { status: 'live', startsAt: at, unproven: true } }]);
    expect(world.background.launched).toEqual([id]);
  });

  it('can be looked back at: what was to be expected then, also when it is long ago', async () => {
    seedDevice(world, 'berlin', 'desk-1');
    const { id } = draft(['berlin'], 'Winter');
    const begun = world.clock.now();
    expect(await admin.call('previewPlan', { id, body: { asStarted: true } })).toEqual(await admin.call('previewPlan', { id }));
    await admin.call('startPlan', { id, body: { unproven: true } });
    const foreseen = await admin.call('previewPlan', { id }) as AnswerOf<'previewPlan'>;
    world.clock.pass(30 * DAY);
    const since = await admin.call('previewPlan', { id, body: { asStarted: true } }) as AnswerOf<'previewPlan'>;
    expect(since.branches.map(({ waves }) => waves)).toEqual(foreseen.branches.map(({ waves }) => waves));
    expect((await admin.call('previewPlan', { id }) as AnswerOf<'previewPlan'>).branches[0]?.waves[0]?.at).toBeGreaterThan(begun + 29 * DAY);
  });

  it('that takes another plan\'s place is audited at both, and launched once: the launch ends the former first', async () => {
    const [first, later] = [draft(['berlin', 'tokyo'], 'Autumn'), draft(['berlin'], 'Winter')];
    await admin.call('startPlan', { id: first.id, body: { unproven: true } });
    await expect(admin.call('startPlan', { id: later.id, body: { unproven: true } })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('"Autumn"') as string });
    expect(actions()).toEqual(['plan.start']);
    expect(await admin.call('startPlan', { id: later.id, body: { unproven: true, supersede: true } })).toMatchObject({ supersedes: [first.id] });
    expect(world.tables.audit.slice(1)).toMatchObject([
      { action: 'plan.start', subject: later.id, after: { supersedes: [first.id] } },
      { action: 'plan.give-way', subject: first.id, before: { status: 'live', holds: [] }, after: { status: 'live', holds: [{ branchId: 'berlin', kind: 'superseded', by: 'Winter' }] } },
    ]);
    expect(world.background.launched).toEqual([first.id, later.id]);
    await expect(admin.call('pausePlan', { id: first.id, body: { branches: ['berlin'] } })).rejects.toMatchObject({ code: 'conflict' });
  });
});
