import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../../core/ambient.ts';
import { parseBranchId, parsePlanId } from '../../../core/ids.ts';
import type { InstructionKind } from '../../../core/instruction/instruction.ts';
import { announce, type PlanChange } from '../../../core/result/announce.ts';
import type { Plan, Verdict } from '../../../core/rollout/plan.ts';
import { seedBranch, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { aRun } from '../../support/samples/plan.ts';

let world: MemoryWorld;
let plan: Plan;
let now: number;

beforeEach(() => {
  world = memoryWorld();
  now = world.clock.now();
  for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
  plan = seedPlan(world, seedVersion(world), ['berlin', 'tokyo']).plan;
});

const runOf = (branch: string, kind: InstructionKind = 'install') => ({ planId: plan.id, branchId: parseBranchId(branch), kind });
const verdict = (decision: Verdict['decision'], seq?: number): Verdict & { seq?: number } => ({ decision, words: 'Because.', at: now, ...(seq === undefined ? {} : { seq }) });
const changed = (before: Partial<Plan>, after: Partial<Plan>): PlanChange => ({ kind: 'plan', before: { ...plan, ...before }, after: { ...plan, ...after }, at: now });

async function told(change: PlanChange): Promise<readonly (readonly [string, object])[]> {
  world.events.published.splice(0);
  await announce(world, change);
  return world.events.published.map(({ type, detail }) => [type, detail]);
}

describe('of a plan', () => {
  it('is told that it was started, once: not when it is resumed or its pace changes', async () => {
    expect(await told(changed({ status: 'draft' }, { status: 'live' }))).toEqual([['plan-started', { planId: plan.id, name: 'A plan', operation: 'install', bundleId: plan.bundleId, versionId: plan.versionId, attempt: 1 }]]);
    for (const before of ['live', 'paused'] as const) expect(await told(changed({ status: before }, { status: 'live' }))).toEqual([]);
  });

  it('is told that it was paused, and why, each time', async () => {
    const pause = (revision: number) => changed({ status: 'live' }, { status: 'paused', pausedBecause: 'Paused by ada.', revision });
    expect(await told(pause(2))).toEqual([['plan-paused', { planId: plan.id, name: 'A plan', because: 'Paused by ada.' }]]);
    const [first] = world.events.published;
    await told(pause(4));
    expect(world.events.published[0]?.id).not.toBe(first?.id);
  });
});

describe('of a plan that is tried again by itself', () => {
  it.each([['with the next attempt', parsePlanId('00000000-0000-4000-8000-0000000000aa')], ['with none', undefined]])('is told what became of it, %s, once', async (_, nextPlanId) => {
    const reissued = { at: now, words: 'Because.', ...(nextPlanId === undefined ? {} : { planId: nextPlanId }) };
    expect(await told(changed({ status: 'live' }, { status: 'live', reissued }))).toEqual([['plan-reissued', { planId: plan.id, name: 'A plan', words: 'Because.', ...(nextPlanId === undefined ? {} : { nextPlanId }) }]]);
    expect(await told(changed({ status: 'live', reissued }, { status: 'live', reissued, waveSize: 3 }))).toEqual([]);
  });

  it('is told that the next attempt waits, and again what became of that', async () => {
    const waiting = { at: now, words: 'It waits.', planId: plan.id, waits: true } as const;
    const started = { at: now, words: 'It is started.', planId: plan.id };
    expect(await told(changed({ status: 'live' }, { status: 'live', reissued: waiting }))).toMatchObject([['plan-reissued', { words: 'It waits.' }]]);
    const [first] = world.events.published;
    expect(await told(changed({ status: 'live', reissued: waiting }, { status: 'live', reissued: { ...waiting, words: 'It waits for another.' } }))).toEqual([]);
    expect(await told(changed({ status: 'live', reissued: waiting }, { status: 'live', reissued: started }))).toMatchObject([['plan-reissued', { words: 'It is started.' }]]);
    expect(world.events.published[0]?.id).not.toBe(first?.id);
  });
});

describe('of a branch', () => {
  it.each<[Verdict['decision'], number | undefined, string | undefined]>([
    ['advance', 3, 'wave-opened'], ['pause', undefined, 'branch-paused'], ['finish', undefined, 'branch-finished'], ['wait', undefined, undefined], ['exit', undefined, undefined],
  ])('a verdict to %s (wave %s) is told as %s', async (decision, seq, type) => {
    const events = await told({ kind: 'verdict', run: runOf('berlin'), verdict: verdict(decision, seq) });
    expect(events).toEqual(type === undefined ? [] : [[type, { ...runOf('berlin'), words: 'Because.', ...(seq === undefined ? {} : { seq }) }]]);
  });

  it('is the same event when it is told again, and another for another wave', async () => {
    const id = async (seq: number): Promise<string | undefined> => {
      await told({ kind: 'verdict', run: runOf('berlin'), verdict: verdict('advance', seq) });
      return world.events.published[0]?.id;
    };
    const [once, again, next] = [await id(1), await id(1), await id(2)];
    expect(again).toBe(once);
    expect(next).not.toBe(once);
  });

  it('a plan\'s end is told by the last of its runs, with the totals', async () => {
    const finish = (branch: string, kind: InstructionKind): PlanChange => ({ kind: 'verdict', run: runOf(branch, kind), verdict: verdict('finish') });
    for (const [branch, kind] of [['berlin', 'install'], ['tokyo', 'install'], ['berlin', 'inventory']] as const) {
      await world.runs.addRuns([aRun({ ...runOf(branch, kind), status: 'finished', finishedAt: now })]);
      expect((await told(finish(branch, kind))).map(([type]) => type)).toEqual(['branch-finished']);
    }
    const key = runOf('berlin');
    await world.runs.setWaveTotals(key, 1, 0, { totals: { installed: 7 }, reasons: {} }, { totals: { installed: 7 }, reasons: {} });
    await world.runs.addRuns([aRun({ ...runOf('tokyo', 'inventory'), status: 'finished', finishedAt: now + HOUR })]);
    const [, end] = await told(finish('tokyo', 'inventory'));
    expect(end).toEqual(['plan-finished', { planId: plan.id, name: 'A plan', totals: { installed: 7 } }]);
  });
});
