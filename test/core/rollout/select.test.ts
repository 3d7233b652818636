import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { DeviceSummary } from '../../../core/device/device.ts';
import type { Standing } from '../../../core/instruction/store.ts';
import { reason, type ReasonCode } from '../../../core/instruction/reasons.ts';
import type { AppFacts } from '../../../core/inventory/inventory.ts';
import { parseEnrolmentId } from '../../../core/ids.ts';
import { selectForInstall, selectForInventory, type VersionNeeds } from '../../../core/rollout/select.ts';
import { waveIdOf, directWaveId } from '../../../core/rollout/wave-id.ts';
import { seedFacts } from '../../support/memory/seed-instruction.ts';
import { seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const world = memoryWorld();
const now = world.clock.now();
const version = seedVersion(world, 'com.example.field', { minimumOsVersion: '16.0' });
const { plan } = seedPlan(world, version, []);
const { plan: other } = seedPlan(world, version, []);
const device = seedDevice(world, 'berlin', 'phone');
const enrolmentId = present(device.enrolmentId);

const standing = (planId: typeof plan.id, live: boolean): Standing => ({ deviceId: device.id, bundleId: version.bundleId, versionId: version.id, live, waveId: waveIdOf({ planId, branchId: device.branchId, kind: 'install' }, 3) });
function facts(age: number, says: Parameters<typeof seedFacts>[4] = {}): AppFacts {
  seedFacts(world, device, version, now - age, says);
  return present(world.tables.facts.get(`${device.id}/${version.bundleId}`));
}

interface Case {
  /** Instead of the ordinary one. */
  readonly instead?: DeviceSummary;
  readonly device?: Partial<DeviceSummary>;
  readonly version?: Partial<VersionNeeds>;
  readonly standing?: Standing;
  readonly facts?: AppFacts;
}
const select = (given: Case) => selectForInstall({ ...(given.instead ?? device), ...given.device }, given.standing, given.facts, { ...version, ...given.version }, plan, now);
const iPad = { productName: 'iPad13,4' };
const forPads = { deviceFamilies: [2] };
const { enrolmentId: _, ...neverEnrolled } = device;
const { osVersion: __, productName: ___, ...untold } = device;

describe('a device when a wave opens', () => {
  const targets: readonly [string, Case][] = [
    ['can be reached and nothing is against it', {}],
    ['had another plan\'s instruction that is over', { standing: standing(other.id, false) }],
    ['had the version by an inventory that is more than a day old', { facts: facts(DAY + 1) }],
    ['has an older build', { facts: facts(HOUR, { installed: { version: '99' } }) }],
    ['has a copy that is not managed', { facts: facts(HOUR, { managed: { status: 'Absent' } }) }],
    ['has just the system that the app needs', { device: { osVersion: '16.0' } }],
    ['has not said which system it has', { instead: untold }],
    ['is an iPad and the app is for iPhones', { device: iPad, version: { deviceFamilies: [1] } }],
    ['is an iPad and the app is for iPads', { device: iPad, version: forPads }],
    ['is an iPad and the app is for both', { device: iPad }],
    ['has not said what it is', { instead: untold, version: forPads }],
    ['is any, where the app names no family', { version: { deviceFamilies: [] } }],
    ['is in the ad hoc profile', { version: { kind: 'ad-hoc', provisionedDevices: ['OTHER', enrolmentId] } }],
    ['is any, where the profile is an enterprise\'s', { version: { kind: 'enterprise', provisionedDevices: [] } }],
  ];
  it.each(targets)('is instructed when it %s', (_name, given) => {
    expect(select(given)).toEqual({ kind: 'target', target: { deviceId: device.id, deviceName: device.name, enrolmentId } });
  });

  const skips: readonly [string, ReasonCode, Case][] = [
    ['is expected', 'not-enrolled', { device: { status: 'expected' } }],
    ['cannot be pushed to yet', 'not-enrolled', { device: { status: 'authenticated' } }],
    ['has left', 'not-enrolled', { device: { status: 'left' } }],
    ['has the version by fresh inventory', 'already-installed', { facts: facts(HOUR) }],
    ['has the version although it could not run it yet', 'already-installed', { facts: facts(HOUR, { managed: { isValidated: false } }) }],
    ['has an older system', 'os-too-old', { device: { osVersion: '15.8.3' } }],
    ['has an older system, which is no text comparison', 'os-too-old', { device: { osVersion: '9.3' } }],
    ['is an iPhone and the app is for iPads', 'wrong-device-family', { version: forPads }],
    ['is an iPod and the app is for iPads', 'wrong-device-family', { device: { productName: 'iPod9,1' }, version: forPads }],
    ['is not in the ad hoc profile', 'not-provisioned', { version: { kind: 'ad-hoc', provisionedDevices: ['OTHER'] } }],
    ['has a live instruction of another plan', 'other-instruction-live', { standing: standing(other.id, true) }],
    ['has a live instruction outside any plan', 'other-instruction-live', { standing: { ...standing(other.id, true), waveId: directWaveId(world.ids) } }],
  ];
  it.each(skips)('is passed over when it %s: %s', (_name, code, given) => {
    expect(select(given)).toEqual({ kind: 'skip', skip: { deviceId: device.id, deviceName: device.name, ...reason(code) } });
  });

  it('is passed over without an enrolment', () => {
    expect(selectForInstall({ ...neverEnrolled, status: 'enrolled' }, undefined, undefined, version, plan, now)).toMatchObject({ kind: 'skip', skip: { code: 'not-enrolled' } });
  });

  it.each([true, false])('is done where the plan itself has instructed it, and that is live: %s', (live) => {
    expect(select({ standing: standing(plan.id, live), facts: facts(HOUR), device: { status: 'left' } })).toEqual({ kind: 'done' });
  });

  it('is told first what a person would change first: that it is not enrolled, before anything about the app', () => {
    const everything: Case = { device: { status: 'left', osVersion: '9.0' }, facts: facts(HOUR), standing: standing(other.id, true), version: forPads };
    expect(select(everything)).toMatchObject({ kind: 'skip', skip: { code: 'not-enrolled' } });
  });
});

describe('a device when inventory is collected', () => {
  it('is asked where the plan instructed it and it can be reached', () => {
    expect(selectForInventory(device, standing(plan.id, false), plan)).toEqual({ kind: 'target', target: { deviceId: device.id, deviceName: device.name, enrolmentId } });
  });

  it.each<[string, DeviceSummary, Standing | undefined]>([
    ['the plan never instructed it', device, undefined],
    ['another plan instructed it last', device, standing(other.id, true)],
    ['it has left', { ...device, status: 'left' }, standing(plan.id, false)],
    ['it has no enrolment', { ...neverEnrolled, enrolmentId: parseEnrolmentId('00000000'), status: 'authenticated' }, standing(plan.id, false)],
  ])('is left alone where %s', (_name, given, last) => {
    expect(selectForInventory(given, last, plan)).toEqual({ kind: 'done' });
  });
});
