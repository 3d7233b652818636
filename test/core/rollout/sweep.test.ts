import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import type { Instruction, InstructionState } from '../../../core/instruction/instruction.ts';
import { reason } from '../../../core/instruction/reasons.ts';
import type { Due } from '../../../core/instruction/store.ts';
import { AT_ONCE, LIMIT, sweep } from '../../../core/rollout/sweep.ts';
import { directWaveId } from '../../../core/rollout/wave-id.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let openedAt: number;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  openedAt = world.clock.now();
});

const run = () => sweep(world, world.clock.now());
const timers = (): readonly Due[] => [...world.tables.timers.values()];
const instructionOf = (device: Device): Instruction => present([...world.tables.instructions.values()].find(({ deviceId }) => deviceId === device.id));
const polled = (device: Device): readonly string[] => queueOfDevice(world, device).flatMap(({ command, waveId }) => (waveId === undefined ? [command.type] : []));
const woken = (): readonly string[] => world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds);

/** One wave with a device in each state, opened now, with its first timer. */
async function openWave(states: readonly InstructionState[], facts: Partial<Instruction> = {}): Promise<readonly Device[]> {
  const waveId = directWaveId(world.ids);
  await world.timers.put([{ at: openedAt + 15 * MINUTE, kind: 'wave-check', subject: waveId, step: 0 }]);
  return states.map((state, n) => {
    const device = seedDevice(world, 'berlin', `${state}-${n}`);
    seedInstruction(world, device, version, { waveId, state, ...facts });
    return device;
  });
}

/** Sweeps every minute until `until` from the opening, as the clock does. */
async function sweepTo(until: number): Promise<void> {
  while (world.clock.now() < openedAt + until) {
    world.clock.pass(MINUTE);
    await run();
  }
}

/** The device's answer to whatever it is asked came in: it was heard from. */
function hear(device: Device): void {
  const enrolment = present(world.tables.enrolments.get(present(device.enrolmentId)));
  world.tables.enrolments.set(enrolment.id, { ...enrolment, lastSeenAt: world.clock.now() });
}

describe('the sweep, on time', () => {
  it('pushes again to those that have not fetched, and to nobody else', async () => {
    const [issued, delivered, deferred, acknowledged, installed] = await openWave(['issued', 'delivered', 'deferred', 'acknowledged', 'installed']);
    await sweepTo(15 * MINUTE);
    expect(woken().toSorted()).toEqual([issued, delivered, deferred].map((device) => device?.enrolmentId).toSorted());
    for (const device of [issued, delivered, deferred, acknowledged, installed]) expect(polled(present(device))).toEqual([]);
  });

  it('asks those that took it for both lists, half a day on, and nobody else', async () => {
    const devices = await openWave(['issued', 'delivered', 'acknowledged', 'installing', 'rejected']);
    await sweepTo(12 * HOUR - MINUTE);
    expect(devices.flatMap(polled)).toEqual([]);
    await sweepTo(12 * HOUR);
    expect(devices.map((device) => polled(device).toSorted())).toEqual([
      [], ...Array.from({ length: 3 }, () => ['installed-application-list', 'managed-application-list']), [],
    ]);
  });

  it('ends what is open at the deadline, not a minute before, and gives each its reason', async () => {
    const devices = await openWave(['issued', 'deferred', 'delivered', 'acknowledged', 'installing', 'installed']);
    await sweepTo(23 * HOUR);
    for (const device of devices.slice(1)) hear(device);
    await sweepTo(DAY - MINUTE);
    expect(devices.map((device) => instructionOf(device).state)).toEqual(['issued', 'deferred', 'delivered', 'acknowledged', 'installing', 'installed']);
    await sweepTo(DAY);
    expect(devices.map((device) => instructionOf(device).reason?.code)).toEqual(['never-fetched', 'never-fetched', 'not-finished', 'not-finished', 'not-finished', undefined]);
    expect(devices.slice(0, -1).every((device) => instructionOf(device).state === 'timedOut')).toBe(true);
    expect(instructionOf(present(devices.at(-1))).state).toBe('installed');
    expect(timers()).toEqual([]);
  });

  it('says of a silent device that it was not heard from', async () => {
    const [device] = await openWave(['acknowledged']);
    const enrolment = present(world.tables.enrolments.get(present(device?.enrolmentId)));
    world.tables.enrolments.set(enrolment.id, { ...enrolment, lastSeenAt: openedAt - DAY });
    await sweepTo(DAY);
    expect(instructionOf(present(device)).reason).toEqual(reason('not-heard-from'));
  });

  it('withdraws what was not fetched, and gives the device free for another instruction', async () => {
    const [device] = await openWave(['issued']);
    await sweepTo(DAY);
    expect(queueOfDevice(world, present(device))).toEqual([]);
    expect(world.tables.standings.get(`${device?.id ?? ''}/${version.bundleId}`)?.live).toBe(false);
  });

  it('asks everybody who took it within the hour before the deadline', async () => {
    const [device] = await openWave(['acknowledged']);
    await sweepTo(DAY - 31 * MINUTE);
    const before = polled(present(device)).length;
    await sweepTo(DAY - 30 * MINUTE);
    expect(polled(present(device)).length).toBe(before + 2);
  });

  it('fits an hour\'s deadline: asks at its half, and ends at its end', async () => {
    const [device] = await openWave(['acknowledged'], { deadline: openedAt + HOUR });
    await sweepTo(30 * MINUTE);
    expect(polled(present(device))).toHaveLength(2);
    await sweepTo(HOUR - MINUTE);
    expect(instructionOf(present(device)).state).toBe('acknowledged');
    await sweepTo(HOUR);
    expect(instructionOf(present(device)).state).toBe('timedOut');
  });

  it('has nothing more to do with a wave of which nothing is open', async () => {
    await openWave(['installed', 'rejected', 'cancelled']);
    await sweepTo(15 * MINUTE);
    expect(timers()).toEqual([]);
    expect(woken()).toEqual([]);
  });
});

