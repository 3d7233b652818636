import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { Device } from '../../../core/device/device.ts';
import type { Instruction, InstructionState } from '../../../core/instruction/instruction.ts';
import { pollTimer, slotAt, SLOT } from '../../../core/instruction/poll-times.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { directWaveId } from '../../../core/rollout/wave-id.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';

const DUE_AFTER = [10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];
/** Both lists. */
const COMMANDS = 2;

/** A wave whose devices take their instruction so many milliseconds after it opened, each at its own time, and tell nothing more. */
function openWave(takenAfter: readonly number[], deadline = DAY) {
  const world = memoryWorld();
  seedBranch(world, 'berlin');
  const version = seedVersion(world);
  const openedAt = world.clock.now();
  const waveId = directWaveId(world.ids);
  const devices = takenAfter.map((after, n) => {
    const device = seedDevice(world, 'berlin', `d${n}`);
    seedInstruction(world, device, version, { waveId, deadline: openedAt + deadline });
    return { device, takenAt: openedAt + after };
  });
  const key = ({ id }: Device): string => `${waveId}/${id}`;
  let looks = 0;
  return {
    world, openedAt, devices, key,
    looks: () => looks,
    becomes: (device: Device, state: InstructionState) => {
      const instruction: Instruction = present(world.tables.instructions.get(key(device)));
      world.tables.instructions.set(key(device), { ...instruction, state, history: [...instruction.history, { at: world.clock.now(), state }] });
    },
    /** Minute by minute from here; answers when each device was asked. `sleeps`: whether the sweep leaves a minute out. */
    async until(end: number, sleeps: (minute: number) => boolean = () => false): Promise<ReadonlyMap<Device, readonly number[]>> {
      const asked = new Map<Device, number[]>(devices.map(({ device }) => [device, []]));
      for (let minute = 1; world.clock.now() < openedAt + end; minute += 1) {
        const from = world.clock.now();
        for (const { device, takenAt } of devices.filter((each) => each.takenAt >= from && each.takenAt < from + MINUTE)) {
          world.clock.set(takenAt);
          await world.timers.put([pollTimer(waveId, Math.ceil((takenAt + 10 * MINUTE) / SLOT))]);
          this.becomes(device, 'acknowledged');
        }
        world.clock.set(from + MINUTE);
        if (sleeps(minute)) continue;
        looks += (await sweep(world, world.clock.now())).handled;
        for (const { device } of devices) {
          const commands = queueOfDevice(world, device).filter(({ waveId: own }) => own === undefined);
          if (commands.length > 0) asked.get(device)?.push(world.clock.now());
          expect([0, COMMANDS]).toContain(commands.length);
        }
        // They are answered at once, and prove nothing.
        world.tables.queues.clear();
      }
      return asked;
    },
  };
}

const taken = fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { minLength: 1, maxLength: 12 });

describe('a device that took its instruction', () => {
  it('is asked ten minutes, half an hour, two and six hours after it did, each time within one slot, whatever the others of its wave do', async () => {
    await fc.assert(fc.asyncProperty(taken, async (takenAfter) => {
      const wave = openWave(takenAfter);
      const asked = await wave.until(12 * HOUR);
      for (const { device, takenAt } of wave.devices) {
        const times = present(asked.get(device));
        expect(times).toHaveLength(DUE_AFTER.length);
        for (const [index, after] of DUE_AFTER.entries()) {
          expect(present(times[index]) - (takenAt + after)).toBeGreaterThanOrEqual(0);
          expect(present(times[index]) - (takenAt + after)).toBeLessThan(SLOT + MINUTE);
        }
      }
      // Devices that answered together are asked by one look.
      expect(wave.looks()).toBeLessThanOrEqual(new Set(takenAfter.map((after) => slotAt(wave.openedAt + after))).size * 2 * DUE_AFTER.length);
    }), { numRuns: 12 });
  });

  it('is asked once for all that a sweep has missed, and then goes on in its own time', async () => {
    const wave = openWave([0]);
    const { device } = present(wave.devices[0]);
    const asked = present((await wave.until(12 * HOUR, (minute) => minute < 3 * 60)).get(device));
    expect(asked.map((at) => (at - wave.openedAt) / HOUR)).toEqual([3, 6]);
  });

  it('is pushed to, and is asked no more once it is through', async () => {
    const wave = openWave([0]);
    const { device } = present(wave.devices[0]);
    await wave.until(15 * MINUTE);
    expect(wave.world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).toEqual([device.enrolmentId]);
    wave.becomes(device, 'installed');
    expect(present((await wave.until(7 * HOUR)).get(device))).toEqual([]);
    expect(wave.world.tables.timers.size).toBe(0);
  });

  it('is left to the questions before the deadline when that is near', async () => {
    const wave = openWave([40 * MINUTE], 90 * MINUTE);
    const asked = present((await wave.until(DAY / 4)).get(present(wave.devices[0]).device));
    // Ten minutes after; half an hour after is ten minutes before the end, when it has been asked already.
    expect(asked.map((at) => (at - wave.openedAt) / MINUTE)).toEqual([50]);
    expect(wave.world.tables.timers.size).toBe(0);
  });

  it('counts from the package where it never said that it took the instruction', async () => {
    const wave = openWave([]);
    const device = seedDevice(wave.world, 'berlin', 'early');
    const [waveId] = [directWaveId(wave.world.ids)];
    const at = wave.openedAt + 20 * MINUTE;
    seedInstruction(wave.world, device, present([...wave.world.tables.versions.values()][0]), { waveId, state: 'installing', history: [{ at: wave.openedAt, state: 'issued' }, { at, state: 'installing' }] });
    await wave.world.timers.put([pollTimer(waveId, slotAt(at + 10 * MINUTE))]);
    wave.world.clock.set(at + 10 * MINUTE);
    await sweep(wave.world, wave.world.clock.now());
    expect(queueOfDevice(wave.world, device).map(({ command }) => command.type).toSorted()).toEqual(['installed-application-list', 'managed-application-list']);
  });
});
