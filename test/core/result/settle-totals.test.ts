import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, type Instant } from '../../../core/ambient.ts';
import type { WaveId } from '../../../core/ids.ts';
import { instructionStates, type InstructionState } from '../../../core/instruction/instruction.ts';
import { reason, type ReasonCode } from '../../../core/instruction/reasons.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { addReasons, addTotals, tallyOf } from '../../../core/result/totals.ts';
import type { Device } from '../../../core/device/device.ts';
import type { Plan, Wave } from '../../../core/rollout/plan.ts';
import { directWaveId } from '../../../core/rollout/wave-id.ts';
import { seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { present } from '../../support/present.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let plan: Plan;
let waves: readonly Wave[];
let devices: readonly Device[];

/** Two waves of three devices each. */
function twoWaves(): void {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  const version = seedVersion(world);
  plan = seedPlan(world, version, ['berlin']).plan;
  devices = Array.from({ length: 6 }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
  waves = [devices.slice(0, 3), devices.slice(3)].map((some) => seedWave(world, plan, 'berlin', version, some));
}

function move(waveId: WaveId, n: number, state: InstructionState, code?: ReasonCode, at?: Instant): void {
  const [key, instruction] = [...world.tables.instructions].filter(([, each]) => each.waveId === waveId)[n] ?? [];
  if (key !== undefined && instruction !== undefined) world.tables.instructions.set(key, { ...instruction, state, ...(code === undefined ? {} : { reason: reason(code) }), ...(at === undefined ? {} : { finishedAt: at }) });
}

const runTotals = () => world.tables.runTotals.get(`${plan.id}.berlin.install`) ?? {};
const waveTotals = () => waves.map(({ id }) => world.tables.waveTotals.get(id)?.totals ?? {});
const first = (): WaveId => waves[0]?.id ?? directWaveId(world.ids);

beforeEach(twoWaves);

describe('the totals of a wave', () => {
  it('are counted from its instructions, and the run\'s go along', async () => {
    for (const { id } of waves) await settleWave(world, id);
    expect(waveTotals()).toEqual([{ issued: 3 }, { issued: 3 }]);
    expect(runTotals()).toEqual({ issued: 6 });
    move(first(), 0, 'installed');
    await settleWave(world, first());
    expect(waveTotals()).toEqual([{ issued: 2, installed: 1 }, { issued: 3 }]);
    expect(runTotals()).toEqual({ issued: 5, installed: 1 });
  });

  it('stay the same when the same change is told again', async () => {
    await settleWave(world, first());
    const writes: string[] = [];
    world.tables.beforeWrite = (operation) => writes.push(operation);
    for (let n = 0; n < 3; n += 1) await settleWave(world, first());
    expect(runTotals()).toEqual({ issued: 3 });
    expect(writes).toEqual([]);
  });

  it('are right when several are counting at once', async () => {
    move(first(), 0, 'installed');
    await Promise.all(Array.from({ length: 5 }, () => settleWave(world, first())));
    expect(runTotals()).toEqual({ issued: 2, installed: 1 });
  });

  it('are counted again when another count was written in between', async () => {
    let once = false;
    const runs: MemoryWorld['runs'] = {
      ...world.runs,
      setWaveTotals: async (...write) => {
        if (!once) {
          once = true;
          move(first(), 0, 'failed');
          await settleWave(world, first());
          move(first(), 1, 'installed');
        }
        return world.runs.setWaveTotals(...write);
      },
    };
    await settleWave({ ...world, runs }, first());
    expect(waveTotals()[0]).toEqual({ issued: 1, failed: 1, installed: 1 });
    expect(runTotals()).toEqual({ issued: 1, failed: 1, installed: 1 });
  });

  it('are left to be told again when others never stop writing', async () => {
    const runs = { ...world.runs, setWaveTotals: () => Promise.resolve(false) };
    await expect(settleWave({ ...world, runs }, first())).rejects.toThrow('while they were counted');
    expect(runTotals()).toEqual({});
  });

  it('bring the installations of each day along, also where one turns out otherwise later', async () => {
    const [monday, tuesday] = [Date.parse('2026-11-30T23:59:59.999Z'), Date.parse('2026-12-01T00:00:00Z')];
    for (const [n, at] of [monday, tuesday, tuesday].entries()) move(first(), n, 'installed', undefined, at);
    await Promise.all([settleWave(world, first()), settleWave(world, first())]);
    const days = ['2026-11-29', '2026-11-30', '2026-12-01'];
    expect(await world.runs.installsOn(days)).toEqual({ '2026-11-30': 1, '2026-12-01': 2 });
    move(first(), 0, 'superseded', undefined, tuesday);
    await settleWave(world, first());
    expect(await world.runs.installsOn(days)).toEqual({ '2026-12-01': 2 });
  });

  it('of an earlier release, without days, get theirs when the wave is counted again', async () => {
    move(first(), 0, 'installed', undefined, Date.parse('2026-11-30T12:00:00Z'));
    const counted = { totals: { issued: 2, installed: 1 }, reasons: {} };
    await world.runs.setWaveTotals({ planId: plan.id, branchId: present(waves[0]).runKey.branchId, kind: 'install' }, 1, 0, counted, counted);
    await settleWave(world, first());
    expect([runTotals(), await world.runs.installsOn(['2026-11-30'])]).toEqual([{ issued: 2, installed: 1 }, { '2026-11-30': 1 }]);
  });

  it('are not kept of instructions outside a plan', async () => {
    const direct = seedInstruction(world, seedDevice(world, 'berlin', 'test'), seedVersion(world));
    await settleWave(world, direct.waveId);
    expect(world.tables.waveTotals.size).toBe(0);
  });

  it('come right in whatever order, and however often, changes are told', async () => {
    const told = fc.record({ wave: fc.nat(1), device: fc.nat(2), to: fc.constantFrom(...instructionStates, 'installed' as const, 'installed' as const), day: fc.nat(3), why: fc.constantFrom<ReasonCode | undefined>(undefined, 'left-management', 'not-heard-from'), settle: fc.array(fc.nat(1), { maxLength: 3 }) });
    await fc.assert(fc.asyncProperty(fc.array(told, { maxLength: 12 }), async (changes) => {
      twoWaves();
      for (const { wave, device, to, day, why, settle } of changes) {
        move(waves[wave]?.id ?? first(), device, to, why, Date.parse('2026-11-29T12:00:00Z') + day * DAY);
        await Promise.all(settle.map((n) => settleWave(world, waves[n]?.id ?? first())));
      }
      for (const { id } of waves.toReversed()) await settleWave(world, id);
      const counted = waves.map(({ id }) => tallyOf([...world.tables.instructions.values()].filter(({ waveId }) => waveId === id)));
      expect(waveTotals()).toEqual(counted.map(({ totals }) => totals));
      expect(runTotals()).toEqual(addTotals(counted.map(({ totals }) => totals)));
      expect(world.tables.runReasons.get(`${plan.id}.berlin.install`) ?? {}).toEqual(addReasons(counted.map(({ reasons }) => reasons)));
      expect(await world.runs.installsOn(['2026-11-29', '2026-11-30', '2026-12-01', '2026-12-02'])).toEqual(addReasons(counted.map(({ installs = {} }) => installs)));
    }), { numRuns: 50 });
  });
});
