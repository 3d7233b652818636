/** A person tells a device something; a client that follows Apple's documents does it, or says why not; the person sees it. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseBundleId, parseInvitationId, parseSha256, parseWaveId, versionIdOf } from '../../core/ids.ts';
import type { AppVersion } from '../../core/catalog/app.ts';
import { DemoClient } from '../../local/demo/admin-client.ts';
import { decodePlist, encodePlist, type PlistDict } from '../../protocol/plist.ts';
import { connect, enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { anApp, aVersion } from '../support/samples/catalogue.ts';
import { aBranch } from '../support/samples/device.ts';

let test: TestCloud;
let admin: DemoClient;
let phone: ManagedIdentity;
let deviceId: string;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real' });
  admin = new DemoClient(test.cloud);
  await test.stores.setPushCertificate();
  const branch = aBranch();
  await test.stores.branches.putBranch(branch);
  const now = test.cloud.clock.now();
  await test.stores.invitations.addInvitation({ id: parseInvitationId(crypto.randomUUID()), branchId: branch.id, testDevice: true, uses: 1, used: 0, createdAt: now, expiresAt: now + DAY }, parseSha256(createHash('sha256').update('good').digest('hex')));
  const serialNumber = `W${randomBytes(5).toString('hex').toUpperCase()}`;
  phone = await enrolDevice(`${test.cloud.apiUrl}/enrol/good/profile`, { udid: `00008120-${randomBytes(8).toString('hex').toUpperCase()}`, serialNumber, productName: 'iPhone15,4', osVersion: '26.1' }, () => test.cloud.clock.now());
  await sendToken(phone, randomBytes(32).toString('hex'), 'magic', test.cloud.clock.now());
  const { items } = await admin.call('listDevices', { query: { serialNumber } });
  deviceId = items[0]?.id ?? '';
});
afterAll(() => test.cloud.stop());

/** What a client of Apple's protocol is told: the whole command, as it came. */
async function says(report: PlistDict): Promise<{ readonly id: string; readonly command: PlistDict } | undefined> {
  const answer = await connect(phone, { UDID: phone.enrolmentId, ...report }, test.cloud.clock.now());
  if (answer === undefined) return undefined;
  const { CommandUUID: id, Command: command } = decodePlist(answer) as { readonly CommandUUID: string; readonly Command: PlistDict };
  return { id, command };
}

describe('a device that has enrolled', () => {
  it('is asked about itself, and told who manages it', async () => {
    const told: PlistDict[] = [];
    for (let next = await says({ Status: 'Idle' }); next !== undefined;) {
      told.push(next.command);
      const about = next.command['RequestType'] === 'DeviceInformation' ? { QueryResponses: { OSVersion: '26.2', IsSupervised: true } } : {};
      next = await says({ Status: 'Acknowledged', CommandUUID: next.id, ...about });
    }
    expect(told[0]).toMatchObject({ RequestType: 'DeviceInformation' });
    expect(told).toContainEqual({ RequestType: 'Settings', Settings: [{ Item: 'OrganizationInfo', OrganizationInfo: { OrganizationName: 'Wavecast' } }] });
    expect(await admin.call('getDevice', { id: deviceId })).toMatchObject({ osVersion: '26.2', supervised: true });
  });
});

describe('a command by hand', () => {
  it('arrives as it was sent, and its answer is at hand, byte for byte', async () => {
    const { commandUUID } = await admin.call('sendCommand', { id: deviceId, body: { requestType: 'InstallProvisioningProfile', ProvisioningProfile: { $data: 'YWJj' }, Since: { $date: '2026-11-25T10:00:00Z' }, More: [1, true, { deep: 'ünïcode & <tags>' }] } });
    expect(await admin.call('listCommands', { id: deviceId })).toMatchObject({ items: [{ commandUUID, state: 'waiting' }] });
    const told = await says({ Status: 'Idle' });
    expect(told).toEqual({ id: commandUUID, command: { RequestType: 'InstallProvisioningProfile', ProvisioningProfile: new Uint8Array(Buffer.from('abc')), Since: new Date('2026-11-25T10:00:00Z'), More: [1, true, { deep: 'ünïcode & <tags>' }] } });
    expect(await admin.call('getCommand', { id: commandUUID })).toMatchObject({ state: 'handed-out' });
    const report = { Status: 'Error', CommandUUID: commandUUID, ErrorChain: [{ ErrorDomain: 'MCInstallationErrorDomain', ErrorCode: 4001, LocalizedDescription: 'geheim' }, { ErrorDomain: 'MCProvisioningProfileErrorDomain', ErrorCode: 25000, LocalizedDescription: 'geheim' }] };
    await says(report);
    const result = await admin.call('getCommand', { id: commandUUID });
    expect(result).toMatchObject({ state: 'failed', reason: { words: 'The device answered with an error: the provisioning profile is not valid.', deviceCodes: ['MCInstallationErrorDomain 4001', 'MCProvisioningProfileErrorDomain 25000'] } });
    expect(await (await fetch(result.answerLink ?? '')).text()).toBe(encodePlist({ UDID: phone.enrolmentId, ...report }));
  });

  it('is gone with the queue, and so is an instruction that nobody fetched', async () => {
    const { commandUUID } = await admin.call('sendCommand', { id: deviceId, body: { requestType: 'ProfileList' } });
    expect(await admin.call('clearCommands', { id: deviceId })).toEqual({ withdrawn: 1, cancelled: 0, kept: 0 });
    expect(await says({ Status: 'Idle' })).toBeUndefined();
    expect(await admin.call('getCommand', { id: commandUUID })).toMatchObject({ state: 'withdrawn' });
  });
});

describe('an app with settings', () => {
  const bundleId = parseBundleId('com.example.field');
  const build = async (): Promise<AppVersion> => {
    const now = test.cloud.clock.now();
    const app = anApp({ bundleId });
    const digest = parseSha256(createHash('sha256').update(randomBytes(8)).digest('hex'));
    const version = aVersion(app, { id: versionIdOf(digest), digest, placement: 'verified', verifiedAt: now, profileExpiresAt: now + 300 * DAY });
    await test.stores.catalogue.putVersion(app, version);
    return version;
  };

  it('is installed by them; the device refuses with its own error, and that is what is shown', async () => {
    const version = await build();
    await admin.call('putAppSettings', { id: bundleId, body: { preventBackup: false, attributes: { Removable: false }, configuration: { server: 'https://field.example', retries: 3 } } });
    const { instructed, waveId } = await admin.call('testInstall', { id: version.id, body: { deviceIds: [deviceId] } });
    expect(instructed).toHaveLength(1);
    const told = await says({ Status: 'Idle' });
    expect(told?.command).toEqual({
      RequestType: 'InstallApplication', ManifestURL: expect.stringMatching(/\/manifest\.plist$/) as string, ManagementFlags: 1, ChangeManagementState: 'Managed',
      Attributes: { Removable: false }, Configuration: { server: 'https://field.example', retries: 3 },
    });
    await says({ Status: 'Error', CommandUUID: told?.id ?? '', ErrorChain: [{ ErrorDomain: 'MCMDMErrorDomain', ErrorCode: 12064, LocalizedDescription: 'x', USEnglishDescription: 'x' }] });
    const [instruction] = await test.stores.instructions.instructionsOfWave(parseWaveId(waveId));
    expect(instruction).toMatchObject({ state: 'failed', reason: { code: 'device-error', words: 'The device answered with an error: no licence was found.', deviceCodes: ['MCMDMErrorDomain 12064'] } });
  });
});

it('needed no permission that a function does not have', () => {
  expect(test.faults).toEqual([]);
});
