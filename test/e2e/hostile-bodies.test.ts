/** What the endpoints of devices do with bodies that mislead or exhaust, from somebody who has a device's identity. */
import { createHash, randomBytes } from 'node:crypto';
import { ListObjectsV2Command, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseCommandId, parseInvitationId, parseSha256 } from '../../core/ids.ts';
import { encodeCheckIn } from '../../protocol/check-in.ts';
import { decodeCommand } from '../../protocol/command.ts';
import { decodePlist, encodePlist } from '../../protocol/plist.ts';
import { signMdmBody } from '../../protocol/signature.ts';
import { connect, enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { harmlessBody, hostileBodies, MARKER, messageWith, type HostileBody } from '../fixtures/hostile-bodies.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { shortRole } from '../support/synthesised-roles.ts';
import { aBranch } from '../support/samples/device.ts';

let test: TestCloud;
/** Everything that functions have written to their logs. */
let log = '';
/** Writes of the two functions to tables, files and queues. */
const writes: string[] = [];
let enrolled: ManagedIdentity;
let left: ManagedIdentity;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', functionLog: (_, text) => { log += text; } });
  test.cloud.aws.observe({ onCall: ({ principal, operation }) => {
    // The minute's sweep writes, too; it is not what is looked at.
    if (/^(?:CheckIn|Command)/.test(shortRole(principal.name)) && /^(?:Put|Update|Delete|Transact|BatchWrite|SendMessage)/.test(operation)) writes.push(operation);
  } });
  await test.stores.setPushCertificate();
  const branch = aBranch();
  await test.stores.branches.putBranch(branch);
  const now = test.cloud.clock.now();
  await test.stores.invitations.addInvitation({ id: parseInvitationId(crypto.randomUUID()), branchId: branch.id, testDevice: false, uses: 9, used: 0, createdAt: now, expiresAt: now + DAY }, parseSha256(createHash('sha256').update('good').digest('hex')));
  enrolled = await enrol();
  left = await enrol();
  await put(left, left.checkInUrl, Buffer.from(encodePlist({ ...encodeCheckIn({ type: 'CheckOut', enrolmentId: left.enrolmentId, topic: left.topic }) })));
  await quiet();
});
afterAll(() => test.cloud.stop());
beforeEach(() => {
  log = '';
  writes.length = 0;
});

async function enrol(): Promise<ManagedIdentity> {
  const hardware = { udid: `00008120-${randomBytes(8).toString('hex').toUpperCase()}`, serialNumber: `W${randomBytes(5).toString('hex').toUpperCase()}`, productName: 'iPhone15,4', osVersion: '26.1' };
  const identity = await enrolDevice(`${test.cloud.apiUrl}/enrol/good/profile`, hardware, () => test.cloud.clock.now());
  await sendToken(identity, randomBytes(32).toString('hex'), 'magic', test.cloud.clock.now());
  return identity;
}

async function put(identity: ManagedIdentity, url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(url, { method: 'PUT', headers: { ...headers, 'mdm-signature': signMdmBody(body, identity, test.cloud.clock.now()) }, body: new Uint8Array(body) });
  return { status: response.status, type: response.headers.get('content-type')?.split(';')[0], text: await response.text() };
}

/** Until no function works any more: the wake-up of a parked report has gone its way. */
async function quiet(): Promise<void> {
  for (let still = 0; still < 3; still += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    if (test.cloud.clock.inFlight().length > 0) still = -1;
  }
}

const tooLarge: HostileBody = { name: 'a body over the limit', body: Buffer.concat([harmlessBody('00008030-0000000000000001'), Buffer.alloc(4 * 1024 * 1024)]) };
const bodies = hostileBodies('00008030-0000000000000001');

describe.each([['/mdm/check-in', () => enrolled], ['/mdm/check-in', () => left], ['/mdm/command', () => left]] as const)('%s', (path, identity) => {
  it.each([...bodies, tooLarge])('refuses $name; nothing of it is said, logged or stored', async ({ name, body, headers }) => {
    const answer = await put(identity(), `${test.cloud.apiUrl}${path}`, body, headers);
    const status = name === tooLarge.name ? 413 : 400;
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    // The line comes a moment after the answer.
    await expect.poll(() => log).toContain(`"code":"${status === 413 ? 'too-large' : 'invalid-input'}"`);
    expect(answer.text + log).not.toContain(MARKER);
    expect(writes).toEqual([]);
  });
});

