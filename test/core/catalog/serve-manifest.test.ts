import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { packageKey } from '../../../core/catalog/placement-keys.ts';
import { serveManifest, serveVerifier } from '../../../core/catalog/serve-manifest.ts';
import type { LinkBearer } from '../../../core/catalog/store.ts';
import type { Device } from '../../../core/device/device.ts';
import { instructionStates, type Instruction, type InstructionState } from '../../../core/instruction/instruction.ts';
import { directWaveId } from '../../../core/rollout/wave-id.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let device: Device;
const links = { packageLink: (key: string, expiresAt: number, bearer?: LinkBearer) => Promise.resolve(`https://packages.example/${key}?until=${expiresAt}&for=${bearer?.deviceId ?? 'nobody'}&in=${bearer?.branchId ?? 'nowhere'}`) };

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
});

const serve = (link: Pick<Instruction, 'waveId' | 'deviceId'>, asked: 'fetch' | 'look' = 'fetch') => serveManifest({ ...world, links }, link, asked, world.clock.now());
/** It says no more: whoever tries links learns nothing. */
const nothing = { code: 'not-found', message: 'There is nothing here.' };

describe('a manifest', () => {
  it('names the version, its app, and the very file that was verified', async () => {
    const instruction = seedInstruction(world, device, version);
    expect(await serve(instruction)).toEqual({
      version, app: world.tables.apps.get(version.bundleId),
      packageUrl: `https://packages.example/${packageKey(version.digest, version.fileName)}?until=${instruction.deadline + 7 * DAY}&for=${device.id}&in=berlin`,
    });
  });

  it('names the pictures of the app\'s icon, for as long as the package, where it has one', async () => {
    version = seedVersion(world, 'com.example.pictured', { iconWidth: 120 });
    const instruction = seedInstruction(world, device, version);
    const signed = `until=${instruction.deadline + 7 * DAY}&for=${device.id}&in=berlin`;
    expect(await serve(instruction)).toMatchObject({
      displayImageUrl: `https://packages.example/packages/${version.digest}/icon-57.png?${signed}`, fullSizeImageUrl: `https://packages.example/packages/${version.digest}/icon-512.png?${signed}`,
    });
  });

  it('is served, again and again, until seven days after the instruction\'s deadline', async () => {
    const instruction = seedInstruction(world, device, version, { state: 'timedOut' });
    world.clock.set(instruction.deadline + 7 * DAY - 1);
    for (let n = 0; n < 2; n += 1) expect((await serve(instruction)).version).toEqual(version);
    world.clock.pass(1);
    await expect(serve(instruction)).rejects.toMatchObject(nothing);
  });

  const withheld: readonly InstructionState[] = ['cancelled', 'superseded', 'skipped'];
  it.each(instructionStates.map((state) => [state, withheld.includes(state) ? 'withheld' : 'served'] as const))('of an instruction that is %s is %s', async (state, expected) => {
    const instruction = seedInstruction(world, device, version, { state });
    if (expected === 'served') expect((await serve(instruction)).version).toEqual(version);
    else await expect(serve(instruction)).rejects.toMatchObject(nothing);
  });

  it('is withheld from the moment in which its version is withdrawn, and served again once that is taken back', async () => {
    const instruction = seedInstruction(world, device, version);
    await world.catalogue.withdraw(version.id, { at: 1, by: 'ada', reason: 'It crashed.' });
    await expect(serve(instruction)).rejects.toMatchObject(nothing);
    world.tables.versions.set(version.id, version);
    expect((await serve(instruction)).version).toEqual(version);
  });

  it.each(['missing', 'mismatched'] as const)('is withheld while its file is %s, and served again when it is put right', async (placement) => {
    const instruction = seedInstruction(world, device, version);
    world.tables.versions.set(version.id, { ...version, placement });
    await expect(serve(instruction)).rejects.toMatchObject({ code: 'throttled' });
    world.tables.versions.set(version.id, version);
    expect((await serve(instruction)).version).toEqual(version);
  });

  it('is withheld while the branch\'s brake is on, and served again when it is released', async () => {
    const instruction = seedInstruction(world, device, version);
    seedBranch(world, 'berlin', { brake: true });
    await expect(serve(instruction)).rejects.toMatchObject({ code: 'throttled' });
    seedBranch(world, 'berlin');
    expect((await serve(instruction)).version).toEqual(version);
  });

  it.each<[string, () => Pick<Instruction, 'waveId' | 'deviceId'>]>([
    ['an instruction that does not exist', () => ({ waveId: directWaveId(world.ids), deviceId: device.id })],
    ['another device\'s instruction', () => ({ ...seedInstruction(world, device, version), deviceId: seedDevice(world, 'berlin', 'other').id })],
    ['an inventory instruction', () => seedInstruction(world, device, version, { kind: 'inventory' })],
    ['a version that is no longer registered', () => {
      const instruction = seedInstruction(world, device, version);
      world.tables.versions.clear();
      return instruction;
    }],
  ])('does not exist for %s', async (_, link) => {
    await expect(serve(link())).rejects.toMatchObject(nothing);
  });
});

