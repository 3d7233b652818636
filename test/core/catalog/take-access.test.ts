import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../../core/ambient.ts';
import type { PackageFetch } from '../../../core/catalog/package-fetch.ts';
import { takeAccess } from '../../../core/catalog/take-access.ts';
import { parseSha256 } from '../../../core/ids.ts';
import type { Instruction } from '../../../core/instruction/instruction.ts';
import { anInstruction } from '../../support/samples/instruction.ts';
import { MORNING } from '../../support/samples/unique.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
beforeEach(() => {
  world = memoryWorld();
});
async function seeded(facts: Partial<Instruction> = {}): Promise<Instruction> {
  const instruction = anInstruction({ state: 'acknowledged', ...facts });
  await world.instructions.record([instruction]);
  return instruction;
}
function fetchOf(instruction: Instruction, startedAt: number, bytes = 100, lasted = MINUTE): PackageFetch {
  return { instruction, branchId: instruction.branchId, digest: parseSha256('ab'.repeat(32)), bytes, startedAt, endedAt: startedAt + lasted, fromStart: true };
}
const stored = ({ waveId, deviceId }: Instruction) => world.instructions.instruction(waveId, deviceId);
const bytesAt = async ({ branchId }: Instruction) => (await world.loads.load(branchId, MORNING - DAY, MORNING + 2 * DAY)).reduce((sum, { bytes }) => sum + bytes, 0);

describe('an access log', () => {
  it('moves the instruction whose package was fetched, at the instant of the first request, and sums what was sent', async () => {
    const instruction = await seeded();
    await takeAccess(world, 'one', [fetchOf(instruction, MORNING + 10 * MINUTE), fetchOf(instruction, MORNING + 5 * MINUTE, 40)]);
    expect(await stored(instruction)).toMatchObject({
      state: 'installing', updatedAt: MORNING + 5 * MINUTE, history: [{ state: 'issued' }, { state: 'installing', at: MORNING + 5 * MINUTE }],
      download: { startedAt: MORNING + 5 * MINUTE, endedAt: MORNING + 11 * MINUTE, bytes: 140, logs: ['one'] },
    });
    expect(await bytesAt(instruction)).toBe(140);
  });

  it('counts once, however often it comes; others add to it in any order', async () => {
    const instruction = await seeded();
    const [late, early] = [[fetchOf(instruction, MORNING + 20 * MINUTE, 1)], [fetchOf(instruction, MORNING + 2 * MINUTE, 10)]];
    for (const [log, fetches] of [['late', late], ['early', early], ['late', late], ['early', early]] as const) await takeAccess(world, log, fetches);
    expect((await stored(instruction))?.download).toEqual({ startedAt: MORNING + 2 * MINUTE, endedAt: MORNING + 21 * MINUTE, bytes: 11, logs: ['late', 'early'] });
    expect(await bytesAt(instruction)).toBe(11);
  });

  it.each(['installing', 'installed', 'rejected', 'failed', 'timedOut'] as const)('that comes when the device has told more by now (%s) leaves the state, and keeps the download', async (state) => {
    const instruction = await seeded({ state });
    await takeAccess(world, 'one', [fetchOf(instruction, MORNING)]);
    expect(await stored(instruction)).toMatchObject({ state, download: { bytes: 100 }, history: [{ state: 'issued' }] });
  });

  it('that comes after the device was heard of again does not turn its history back', async () => {
    const instruction = await seeded({ updatedAt: MORNING + 30 * MINUTE });
    await takeAccess(world, 'one', [fetchOf(instruction, MORNING)]);
    expect(await stored(instruction)).toMatchObject({ updatedAt: MORNING + 30 * MINUTE, download: { startedAt: MORNING } });
  });

  it('weighs on the branch, though the instruction is not known', async () => {
    const unknown = anInstruction();
    await takeAccess(world, 'one', [fetchOf(unknown, MORNING)]);
    expect(await stored(unknown)).toBeUndefined();
    expect(await bytesAt(unknown)).toBe(100);
  });

  it('without any package writes nothing', async () => {
    const written: string[] = [];
    world.tables.beforeWrite = (operation) => written.push(operation);
    await takeAccess(world, 'one', []);
    expect(written).toEqual([]);
  });

  it('ends as ever where whoever took it died at any write, and it came again', async () => {
    for (let dies = 1; dies <= 4; dies += 1) {
      world = memoryWorld();
      const instructions = [await seeded(), await seeded()];
      const fetches = instructions.map((instruction) => fetchOf(instruction, MORNING));
      let writes = 0;
      world.tables.beforeWrite = () => {
        writes += 1;
        if (writes === dies) throw new Error('killed');
      };
      await expect(takeAccess(world, 'one', fetches)).rejects.toThrow('killed');
      world.tables.beforeWrite = () => undefined;
      await takeAccess(world, 'one', fetches);
      for (const instruction of instructions) {
        expect(await stored(instruction)).toMatchObject({ state: 'installing', download: { bytes: 100, logs: ['one'] } });
        expect(await bytesAt(instruction)).toBe(100);
      }
    }
  });

  it('beside others of the same device loses nothing', async () => {
    const instruction = await seeded();
    const logs = ['one', 'two', 'three', 'four'];
    await Promise.all(logs.map((log, n) => takeAccess(world, log, [fetchOf(instruction, MORNING, 10 ** n)])));
    expect((await stored(instruction))?.download).toMatchObject({ bytes: 1111 });
  });

  it('of a device that fetches for ever stops being counted for it, not for its branch', async () => {
    const instruction = await seeded();
    for (let n = 0; n < 110; n += 1) await takeAccess(world, `log-${n}`, [fetchOf(instruction, MORNING, 1)]);
    expect((await stored(instruction))?.download).toMatchObject({ bytes: 100 });
    expect(await bytesAt(instruction)).toBe(110);
  });
});
