/**
 * A client that others could have written, from Apple's documents alone (test/support/independent-client), and a person at the
 * administrators' API: what the one does is what the other sees.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../core/ambient.ts';
import { parseWaveId } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { run } from '../../cli/program.ts';
import { app } from '../../local/demo/scenario.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import { createAuthority } from '../../protocol/certificate-authority.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { testWorld } from '../cli/support/world.ts';
import { Device, type Command, type Hardware } from '../support/independent-client/device.ts';
import { readManifest, type Offered } from '../support/independent-client/manifest.ts';
import { Keychain } from '../support/independent-client/openssl.ts';
import { list, string, type Dict, type Value } from '../support/independent-client/property-list.ts';
import { obtainIdentity } from '../support/independent-client/scep-client.ts';
import { ScepRefusal } from '../support/independent-client/scep-message.ts';
import { APPLE, type Habits } from '../support/independent-client/transport.ts';
import { World } from '../support/permissions/world.ts';

let world: World;
let version: AnswerOf<'getVersion'>;
let phone: Device;
let phoneId: string;
const devices: Device[] = [];

beforeAll(async () => {
  world = await World.boot();
  const { admin: api, folder, test: { cloud } } = world;
  await api.call('putBranch', { id: 'berlin', body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50 } });
  const silent = { begin: () => ({ update: () => undefined, done: () => undefined }) };
  version = await placeApp({ api, cloud, folder, steps: silent, world: { fetch, sleep: (milliseconds) => pause(Math.min(milliseconds, 50)), configFolder: folder, interrupted: new AbortController().signal } }, 200_000);
});
afterAll(async () => {
  for (const device of devices) device.stop();
  await world.stop();
});

/** A device that nobody has met before. */
function newDevice({ habits = APPLE, ...hardware }: { readonly habits?: Habits } & Partial<Hardware> = {}): Device {
  const usual = { id: { UDID: newUdid() }, serialNumber: `F${randomBytes(5).toString('hex').toUpperCase()}`, productName: 'iPhone15,4', osVersion: '26.1', buildVersion: '23B85' };
  const { serialNumber, ...anonymous } = usual;
  const device = new Device({ ...('EnrollmentID' in (hardware.id ?? {}) ? anonymous : { ...anonymous, serialNumber }), ...hardware }, { habits, now: () => world.now(), courierPort: world.test.cloud.ports.courier });
  devices.push(device);
  return device;
}

function newUdid(): string {
  return `00008120-${randomBytes(8).toString('hex').toUpperCase()}`;
}

/** The link of an invitation, as a person would be sent one. */
async function invited(deviceName: string): Promise<string> {
  return (await world.admin.call('invite', { body: { branchId: 'berlin', deviceName, testDevice: true } })).link;
}

/** Enrols a device by an invitation, and lets it do what it is told then. Its id. */
async function enrol(device: Device, deviceName: string): Promise<string> {
  const before = device.toldOf('DeclarativeManagement').length;
  await device.enrol(await invited(deviceName));
  await world.until('the device has done what it was told', () => device.toldOf('DeclarativeManagement').length > before || device.faults.length > 0);
  await world.quiet();
  expect(device.faults).toEqual([]);
  const [udid = ''] = Object.values(device.hardware.id);
  const { items: [found] } = await world.admin.call('listDevices', { query: { udid } });
  return found?.id ?? '';
}

/** Apple's codes for a device on which apps may not be installed. */
const refusal: Dict = {
  Status: 'Error', ErrorChain: [
    { ErrorDomain: 'MCMDMErrorDomain', ErrorCode: 12031n, LocalizedDescription: 'Das Installieren von Apps ist auf „Prüfling“ nicht erlaubt.', USEnglishDescription: 'Installing apps is not allowed.' },
    { ErrorDomain: 'MCRestrictionsErrorDomain', ErrorCode: 31000n, LocalizedDescription: 'Die Einschränkung „allowAppInstallation“ gilt.' },
  ],
};
const refused = { state: 'failed', reason: { code: 'device-error', words: 'The device answered with an error: installing apps is switched off on the device.', deviceCodes: ['MCMDMErrorDomain 12031', 'MCRestrictionsErrorDomain 31000'] } };

