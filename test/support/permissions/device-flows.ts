/** Flows of devices: profile, identity, check-in, commands, manifest. Over HTTP, as devices do it. */
import { createHash, randomBytes } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createInventoryStore } from '../../../adapters/dynamodb/inventory.ts';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { DAY, HOUR } from '../../../core/ambient.ts';
import { parseBundleId, parseInvitationId, parseSha256, type BranchId } from '../../../core/ids.ts';
import { encodeCheckIn, type CheckInMessage } from '../../../protocol/check-in.ts';
import { encodeInstallLink } from '../../../protocol/install-link.ts';
import { encodePlist } from '../../../protocol/plist.ts';
import { signMdmBody } from '../../../protocol/signature.ts';
import { enrolDevice, sendStatus, sendToken, type Hardware, type ManagedIdentity } from '../../../simulator/identity.ts';
import { addBranch, addDevice, addVersion, instructionFor, type EnrolledDevice } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** A device with an identity of ours, enrolled. */
export interface RealDevice {
  readonly identity: ManagedIdentity;
  readonly branchId: BranchId;
  readonly hardware: Hardware;
}

async function profileUrl({ test, ids }: World, branchId: BranchId): Promise<string> {
  const secret = ids.secret(24);
  const createdAt = test.cloud.clock.now();
  await test.stores.invitations.addInvitation(
    { id: parseInvitationId(ids.fresh()), branchId, testDevice: false, uses: 100, used: 0, createdAt, expiresAt: createdAt + 7 * DAY },
    parseSha256(createHash('sha256').update(secret).digest('hex')),
  );
  return `${test.cloud.apiUrl}/enrol/${secret}/profile`;
}

export async function enrolReal(world: World): Promise<RealDevice> {
  const branchId = await addBranch(world);
  const hardware = newHardware();
  const identity = await enrolDevice(await profileUrl(world, branchId), hardware, () => world.now());
  await sendToken(identity, randomBytes(32).toString('hex'), 'magic', world.now());
  await world.quiet();
  return { identity, branchId, hardware };
}

function newHardware(): Hardware {
  return { udid: `00008120-${randomBytes(8).toString('hex').toUpperCase()}`, serialNumber: newSerial(), productName: 'iPhone15,4', osVersion: '18.1' };
}

function newSerial(): string {
  return `W${randomBytes(5).toString('hex').toUpperCase()}`;
}

/** The device's record. */
export async function recordOf({ test }: World, { identity }: RealDevice): Promise<EnrolledDevice> {
  const { enrolment } = await test.stores.queue.read(identity.enrolmentId, 1, test.cloud.clock.now());
  const device = enrolment === undefined ? undefined : await test.stores.devices.device(enrolment.deviceId);
  if (device?.enrolmentId === undefined) throw new Error('The device has no record.');
  return { ...device, enrolmentId: device.enrolmentId };
}

/** The answer to something that is not there, or not to be had. */
export async function refused(url: string, request: RequestInit = {}): Promise<void> {
  const { status } = await fetch(url, request);
  if (status < 400 || status >= 500) throw new Error(`A refusal was expected; the answer was ${status}.`);
}

async function checkIn({ identity }: RealDevice, message: Extract<CheckInMessage, { type: 'Authenticate' | 'CheckOut' }>, now: number): Promise<void> {
  const body = Buffer.from(encodePlist({ ...encodeCheckIn(message) }), 'utf8');
  const { status } = await fetch(identity.checkInUrl, { method: 'PUT', headers: { 'content-type': 'application/x-apple-aspen-mdm-checkin', 'mdm-signature': signMdmBody(body, identity, now) }, body });
  if (status !== 200) throw new Error(`The check-in was answered with ${status}.`);
}

/** Comes with one serial number, is instructed, comes again with another, and leaves. */
async function comesAndLeaves(world: World, real: RealDevice): Promise<void> {
  const { identity, hardware: { productName, osVersion } } = real;
  const { enrolmentId, topic } = identity;
  const authenticate = (serialNumber: string) => checkIn(real, { type: 'Authenticate', enrolmentId, topic, serialNumber, productName, osVersion }, world.now());
  const token = () => sendToken(identity, randomBytes(32).toString('hex'), 'magic', world.now());
  await authenticate(newSerial());
  await token();
  await world.test.stores.instructions.issue(instructionFor(world, await recordOf(world, real), await addVersion(world)), []);
  await authenticate(newSerial());
  await token();
  await checkIn(real, { type: 'CheckOut', enrolmentId, topic }, world.now());
}

