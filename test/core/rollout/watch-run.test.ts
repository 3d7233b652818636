import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Run, RunKey } from '../../../core/rollout/plan.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { turnInputOf } from '../../../core/rollout/execution-name.ts';
import { present } from '../../support/present.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let key: RunKey;
let opensAt: number;

const stored = (): Run => present(world.tables.runs.get(`${key.planId}.${key.branchId}.install`));
const change = (facts: Partial<Run>): void => {
  world.tables.runs.set(`${key.planId}.${key.branchId}.install`, { ...stored(), ...facts });
};
const started = () => world.starter.started.filter(({ kind }) => kind === 'install');
const watches = () => [...world.tables.timers.values()].filter(({ kind, subject }) => kind === 'run-start' && subject.endsWith('.install'));
const takeTheTurn = () => takeTurn(world, turnInputOf(stored()), world.clock.now());

/** Sweeps every minute until the instant. */
async function sweepTo(until: number): Promise<void> {
  while (world.clock.now() < until) {
    world.clock.set(Math.min(until, world.clock.now() + MINUTE));
    await sweep(world, world.clock.now());
  }
}

beforeEach(async () => {
  world = memoryWorld();
  // Monday 07:00 in Berlin: the window opens in two hours.
  world.clock.set(Date.parse('2026-03-02T06:00:00Z'));
  opensAt = Date.parse('2026-03-02T08:00:00Z');
  seedBranch(world, 'berlin');
  for (let n = 0; n < 150; n += 1) seedDevice(world, 'berlin', `d${n}`);
  const { plan, branches } = seedPlan(world, seedVersion(world), ['berlin']);
  key = { planId: plan.id, branchId: present(branches[0]).branchId, kind: 'install' };
  await launchPlan(world, plan.id, world.clock.now());
});

describe('a run whose window opens', () => {
  it('is started by the sweep two minutes later where its schedule did not', async () => {
    await sweepTo(opensAt + 2 * MINUTE - 1);
    expect(started()).toEqual([]);
    await sweepTo(opensAt + 2 * MINUTE);
    expect(started()).toMatchObject([{ epoch: 1, window: { opensAt } }]);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('is started once, and without a word, where its schedule did', async () => {
    await world.starter.start(stored());
    await sweepTo(opensAt + 10 * MINUTE);
    expect(started()).toHaveLength(1);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('is started by a sweep that is hours late', async () => {
    world.clock.set(opensAt + 5 * HOUR);
    await sweep(world, world.clock.now());
    expect(started()).toHaveLength(1);
  });

  it.each<[string, Partial<Run>]>([
    ['is paused', { status: 'paused' }], ['was cancelled', { status: 'cancelled' }], ['is finished', { status: 'finished' }], ['goes on in another epoch, long since', { epoch: 3 }],
  ])('is left alone when it %s', async (_, facts) => {
    change(facts);
    await sweepTo(opensAt + HOUR);
    expect(started()).toEqual([]);
    expect(watches()).toEqual([]);
  });

  it('is not started a day early by the timer of a window that is over', async () => {
    change({ window: { opensAt: opensAt + DAY, closesAt: opensAt + DAY + 8 * HOUR }, nextAt: opensAt + DAY });
    await sweepTo(opensAt + HOUR);
    expect(started()).toEqual([]);
  });

  it('is started in its next window though the turn that moved it there was cut off, and its execution lost, before anything was set for it', async () => {
    world.clock.set(opensAt);
    await world.starter.start(stored());
    await takeTheTurn();
    await sweepTo(opensAt + 10 * MINUTE);
    const next = { opensAt: opensAt + DAY, closesAt: opensAt + DAY + 8 * HOUR };
    change({ status: 'waiting', window: next, nextAt: next.opensAt });
    await sweepTo(next.opensAt + 2 * MINUTE - 1);
    expect(started()).toHaveLength(1);
    await sweepTo(next.opensAt + 2 * MINUTE);
    expect(started()).toMatchObject([{ window: { opensAt } }, { window: next }]);
    expect(watches()).toHaveLength(1);
  });
});

describe('a run whose execution was lost', () => {
  /** The schedule started it, one wave was opened, and no turn came after. */
  async function lose(): Promise<void> {
    world.clock.set(opensAt);
    await world.starter.start(stored());
    await takeTheTurn();
    expect(stored().status).toBe('running');
  }

  it('goes on in a new one, of another epoch, well within the hour', async () => {
    await lose();
    await sweepTo(opensAt + HOUR + 10 * MINUTE);
    expect(started().map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(stored().epoch).toBe(2);
    await takeTheTurn();
    expect([...world.tables.waves.values()].filter(({ runKey }) => runKey.kind === 'install')).toHaveLength(2);
  });

  it('stays with its execution as long as turns come', async () => {
    await lose();
    for (let wave = 1; wave < 3; wave += 1) {
      await sweepTo(stored().nextAt);
      await takeTheTurn();
    }
    await sweepTo(stored().nextAt + 20 * MINUTE);
    expect(stored().epoch).toBe(1);
  });

  it('is watched again in its new execution, and taken up again when that is lost too', async () => {
    await lose();
    await sweepTo(opensAt + 3 * HOUR);
    expect(stored().epoch).toBeGreaterThan(2);
    expect(watches()).toHaveLength(1);
  });

  it.each(['runs.replace', 'starter.start', 'timers.advance'])('goes on all the same when the sweep is killed before %s', async (write) => {
    await lose();
    await sweepTo(opensAt + HOUR);
    let killed = 0;
    world.tables.beforeWrite = (operation) => {
      if (operation !== write || killed > 0) return;
      killed += 1;
      throw new Error('killed');
    };
    await sweepTo(opensAt + HOUR + 10 * MINUTE);
    expect(killed).toBe(1);
    const epochs = started().map(({ epoch }) => epoch);
    expect(new Set(epochs).size).toBe(epochs.length);
    expect(epochs).toContain(stored().epoch);
    expect(stored().epoch).toBeGreaterThan(1);
    expect(watches()).toHaveLength(1);
  });

  it('is not taken up after its plan was paused or cancelled', async () => {
    await lose();
    change({ status: 'paused' });
    await sweepTo(opensAt + 3 * HOUR);
    expect(stored().epoch).toBe(1);
    expect(started()).toHaveLength(1);
  });

  it('goes on in the next window when it is found after its own has closed', async () => {
    await lose();
    world.clock.set(opensAt + 9 * HOUR);
    await sweep(world, world.clock.now());
    for (let minute = 0; minute < 3 * HOUR / MINUTE; minute += 1) {
      world.clock.pass(MINUTE);
      await sweep(world, world.clock.now());
    }
    await takeTheTurn();
    expect(stored()).toMatchObject({ status: 'waiting', window: { opensAt: opensAt + DAY } });
    expect(world.starter.scheduled.some(({ window, kind }) => kind === 'install' && window.opensAt === opensAt + DAY)).toBe(true);
  });
});
