import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject, type X509Certificate } from 'node:crypto';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseBranchId, parseEnrolmentId, parseInvitationId, parseSha256, type EnrolmentId } from '../../core/ids.ts';
import { renewalCommand } from '../../core/device/renew-identity.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { PLACE } from '../../local/boot.ts';
import { DemoClient } from '../../local/demo/admin-client.ts';
import { createAuthority, issueIdentity, type Authority } from '../../protocol/certificate-authority.ts';
import { decodePlist, encodePlist, type PlistValue } from '../../protocol/plist.ts';
import { openProfile } from '../../protocol/profile.ts';
import { fingerprintOf, signMdmBody } from '../../protocol/signature.ts';
import { verifySignedData } from '../../protocol/signed-data.ts';
import { enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/**
 * Who gets in, through the real doors: every message of a device with the right identity, and none with another. A device
 * removes its management on 401: no answer may be one.
 */
let test: TestCloud;
let ours: Authority;
let device: ManagedIdentity;
let other: ManagedIdentity;
/** What functions have written to their logs. */
const logged: string[] = [];

interface Identity {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

const now = () => test.cloud.clock.now();

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', functionLog: (_, line) => { logged.push(line); } });
  await test.stores.setPushCertificate();
  await test.stores.branches.putBranch({ id: parseBranchId('berlin'), name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50, brake: false, revision: 0 });
  [device, other] = [await enrol(), await enrol()];
  const { SecretString = '' } = await new SecretsManagerClient({ endpoint: test.cloud.awsUrl, region: PLACE.region, credentials: test.cloud.developer })
    .send(new GetSecretValueCommand({ SecretId: test.name('AWS::SecretsManager::Secret', 'SecretsAuthority') }));
  const { certificate, key } = JSON.parse(SecretString) as { certificate: string; key: string };
  ours = { certificatePem: certificate, privateKeyPem: key };
});

afterAll(async () => {
  await test.cloud.stop();
});

async function enrol(): Promise<ManagedIdentity> {
  const secret = randomBytes(16).toString('hex');
  await test.stores.invitations.addInvitation(
    { id: parseInvitationId(crypto.randomUUID()), branchId: parseBranchId('berlin'), testDevice: false, uses: 1, used: 0, createdAt: now(), expiresAt: now() + DAY },
    parseSha256(createHash('sha256').update(secret).digest('hex')),
  );
  const hardware = { udid: `00008120-${randomBytes(8).toString('hex').toUpperCase()}`, serialNumber: `W${randomBytes(5).toString('hex').toUpperCase()}`, productName: 'iPhone15,4', osVersion: '18.6' };
  const identity = await enrolDevice(`${test.cloud.apiUrl}/enrol/${secret}/profile`, hardware, now);
  await sendToken(identity, randomBytes(32).toString('hex'), 'magic', now());
  return identity;
}

/** A certificate for a key of its own, by an authority, as of an instant. */
async function issued(authority: Authority, at = now()): Promise<Identity> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { certificate: await issueIdentity({ authority, publicKey: spki, commonName: 'device', now: at, life: 5 * 365 * DAY }), key: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Buffer;
}

async function put(path: string, body: string | Buffer, signature: string | undefined): Promise<Answer> {
  const response = await fetch(`${test.cloud.apiUrl}${path}`, { method: 'PUT', ...(signature === undefined ? {} : { headers: { 'mdm-signature': signature } }), body: new Uint8Array(Buffer.from(body)) });
  return { status: response.status, type: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer()) };
}

const checkIn = (message: Record<string, PlistValue>, identity: Identity | undefined) => send('/mdm/check-in', message, identity);
const command = (report: Record<string, PlistValue>, identity: Identity | undefined) => send('/mdm/command', report, identity);
function send(path: string, message: Record<string, PlistValue>, identity: Identity | undefined): Promise<Answer> {
  const body = encodePlist(message);
  return put(path, body, identity === undefined ? undefined : signMdmBody(Buffer.from(body), identity, now()));
}

const about = ({ enrolmentId, topic }: { readonly enrolmentId: EnrolmentId; readonly topic: string }, type: string) => ({ MessageType: type, UDID: enrolmentId, Topic: topic });
/** What is known of an enrolment; APNs, which knows nothing of these devices, may find out at any time that they have no token of its. */
const standing = async ({ enrolmentId }: ManagedIdentity) => {
  const { enrolment } = await test.stores.queue.read(enrolmentId, 20, now());
  return enrolment?.push === undefined ? enrolment : { ...enrolment, push: { ...enrolment.push, dead: false } };
};
const reportsOf = async ({ enrolmentId }: ManagedIdentity) => (await test.stores.s3.send(new ListObjectsV2Command({ Bucket: test.name('AWS::S3::Bucket', 'BucketsReports'), Prefix: `reports/${enrolmentId}/` }))).KeyCount ?? 0;

