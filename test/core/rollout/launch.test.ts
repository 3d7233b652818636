import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parsePlanId } from '../../../core/ids.ts';
import type { InstructionState } from '../../../core/instruction/instruction.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { INVENTORY_AFTER, takeTurn } from '../../../core/rollout/take-turn.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let plan: Plan;

function setUp(devices = 60): readonly Device[] {
  world = memoryWorld();
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
  version = seedVersion(world);
  plan = seedPlan(world, version, ['berlin', 'tokyo']).plan;
  return Array.from({ length: devices }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
}
beforeEach(() => {
  setUp();
});

const launch = () => launchPlan(world, plan.id, world.clock.now());
const become = (status: Plan['status']): void => {
  plan = { ...plan, status, revision: plan.revision + 1 };
  world.tables.plans.set(plan.id, plan);
};
const runs = (): readonly Run[] => [...world.tables.runs.values()];
const runOf = (branchId: string, kind: Run['kind'] = 'install'): Run => present(world.tables.runs.get(`${plan.id}.${branchId}.${kind}`));
const instructions = () => [...world.tables.instructions.values()];
const live: readonly InstructionState[] = ['issued', 'delivered', 'deferred', 'acknowledged', 'installing'];

describe('a started plan', () => {
  it('has two runs a branch, each waiting for its first window, scheduled and watched', async () => {
    await launch();
    expect(runs().map(({ branchId, kind, status, epoch, nextSeq }) => [branchId, kind, status, epoch, nextSeq]).toSorted()).toEqual(
      ['berlin', 'tokyo'].flatMap((branch) => ['install', 'inventory'].map((kind) => [branch, kind, 'waiting', 1, 1])));
    expect(world.starter.scheduled).toHaveLength(4);
    expect([...world.tables.timers.values()].filter(({ kind }) => kind === 'run-start')).toHaveLength(4);
  });

  it('collects inventory about a day after its instructions', async () => {
    await launch();
    const { window, nextAt } = runOf('berlin', 'inventory');
    expect(nextAt - runOf('berlin').window.opensAt).toBeGreaterThanOrEqual(INVENTORY_AFTER);
    expect(nextAt - runOf('berlin').window.opensAt).toBeLessThan(INVENTORY_AFTER + DAY);
    expect(new Date(window.opensAt).toISOString()).toBe('2026-03-03T21:00:00.000Z');
  });

  it('is launched any number of times to the same end', async () => {
    await launch();
    const before = runs();
    await Promise.all([launch(), launch()]);
    expect(runs()).toEqual(before);
    expect(world.starter.scheduled).toHaveLength(4);
  });

  it('is launched to the same end whatever write the first try was killed at', async () => {
    await launch();
    const [whole, scheduled] = [runs(), world.starter.scheduled.length];
    for (let kill = 1; kill <= 12; kill += 1) {
      setUp();
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes >= kill) throw new Error('killed');
      };
      await launch().catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      await launch();
      expect(runs().length).toBe(whole.length);
      expect(world.starter.scheduled).toHaveLength(scheduled);
    }
  });

  it.each(['draft', 'paused'] as const)('has no runs made while it is %s', async (status) => {
    become(status);
    await launch();
    expect(runs()).toEqual([]);
  });

  it('that does not exist is nothing to do', async () => {
    await launchPlan(world, parsePlanId('00000000-0000-4000-8000-00000000dead'), world.clock.now());
    expect(world.starter.scheduled).toEqual([]);
  });
});

