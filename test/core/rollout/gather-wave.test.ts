import { beforeEach, describe, expect, it } from 'vitest';
import { CANDIDATES_PER_TURN, gatherWave, type Gathered } from '../../../core/rollout/gather-wave.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
/** How many devices were asked for at a time. */
let pages: number[];

beforeEach(() => {
  world = memoryWorld();
  pages = [];
  const { devices } = world;
  world.devices = {
    ...devices,
    devicesOfBranch: (branchId, after, limit) => {
      pages.push(limit);
      return devices.devicesOfBranch(branchId, after, limit);
    },
  };
});

async function gather(devices: number, status: 'enrolled' | 'expected', facts: Partial<Plan>): Promise<Gathered> {
  seedBranch(world, 'berlin');
  for (let n = 1; n <= devices; n += 1) seedDevice(world, 'berlin', `d${n}`, { status });
  const version = seedVersion(world);
  const { plan } = seedPlan(world, version, ['berlin'], facts);
  await launchPlan(world, plan.id, world.clock.now());
  const [run] = [...world.tables.runs.values()].filter(({ kind }) => kind === 'install');
  if (run === undefined) throw new Error('There is no run.');
  return gatherWave(world, run, plan, version, plan.waveSize, world.clock.now());
}

describe('gathering a wave', () => {
  it('looks at no more devices than the wave needs where all of them are targets', async () => {
    expect((await gather(120, 'enrolled', { waveSize: 50 })).targets).toHaveLength(50);
    expect(pages).toEqual([50]);
  });

  it('looks further where they are not, to the bound of a turn and not beyond', async () => {
    const { targets, exhausted } = await gather(CANDIDATES_PER_TURN + 50, 'expected', { waveSize: 20 });
    expect({ targets, exhausted }).toEqual({ targets: [], exhausted: false });
    expect(pages.reduce((sum, limit) => sum + limit, 0)).toBe(CANDIDATES_PER_TURN);
  });

  it('sees the end of a branch that is smaller than a wave', async () => {
    expect(await gather(10, 'enrolled', { waveSize: 50 })).toMatchObject({ exhausted: true });
  });
});