describe('a report that cannot be decoded, of a device that is enrolled', () => {
  const reports = async () => (await test.stores.s3.send(new ListObjectsV2Command({ Bucket: test.name('AWS::S3::Bucket', 'BucketsReports'), Prefix: `reports/${enrolled.enrolmentId}/` }))).Contents ?? [];

  it('is refused and kept as it came, its command is settled, and the next one is handed out', async () => {
    const { enrolmentId } = enrolled;
    const command = decodeCommand(decodePlist(await connect(enrolled, { UDID: enrolmentId, Status: 'Idle' }, test.cloud.clock.now()) ?? Buffer.from('')));
    const before = await reports();
    const body = Buffer.from(`<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "x">]><plist>${messageWith(enrolmentId, `<key>CommandUUID</key><string>${command.id}</string>`)}</plist>`);
    expect(await put(enrolled, enrolled.serverUrl, body)).toMatchObject({ status: 400 });
    await quiet();
    expect(log).toContain('a report could not be decoded');
    expect(log).not.toContain(MARKER);
    const added = (await reports()).filter(({ Key }) => !before.some((one) => one.Key === Key));
    expect(added.map(({ Key }) => Key)).toEqual([expect.stringMatching(/\/unreadable-[0-9a-f-]{36}$/)]);
    const stored = await test.stores.s3.send(new GetObjectCommand({ Bucket: test.name('AWS::S3::Bucket', 'BucketsReports'), Key: added[0]?.Key }));
    expect(Buffer.from(await stored.Body?.transformToByteArray() ?? [])).toEqual(body);
    const next = decodeCommand(decodePlist(await connect(enrolled, { UDID: enrolmentId, Status: 'Idle' }, test.cloud.clock.now()) ?? Buffer.from('')));
    expect(next.id).not.toBe(command.id);
  });
});

it('what is looked at is there to be seen: a good report is written down', async () => {
  await connect(enrolled, { UDID: enrolled.enrolmentId, Status: 'Idle' }, test.cloud.clock.now());
  expect(writes).not.toEqual([]);
});

describe('a report of 4 MB', () => {
  it('is kept whole, its facts are taken, and what a person asked for is at hand', async () => {
    const { enrolmentId } = enrolled;
    const { deviceId } = (await test.stores.queue.read(enrolmentId, 1, 0)).enrolment ?? { deviceId: undefined };
    if (deviceId === undefined) throw new Error('The device is enrolled.');
    await test.stores.queue.clear(enrolmentId);
    const now = test.cloud.clock.now();
    const id = parseCommandId(crypto.randomUUID());
    await test.stores.queue.ask({ id, enrolmentId, deviceId, openedAt: now, expiresAt: now + DAY, requestedBy: 'grace', command: { type: 'other', requestType: 'InstalledApplicationList', keys: {} } });
    await connect(enrolled, { UDID: enrolmentId, Status: 'Idle' }, test.cloud.clock.now());
    const app = (n: number) => ({ Identifier: `com.example.app${n}`, Name: 'Ünicode '.repeat(20), ShortVersion: '1.0', Version: String(n), BundleSize: 1_000_000 + n, Installing: false, IsValidated: true });
    const report = { UDID: enrolmentId, Status: 'Acknowledged', CommandUUID: id, InstalledApplicationList: Array.from({ length: 8_700 }, (_, n) => app(n)) };
    const size = Buffer.byteLength(encodePlist(report));
    expect(size).toBeGreaterThan(3.8 * 1024 * 1024);
    expect(size).toBeLessThan(4 * 1024 * 1024);
    expect(await connect(enrolled, report, test.cloud.clock.now())).toBeUndefined();
    const asked = await test.stores.queue.asked(id);
    expect(asked).toMatchObject({ queued: undefined, record: { outcome: { status: 'acknowledged' } } });
    const stored = await test.stores.s3.send(new GetObjectCommand({ Bucket: test.name('AWS::S3::Bucket', 'BucketsReports'), Key: asked?.record.outcome?.report }));
    expect(stored.ContentLength).toBe(size);
  });
});

it('nothing failed, and no permission was missing', () => {
  expect(test.faults).toEqual([]);
});