describe('a sweep that is late', () => {
  it.each([25, 30, 24 * 8])('by everything, %i hours after the opening, asks once and gives time to answer before it ends anything', async (hours) => {
    const [silent, taken] = await openWave(['issued', 'acknowledged']);
    world.clock.pass(hours * HOUR);
    await run();
    expect([silent, taken].map((device) => instructionOf(present(device)).state)).toEqual(['issued', 'acknowledged']);
    expect(polled(present(taken))).toHaveLength(2);
    expect(woken().toSorted()).toEqual([silent?.enrolmentId, taken?.enrolmentId].toSorted());
    // What is asked can still be fetched, although the deadline has passed.
    const { queue } = await world.queue.read(present(taken?.enrolmentId), 20, world.clock.now());
    expect(queue.filter(({ waveId }) => waveId === undefined)).toHaveLength(2);
    for (let minute = 1; minute < 15; minute += 1) {
      world.clock.pass(MINUTE);
      await run();
    }
    expect(instructionOf(present(taken)).state).toBe('acknowledged');
    world.clock.pass(MINUTE);
    await run();
    expect([silent, taken].map((device) => instructionOf(present(device)).state)).toEqual(['timedOut', 'timedOut']);
    expect(timers()).toEqual([]);
  });

  it('takes what is overdue in one, and goes on where it would be', async () => {
    const [device] = await openWave(['acknowledged']);
    world.clock.pass(13 * HOUR);
    await run();
    expect(polled(present(device))).toHaveLength(2);
    expect(timers()).toMatchObject([{ at: openedAt + 23 * HOUR }]);
  });

  it('by the deadline alone ends what is open at once: it was asked in time', async () => {
    const [device] = await openWave(['acknowledged']);
    await sweepTo(DAY - 10 * MINUTE);
    world.clock.pass(HOUR);
    await run();
    expect(instructionOf(present(device)).state).toBe('timedOut');
  });
});

describe('a sweep beside others', () => {
  it('does no harm when it is repeated or doubled', async () => {
    const devices = await openWave(['issued', 'acknowledged']);
    world.clock.pass(12 * HOUR);
    await Promise.all([run(), run()]);
    await run();
    expect(polled(present(devices[1]))).toHaveLength(2);
    expect(timers()).toHaveLength(1);
    world.clock.set(openedAt + DAY);
    for (let n = 0; n < 20; n += 1) {
      await Promise.all([run(), run()]);
      world.clock.pass(MINUTE);
    }
    expect(devices.map((device) => instructionOf(device).history.filter(({ state }) => state === 'timedOut').length)).toEqual([1, 1]);
  });

  it('queues nothing twice when it was killed before it could move its timer', async () => {
    const [device] = await openWave(['acknowledged']);
    world.clock.pass(12 * HOUR);
    world.tables.beforeWrite = (operation) => {
      if (operation === 'timers.advance') throw new Error('killed');
    };
    await run();
    world.tables.beforeWrite = () => undefined;
    world.clock.pass(MINUTE);
    await run();
    expect(polled(present(device))).toHaveLength(2);
  });

  it('ends also what a device fetches in the very moment of the deadline', async () => {
    const [device] = await openWave(['issued']);
    await sweepTo(DAY - MINUTE);
    let fetched = false;
    world.tables.beforeWrite = (operation) => {
      if (operation !== 'instructions.change' || fetched) return;
      fetched = true;
      const instruction = instructionOf(present(device));
      world.tables.instructions.set(`${instruction.waveId}/${instruction.deviceId}`, { ...instruction, state: 'delivered' });
      hear(present(device));
    };
    await sweepTo(DAY);
    expect(instructionOf(present(device))).toMatchObject({ state: 'timedOut', reason: { code: 'not-finished' } });
  });
});

