import { createServer, type Server } from 'node:https';
import { request as forward } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseBranchId, parseBundleId, parseInstructionId, parseInvitationId, parseSha256, versionIdOf } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { commandsOf } from '../../core/instruction/commands-of.ts';
import { directWaveId } from '../../core/rollout/wave-id.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { openTrust, type Trust } from '../../local/tls/trust.ts';
import { decodeCommand } from '../../protocol/command.ts';
import { decodeManifest } from '../../protocol/manifest.ts';
import { decodePlist } from '../../protocol/plist.ts';
import { decodeEnrolmentProfile } from '../../protocol/profile.ts';
import { connect, enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { placePackage } from '../support/place-package.ts';
import tls from 'node:tls';

/** A device that knows nothing but the public address: everything that it is told must lead there, and work there. */
let test: TestCloud;
let tunnel: Server;
let publicUrl: string;
let device: ManagedIdentity;
let manifestUrl: string;
const ids = createIdentifiers();
const now = () => test.cloud.clock.now();

/** Ends TLS under another name and port, and passes on what comes, without the name that was asked for. */
async function openTunnel(trust: Trust, target: () => URL): Promise<Server> {
  const server = createServer({ cert: trust.server.certificate, key: trust.server.key }, (request, response) => {
    const { hostname, port: to } = target();
    const passed = forward({ hostname, port: to, method: request.method, path: request.url, headers: { ...request.headers, host: `${hostname}:${to}` } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return server;
}

beforeAll(async () => {
  const trust = await openTrust();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), trust.root]);
  // It must be there first: its address is what the cloud is told.
  tunnel = await openTunnel(trust, () => new URL(test.cloud.apiUrl));
  const address = tunnel.address();
  publicUrl = `https://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  test = await bootTestCloud({ pace: 'real', publicUrl });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), trust.root]);
  await test.stores.setPushCertificate();
  const branchId = parseBranchId('berlin');
  await test.stores.branches.putBranch({ id: branchId, name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50, brake: false, revision: 0 });
  const secret = randomBytes(16).toString('hex');
  await test.stores.invitations.addInvitation({ id: parseInvitationId(ids.fresh()), branchId, testDevice: false, uses: 1, used: 0, createdAt: now(), expiresAt: now() + DAY }, parseSha256(createHash('sha256').update(secret).digest('hex')));
  device = await enrolDevice(`${publicUrl}/enrol/${secret}/profile`, { udid: '00008120-0123456789ABCDEF', serialNumber: 'WTUNNEL00001', productName: 'iPhone15,4', osVersion: '15.8' }, now);
  await sendToken(device, randomBytes(32).toString('hex'), 'magic', now());
});

afterAll(async () => {
  tunnel.closeAllConnections();
  tunnel.close();
  await test.cloud.stop();
});

const idle = async () => decodeCommand(decodePlist(await connect(device, { UDID: device.enrolmentId, Status: 'Idle' }, now()) ?? Buffer.alloc(0)));

describe('a device beyond this machine', () => {
  it('is sent to the public address by its profile', async () => {
    expect([device.serverUrl, device.checkInUrl]).toEqual([`${publicUrl}/mdm/command`, `${publicUrl}/mdm/check-in`]);
    const secret = randomBytes(16).toString('hex');
    await test.stores.invitations.addInvitation({ id: parseInvitationId(ids.fresh()), branchId: parseBranchId('berlin'), testDevice: false, uses: 1, used: 0, createdAt: now(), expiresAt: now() + DAY }, parseSha256(createHash('sha256').update(secret).digest('hex')));
    const page = await (await fetch(`${publicUrl}/enrol/${secret}`)).text();
    expect(page).toContain(`href="${publicUrl}/enrol/${secret}/profile"`);
    expect(decodeEnrolmentProfile(decodePlist(Buffer.from(await (await fetch(`${publicUrl}/enrol/${secret}/profile`)).arrayBuffer()))).scepUrl).toBe(`${publicUrl}/scep`);
  });

  it('is asked what it is, and fetches its manifest there', async () => {
    const asked: string[] = [];
    for (let answer = await connect(device, { UDID: device.enrolmentId, Status: 'Idle' }, now()); answer !== undefined;) {
      const { id, command } = decodeCommand(decodePlist(answer));
      asked.push(command.requestType);
      answer = await connect(device, { UDID: device.enrolmentId, Status: 'Acknowledged', CommandUUID: id }, now());
    }
    expect(asked[0]).toBe('DeviceInformation');

    const bytes = randomBytes(100_000);
    const placed = await placePackage(test.stores.s3, test.name('AWS::S3::Bucket', 'BucketsPackages'), 'tunnel.ipa', bytes);
    const version = {
      ...placed, id: versionIdOf(placed.digest), bundleId: parseBundleId('com.example.tunnel'), version: '7', shortVersion: '1.2', title: 'Tunnel',
      minimumOsVersion: '15.0', deviceFamilies: [1], kind: 'enterprise' as const, teamId: 'TEAM123456', warnings: [], profileExpiresAt: now() + 300 * DAY, provisionedDevices: [], placement: 'verified' as const, checks: [], verifiedAt: now(), createdAt: now(),
    };
    await test.stores.catalogue.putVersion({ bundleId: version.bundleId, title: 'Tunnel', description: '', createdAt: now() }, version);
    const enrolment = (await test.stores.queue.read(device.enrolmentId, 1, now())).enrolment;
    if (enrolment === undefined) throw new Error('The device is not enrolled.');
    const instruction: Instruction = {
      id: parseInstructionId(ids.fresh()), kind: 'install', waveId: directWaveId(ids), deviceId: enrolment.deviceId, deviceName: 'tunnel', enrolmentId: device.enrolmentId, branchId: parseBranchId('berlin'),
      bundleId: version.bundleId, versionId: version.id, shortVersion: '1.2', version: '7', attempt: 1, state: 'issued', issuedAt: now(), deadline: now() + DAY, updatedAt: now(), history: [{ at: now(), state: 'issued' }],
    };
    await test.stores.instructions.issue(instruction, commandsOf(instruction, ids));
    const { command } = await idle();
    if (command.requestType !== 'InstallApplication') throw new Error(`The device was told to ${command.requestType}.`);
    ({ manifestUrl } = command);
    expect(manifestUrl).toMatch(new RegExp(`^${publicUrl}/d/`));
  });

  it('fetches the package there, whole and in parts, and nothing by a link that was changed', async () => {
    const { packageUrl } = decodeManifest(Buffer.from(await (await fetch(manifestUrl)).arrayBuffer()));
    expect(packageUrl).toMatch(new RegExp(`^${publicUrl}/edge/packages/`));
    const whole = await fetch(packageUrl);
    expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, 100_000]);
    const part = await fetch(packageUrl, { headers: { range: 'bytes=99000-' } });
    expect([part.status, part.headers.get('content-range'), (await part.arrayBuffer()).byteLength]).toEqual([206, 'bytes 99000-99999/100000', 1_000]);
    expect((await fetch(packageUrl.replace('/packages/', '/packages/x'))).status).not.toBe(200);
    expect((await fetch(packageUrl.split('?')[0] ?? '')).status).not.toBe(200);
  });

  it('needs no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
