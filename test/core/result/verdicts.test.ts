import { beforeEach, describe, expect, it } from 'vitest';
import { parseBranchId } from '../../../core/ids.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { pageOfVerdicts, type BranchVerdict } from '../../../core/result/verdicts.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let plan: Plan;

/** Does what the state machine does, until the execution ends. */
async function execute(branch: string, between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const run = present(await world.runs.run({ planId: plan.id, branchId: parseBranchId(branch), kind: 'install' }));
  const input = { format: 1 as const, planId: run.planId, branchId: run.branchId, kind: run.kind, epoch: run.epoch, window: run.window };
  for (;;) {
    const result = await takeTurn(world, input, world.clock.now());
    await between();
    for (const waveId of world.tables.touchedWaves) await settleWave(world, waveId);
    if (result.next === 'end') return;
    if (result.next === 'wait') world.clock.set(Math.max(world.clock.now(), Date.parse(result.until)));
  }
}

async function start(facts: Partial<Plan>): Promise<void> {
  for (const branch of ['berlin', 'tokyo', 'ulm']) {
    seedBranch(world, branch);
    for (let n = 0; n < 25; n += 1) seedDevice(world, branch, `${branch}-${n}`);
  }
  plan = seedPlan(world, seedVersion(world), ['berlin', 'tokyo', 'ulm'], { waveSize: 10, ...facts }).plan;
  await launchPlan(world, plan.id, world.clock.now());
}

async function all(limit: number, branchId?: string): Promise<readonly BranchVerdict[]> {
  const verdicts: BranchVerdict[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const { items, next } = await pageOfVerdicts(world, plan.id, { branchId: branchId === undefined ? undefined : parseBranchId(branchId), kind: 'install' }, after, limit);
    expect(items.length).toBeLessThanOrEqual(limit);
    verdicts.push(...items);
    [after, more] = [next, next !== undefined];
  }
  return verdicts;
}

beforeEach(() => {
  world = memoryWorld();
});

describe('the verdicts of a plan', () => {
  it('tell wave by wave what had been counted, and how it ended; newest first, by branch, whatever the page', async () => {
    await start({});
    await execute('berlin');
    await execute('ulm');
    const told = await all(100);
    expect(told.map(({ branchId, decision, seq, numbers }) => [branchId, decision, seq, numbers?.open])).toEqual(['berlin', 'ulm'].flatMap((branch) => [
      [branch, 'finish', undefined, 25], [branch, 'advance', 3, 20], [branch, 'advance', 2, 10], [branch, 'advance', 1, 0],
    ]));
    for (const limit of [1, 3, 4]) expect(await all(limit)).toEqual(told);
    expect(await all(2, 'ulm')).toEqual(told.slice(4));
    expect(await all(2, 'tokyo')).toEqual([]);
  });

  it('say by which numbers and which rule a plan was paused', async () => {
    await start({ abortRule: { share: 0.2, minimum: 5 } });
    await execute('berlin', async () => {
      for (const { waveId, deviceId, bundleId } of world.tables.instructions.values()) await world.instructions.change({ waveId, deviceId, bundleId, from: ['issued'], to: 'failed', at: world.clock.now(), ends: true });
    });
    const [last] = await all(100, 'berlin');
    expect(last).toMatchObject({ decision: 'pause', numbers: { succeeded: 0, failed: 10, open: 0, rule: { share: 0.2, minimum: 5 } } });
    expect(last?.words).toContain('10 of 10');
  });

  it('are no page of anything but a page\'s own `next`', async () => {
    await start({});
    await expect(pageOfVerdicts(world, plan.id, { branchId: undefined, kind: 'install' }, 'x y', 10)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
