import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
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

function move(waveId: WaveId, n: number, state: InstructionState, code?: ReasonCode): void {
  const [key, instruction] = [...world.tables.instructions].filter(([, each]) => each.waveId === waveId)[n] ?? [];
  if (key !== undefined && instruction !== undefined) world.tables.instructions.set(key, { ...instruction, state, ...(code === undefined ? {} : { reason: reason(code) }) });
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

  it('are not kept of instructions outside a plan', async () => {
    const direct = seedInstruction(world, seedDevice(world, 'berlin', 'test'), seedVersion(world));
    await settleWave(world, direct.waveId);
    expect(world.tables.waveTotals.size).toBe(0);
  });

  it('come right in whatever order, and however often, changes are told', async () => {
    const told = fc.record({ wave: fc.nat(1), device: fc.nat(2), to: fc.constantFrom(...instructionStates), why: fc.constantFrom<ReasonCode | undefined>(undefined, 'left-management', 'not-heard-from'), settle: fc.array(fc.nat(1), { maxLength: 3 }) });
    await fc.assert(fc.asyncProperty(fc.array(told, { maxLength: 12 }), async (changes) => {
      twoWaves();
      for (const { wave, device, to, why, settle } of changes) {
        move(waves[wave]?.id ?? first(), device, to, why);
        await Promise.all(settle.map((n) => settleWave(world, waves[n]?.id ?? first())));
      }
      for (const { id } of waves.toReversed()) await settleWave(world, id);
      const counted = waves.map(({ id }) => tallyOf([...world.tables.instructions.values()].filter(({ waveId }) => waveId === id)));
      expect(waveTotals()).toEqual(counted.map(({ totals }) => totals));
      expect(runTotals()).toEqual(addTotals(counted.map(({ totals }) => totals)));
      expect(world.tables.runReasons.get(`${plan.id}.berlin.install`) ?? {}).toEqual(addReasons(counted.map(({ reasons }) => reasons)));
    }), { numRuns: 50 });
  });
});
