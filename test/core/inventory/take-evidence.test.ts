import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import type { Instruction, InstructionState } from '../../../core/instruction/instruction.ts';
import { takeEvidence, type ReportedApp } from '../../../core/inventory/take-evidence.ts';
import { present } from '../../support/present.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let device: Device;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
});

const report = (says: { readonly managed?: string; readonly installed?: string }) => {
  const reportedAt = world.clock.now();
  const reported: ReportedApp = {
    bundleId: version.bundleId,
    ...(says.managed === undefined ? {} : { managed: { status: says.managed, reportedAt } }),
    ...(says.installed === undefined ? {} : { installed: { present: true, shortVersion: says.installed, version: version.version, reportedAt } }),
  };
  return takeEvidence(world, device.id, reported, reportedAt);
};
const stored = ({ waveId, deviceId }: Instruction) => present(world.tables.instructions.get(`${waveId}/${deviceId}`));
const live = () => world.tables.standings.get(`${device.id}/${version.bundleId}`)?.live;
const proof = { managed: 'Managed', installed: '1.0' };

describe('what a device\'s lists say', () => {
  it('is kept, whatever it proves', async () => {
    await report({ managed: 'Absent' });
    await report({ installed: '0.9' });
    expect(world.tables.facts.get(`${device.id}/${version.bundleId}`)).toMatchObject({ managed: { status: 'Absent' }, installed: { shortVersion: '0.9' } });
  });

  it('proves an installation once both lists have come, in either order, and gives the device free', async () => {
    for (const order of [['managed', 'installed'], ['installed', 'managed']] as const) {
      const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
      world.tables.facts.clear();
      await report({ [order[0]]: proof[order[0]] });
      expect(stored(instruction).state).toBe('acknowledged');
      await report({ [order[1]]: proof[order[1]] });
      expect(stored(instruction)).toMatchObject({ state: 'installed', finishedAt: world.clock.now() });
      expect(live()).toBe(false);
    }
  });

  it.each<[InstructionState, InstructionState]>([
    ['issued', 'installed'], ['delivered', 'installed'], ['deferred', 'installed'], ['acknowledged', 'installed'], ['installing', 'installed'],
    ['rejected', 'installed'], ['failed', 'installed'], ['timedOut', 'installed'],
    ['skipped', 'skipped'], ['cancelled', 'cancelled'], ['superseded', 'superseded'],
  ])('moves one that is %s to %s, late or not, and keeps what was before', async (from, to) => {
    const instruction = seedInstruction(world, device, version, { state: from });
    world.clock.pass(2 * DAY);
    await report(proof);
    expect(stored(instruction).state).toBe(to);
    expect(stored(instruction).history.map(({ state }) => state)).toEqual([...instruction.history.map(({ state }) => state), ...(from === to ? [] : [to])]);
  });

  it('from before the instruction proves nothing', async () => {
    await report(proof);
    world.clock.pass(HOUR);
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    await report({ managed: 'Managed' });
    expect(stored(instruction).state).toBe('acknowledged');
  });

  it('does not give a device free that another instruction has by now', async () => {
    seedInstruction(world, device, version, { state: 'timedOut' });
    seedInstruction(world, device, version, { state: 'acknowledged', kind: 'install' });
    await report({ managed: 'Managed', installed: '0.9' });
    expect(live()).toBe(true);
  });

  it('a second time changes nothing more', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    await report(proof);
    const once = stored(instruction);
    world.clock.pass(HOUR);
    await report(proof);
    expect(stored(instruction)).toEqual(once);
  });

  it('once only is not lost where the instruction moves on in the same moment', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'delivered' });
    let moved = false;
    world.tables.beforeWrite = (operation) => {
      if (operation !== 'instructions.change' || moved) return;
      moved = true;
      world.tables.instructions.set(`${instruction.waveId}/${device.id}`, { ...stored(instruction), state: 'acknowledged' });
    };
    await report({ managed: 'UserRejected' });
    expect(stored(instruction)).toMatchObject({ state: 'rejected', reason: { code: 'user-rejected' } });
    expect(live()).toBe(false);
  });

  it('of a device that was never instructed moves nothing', async () => {
    await report(proof);
    expect(world.tables.instructions.size).toBe(0);
  });
});