/** Reports by itself that an app which it was told to install is there, and again what it said before. */
async function reports(world: World, real: RealDevice): Promise<void> {
  const version = await addVersion(world);
  const device = await recordOf(world, real);
  const instruction = instructionFor(world, device, version, { state: 'acknowledged' });
  await world.test.stores.instructions.issue(instruction, []);
  await world.quiet();
  // Of another app something newer is known.
  const other = `com.example.${randomBytes(6).toString('hex')}`;
  await createInventoryStore({ client: world.document, table: world.test.name('AWS::DynamoDB::Table', 'TablesInventory') }).report(device.id, parseBundleId(other), { managed: { status: 'Managed', reportedAt: world.now() + HOUR } });
  const app = { identifier: version.bundleId, state: 'managed', version: version.version, 'short-version': version.shortVersion };
  await sendStatus(real.identity, JSON.stringify({ StatusItems: { mdm: { app: [app, { identifier: other, state: 'prompting' }] }, device: { 'operating-system': { version: `18.${randomBytes(3).readUIntBE(0, 3)}` } } }, Errors: [] }), world.now());
  const after = await world.test.stores.instructions.instruction(instruction.waveId, device.id);
  if (after?.state !== 'installed') throw new Error('The report proved nothing.');
}

/** As if there never had been an authority, for the length of `work`. */
export async function withoutAuthority(world: World, work: () => Promise<void>): Promise<void> {
  const published = { TableName: world.test.name('AWS::DynamoDB::Table', 'TablesDevices'), Key: { pk: 'authorities', sk: 'authorities' } };
  const { Item } = await world.document.send(new GetCommand(published));
  const client = new SecretsManagerClient(world.clientOf('developer'));
  const SecretId = world.test.name('AWS::SecretsManager::Secret', 'SecretsAuthority');
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  // A document that is none of ours counts as none.
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' }));
  await world.document.send(new DeleteCommand(published));
  await world.recycle('Enrol');
  try {
    await work();
  } finally {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await world.document.send(new PutCommand({ TableName: published.TableName, Item: { ...published.Key, ...Item } }));
    await world.recycle('Enrol');
  }
}

export async function linkKey(world: World): Promise<Uint8Array> {
  const { SecretString = '{}' } = await new SecretsManagerClient(world.clientOf('developer')).send(new GetSecretValueCommand({ SecretId: world.test.name('AWS::SecretsManager::Secret', 'SecretsManifest') }));
  const document = z.object({ keys: z.tuple([z.object({ key: z.string() })], z.unknown()) }).parse(JSON.parse(SecretString));
  return Buffer.from(document.keys[0].key, 'base64url');
}

async function expectOk(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`The answer was ${response.status}.`);
}

/** `real` is a device that these flows share: one at a time uses it. */
export function deviceFlows(real: RealDevice): readonly Flow[] {
  return [
    {
      name: 'a device gets an identity', roles: ['Enrol', 'Scep'],
      async run(world) {
        await enrolDevice(await profileUrl(world, real.branchId), newHardware(), () => world.now());
      },
    },
    {
      name: 'the first profile makes the authority', roles: ['Enrol'],
      run: (world) => withoutAuthority(world, async () => {
        await expectOk(await profileUrl(world, real.branchId));
      }),
    },
    {
      name: 'who was not invited is turned away', roles: ['Enrol', 'Scep', 'CheckIn', 'Delivery'],
      async run({ test: { cloud } }) {
        await refused(`${cloud.apiUrl}/enrol/nobody`);
        await refused(`${cloud.apiUrl}/scep?operation=Nothing`);
        await refused(`${cloud.apiUrl}/mdm/check-in`, { method: 'PUT', body: 'x' });
        await refused(`${cloud.apiUrl}/d/nothing/manifest.plist`);
      },
    },
    { name: 'a device comes, leaves and comes again', roles: ['CheckIn'], run: (world) => comesAndLeaves(world, real) },
    { name: 'a device reports by itself', roles: ['CheckIn'], run: (world) => reports(world, real) },
    {
      name: 'a device fetches its manifest', roles: ['Delivery'],
      async run(world) {
        const [version, device] = [await addVersion(world), await addDevice(world, real.branchId)];
        const instruction = instructionFor(world, device, version);
        await world.test.stores.instructions.issue(instruction, []);
        await expectOk(`${world.test.cloud.apiUrl}/d/${encodeInstallLink(instruction, await linkKey(world))}/manifest.plist`);
        // It is served though it cannot be noted: what has come of it says whether that was allowed.
        if ((await world.test.stores.instructions.instruction(instruction.waveId, instruction.deviceId))?.manifestAt === undefined) throw new Error('Its instruction does not say so.');
      },
    },
  ];
}