describe('an enrolled device', () => {
  it.each<[string, Record<string, PlistValue>, number]>([
    ['SetBootstrapToken', { BootstrapToken: new Uint8Array([1, 2, 3]) }, 200],
    ['GetBootstrapToken', {}, 200],
    ['GetToken', { TokenServiceType: 'com.apple.maid' }, 404],
    ['UserAuthenticate', { UserID: '1' }, 410],
  ])('is answered harmlessly to %s, and nothing is kept', async (type, more, status) => {
    const before = await standing(device);
    const answer = await checkIn({ ...about(device, type), ...more }, device);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toHaveLength(0);
    expect(await standing(device)).toEqual(before);
  });

  it('keeps its token when a user of it tells another one', async () => {
    const before = await standing(device);
    for (const user of [{ UserID: '501' }, { EnrollmentUserID: '501' }]) {
      expect((await checkIn({ ...about(device, 'TokenUpdate'), ...user, Token: new Uint8Array(32), PushMagic: 'of a user' }, device)).status).toBe(200);
      expect((await checkIn({ ...about(device, 'CheckOut'), ...user }, device)).status).toBe(200);
    }
    expect(await standing(device)).toEqual(before);
  });

  it('is told what to report, and its reports are kept as they came', async () => {
    const declarative = (endpoint: string, data?: string) => checkIn({ MessageType: 'DeclarativeManagement', UDID: device.enrolmentId, Endpoint: endpoint, ...(data === undefined ? {} : { Data: new Uint8Array(Buffer.from(data)) }) }, device);
    for (const endpoint of ['tokens', 'declaration-items', 'declaration/activation/io.wavecast.activation', 'declaration/configuration/io.wavecast.status']) {
      const { status, type, body } = await declarative(endpoint);
      expect([endpoint, status, type]).toEqual([endpoint, 200, 'application/json']);
      expect(JSON.parse(body.toString('utf8'))).toBeInstanceOf(Object);
    }
    expect((await declarative('declaration/configuration/nothing')).status).toBe(404);
    const before = await reportsOf(device);
    expect((await declarative('status', '{"StatusItems":{"mdm":{"app":[{"identifier":"com.example.field","state":"managed","version":"7","short-version":"1.2"}]}},"Errors":[]}')).status).toBe(200);
    expect((await declarative('status', 'not JSON')).status).toBe(200);
    expect(await reportsOf(device)).toBe(before + 2);
  });

  it('is asked what it is, told whose it is, and to report by itself, once each', async () => {
    const asked: string[] = [];
    let answer = await command({ UDID: device.enrolmentId, Status: 'Idle' }, device);
    while (answer.body.length > 0) {
      const { CommandUUID, Command } = decodePlist(answer.body) as { CommandUUID: string; Command: { RequestType: string } };
      asked.push(Command.RequestType);
      answer = await command({ UDID: device.enrolmentId, Status: 'Acknowledged', CommandUUID, ...(Command.RequestType === 'DeviceInformation' ? { QueryResponses: { OSVersion: '18.6' } } : {}) }, device);
    }
    expect(asked).toEqual(['DeviceInformation', 'Settings', 'DeclarativeManagement']);
  });
});

describe('a profile that is signed', () => {
  it('enrols as well, and its renewal comes from the same signer, whoever signs by then', async () => {
    const admin = new DemoClient(test.cloud);
    const { certificate, key } = test.cloud.trust.server;
    expect(await admin.call('getProfileSigner')).toEqual({ signed: false, former: 0 });
    const { fingerprint } = await admin.call('setProfileSigner', { body: { certificate, key } });
    const signedDevice = await enrol();
    await admin.call('removeProfileSigner');
    const enrolment = await standing(signedDevice);
    expect((await test.stores.invitations.certificate(enrolment?.pin ?? parseSha256('0'.repeat(64))))?.signedBy).toBe(fingerprint);
    if (enrolment === undefined) throw new Error('The device is not enrolled.');
    await test.stores.queue.enqueue([renewalCommand({ ids: createIdentifiers() }, enrolment, 0, now() + DAY)]);
    const { Command } = decodePlist((await command({ UDID: signedDevice.enrolmentId, Status: 'Idle' }, signedDevice)).body) as { Command: { RequestType: string; Payload: Uint8Array } };
    expect(Command.RequestType).toBe('InstallProfile');
    expect(fingerprintOf(verifySignedData(Command.Payload).signer.raw)).toBe(fingerprint);
    expect(openProfile(Command.Payload)).toMatchObject({ PayloadType: 'Configuration' });
  });
});

