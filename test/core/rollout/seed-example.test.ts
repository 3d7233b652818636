import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { parseBranchId, type BranchId } from '../../../core/ids.ts';
import type { Instruction, InstructionKind } from '../../../core/instruction/instruction.ts';
import { countStates } from '../../../core/result/totals.ts';
import type { Plan, PlanBranch, Wave } from '../../../core/rollout/plan.ts';
import { previewPlan } from '../../../core/rollout/preview.ts';
import { prepareReissue, storeReissue } from '../../../core/rollout/reissue.ts';
import { runId } from '../../../core/rollout/store.ts';
import { localText } from '../../../core/rollout/window.ts';
import { awaitPoints } from '../../support/await-points/points.ts';
import { runThrough } from '../../support/await-points/run-through.ts';
import { answeringDevices, type Manner } from '../../support/memory/answering-devices.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

/** The example of the product's first page: branch A by night, branch B after noon, inventory in the evening, 50 devices every 5 minutes, failed after 24 hours. */
const A_DEVICES = 1_000;
const B_DEVICES = 120;
const B_ZONE = 'Asia/Tokyo';

interface Night {
  readonly night: string;
  readonly zone: string;
  readonly startedAt: string;
  /** Local times of A's first and last wave in each of its windows, and the waves in it. */
  readonly windows: readonly (readonly [first: string, last: string, waves: number])[];
}

const nights: readonly Night[] = [
  { night: 'an ordinary one', zone: 'Europe/Berlin', startedAt: '2026-06-01T12:00:00Z', windows: [['2026-06-02 01:00', '2026-06-02 01:55', 12], ['2026-06-03 01:00', '2026-06-03 01:35', 8]] },
  // Clocks go forward at two: the hour before it is whole.
  { night: 'one in which clocks go forward after the window', zone: 'Europe/Berlin', startedAt: '2026-03-28T12:00:00Z', windows: [['2026-03-29 01:00', '2026-03-29 01:55', 12], ['2026-03-30 01:00', '2026-03-30 01:35', 8]] },
  // From one to two there is no time: the window falls out, and goes on the day after.
  { night: 'one that skips the window', zone: 'Europe/London', startedAt: '2026-03-27T12:00:00Z', windows: [['2026-03-28 01:00', '2026-03-28 01:55', 12], ['2026-03-30 01:00', '2026-03-30 01:35', 8]] },
  // The hour comes twice: the window lasts two.
  { night: 'one that has the window twice', zone: 'Europe/London', startedAt: '2026-10-24T12:00:00Z', windows: [['2026-10-25 01:00', '2026-10-25 01:35', 20]] },
];

interface Story {
  readonly world: MemoryWorld;
  readonly plan: Plan;
  readonly branches: readonly PlanBranch[];
  readonly version: AppVersion;
  readonly startedAt: number;
}

function tell({ zone, startedAt: started }: Night): Story {
  const world = memoryWorld();
  const startedAt = Date.parse(started);
  world.clock.set(startedAt);
  seedBranch(world, 'a', { timeZone: zone });
  seedBranch(world, 'b', { timeZone: B_ZONE });
  for (let n = 0; n < A_DEVICES; n += 1) seedDevice(world, 'a', `a-${n}`);
  for (let n = 0; n < B_DEVICES; n += 1) seedDevice(world, 'b', `b-${n}`);
  const version = seedVersion(world);
  const { plan, branches: usual } = seedPlan(world, version, ['a', 'b']);
  const branches = usual.map((branch) => ({ ...branch, windows: [branch.branchId === 'a' ? { from: '01:00', to: '02:00' } : { from: '13:00', to: '14:00' }] }));
  for (const branch of branches) world.tables.planBranches.set(`${plan.id}/${branch.branchId}`, branch);
  return { world, plan, branches, version, startedAt };
}

/** Of twenty devices one declines and one is never heard of; when they are asked again, those that declined agree. */
const mannerOf = (again: boolean) => (name: string): Manner => {
  const number = Number(name.slice(2)) % 20;
  return number === 7 ? (again ? 'installs' : 'declines') : number === 13 ? 'silent' : 'installs';
};

const wavesOf = async ({ world, plan }: Pick<Story, 'world' | 'plan'>, branchId: BranchId, kind: InstructionKind): Promise<readonly Wave[]> => (await world.runs.waves({ planId: plan.id, branchId, kind })).filter(({ targets }) => targets.length > 0);
const instructionsOf = ({ world }: Pick<Story, 'world'>, { id }: Plan, kind: InstructionKind): readonly Instruction[] => [...world.tables.instructions.values()].filter((one) => one.planId === id && one.kind === kind);
const names = (instructions: readonly Instruction[]): readonly string[] => instructions.map(({ deviceName }) => deviceName).toSorted();
const [a, b] = [parseBranchId('a'), parseBranchId('b')];

async function totalsEqualARecount({ world }: Story, plan: Plan, branchId: BranchId): Promise<void> {
  const key = { planId: plan.id, branchId, kind: 'install' } as const;
  expect((await world.runs.runTotals([key])).get(runId(key))).toEqual(countStates(instructionsOf({ world }, plan, 'install').filter((one) => one.branchId === branchId)));
}