describe('one sweep', () => {
  /** One wave per device, all due now. */
  async function dueWaves(count: number): Promise<readonly Device[]> {
    const devices: Device[] = [];
    for (let n = 0; n < count; n += 1) {
      const device = seedDevice(world, 'berlin', `d${n}`);
      const { waveId } = seedInstruction(world, device, version);
      await world.timers.put([{ at: openedAt + 15 * MINUTE, kind: 'wave-check', subject: waveId, step: 0 }]);
      devices.push(device);
    }
    world.clock.pass(15 * MINUTE);
    return devices;
  }

  it('works off all that is due, portion by portion, several at once and never more than allowed', async () => {
    const devices = await dueWaves(LIMIT * 2 + 5);
    let [now, most] = [0, 0];
    const instructionsOfWave: MemoryWorld['instructions']['instructionsOfWave'] = async (id) => {
      now += 1;
      most = Math.max(most, now);
      const found = await world.instructions.instructionsOfWave(id);
      now -= 1;
      return found;
    };
    expect(await sweep({ ...world, instructions: { ...world.instructions, instructionsOfWave } }, world.clock.now())).toEqual({ handled: LIMIT * 2 + 5, failed: 0 });
    expect(most).toBe(AT_ONCE);
    expect(woken().toSorted()).toEqual(devices.map(({ enrolmentId }) => enrolmentId).toSorted());
    expect(await run()).toEqual({ handled: 0, failed: 0 });
  });

  it.each([7, LIMIT, LIMIT + 30])('whose time is over after %i timers leaves the youngest to the next, however late that comes', async (most) => {
    const devices = await dueWaves(LIMIT + 50);
    // A minute apart, so that the mark could pass some of them.
    for (const [key, due] of [...world.tables.timers].toReversed()) {
      world.tables.timers.delete(key);
      await world.timers.put([{ ...due, at: world.clock.now() + devices.findIndex((device) => instructionOf(device).waveId === due.subject) * MINUTE }]);
    }
    world.clock.pass(devices.length * MINUTE);
    let begun = 0;
    expect(await sweep(world, world.clock.now(), () => (begun += 1) <= most)).toMatchObject({ failed: 0 });
    const first = new Set(woken());
    expect(devices.slice(0, first.size).every(({ enrolmentId = '' }) => first.has(enrolmentId))).toBe(true);
    expect(first.size).toBeLessThan(devices.length);
    world.clock.pass(3 * DAY);
    await run();
    expect([...new Set(woken())].toSorted()).toEqual(devices.map(({ enrolmentId }) => enrolmentId).toSorted());
  });

  it('comes to the last timer though more of those before it fail than are read at once', async () => {
    const devices = await dueWaves(LIMIT + 1);
    const [sound] = [...world.tables.timers.values()].toSorted((a, b) => (a.subject < b.subject ? 1 : -1));
    const instructionsOfWave: MemoryWorld['instructions']['instructionsOfWave'] = (id) => (id === sound?.subject ? world.instructions.instructionsOfWave(id) : Promise.reject(new Error('broken')));
    expect(await sweep({ ...world, instructions: { ...world.instructions, instructionsOfWave } }, world.clock.now())).toEqual({ handled: LIMIT + 1, failed: LIMIT });
    expect(woken()).toEqual(devices.filter((device) => instructionOf(device).waveId === sound?.subject).map(({ enrolmentId }) => enrolmentId));
  });

  it('is not held up by a timer that fails, and meets that one again', async () => {
    const devices = await dueWaves(5);
    const broken = instructionOf(present(devices[2])).waveId;
    const instructionsOfWave: MemoryWorld['instructions']['instructionsOfWave'] = (id) => (id === broken ? Promise.reject(new Error('broken')) : world.instructions.instructionsOfWave(id));
    const services = { ...world, instructions: { ...world.instructions, instructionsOfWave } };
    expect(await sweep(services, world.clock.now())).toEqual({ handled: 5, failed: 1 });
    expect(woken()).toHaveLength(4);
    expect(world.log.lines).toContainEqual({ level: 'error', message: 'timer failed', fields: { kind: 'wave-check', subject: broken, error: 'Error' } });
    // Long after, too: the mark has not moved past it.
    world.clock.pass(2 * HOUR);
    await sweep(services, world.clock.now());
    world.clock.pass(MINUTE);
    await run();
    expect(woken()).toContain(devices[2]?.enrolmentId);
  });

  it('passes over a timer whose wave is not there (its instructions were never issued)', async () => {
    await world.timers.put([{ at: world.clock.now(), kind: 'wave-check', subject: directWaveId(world.ids), step: 0 }]);
    expect(await run()).toEqual({ handled: 1, failed: 0 });
    expect(timers()).toEqual([]);
  });
});