describe('that a device has fetched its manifest', () => {
  const kept = ({ waveId, deviceId }: Instruction) => world.instructions.instruction(waveId, deviceId);

  it.each(['delivered', 'installed', 'timedOut'] as const)('is kept, with the first instant, by an instruction that is %s and stays so', async (state) => {
    const instruction = seedInstruction(world, device, version, { state });
    const first = world.clock.now();
    await serve(instruction);
    world.clock.pass(DAY);
    await serve(instruction);
    expect(await kept(instruction)).toEqual({ ...instruction, manifestAt: first });
  });

  it('is written once, however often it is fetched', async () => {
    const instruction = seedInstruction(world, device, version);
    const writes: string[] = [];
    world.tables.beforeWrite = (name) => { writes.push(name); };
    for (let n = 0; n < 3; n += 1) await serve(instruction);
    expect(writes).toEqual(['instructions.noteManifest']);
  });

  it('is not so where it asked for the headers alone, or got nothing', async () => {
    const instruction = seedInstruction(world, device, version);
    await serve(instruction, 'look');
    seedBranch(world, 'berlin', { brake: true });
    await expect(serve(instruction)).rejects.toMatchObject({ code: 'throttled' });
    expect(await kept(instruction)).toEqual(instruction);
  });

  it('is worth no refusal: where it cannot be kept the manifest is served all the same, and the log says so', async () => {
    const instruction = seedInstruction(world, device, version);
    world.tables.beforeWrite = () => { throw new Error('The table is closed.'); };
    expect((await serve(instruction)).version).toEqual(version);
    expect(world.log.lines).toMatchObject([{ level: 'warn', message: 'that a manifest was fetched is not noted' }]);
  });
});

describe('the manifest of a verification', () => {
  const expiresAt = () => world.clock.now() + DAY;
  const verify = (until = expiresAt()) => serveVerifier({ ...world, links }, { versionId: version.id, expiresAt: until }, world.clock.now());

  it.each(['placed', 'mismatched', 'missing', 'verified'] as const)('is what devices get, though the placement is %s: that is to be found out', async (placement) => {
    world.tables.versions.set(version.id, { ...version, placement });
    expect(await verify()).toMatchObject({ version: { id: version.id }, packageUrl: `https://packages.example/${packageKey(version.digest, version.fileName)}?until=${expiresAt()}&for=nobody&in=nowhere` });
  });

  it('does not exist once its link has ended, its version is withdrawn or was never there', async () => {
    await expect(verify(world.clock.now())).rejects.toMatchObject(nothing);
    await world.catalogue.withdraw(version.id, { at: 1, by: 'ada', reason: 'It crashed.' });
    await expect(verify()).rejects.toMatchObject(nothing);
    world.tables.versions.clear();
    await expect(verify()).rejects.toMatchObject(nothing);
  });
});