describe('a device that is told to leave', () => {
  it('removes the profile that it has, and is shown as left', async () => {
    const leaving = await enrol();
    const enrolment = await standing(leaving);
    const admin = new DemoClient(test.cloud);
    const id = enrolment?.deviceId ?? '';
    const { commandUUID } = await admin.call('unenrolDevice', { id });
    const told: { CommandUUID: string; Command: { RequestType: string; Identifier?: string } }[] = [];
    for (let answer = await command({ UDID: leaving.enrolmentId, Status: 'Idle' }, leaving); answer.body.length > 0;) {
      const next = decodePlist(answer.body) as (typeof told)[number];
      told.push(next);
      answer = await command({ UDID: leaving.enrolmentId, Status: 'Acknowledged', CommandUUID: next.CommandUUID }, leaving);
    }
    expect(told.find(({ CommandUUID }) => CommandUUID === commandUUID)?.Command).toEqual({ RequestType: 'RemoveProfile', Identifier: `wavecast.${leaving.topic}` });
    expect((await checkIn(about(leaving, 'CheckOut'), leaving)).status).toBe(200);
    expect(await admin.call('getDevice', { id })).toMatchObject({ status: 'left', push: 'none' });
    await expect(admin.call('unenrolDevice', { id })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('nobody else', () => {
  const messages = (of: ManagedIdentity): readonly [string, Record<string, PlistValue>][] => [
    ['/mdm/check-in', { ...about(of, 'Authenticate'), SerialNumber: 'F0RGED000000' }],
    ['/mdm/check-in', { ...about(of, 'TokenUpdate'), Token: new Uint8Array(32), PushMagic: 'forged' }],
    ['/mdm/check-in', about(of, 'CheckOut')],
    ['/mdm/check-in', { ...about(of, 'DeclarativeManagement'), Endpoint: 'status', Data: new Uint8Array(Buffer.from('{"StatusItems":{}}')) }],
    ['/mdm/check-in', { ...about(of, 'DeclarativeManagement'), Endpoint: 'tokens' }],
    ['/mdm/check-in', about(of, 'SetBootstrapToken')],
    ['/mdm/command', { UDID: of.enrolmentId, Status: 'Idle' }],
    ['/mdm/command', { UDID: of.enrolmentId, Status: 'Acknowledged', CommandUUID: 'forged', InstalledApplicationList: [] }],
  ];

  it.each<[string, () => Promise<Identity | undefined>]>([
    ['without a signature', () => Promise.resolve(undefined)],
    ['with the identity of another device', () => Promise.resolve(other)],
    ['with a certificate of another authority of the same name', async () => issued(await createAuthority('Wavecast device authority', now(), 20))],
    ['with a certificate of ours that has expired', () => issued(ours, now() - 6 * 365 * DAY)],
    ['with a certificate of ours that is not yet good', () => issued(ours, now() + 30 * DAY)],
    ['with a certificate of ours that we know nothing of', () => issued(ours)],
    ['with the authority itself', async () => ({ certificate: (await issued(ours)).certificate, key: createPrivateKey(ours.privateKeyPem) })],
  ])('gets in for a device %s', async (_, make) => {
    const identity = await make();
    const [before, kept] = [await standing(device), await reportsOf(device)];
    for (const [path, message] of messages(device)) {
      const answer = await send(path, message, identity);
      expect([message['MessageType'] ?? message['Status'], answer.status, answer.type]).toEqual([message['MessageType'] ?? message['Status'], 400, 'application/problem+json']);
      expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject({ code: 'identity-refused' });
    }
    expect(await standing(device)).toEqual(before);
    expect(await reportsOf(device)).toBe(kept);
  });

  it('gets in with a signature over other bytes, or one that is cut off anywhere', async () => {
    const body = encodePlist({ UDID: device.enrolmentId, Status: 'Idle' });
    const signature = signMdmBody(Buffer.from(body), device, now());
    expect((await put('/mdm/command', `${body}\n`, signature)).status).toBe(400);
    for (let length = 0; length < signature.length; length += 97) expect((await put('/mdm/command', body, signature.slice(0, length))).status).toBe(400);
    expect((await put('/mdm/command', body, signature)).status).toBe(200);
  });

  it('takes over an enrolment by a certificate that is pinned elsewhere, nor one device by another\'s', async () => {
    const before = [await standing(device), await standing(other)];
    expect((await checkIn(about({ ...device, enrolmentId: parseEnrolmentId('00008120-RESTORED00000000') }, 'Authenticate'), device)).status).toBe(400);
    expect((await checkIn(about(device, 'Authenticate'), other)).status).toBe(400);
    expect([await standing(device), await standing(other)]).toEqual(before);
  });

  it('hears more than that he is refused, and no log holds what was sent', () => {
    expect(logged.join('\n')).not.toMatch(/F0RGED000000|forged|of a user|com\.example\.field|not JSON/);
    expect(logged.some((line) => line.includes('a device request was refused'))).toBe(true);
    expect(test.faults).toEqual([]);
  });
});
