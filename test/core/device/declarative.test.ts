import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { canReport, takeStatus, type DeviceStatus } from '../../../core/device/declarative.ts';
import type { Device } from '../../../core/device/device.ts';
import { WavecastError } from '../../../core/errors.ts';
import type { Instruction } from '../../../core/instruction/instruction.ts';
import { present } from '../../support/present.ts';
import { seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedDevice, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let version: AppVersion;
let device: Device;
let kept: number;

beforeEach(() => {
  world = memoryWorld();
  seedBranch(world, 'berlin');
  version = seedVersion(world);
  device = seedDevice(world, 'berlin', 'phone');
  kept = 0;
});

const keep = () => {
  kept += 1;
  return Promise.resolve();
};
const nothing: DeviceStatus = { managed: new Map(), installed: new Map(), device: {}, refused: [] };
const tell = (status: Partial<DeviceStatus> | (() => DeviceStatus), signer = digestOf('pin phone')) =>
  takeStatus(world, signer, present(device.enrolmentId), typeof status === 'function' ? status : () => ({ ...nothing, ...status }), keep, world.clock.now());
const says = (status: string, shortVersion?: string) => ({
  managed: new Map([[version.bundleId, { status }]]),
  ...(shortVersion === undefined ? {} : { installed: new Map([[version.bundleId, { shortVersion, version: version.version, installing: false }]]) }),
});
const stored = ({ waveId, deviceId }: Instruction) => present(world.tables.instructions.get(`${waveId}/${deviceId}`));

describe('what a device reports by itself', () => {
  it.each<[string, Parameters<typeof says>, string]>([
    ['managed with this version', ['Managed', '1.0'], 'installed'], ['managed with another', ['Managed', '0.9'], 'acknowledged'], ['managed without saying which', ['Managed'], 'acknowledged'],
    ['installing', ['Installing'], 'installing'], ['rejected', ['UserRejected'], 'rejected'], ['failed', ['Failed'], 'failed'], ['prompting', ['Prompting'], 'acknowledged'],
  ])('of an app that is %s is evidence', async (_, status, state) => {
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    await tell(says(...status));
    expect(stored(instruction).state).toBe(state);
    expect(kept).toBe(1);
  });

  it('is evidence only if it came after the instruction', async () => {
    await tell(says('Managed', '1.0'));
    world.clock.pass(HOUR);
    const instruction = seedInstruction(world, device, version, { state: 'acknowledged' });
    expect(stored(instruction).state).toBe('acknowledged');
    await tell(says('Managed', '1.0'));
    await tell(says('Managed', '1.0'));
    expect(stored(instruction)).toMatchObject({ state: 'installed', history: [{ state: 'issued' }, { state: 'acknowledged' }, { state: 'installed' }] });
  });

  it('is written down: the app that is gone, what the device is, what it refuses', async () => {
    await tell({ managed: new Map([[version.bundleId, { status: 'Absent' }]]), installed: new Map([[version.bundleId, null]]), device: { osVersion: '26.1' }, refused: ['c Error.Unknown'] });
    expect(world.tables.facts.get(`${device.id}/${version.bundleId}`)).toMatchObject({ managed: { status: 'Absent' }, installed: { present: false } });
    expect(world.tables.devices.get(device.id)).toMatchObject({ osVersion: '26.1', revision: 2 });
    expect(world.log.lines).toContainEqual({ level: 'warn', message: 'a device refused a declaration', fields: { deviceId: device.id, codes: 'c Error.Unknown' } });
  });

  it('says that the device is there, whatever it reports', async () => {
    const seenAt = () => present(world.tables.enrolments.get(present(device.enrolmentId))).lastSeenAt;
    for (const status of [{}, () => { throw new WavecastError('invalid-input', 'This is no status report.'); }]) {
      world.clock.pass(HOUR);
      await tell(status);
      expect(seenAt()).toBe(world.clock.now());
    }
  });

  it('is kept and passed over where it cannot be read', async () => {
    await tell(() => {
      throw new WavecastError('invalid-input', 'This is no status report.');
    });
    expect(kept).toBe(1);
    expect(world.log.lines).toEqual([{ level: 'error', message: 'a report cannot be read', fields: { deviceId: device.id } }]);
  });

  it('is refused from an identity that is not the device\'s, and not even kept', async () => {
    await expect(tell(says('Managed', '1.0'), digestOf('another'))).rejects.toMatchObject({ code: 'identity-refused' });
    expect(kept).toBe(0);
    expect(world.tables.facts.size).toBe(0);
  });

  it('passes over names that no app can have', async () => {
    await tell({ managed: new Map([['__proto__', { status: 'Managed' }], ['a b', { status: 'Managed' }], ['com.example.other', { status: 'Managed' }]]) });
    expect([...world.tables.facts.keys()]).toEqual([`${device.id}/com.example.other`]);
  });
});

describe('a system', () => {
  it.each([[undefined, false], ['', false], ['15.8.4', false], ['16.0', true], ['26.1', true], ['beta', false]])('%s can report by itself: %s', (osVersion, can) => {
    expect(canReport(osVersion)).toBe(can);
  });
});
