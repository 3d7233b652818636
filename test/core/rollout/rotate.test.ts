import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceSummary } from '../../../core/device/device.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import { rotated, type ReadDevices } from '../../../core/rollout/rotate.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const world = memoryWorld();
seedBranch(world, 'berlin');
const sample = seedDevice(world, 'berlin', 'sample');

function branchOf(orders: readonly string[]): ReadDevices {
  const sorted = orders.toSorted();
  return (after, limit) => Promise.resolve(sorted.filter((order) => after === undefined || order > after).slice(0, limit).map((order): DeviceSummary => ({ ...sample, order })));
}

async function walk(read: ReadDevices, seed: string, page: number): Promise<readonly string[]> {
  const met: string[] = [];
  for (;;) {
    const found = (await rotated(read, seed, met.at(-1), page)).map(({ order }) => order);
    met.push(...found);
    if (found.length < page || met.length > 500) return met;
  }
}

describe('the order of a plan', () => {
  const letters = fc.constantFrom('0', '3', '7', 'a', 'd', 'f');
  const place = fc.string({ unit: letters, minLength: 1, maxLength: 3 });
  const orders = fc.uniqueArray(fc.tuple(fc.constantFrom('0', '1', '1', '1'), place).map(([flag, text]) => `${flag}#${text}`), { maxLength: 40 });

  it('meets every device once, test devices first, whatever the seed and the pages', async () => {
    await fc.assert(fc.asyncProperty(orders, place, fc.integer({ min: 1, max: 12 }), async (all, seed, page) => {
      const met = await walk(branchOf(all), seed, page);
      const tests = all.filter((order) => order.startsWith('0')).toSorted();
      const others = all.filter((order) => !order.startsWith('0')).toSorted();
      expect(met).toEqual([...tests, ...others.filter((order) => order > `1#${seed}`), ...others.filter((order) => order <= `1#${seed}`)]);
    }), { numRuns: 300 });
  });

  it('goes on where it was when the device that it was at is gone, or has become a test device', async () => {
    await fc.assert(fc.asyncProperty(orders, place, fc.integer({ min: 1, max: 5 }), fc.nat(), async (all, seed, page, which) => {
      const whole = await walk(branchOf(all), seed, 100);
      const at = whole[which % Math.max(1, whole.length)];
      const rest: string[] = [];
      for (let cursor = at; cursor !== undefined;) {
        const found = (await rotated(branchOf(all.filter((order) => order !== at)), seed, cursor, page)).map(({ order }) => order);
        rest.push(...found);
        cursor = found.length < page ? undefined : found.at(-1);
      }
      expect(rest).toEqual(at === undefined ? [] : whole.slice(whole.indexOf(at) + 1));
    }), { numRuns: 200 });
  });

  it('begins elsewhere in another plan, and instructs everybody once all the same, who joined behind it too', async () => {
    const firsts = new Set<string>();
    for (const seed of ['one', 'two', 'three', 'four', 'five']) {
      const own = memoryWorld();
      seedBranch(own, 'berlin');
      for (let n = 1; n <= 60; n += 1) seedDevice(own, 'berlin', `d${n}`);
      seedDevice(own, 'berlin', 'test-phone', { testDevice: true });
      const { plan } = seedPlan(own, seedVersion(own), ['berlin'], { seed: uuidOf(seed), waveSize: 7 });
      await launchPlan(own, plan.id, own.clock.now());
      const stored = () => present([...own.tables.runs.values()].find(({ kind }) => kind === 'install'));
      for (let turn = 0; stored().status !== 'finished'; turn += 1) {
        if (turn === 4) for (let n = 1; n <= 20; n += 1) seedDevice(own, 'berlin', `late${n}`);
        own.clock.set(Math.max(own.clock.now(), stored().nextAt));
        await takeTurn(own, turnInputOf(stored()), own.clock.now());
      }
      const names = (await own.runs.waves(stored())).flatMap(({ targets }) => targets.map(({ deviceName }) => deviceName));
      expect(names[0]).toBe('test-phone');
      expect(new Set(names).size).toBe(81);
      expect(names).toHaveLength(81);
      firsts.add(present(names[1]));
    }
    expect(firsts.size).toBeGreaterThan(3);
  });
});
