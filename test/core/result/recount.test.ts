import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { addCounts, type Counts } from '../../../core/job/job.ts';
import { recountPlan, type Difference } from '../../../core/result/recount.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { present } from '../../support/present.ts';
import { seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;
beforeEach(() => {
  world = memoryWorld();
  for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
  version = seedVersion(world);
  ({ plan } = seedPlan(world, version, ['berlin', 'tokyo']));
});

const branchIds = () => [...world.tables.branches.keys()].toSorted();

async function recount(mend = false, from?: string, services: MemoryWorld = world): Promise<{ readonly counts: Counts; readonly differences: readonly Difference[]; readonly places: readonly string[] }> {
  let counts: Counts = {};
  const [differences, places] = [new Array<Difference>(), new Array<string>()];
  for await (const page of recountPlan(services, plan.id, branchIds(), ['install', 'inventory'], mend, from)) {
    counts = addCounts(counts, page.counts);
    differences.push(...page.differences);
    places.push(page.place);
  }
  return { counts, differences, places };
}

/** A wave of devices in these states; not settled. */
const wave = (branch: string, states: readonly InstructionState[]) => seedWave(world, plan, branch, version, states.map((_, n) => seedDevice(world, branch, `${branch}-${world.tables.devices.size}-${n}`)), states);

describe('a recount', () => {
  it('of settled waves finds none, of any that are not each number that differs, and mends them all', async () => {
    const states = fc.constantFrom<InstructionState>('issued', 'installed', 'failed', 'timedOut');
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ branch: fc.constantFrom('berlin', 'tokyo'), before: fc.array(states, { minLength: 1, maxLength: 4 }), settled: fc.boolean() }), { maxLength: 8 }), async (waves) => {
      world = memoryWorld();
      for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
      version = seedVersion(world);
      ({ plan } = seedPlan(world, version, ['berlin', 'tokyo']));
      for (const { branch, before, settled } of waves) {
        const { id } = wave(branch, before);
        if (settled) await settleWave(world, id);
      }
      const unsettled = waves.filter(({ settled }) => !settled);
      const { counts, differences } = await recount();
      expect(counts).toMatchObject({ branches: 2, differences: differences.length });
      expect(counts['waves'] ?? 0).toBe(waves.length);
      expect(differences.filter(({ seq }) => seq !== undefined)).toHaveLength(unsettled.reduce((sum, { before }) => sum + new Set(before).size, 0));
      expect(new Set(differences.filter(({ seq }) => seq === undefined).map(({ branchId }) => branchId))).toEqual(new Set(unsettled.map(({ branch }) => branch)));
      expect((await recount(true)).counts['mended'] ?? 0).toBe(unsettled.length);
      expect((await recount()).differences).toEqual([]);
    }), { numRuns: 60 });
  });

  it('looks again where the totals are settled at that very moment', async () => {
    const { id } = wave('berlin', ['installed', 'failed']);
    let settled = false;
    const runs = { ...world.runs, waveTotals: async (...args: Parameters<typeof world.runs.waveTotals>) => {
      const totals = await world.runs.waveTotals(...args);
      if (!settled) {
        settled = true;
        await settleWave(world, id);
      }
      return totals;
    } };
    expect((await recount(false, undefined, { ...world, runs })).differences).toEqual([]);
  });

  it('says of a branch that it differs by itself, and leaves it', async () => {
    await settleWave(world, wave('berlin', ['installed']).id);
    const [key] = present([...world.tables.runTotals].find(([id]) => id.includes('berlin')));
    world.tables.runTotals.set(key, { installed: 3 });
    expect(await recount(true)).toMatchObject({ differences: [{ branchId: 'berlin', kind: 'install', what: 'installed', kept: 3, counted: 1 }], counts: { mended: 0 } });
    expect((await recount()).differences[0]?.seq).toBeUndefined();
  });

  it('goes on behind the branch that is done, and begins anew the one that is not', async () => {
    // More waves than are read between two looks at the clock.
    for (let n = 0; n < 70; n += 1) wave('berlin', ['installed']);
    wave('tokyo', ['failed']);
    const whole = await recount();
    expect(whole.places).toEqual(['', '', '', 'berlin', 'berlin', 'berlin', 'tokyo']);
    expect((await recount(false, 'berlin')).differences).toEqual(whole.differences.filter(({ branchId }) => branchId === 'tokyo'));
    expect((await recount(false, '')).counts).toEqual(whole.counts);
    expect((await recount(false, 'tokyo')).counts).toEqual({});
  });
});
