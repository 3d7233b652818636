/** Single devices, at once: who can be instructed, who is left out and why, and what it leaves alone. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { proveVersion } from '../../../core/catalog/test-install.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseDeviceId } from '../../../core/ids.ts';
import { issueDirect } from '../../../core/instruction/direct.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import { MOST_AT_ONCE, prepareInstruct, type InstructNow, type InstructRequest } from '../../../core/rollout/instruct-now.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { placeOfWave, singleWaveId } from '../../../core/rollout/wave-id.ts';
import { uuidOf } from '../../support/memory/ambient.ts';
import { queueOfDevice, seedFacts, seedInstruction, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

let world: MemoryWorld;
let version: AppVersion;

beforeEach(() => {
  world = memoryWorld();
  for (const id of ['berlin', 'tokyo']) seedBranch(world, id);
  version = seedVersion(world);
});

const prepare = (devices: readonly Device[], request: Partial<InstructRequest> = {}): Promise<InstructNow> => prepareInstruct(world, version, { deviceIds: devices.map(({ id }) => id), ...request }, world.clock.now());
const names = ({ request }: InstructNow): readonly string[] => request.devices.map(({ name }) => name);
const leftOut = ({ leftOut: left }: InstructNow): readonly (readonly [string, string])[] => left.map(({ name, code }) => [name, code]);
/** Under way, waiting for its first window in its branches. */
async function underWay(branches: readonly string[], facts: Partial<Plan> = {}): Promise<Plan> {
  const { plan } = seedPlan(world, version, branches, facts);
  world.tables.livePlans.set(version.bundleId, { bundleId: version.bundleId, planIds: [...(world.tables.livePlans.get(version.bundleId)?.planIds ?? []), plan.id], revision: 1 });
  await launchPlan(world, plan.id, world.clock.now());
  return plan;
}

