import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { issueDirect, MAX_DIRECT, type DirectRequest } from '../../../core/instruction/direct.ts';
import { placeOfWave } from '../../../core/rollout/wave-id.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let devices: readonly Device[];

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  devices = Array.from({ length: 12 }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
});

const issue = (changes: Partial<DirectRequest> = {}) => issueDirect(world, { kind: 'install', version, devices, deadlineHours: 24, ...changes }, world.clock.now());
const queues = () => devices.map((device) => queueOfDevice(world, device).map(({ command }) => command.type));

describe('instructions outside a plan', () => {
  it('are issued, queued and pushed to each device, as a wave of their own', async () => {
    const { waveId, issued, held } = await issue();
    expect(placeOfWave(waveId)).toBeUndefined();
    expect(issued.map(({ deviceName }) => deviceName).toSorted()).toEqual(devices.map(({ name }) => name).toSorted());
    expect(held).toEqual([]);
    expect(issued[0]).toMatchObject({ kind: 'install', waveId, state: 'issued', attempt: 1, versionId: version.id, shortVersion: '1.0', version: '100', issuedAt: world.clock.now(), deadline: world.clock.now() + 24 * HOUR });
    expect(queues()).toEqual(devices.map(() => ['install-application']));
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds).toSorted()).toEqual(devices.map(({ enrolmentId }) => enrolmentId).toSorted());
  });

  it('for inventory ask for both lists, the installed one last', async () => {
    await issue({ kind: 'inventory' });
    expect(queues()).toEqual(devices.map(() => ['managed-application-list', 'installed-application-list']));
    expect(world.tables.standings.size).toBe(0);
  });

  it('are watched before the first of them exists', async () => {
    const seen: number[] = [];
    world.tables.beforeWrite = (operation) => {
      if (operation === 'instructions.issue') seen.push(world.tables.timers.size);
    };
    const { waveId } = await issue();
    expect(seen).toEqual(devices.map(() => 1));
    expect([...world.tables.timers.values()]).toEqual([{ at: world.clock.now() + 15 * MINUTE, kind: 'wave-check', subject: waveId, step: 0 }]);
  });

  it('leave alone devices that have a live one for the app, say which, and do not wake them', async () => {
    seedInstruction(world, present(devices[0]), version, { state: 'acknowledged' });
    seedInstruction(world, present(devices[1]), version, { state: 'failed' });
    const { issued, held } = await issue();
    expect(held.map(({ deviceName }) => deviceName)).toEqual(['d0']);
    expect(issued).toHaveLength(11);
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).not.toContain(devices[0]?.enrolmentId);
  });

  it('wake nobody where every device has a live one', async () => {
    for (const device of devices) seedInstruction(world, device, version, { state: 'acknowledged' });
    expect((await issue()).issued).toEqual([]);
    expect(world.waker.calls).toEqual([]);
  });

  it('are refused, none of them issued, where one device is not enrolled', async () => {
    const away = seedDevice(world, 'berlin', 'away', { status: 'left' });
    await expect(issue({ devices: [...devices, away] })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('"away"') as string, remedy: expect.any(String) as string });
    expect(world.tables.instructions.size).toBe(0);
    expect(world.tables.timers.size).toBe(0);
  });

  it.each([0, MAX_DIRECT + 1])('are refused for %i devices', async (count) => {
    await expect(issue({ devices: Array.from({ length: count }, () => present(devices[0])) })).rejects.toMatchObject({ code: 'invalid-input', remedy: expect.stringContaining('500') as string });
  });
});