describe('a resumed plan', () => {
  it('goes on with its paused runs as a new epoch, not before their interval is over', async () => {
    await launch();
    const nextAt = world.clock.now() + 3 * MINUTE;
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...runOf('berlin'), status: 'paused', nextSeq: 3, cursor: '1#x', nextAt });
    await launch();
    expect(runOf('berlin')).toMatchObject({ status: 'waiting', epoch: 2, nextSeq: 3, cursor: '1#x', nextAt });
    expect(world.starter.scheduled).toContainEqual(runOf('berlin'));
  });

  it('waits for the next window where it is resumed outside of one', async () => {
    await launch();
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...runOf('berlin'), status: 'paused' });
    world.clock.set(Date.parse('2026-03-02T20:00:00Z'));
    await launch();
    expect(new Date(runOf('berlin').nextAt).toISOString()).toBe('2026-03-03T08:00:00.000Z');
  });

  it('leaves alone what goes on, and what is finished', async () => {
    await launch();
    world.tables.runs.set(`${plan.id}.berlin.install`, { ...runOf('berlin'), status: 'running' });
    world.tables.runs.set(`${plan.id}.tokyo.install`, { ...runOf('tokyo'), status: 'finished' });
    await launch();
    expect([runOf('berlin'), runOf('tokyo')].map(({ status, epoch }) => [status, epoch])).toEqual([['running', 1], ['finished', 1]]);
  });
});

describe('a cancelled plan', () => {
  const states: readonly InstructionState[] = ['issued', 'deferred', 'delivered', 'acknowledged', 'installing', 'installed', 'failed'];

  it('withdraws what no device has fetched, and nothing else', async () => {
    const devices = setUp(states.length);
    seedWave(world, plan, 'berlin', version, devices, states);
    become('cancelled');
    await launch();
    expect(instructions().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', ...states.slice(2)]);
    expect(instructions().slice(0, 2).map(({ reason }) => reason?.code)).toEqual(['plan-cancelled', 'plan-cancelled']);
    expect(devices.map((device) => queueOfDevice(world, device).length)).toEqual([0, 0, 1, 0, 0, 0, 0]);
    expect(devices.map(({ id }) => world.tables.standings.get(`${id}/${version.bundleId}`)?.live)).toEqual([false, false, true, true, true, false, false]);
  });

  it('ends its runs, so that an execution that is on its way exits', async () => {
    await launch();
    const input = turnInputOf(runOf('berlin'));
    become('cancelled');
    await launch();
    expect(runs().map(({ status, epoch }) => [status, epoch])).toEqual(Array.from({ length: 4 }, () => ['cancelled', 2]));
    expect(await takeTurn(world, input, world.clock.now())).toMatchObject({ next: 'end' });
    expect(world.tables.waves.size).toBe(0);
  });

  it('is cancelled any number of times to the same end', async () => {
    await launch();
    await takeTurn(world, turnInputOf(runOf('berlin')), world.clock.now());
    become('cancelled');
    await launch();
    const before = [runs(), instructions()];
    world.clock.pass(HOUR);
    await launch();
    expect([runs(), instructions()]).toEqual(before);
  });

  it('leaves no device instructed, whatever write the turn was killed at before, and repeated after', async () => {
    await launch();
    let total = 0;
    world.tables.beforeWrite = () => {
      total += 1;
    };
    await takeTurn(world, turnInputOf(runOf('berlin')), world.clock.now());
    for (let kill = 1; kill <= total; kill += 1) {
      setUp();
      await launch();
      const input = turnInputOf(runOf('berlin'));
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes >= kill) throw new Error('killed');
      };
      await takeTurn(world, input, world.clock.now()).catch(() => undefined);
      world.tables.beforeWrite = () => undefined;
      become('cancelled');
      await launch();
      await takeTurn(world, input, world.clock.now());
      expect(instructions().filter(({ state }) => live.includes(state))).toEqual([]);
    }
  });

  it('leaves no device instructed when a turn is opening a wave at the same time', async () => {
    for (let delay = 0; delay < 60; delay += 3) {
      setUp();
      await launch();
      const turn = takeTurn(world, turnInputOf(runOf('berlin')), world.clock.now());
      for (let n = 0; n < delay; n += 1) await Promise.resolve();
      become('cancelled');
      await Promise.all([turn, launch()]);
      await takeTurn(world, turnInputOf({ ...runOf('berlin'), epoch: 1 }), world.clock.now());
      expect(instructions().filter(({ state }) => live.includes(state))).toEqual([]);
      expect(runOf('berlin').status).toBe('cancelled');
    }
  });
});