/** What a command of the program `wavecast` prints. */
async function atTheCommandLine(...args: readonly string[]): Promise<string> {
  const { apiUrl, issuer: { clientSecrets } } = world.test.cloud;
  const [client] = Object.entries(clientSecrets);
  const terminal = testWorld({ env: { WAVECAST_URL: apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' }, configFolder: world.folder, columns: 250 });
  expect([await run(args, terminal, '1.0.0'), terminal.err()]).toEqual([0, '']);
  return terminal.out();
}

/** Tells a device to install the app, and what became of that. */
async function tellToInstall(deviceId: string): Promise<() => Promise<Instruction | undefined>> {
  const { waveId, instructed } = await world.admin.call('testInstall', { id: version.id, body: { deviceIds: [deviceId] } });
  expect(instructed).toHaveLength(1);
  return async () => (await world.test.stores.instructions.instructionsOfWave(parseWaveId(waveId)))[0];
}

async function settled(state: () => Promise<Instruction | undefined>): Promise<void> {
  await world.until('the instruction has failed', async () => (await state())?.state === 'failed');
  await world.quiet();
}

describe('a client that follows Apple\'s documents', () => {
  it('enrols through the profile alone, and says of itself what it is asked', async () => {
    phone = newDevice();
    phone.obeys.set('DeclarativeManagement', async (command) => {
      const { subscribed } = await phone.declare(command, { 'device.model.identifier': 'iPhone15,4', 'device.operating-system.version': '26.1.1', 'device.identifier.serial-number': phone.hardware.serialNumber ?? '', 'mdm.app': [] });
      expect(subscribed).toContain('mdm.app');
      return { Status: 'Acknowledged' };
    });
    phoneId = await enrol(phone, 'Prueffeld-1');
    expect(phone.told.map(({ requestType }) => requestType)).toEqual(['DeviceInformation', 'Settings', 'DeclarativeManagement']);
    expect(phone.told[0]?.keys['Queries']).toContain('OSVersion');
    expect(await world.admin.call('getDevice', { id: phoneId })).toMatchObject({ name: 'Prueffeld-1', status: 'enrolled', branchId: 'berlin', udid: Object.values(phone.hardware.id)[0], serialNumber: phone.hardware.serialNumber, productName: 'iPhone15,4', osVersion: '26.1.1', supervised: false });
    // No erasing and no locking; its identity lives for five years.
    expect(phone.profile.mdm).toMatchObject({ signsMessages: true, checksOutWhenRemoved: true, accessRights: 6611 });
    expect(phone.certificate.validToDate.getTime() - world.now()).toBeGreaterThan(4.9 * 365 * DAY);
  });

  it('may say again who it is and where it can be reached: that asks for nothing anew', async () => {
    const before = phone.told.length;
    await phone.tellToken();
    await world.quiet();
    await phone.session();
    expect(phone.told).toHaveLength(before);
  });

  it('refuses an app with an error of its own, and is shown as failed with that error', async () => {
    const manifests: Promise<unknown>[] = [];
    phone.obeys.set('InstallApplication', async ({ keys }: Command) => {
      manifests.push(readManifest(phone.transport, string(keys['ManifestURL'], 'ManifestURL')));
      await Promise.allSettled(manifests);
      return refusal;
    });
    const plan = await world.admin.call('createPlan', { body: { name: 'Fieldwork', versionId: version.id, branches: [{ branchId: 'berlin', windows: [{ from: '00:00', to: '24:00' }] }] } });
    await world.admin.call('startPlan', { id: plan.id, body: { unproven: true } });
    await world.pass(2 * MINUTE);
    await world.quiet();

    expect(phone.faults).toEqual([]);
    expect(phone.toldOf('InstallApplication').map(({ keys }) => keys)).toEqual([{ ManifestURL: expect.stringMatching(/^http.*\/manifest\.plist$/) as string, ManagementFlags: 5n, ChangeManagementState: 'Managed' }]);
    expect(await Promise.all(manifests)).toEqual([{ bundleIdentifier: app.bundleId, bundleVersion: app.version, title: app.title, size: version.size }]);
    expect((await world.admin.call('listInstructions', { id: plan.id })).items).toMatchObject([{ deviceName: 'Prueffeld-1', ...refused }]);
    expect((await world.admin.call('getPlan', { id: plan.id })).totals).toMatchObject({ failed: 1 });
    // As a person sees it at the command line, with the device's own codes.
    expect(await atTheCommandLine('plan', 'instructions', plan.id, '--state', 'failed'))
      .toMatch(/Prueffeld-1 +berlin +failed .*installing apps is switched off on the device\. MCMDMErrorDomain 12031 MCRestrictionsErrorDomain 31000/);
    const { link = '' } = await world.admin.call('exportDistributionStatus', { body: { bundleId: app.bundleId, versionId: version.id } });
    expect(await (await fetch(link)).text()).toContain(`Prueffeld-1,4,${app.bundleId},${app.shortVersion}`);
    expect((await world.admin.call('getTimeline', { id: phoneId })).items.map(({ kind, code }) => `${kind} ${code ?? ''}`)).toContain('instruction failed');
  });

  it('is asked again after it has put a command off', async () => {
    const answers: Dict[] = [{ Status: 'NotNow' }, refusal];
    const before = phone.toldOf('InstallApplication').length;
    phone.obeys.set('InstallApplication', () => answers.shift() ?? refusal);
    const state = await tellToInstall(phoneId);
    await world.until('the command is put off', async () => (await state())?.state === 'deferred');
    await world.quiet();
    // It comes by itself once it can.
    await phone.session();
    await settled(state);
    const [first, second, ...more] = phone.toldOf('InstallApplication').slice(before).map(({ uuid }) => uuid);
    expect([second, more]).toEqual([first, []]);
    expect((await state())?.history.map((step) => step.state)).toEqual(expect.arrayContaining(['deferred', 'failed']) as string[]);
  });

  it('gets a command again that was lost with its connection, and only after a while', async () => {
    const before = phone.toldOf('InstallApplication').length;
    const told = () => phone.toldOf('InstallApplication').slice(before).map(({ uuid }) => uuid);
    phone.obeys.set('InstallApplication', () => (told().length === 1 ? 'connection lost' : refusal));
    const state = await tellToInstall(phoneId);
    await world.until('the command is lost', () => told().length === 1);
    await phone.session();
    expect(told()).toHaveLength(1);
    await world.pass(15 * SECOND);
    await settled(state);
    expect(told()).toEqual([told()[0], told()[0]]);
    expect(await state()).toMatchObject(refused);
  });

  it('may send a report twice', async () => {
    phone.obeys.set('InstallApplication', () => refusal);
    const state = await tellToInstall(phoneId);
    await settled(state);
    const before = await state();
    const { uuid } = phone.toldOf('InstallApplication').at(-1) ?? { uuid: '' };
    expect(await phone.report({ CommandUUID: uuid, ...refusal })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(await state()).toEqual(before);
    // All of this went over a few connections.
    expect(phone.transport.connections).toBeLessThan(8);
  });
});

describe('a client of other habits', () => {
  it.each<[string, Partial<Habits>, 'sha1' | 'sha256']>([
    ['tells no content type and writes its headers small', { tellsType: 'never', names: 'lower' }, 'sha256'],
    ['sends bodies in pieces, headers in capitals, and a connection for each request', { inChunks: true, names: 'UPPER', keepsAlive: false }, 'sha256'],
    ['asks before it sends a body, tells its charset, and signs with SHA-1', { asksFirst: true, tellsType: 'with its charset' }, 'sha1'],
  ])('%s', async (_, habits, digest) => {
    const device = newDevice({ habits: { ...APPLE, ...habits } });
    device.digest = digest;
    device.obeys.set('InstallApplication', () => refusal);
    const id = await enrol(device, `habits-${devices.length}`);
    const state = await tellToInstall(id);
    await settled(state);
    expect(await state()).toMatchObject(refused);
    expect(device.faults).toEqual([]);
  });
});

describe('a client that does not say which device it is', () => {
  it('enrols, fetches the app, and is shown to have it once its lists say so', async () => {
    const device = newDevice({ id: { EnrollmentID: randomUUID().toUpperCase() } });
    let offered: Offered | undefined;
    let asked: readonly Value[] = [];
    device.obeys.set('InstallApplication', async ({ keys }) => {
      offered = await readManifest(device.transport, string(keys['ManifestURL'], 'ManifestURL'));
      return { Status: 'Acknowledged', Identifier: offered.bundleIdentifier, State: 'Queued' };
    });
    device.obeys.set('ManagedApplicationList', () => ({
      Status: 'Acknowledged', ManagedApplicationList: offered === undefined ? {} : { [offered.bundleIdentifier]: { Status: 'Managed', ManagementFlags: 5n, HasConfiguration: false, HasFeedback: false, IsValidated: true } },
    }));
    device.obeys.set('InstalledApplicationList', ({ keys }) => {
      asked = list(keys['Items'], 'Items');
      const app_: Dict = { Identifier: app.bundleId, ShortVersion: app.shortVersion, Version: app.version, Name: app.title, Installing: false, IsValidated: true, BundleSize: 4_294_967_296n };
      return { Status: 'Acknowledged', InstalledApplicationList: [Object.fromEntries(Object.entries(app_).filter(([key]) => asked.includes(key)))] };
    });
    const id = await enrol(device, 'anonymous');
    expect((await world.admin.call('getDevice', { id })).serialNumber).toBeUndefined();
    const state = await tellToInstall(id);
    await world.until('the device has taken the command', async () => (await state())?.state === 'acknowledged');
    await world.quiet();
    // Half an hour later it is asked what it has.
    await world.pass(31 * MINUTE);
    await world.until('the app is there', async () => (await state())?.state === 'installed');
    expect(asked).toEqual(expect.arrayContaining(['Identifier', 'ShortVersion', 'Version']) as Value[]);
    expect((await world.admin.call('getVersion', { id: version.id })).placement).toBe('proven');
    expect(device.faults).toEqual([]);
  });
});

describe('an identity that comes to its end', () => {
  it('is renewed by the profile that the server pushes; the one before is worth nothing then', async () => {
    // It ends with its authority: one that ends soon gives identities that do.
    const { certificatePem: certificate, privateKeyPem: key } = await createAuthority('Short-lived', world.now(), (60 * DAY + 3 * MINUTE) / (365 * DAY));
    await world.admin.call('importAuthority', { body: { certificate, key } });
    await forget();
    const device = newDevice();
    await enrol(device, 'renewing');
    const [former, firstEnd] = [device.identity, device.certificate.validToDate.getTime()];
    expect(firstEnd - world.now()).toBeLessThan(60 * DAY + 3 * MINUTE);
    await world.admin.call('rotateAuthority');
    await forget();

    await world.pass(5 * MINUTE);
    await world.until('the device has renewed', () => device.toldOf('InstallProfile').length === 1 && device.identity !== former);
    await world.quiet();
    expect(device.faults).toEqual([]);
    expect(device.certificate.validToDate.getTime() - world.now()).toBeGreaterThan(4.9 * 365 * DAY);
    expect(await device.report({ Status: 'Idle' })).toMatchObject({ status: 200 });
    await device.tellToken();
    for (const answer of [await device.report({ Status: 'Idle' }, former), await device.checkIn('CheckOut', {}, former)]) expect(answer.status).toBe(400);
    expect(await device.report({ Status: 'Idle' })).toMatchObject({ status: 200 });
  });

  /** Functions that write profiles and issue identities start anew: they keep the authorities for some minutes. */
  async function forget(): Promise<void> {
    for (const role of ['Enrol', 'Scep', 'Command']) await world.recycle(role);
  }
});

describe('a profile that its user removes', () => {
  it('ends the management of the device', async () => {
    await phone.leave();
    expect(await world.admin.call('getDevice', { id: phoneId })).toMatchObject({ status: 'left' });
    expect((await world.admin.call('getTimeline', { id: phoneId })).items[0]).toMatchObject({ kind: 'left' });
    await expect(tellToInstall(phoneId)).rejects.toThrow();
    // What it still asks for gets no answer of any content.
    expect(await phone.report({ Status: 'Idle' })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('comes back by another invitation, to the same record; by a used one nobody comes', async () => {
    expect(await enrol(phone, 'Prueffeld-1')).toBe(phoneId);
    expect(await world.admin.call('getDevice', { id: phoneId })).toMatchObject({ status: 'enrolled' });
    const link = await invited('once');
    const device = newDevice();
    await device.enrol(link);
    await expect(newDevice().enrol(link)).rejects.toThrow('answered 404 text/html');
    // Nor by a profile that has been installed: badRequest, says RFC 8894 (3.2.1.4.5), and signed like any answer.
    const keychain = new Keychain();
    await expect(obtainIdentity({ transport: device.transport, keychain, now: () => new Date(world.now()) }, device.profile.scep)).rejects.toEqual(new ScepRefusal('2'));
    keychain.remove();
  });
});

it('needed no permission that a function does not have', () => {
  expect(world.test.faults).toEqual([]);
});
