import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import type { Page } from '../../../core/device/store.ts';
import { parseBranchId } from '../../../core/ids.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import { pageOfInstructions, pageOfWaves, planProgress } from '../../../core/result/plan-progress.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const branchIds = ['berlin', 'berlin-2', 'tokyo'];
let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;

function setUp(): void {
  world = memoryWorld();
  for (const id of branchIds) seedBranch(world, id);
  version = seedVersion(world);
  plan = seedPlan(world, version, branchIds).plan;
}
beforeEach(setUp);

let named = 0;
function wave(branchId: string, states: readonly InstructionState[]): readonly Device[] {
  const devices = states.map(() => seedDevice(world, branchId, `d${(named += 1)}`));
  seedWave(world, plan, branchId, version, devices, states);
  return devices;
}

/** Every page, following `next` as a client does. */
async function pages<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<readonly (readonly T[])[]> {
  const found: (readonly T[])[] = [];
  for (let after: string | undefined, n = 0; n < 500; n += 1) {
    const { items, next } = await page(after);
    found.push(items);
    if (next === undefined) return found;
    after = next;
  }
  throw new Error('The pages have no end.');
}
const instructions = (limit: number, filter: { branchId?: string; state?: InstructionState } = {}) => pages((after) =>
  pageOfInstructions(world, plan, { branchId: filter.branchId === undefined ? undefined : parseBranchId(filter.branchId), state: filter.state }, after, limit));
const waves = (limit: number, branchId?: string) => pages((after) =>
  pageOfWaves(world, plan.id, { branchId: branchId === undefined ? undefined : parseBranchId(branchId), kind: 'install' }, after, limit));

const state = fc.constantFrom<InstructionState>('issued', 'acknowledged', 'installed', 'failed', 'skipped');
const rollout = fc.array(fc.record({ branch: fc.constantFrom(...branchIds), states: fc.array(state, { maxLength: 5 }), settled: fc.boolean() }), { maxLength: 14 });

async function carryOut(opened: readonly { readonly branch: string; readonly states: readonly InstructionState[]; readonly settled: boolean }[]): Promise<void> {
  setUp();
  for (const { branch, states, settled } of opened) {
    wave(branch, states);
    const last = [...world.tables.waves.keys()].at(-1);
    if (settled && last !== undefined) await settleWave(world, last);
  }
}

describe('the pages of a plan\'s instructions', () => {
  it('hold together every instruction once, by branch and wave, whatever the page\'s size', async () => {
    await fc.assert(fc.asyncProperty(rollout, fc.integer({ min: 1, max: 7 }), async (opened, limit) => {
      await carryOut(opened);
      const found = await instructions(limit);
      const ids = found.flat().map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...world.tables.instructions.values()].map(({ id }) => id).toSorted());
      expect(Math.max(0, ...found.map(({ length }) => length))).toBeLessThanOrEqual(limit);
      const places = found.flat().map(({ waveId }) => [...world.tables.waves.values()].find(({ id }) => id === waveId)).map((each) => `${each?.runKey.branchId ?? ''} ${String(each?.seq).padStart(6, '0')}`);
      expect(places).toEqual(places.toSorted());
    }), { numRuns: 60 });
  });

  it('hold those of a state and a branch alone where these are asked for, totals counted or not', async () => {
    await fc.assert(fc.asyncProperty(rollout, fc.integer({ min: 1, max: 4 }), state, fc.constantFrom(...branchIds), async (opened, limit, wanted, branchId) => {
      await carryOut(opened);
      const expected = [...world.tables.instructions.values()].filter((each) => each.state === wanted && each.branchId === branchId).map(({ id }) => id);
      expect((await instructions(limit, { state: wanted, branchId })).flat().map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
    }), { numRuns: 60 });
  });

  it('are short, and not the last, where many waves hold little', async () => {
    for (let n = 0; n < 95; n += 1) wave('berlin', ['installed']);
    const found = await instructions(100);
    expect(found.map(({ length }) => length)).toEqual([40, 40, 15]);
  });

  it('do not go through a whole plan to find that none is in a state', async () => {
    for (let n = 0; n < 450; n += 1) {
      wave('berlin', ['installed']);
      const last = [...world.tables.waves.keys()].at(-1);
      if (last !== undefined) await settleWave(world, last);
    }
    const listed: number[] = [];
    const runs: MemoryWorld['runs'] = { ...world.runs, waves: (key, range) => {
      listed.push(range?.count ?? Infinity);
      return world.runs.waves(key, range);
    } };
    const page = await pageOfInstructions({ ...world, runs }, plan, { branchId: undefined, state: 'failed' }, undefined, 100);
    expect(page).toEqual({ items: [], next: expect.any(String) as string });
    expect(listed.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(400);
    expect((await instructions(100, { state: 'failed' })).flat()).toEqual([]);
  });

  it('are refused where they never were, with what to do', async () => {
    await expect(instructionsAfter('nonsense')).rejects.toMatchObject({ code: 'invalid-input', remedy: expect.any(String) as string });
  });
  const instructionsAfter = (after: string) => pageOfInstructions(world, plan, { branchId: undefined, state: undefined }, after, 10);
});

describe('the pages of a plan\'s waves', () => {
  it('hold together every wave once, by branch, oldest first, whatever the page\'s size', async () => {
    await fc.assert(fc.asyncProperty(rollout, fc.integer({ min: 1, max: 5 }), fc.option(fc.constantFrom(...branchIds), { nil: undefined }), async (opened, limit, branchId) => {
      await carryOut(opened);
      const found = await waves(limit, branchId);
      const expected = [...world.tables.waves.values()].filter(({ runKey }) => branchId === undefined || runKey.branchId === branchId)
        .toSorted((a, b) => (a.runKey.branchId === b.runKey.branchId ? a.seq - b.seq : a.runKey.branchId < b.runKey.branchId ? -1 : 1));
      expect(found.flat().map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(found.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
    }), { numRuns: 60 });
  });

  it('leave out the inventory\'s waves', async () => {
    wave('berlin', ['issued']);
    expect((await pages((after) => pageOfWaves(world, plan.id, { branchId: undefined, kind: 'inventory' }, after, 10))).flat()).toEqual([]);
  });
});

describe('how far a plan is', () => {
  it('is the sum of its branches, each with its devices, runs and totals', async () => {
    wave('berlin', ['installed', 'failed']);
    wave('tokyo', ['issued']);
    for (const id of world.tables.waves.keys()) await settleWave(world, id);
    const progress = await planProgress(world, plan);
    expect(progress.totals).toEqual({ installed: 1, failed: 1, issued: 1 });
    expect(progress.branches.map(({ branchId, devices, totals, install, inventory }) => [branchId, devices, totals, install?.nextSeq, inventory])).toEqual([
      ['berlin', 2, { installed: 1, failed: 1 }, 2, undefined], ['berlin-2', 0, {}, undefined, undefined], ['tokyo', 1, { issued: 1 }, 2, undefined],
    ]);
    expect(progress.state).toBe('starting');
  });

  it('counts the devices listed where the plan lists them', async () => {
    const [branch] = [...world.tables.planBranches.values()];
    if (branch !== undefined) world.tables.planBranches.set(`${plan.id}/${branch.branchId}`, { ...branch, targets: 7 });
    const progress = await planProgress(world, { ...plan, targets: 'list' });
    expect(progress.branches.map(({ devices }) => devices)).toEqual([7, 0, 0]);
  });
});