/** Asks again those who failed, and lets that run through as well. */
async function reissue(story: Story): Promise<Plan> {
  const { world, plan, version } = story;
  const again = await prepareReissue(world, plan, version, {}, 'ada', world.clock.now());
  await storeReissue(world, again, world.clock.now());
  const live: Plan = { ...again.plan, status: 'live', revision: again.plan.revision + 1 };
  await world.plans.replacePlan(again.plan, live);
  await runThrough(world, live, awaitPoints(), 'tries again', answeringDevices(world, version, mannerOf(true)).come);
  return live;
}

describe('branch A from one to two at night, branch B from one to two after noon, fifty devices every five minutes', () => {
  it.each(nights)('goes as planned over $night ($zone): waves, deadlines, inventory, and a re-issue to those who failed', async (night) => {
    const story = tell(night);
    const { world, plan, branches, version, startedAt } = story;
    const foreseen = previewPlan(plan, branches, new Map([[a, { devices: A_DEVICES, linkMbps: 100 }], [b, { devices: B_DEVICES, linkMbps: 100 }]]), { size: version.size, budget: 0.3 }, startedAt);
    await runThrough(world, plan, awaitPoints(), 'tries again', answeringDevices(world, version, mannerOf(false)).come);

    const waves = await wavesOf(story, a, 'install');
    const days = Object.values(Object.groupBy(waves, ({ openedAt }) => localText(night.zone, openedAt).slice(0, 10))).map((day = []) => [localText(night.zone, present(day[0]).openedAt), localText(night.zone, present(day.at(-1)).openedAt), day.length]);
    expect(days).toEqual(night.windows);
    expect(new Set(waves.map(({ targets }) => targets.length))).toEqual(new Set([50]));
    expect((await wavesOf(story, b, 'install')).map(({ openedAt, targets }) => [localText(B_ZONE, openedAt).slice(11), targets.length])).toEqual([['13:00', 50], ['13:05', 50], ['13:10', 20]]);
    // As the preview said, wave by wave, to the millisecond.
    for (const branch of foreseen.branches) {
      expect((await wavesOf(story, branch.branchId, 'install')).map(({ openedAt, targets }) => ({ at: openedAt, size: targets.length }))).toEqual(branch.waves.map(({ at, size }) => ({ at, size })));
    }

    const instructed = instructionsOf(story, plan, 'install');
    expect(new Set(names(instructed)).size).toBe(A_DEVICES + B_DEVICES);
    expect(instructed).toHaveLength(A_DEVICES + B_DEVICES);
    const expected = { installs: 'installed', declines: 'rejected', silent: 'timedOut' } as const;
    expect(instructed.filter(({ deviceName, state }) => state !== expected[mannerOf(false)(deviceName)])).toEqual([]);
    for (const { issuedAt, finishedAt } of instructed.filter(({ state }) => state === 'timedOut')) {
      expect(present(finishedAt) - issuedAt).toBeGreaterThanOrEqual(24 * HOUR);
      expect(present(finishedAt) - issuedAt).toBeLessThanOrEqual(24 * HOUR + 2 * MINUTE);
    }
    for (const branchId of [a, b]) await totalsEqualARecount(story, plan, branchId);

    const asked = new Map(instructionsOf(story, plan, 'inventory').map(({ deviceId, issuedAt }) => [deviceId, issuedAt]));
    expect(asked.size).toBe(A_DEVICES + B_DEVICES);
    expect(instructed.filter(({ deviceId, issuedAt }) => (asked.get(deviceId) ?? 0) < issuedAt + 20 * HOUR)).toEqual([]);
    for (const [branchId, zone] of [[a, night.zone], [b, B_ZONE]] as const) {
      // Staggered as the instructions were: fifty at a time, five minutes apart, in the hours of inventory.
      const collected = await wavesOf(story, branchId, 'inventory');
      expect(collected.length).toBeGreaterThanOrEqual((branchId === a ? A_DEVICES : B_DEVICES) / 50);
      for (const [index, { openedAt, targets }] of collected.entries()) {
        expect(localText(zone, openedAt).slice(11) >= '22:00').toBe(true);
        expect(targets.length).toBeLessThanOrEqual(50);
        expect(openedAt - (collected[index - 1]?.openedAt ?? -Infinity)).toBeGreaterThanOrEqual(5 * MINUTE);
      }
    }

    const failed = names(instructed.filter(({ state }) => state !== 'installed'));
    const again = await reissue(story);
    const second = instructionsOf(story, again, 'install');
    expect(names(second)).toEqual(failed);
    expect(second.filter(({ deviceName, state }) => state !== (mannerOf(true)(deviceName) === 'silent' ? 'timedOut' : 'installed'))).toEqual([]);
    for (const { openedAt } of await wavesOf({ world, plan: again }, a, 'install')) expect(localText(night.zone, openedAt).slice(11, 13)).toBe('01');
    await totalsEqualARecount(story, again, a);
  });
});
