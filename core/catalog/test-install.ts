/** A version on test devices before any distribution; the first that has it proves the placement. */
import type { Instant } from '../ambient.ts';
import type { Device, DeviceSummary } from '../device/device.ts';
import type { BranchStore, DeviceStore } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, DeviceId, VersionId, WaveId } from '../ids.ts';
import { checkReachable, MAX_DIRECT, type DirectRequest } from '../instruction/direct.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import { checkVersion } from '../rollout/new-plan.ts';
import { isTestWave } from '../rollout/wave-id.ts';
import type { AppVersion } from './app.ts';
import type { CatalogueStore } from './store.ts';

export interface TestInstallServices {
  readonly branches: Pick<BranchStore, 'branches'>;
  readonly devices: Pick<DeviceStore, 'device' | 'devicesOfBranch'>;
}

/** Hours that a test device has. */
const DEADLINE = 24;
const READS_AT_ONCE = 16;

/** What is to be issued to the test devices named, or to all that are enrolled. Throws `conflict` where there is none, or one is no test device or not enrolled. */
export async function prepareTestInstall(services: TestInstallServices, version: AppVersion | undefined, deviceIds: readonly DeviceId[] | undefined, now: Instant): Promise<DirectRequest> {
  const placed = checkVersion(version, now);
  const devices = deviceIds === undefined ? await testDevices(services) : await Promise.all([...new Set(deviceIds)].map((id) => namedDevice(services, id)));
  if (devices.length === 0) throw new WavecastError('conflict', 'There is no enrolled test device.', { remedy: 'Make a device one with `wavecast device update ID --test yes`, or invite one with --test.' });
  return { kind: 'install', version: placed, devices, deadlineHours: DEADLINE };
}

async function namedDevice(services: TestInstallServices, id: DeviceId): Promise<Device> {
  const device = await services.devices.device(id);
  if (device === undefined) throw new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
  if (!device.testDevice) throw new WavecastError('conflict', `The device "${device.name}" is no test device.`, { remedy: 'Make it one with `wavecast device update ID --test yes`, or choose another.' });
  checkReachable(device);
  return device;
}

/** Test devices stand first in each branch's order. */
async function testDevices(services: TestInstallServices): Promise<readonly DeviceSummary[]> {
  const branches = [...(await services.branches.branches())];
  const found: DeviceSummary[] = [];
  const look = async (): Promise<void> => {
    for (let branch = branches.shift(); branch !== undefined && found.length < MAX_DIRECT; branch = branches.shift()) found.push(...await testDevicesOf(services, branch.id));
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, look));
  return found.filter(({ status, enrolmentId }) => status === 'enrolled' && enrolmentId !== undefined).slice(0, MAX_DIRECT);
}

async function testDevicesOf(services: TestInstallServices, branchId: BranchId): Promise<readonly DeviceSummary[]> {
  const page = 20;
  const found: DeviceSummary[] = [];
  for (;;) {
    const next = await services.devices.devicesOfBranch(branchId, found.at(-1)?.order, page);
    const tests = next.filter(({ testDevice }) => testDevice);
    found.push(...tests);
    if (tests.length < page || found.length >= MAX_DIRECT) return found;
  }
}

/**
 * What became of a test install on each of its devices, by name. One query.
 * Throws `not-found` where the wave is none: nothing was instructed in it, or by a plan.
 */
export async function outcomesOfTest({ instructions }: { readonly instructions: Pick<InstructionStore, 'instructionsOfWave'> }, waveId: WaveId): Promise<{ readonly versionId: VersionId; readonly instructions: readonly Instruction[] }> {
  const found = isTestWave(waveId) ? (await instructions.instructionsOfWave(waveId)).filter(({ kind }) => kind === 'install') : [];
  const [first] = found;
  if (first === undefined) throw new WavecastError('not-found', `There is no test install ${waveId}.`, { remedy: 'Use the `waveId` that `wavecast app test-install --json` answers.' });
  return { versionId: first.versionId, instructions: found.toSorted((one, other) => (one.deviceName < other.deviceName ? -1 : 1)) };
}

export interface ProveServices {
  readonly instructions: Pick<InstructionStore, 'instructionsOfWave'>;
  readonly catalogue: Pick<CatalogueStore, 'version' | 'movePlacement'>;
}

/** Once a test install has succeeded its version is proven. Waves of plans, and of devices instructed by themselves, prove nothing. May repeat. */
export async function proveVersion(services: ProveServices, waveId: WaveId): Promise<void> {
  if (!isTestWave(waveId)) return;
  const proof = (await services.instructions.instructionsOfWave(waveId)).find(({ kind, state }) => kind === 'install' && state === 'installed');
  if (proof === undefined) return;
  const version = await services.catalogue.version(proof.versionId);
  // A mismatch found meanwhile outweighs an installation from before.
  if (version?.placement === 'verified') await services.catalogue.movePlacement(version.id, 'verified', { placement: 'proven', checks: version.checks });
}
