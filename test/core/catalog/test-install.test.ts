import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../../core/ambient.ts';
import type { AppVersion, PlacementState } from '../../../core/catalog/app.ts';
import { outcomesOfTest, prepareTestInstall, proveVersion } from '../../../core/catalog/test-install.ts';
import { parseDeviceId, type DeviceId } from '../../../core/ids.ts';
import { MAX_DIRECT } from '../../../core/instruction/direct.ts';
import { instructionStates } from '../../../core/instruction/instruction.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;

beforeEach(() => {
  world = memoryWorld();
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
  version = seedVersion(world);
});

const test = { testDevice: true };
const prepare = (ids?: readonly DeviceId[], of: AppVersion | undefined = version) => prepareTestInstall(world, of, ids, world.clock.now());
const names = async (ids?: readonly DeviceId[]) => (await prepare(ids)).devices.map(({ name }) => name).toSorted();

describe('a test install', () => {
  it('goes to the enrolled test devices of all branches, for a day', async () => {
    seedDevice(world, 'berlin', 'phone');
    seedDevice(world, 'berlin', 'test-1', test);
    seedDevice(world, 'tokyo', 'test-2', test);
    seedDevice(world, 'tokyo', 'test-3', { ...test, status: 'left' });
    expect(await names()).toEqual(['test-1', 'test-2']);
    expect(await prepare()).toMatchObject({ kind: 'install', version, deadlineHours: 24 });
  });

  it('finds more test devices than one page holds, and no more than may be instructed at once', async () => {
    for (let n = 0; n < 45; n += 1) seedDevice(world, 'berlin', `test-${n}`, test);
    for (let n = 0; n < 30; n += 1) seedDevice(world, 'berlin', `phone-${n}`);
    expect(await names()).toHaveLength(45);
    for (let n = 45; n < MAX_DIRECT + 20; n += 1) seedDevice(world, 'tokyo', `test-${n}`, test);
    expect(await names()).toHaveLength(MAX_DIRECT);
  });

  it('goes to those named, each once', async () => {
    const [one] = [seedDevice(world, 'berlin', 'test-1', test), seedDevice(world, 'berlin', 'test-2', test)];
    expect(await names([one.id, one.id])).toEqual(['test-1']);
  });

  it.each<[string, () => readonly DeviceId[] | undefined, string, RegExp]>([
    ['there is no test device', () => undefined, 'conflict', /no enrolled test device/],
    ['no test device is enrolled', () => {
      seedDevice(world, 'berlin', 'test-1', { ...test, status: 'left' });
      return undefined;
    }, 'conflict', /no enrolled test device/],
    ['a device named is no test device', () => [seedDevice(world, 'berlin', 'phone').id], 'conflict', /"phone" is no test device/],
    ['a device named is not enrolled', () => [seedDevice(world, 'berlin', 'test-1', { ...test, status: 'left' }).id], 'conflict', /"test-1" is not enrolled/],
    ['a device named does not exist', () => [parseDeviceId(uuidOf('nobody'))], 'not-found', /no device/],
  ])('is refused, with what to do, where %s', async (_, ids, code, says) => {
    await expect(prepare(ids())).rejects.toMatchObject({ code, message: expect.stringMatching(says) as string, remedy: expect.any(String) as string });
  });

  it('is refused for a version that is not verified', async () => {
    seedDevice(world, 'berlin', 'test-1', test);
    await expect(prepare(undefined, { ...version, placement: 'mismatched' })).rejects.toMatchObject({ code: 'placement-missing' });
  });
});

describe('what became of a test install', () => {
  it('is told of each of its devices, by name, and of nothing else that was asked in the same way', async () => {
    const { waveId } = seedInstruction(world, seedDevice(world, 'berlin', 'test-2', test), version, { state: 'failed' });
    seedInstruction(world, seedDevice(world, 'tokyo', 'test-1', test), version, { state: 'installed', waveId });
    seedInstruction(world, seedDevice(world, 'tokyo', 'test-3', test), version, { kind: 'inventory', waveId });
    const { versionId, instructions } = await outcomesOfTest(world, waveId);
    expect([versionId, instructions.map(({ deviceName, state }) => [deviceName, state])]).toEqual([version.id, [['test-1', 'installed'], ['test-2', 'failed']]]);
  });

  it('is not told of a plan\'s wave', async () => {
    const { plan } = seedPlan(world, version, ['berlin']);
    const wave = seedWave(world, plan, 'berlin', version, [seedDevice(world, 'berlin', 'phone')], ['installed']);
    await expect(outcomesOfTest(world, wave.id)).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });
});

describe('a version', () => {
  const placed = (placement: PlacementState) => {
    world.tables.versions.set(version.id, { ...version, placement });
  };
  const placement = () => world.tables.versions.get(version.id)?.placement;

  it.each(instructionStates.map((state) => [state, state === 'installed' ? 'proven' : 'verified'] as const))('is, after a test install that is %s, %s', async (state, expected) => {
    const { waveId } = seedInstruction(world, seedDevice(world, 'berlin', 'test-1', test), version, { state });
    await proveVersion(world, waveId);
    expect(placement()).toBe(expected);
  });

  it('is proven by the first of several that has it', async () => {
    const { waveId } = seedInstruction(world, seedDevice(world, 'berlin', 'test-1', test), version, { state: 'failed' });
    seedInstruction(world, seedDevice(world, 'berlin', 'test-2', test), version, { state: 'installed', waveId });
    await proveVersion(world, waveId);
    await proveVersion(world, waveId);
    expect(placement()).toBe('proven');
  });

  it('is not proven by inventory, nor by a plan\'s wave', async () => {
    const asked = seedInstruction(world, seedDevice(world, 'berlin', 'test-1', test), version, { kind: 'inventory', state: 'installed' });
    await proveVersion(world, asked.waveId);
    const { plan } = seedPlan(world, version, ['berlin']);
    await proveVersion(world, seedWave(world, plan, 'berlin', version, [seedDevice(world, 'berlin', 'phone')], ['installed']).id);
    expect(placement()).toBe('verified');
  });

  it.each(['mismatched', 'missing', 'placed', 'proven'] as const)('that is %s stays so: what was found since outweighs an installation from before', async (now) => {
    const { waveId } = seedInstruction(world, seedDevice(world, 'berlin', 'test-1', test), version, { state: 'installed' });
    placed(now);
    world.clock.pass(HOUR);
    await proveVersion(world, waveId);
    expect(placement()).toBe(now);
  });
});