describe('single devices', () => {
  it('are instructed at once, whatever the hour, with a deadline and what asks them before it', async () => {
    world.clock.set(Date.parse('2026-03-02T03:00:00Z'));
    const devices = ['a', 'b'].map((name) => seedDevice(world, 'berlin', name));
    const { request } = await prepare(devices, { deadlineHours: 4 });
    const waveId = singleWaveId(world.ids);
    const { issued } = await issueDirect(world, { ...request, waveId }, world.clock.now());
    expect(issued.map(({ deviceName, kind, state, planId, deadline }) => [deviceName, kind, state, planId, deadline - world.clock.now()])).toEqual(['a', 'b'].map((name) => [name, 'install', 'issued', undefined, 4 * HOUR]));
    expect(devices.map((device) => queueOfDevice(world, device).map(({ command }) => command.type))).toEqual([['install-application'], ['install-application']]);
    expect([...world.tables.timers.values()]).toMatchObject([{ kind: 'wave-check', subject: waveId }]);
    expect(world.waker.calls.flatMap(({ enrolmentIds }) => enrolmentIds)).toEqual(devices.map(({ enrolmentId }) => enrolmentId));
  });

  it('have a day where nothing is said, and each is instructed once', async () => {
    const device = seedDevice(world, 'berlin', 'a');
    const prepared = await prepare([device, device]);
    expect([names(prepared), prepared.request.deadlineHours]).toEqual([['a'], 24]);
  });

  it('are left out for the reasons of a wave, while the others are instructed', async () => {
    const devices = ['fine', 'has-it', 'held', 'old', 'gone'].map((name) => seedDevice(world, 'berlin', name, name === 'old' ? { osVersion: '15.8' } : name === 'gone' ? { status: 'left' } : {}));
    seedFacts(world, present(devices[1]), version, world.clock.now() - HOUR);
    seedInstruction(world, present(devices[2]), version, { state: 'acknowledged' });
    const prepared = await prepare(devices);
    expect(names(prepared)).toEqual(['fine']);
    expect(leftOut(prepared)).toEqual([['has-it', 'already-installed'], ['held', 'other-instruction-live'], ['old', 'os-too-old'], ['gone', 'not-enrolled']]);
  });

  it('are refused, with each one\'s reason, where none of them can be', async () => {
    const devices = ['left', 'off'].map((name) => seedDevice(world, 'berlin', name, { status: 'left' }));
    await expect(prepare(devices)).rejects.toMatchObject({ code: 'conflict', message: 'None of the devices can be instructed now.', evidence: ['left: The device is not enrolled.', 'off: The device is not enrolled.'] });
    await expect(prepare([present(devices[0])], { force: true })).rejects.toMatchObject({ message: 'The device cannot be instructed now.' });
  });

  it('are refused all together where one of them is not known, or they are too many', async () => {
    const device = seedDevice(world, 'berlin', 'a');
    await expect(prepare([device], { deviceIds: [device.id, parseDeviceId(uuidOf('nobody'))] })).rejects.toMatchObject({ code: 'not-found' });
    const many = Array.from({ length: MOST_AT_ONCE + 1 }, (_, n) => seedDevice(world, 'berlin', `d${n}`));
    await expect(prepare(many)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(names(await prepare(many.slice(1)))).toHaveLength(MOST_AT_ONCE);
  });

  it.each([['a version that is not verified', { placement: 'mismatched' }, 'placement-missing'], ['one whose profile has ended', { profileExpiresAt: 0 }, 'package-refused']] as const)('are refused for %s', async (_, facts, code) => {
    version = { ...version, ...facts };
    await expect(prepare([seedDevice(world, 'berlin', 'a')])).rejects.toMatchObject({ code });
  });

  it('whose users were prompted twice within a week are left out, unless forced', async () => {
    const device = seedDevice(world, 'berlin', 'asked');
    for (let n = 0; n < 2; n += 1) seedInstruction(world, device, version, { state: 'rejected', issuedAt: world.clock.now() - 2 * DAY, history: [{ at: 0, state: 'acknowledged' }] });
    const prepared = await prepare([device, seedDevice(world, 'berlin', 'other')]);
    expect(leftOut(prepared)).toEqual([['asked', 'prompted-twice']]);
    await expect(prepare([device])).rejects.toMatchObject({ remedy: expect.stringContaining('--force') as string });
    expect(names(await prepare([device], { force: true }))).toEqual(['asked']);
  });
});

describe('a device that a plan under way is still to instruct', () => {
  it('is left out with the plan\'s name, unless forced', async () => {
    await underWay(['berlin'], { name: 'Spring' });
    const [device, elsewhere] = [seedDevice(world, 'berlin', 'a'), seedDevice(world, 'tokyo', 'b')];
    const prepared = await prepare([device, elsewhere]);
    expect(names(prepared)).toEqual(['b']);
    expect(prepared.leftOut).toEqual([{ name: 'a', code: 'in-live-plan', words: 'The plan "Spring" is still to instruct the device.' }]);
    expect(names(await prepare([device], { force: true }))).toEqual(['a']);
  });

  it('is one that it lists, or that carries its tag', async () => {
    const [on, off] = [seedDevice(world, 'berlin', 'on', { tags: ['field'] }), seedDevice(world, 'berlin', 'off')];
    await underWay(['berlin'], { tags: ['field'] });
    expect(leftOut(await prepare([on, off]))).toEqual([['on', 'in-live-plan']]);
    world.tables.livePlans.clear();
    const plan = await underWay(['berlin'], { targets: 'list' });
    world.tables.targets.set(`${plan.id}/berlin`, [{ order: off.order, deviceId: off.id }]);
    expect(leftOut(await prepare([on, off]))).toEqual([['off', 'in-live-plan']]);
  });

  it('is none that it has done with, nor one of a plan that was cancelled or has gone through the branch', async () => {
    const [done, other] = [seedDevice(world, 'berlin', 'done'), seedDevice(world, 'tokyo', 'other')];
    const plan = await underWay(['berlin', 'tokyo']);
    seedWave(world, plan, 'berlin', version, [done], ['failed']);
    const run = present(world.tables.runs.get(`${plan.id}.tokyo.install`));
    world.tables.runs.set(`${plan.id}.tokyo.install`, { ...run, status: 'finished' });
    await underWay(['berlin', 'tokyo'], { status: 'cancelled' });
    expect(names(await prepare([done, other]))).toEqual(['done', 'other']);
  });
});

describe('what becomes of a device that was instructed by itself', () => {
  it('proves no version, for it need be no test device', async () => {
    const device = seedDevice(world, 'berlin', 'a', { testDevice: true });
    const waveId = singleWaveId(world.ids);
    seedInstruction(world, device, version, { waveId, state: 'installed' });
    await proveVersion(world, waveId);
    expect(world.tables.versions.get(version.id)?.placement).toBe('verified');
  });

  it('belongs to no plan\'s wave', () => {
    expect(placeOfWave(singleWaveId(world.ids))).toBeUndefined();
  });
});
