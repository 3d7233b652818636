import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../core/ambient.ts';
import { parseCommandId, parseSha256 } from '../../core/ids.ts';
import type { WireCommand } from '../../protocol/command.ts';
import { decodeCommand } from '../../protocol/command.ts';
import { issueIdentity } from '../../protocol/certificate-authority.ts';
import { decodePlist, type PlistDict } from '../../protocol/plist.ts';
import { decodeEnrolmentProfile } from '../../protocol/profile.ts';
import { fingerprintOf } from '../../protocol/signature.ts';
import { connect, enrolDevice, identityFrom, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { enrolmentRequest, envelope, pkiMessage, signingRequest, spkiOf, rsa } from '../fixtures/scep-messages.ts';
import { bytesOf, ScepScene } from '../support/scep-scene.ts';

let scene: ScepScene;
beforeAll(async () => {
  scene = await ScepScene.boot();
});
afterAll(async () => {
  await scene.test.cloud.stop();
});

const now = (): number => scene.now();
async function enrolled(): Promise<ManagedIdentity> {
  const udid = `00008120-${crypto.randomUUID().slice(0, 12).toUpperCase()}`;
  const identity = await enrolDevice(await scene.invited(), { udid, serialNumber: udid.slice(9), productName: 'iPhone15,4', osVersion: '18.1' }, now);
  await sendToken(identity, 'ab'.repeat(32), 'magic', now());
  return identity;
}

async function told(identity: ManagedIdentity, report: PlistDict = { Status: 'Idle' }): Promise<{ readonly id: string; readonly command: WireCommand } | undefined> {
  const answer = await connect(identity, { UDID: identity.enrolmentId, ...report }, now());
  return answer === undefined ? undefined : decodeCommand(decodePlist(answer));
}

async function headerOf({ enrolmentId }: ManagedIdentity) {
  const { enrolment, queue } = await scene.test.stores.queue.read(enrolmentId, 20, now());
  if (enrolment === undefined) throw new Error('The device is not enrolled.');
  return { enrolment, queue };
}

/** Asks for the renewal, ahead of all that waits. */
async function askToRenew(identity: ManagedIdentity): Promise<void> {
  const { enrolment: { id: enrolmentId, deviceId } } = await headerOf(identity);
  await scene.test.stores.queue.enqueue([{ id: parseCommandId(crypto.randomUUID()), enrolmentId, deviceId, openedAt: now() - DAY, command: { type: 'install-profile' }, expiresAt: now() + DAY }]);
}

describe('an identity that is renewed by the profile', () => {
  it('takes the place of the former one, whose queue goes on; the former one says nothing any more', async () => {
    const former = await enrolled();
    const before = await headerOf(former);
    await askToRenew(former);
    const { id, command } = (await told(former)) ?? {};
    if (command?.requestType !== 'InstallProfile') throw new Error('The device was told something else.');

    // The same profile: only challenge and authority may differ.
    const { challenge, ...renewal } = decodeEnrolmentProfile(decodePlist(command.payload));
    const { challenge: first, ...original } = decodeEnrolmentProfile(decodePlist(await bytesOf(await scene.invited())));
    expect(renewal).toEqual(original);
    expect(challenge).not.toBe(first);

    const renewed = await identityFrom(command.payload, former.enrolmentId, now);
    expect((await headerOf(former)).enrolment.pin).toBe(fingerprintOf(former.certificate.raw));
    const next = await told(renewed, { Status: 'Acknowledged', CommandUUID: id ?? '' });
    expect(next?.command.requestType).toBe('DeviceInformation');
    const after = await headerOf(renewed);
    expect(after.enrolment).toMatchObject({ pin: fingerprintOf(renewed.certificate.raw), status: 'enrolled', push: { token: before.enrolment.push?.token }, identityExpiresAt: renewed.certificate.validToDate.getTime() });
    await expect(told(former)).rejects.toThrow('answered 400');
    await expect(sendToken(former, 'cd'.repeat(32), 'magic', now())).rejects.toThrow('answered 400');
  });

  it('is not given twice for one challenge, and never to another device', async () => {
    const device = await enrolled();
    const other = await enrolled();
    await askToRenew(device);
    const { command } = (await told(device)) ?? {};
    if (command?.requestType !== 'InstallProfile') throw new Error('The device was told something else.');
    const renewed = await identityFrom(command.payload, other.enrolmentId, now);
    await expect(identityFrom(command.payload, device.enrolmentId, now)).rejects.toThrow('failInfo 2');
    await expect(told(renewed)).rejects.toThrow('answered 400');
    await told({ ...renewed, enrolmentId: device.enrolmentId });
    expect((await headerOf(device)).enrolment.pin).toBe(fingerprintOf(renewed.certificate.raw));
  });
});

describe('an identity that is renewed by itself', () => {
  it('gets another by a RenewalReq, which takes its place', async () => {
    const former = await enrolled();
    const profile = await scene.profile();
    const [authority] = (await scene.authorities(profile.authorityName)).certificates;
    if (authority === undefined) throw new Error('There is no authority.');
    const pair = rsa();
    const content = envelope({ content: signingRequest({ pair }), recipient: authority });
    const message = pkiMessage({ content, signer: { certificate: former.certificate.raw, key: former.key }, messageType: '17' });
    const answer = await scene.send({ message, pair: { privateKey: former.key, publicKey: former.certificate.publicKey } });
    expect(answer).toMatchObject({ status: '0' });
    const again = await scene.send({ message, pair: { privateKey: former.key, publicKey: former.certificate.publicKey } });
    expect(again.granted?.equals(answer.granted ?? Buffer.alloc(0))).toBe(true);
    const certificate = new X509Certificate(answer.granted ?? Buffer.alloc(0));
    expect(certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(spkiOf(pair))).toBe(true);
    expect((await told({ ...former, certificate, key: pair.privateKey }))?.command.requestType).toBe('DeviceInformation');
    await expect(told(former)).rejects.toThrow('answered 400');
    expect(await scene.send({ message: pkiMessage({ content, signer: { certificate: former.certificate.raw, key: former.key }, messageType: '17', transactionId: Buffer.from('130161', 'hex') }), pair })).toMatchObject({ status: '2', failInfo: '2' });
  });
});

describe('an identity that has ended', () => {
  /** As if the device had enrolled more than five years ago. */
  async function expired(): Promise<ManagedIdentity> {
    const identity = await enrolled();
    const { certificate: certificatePem, key: privateKeyPem } = await scene.authoritySecret() as { readonly certificate: string; readonly key: string };
    const certificate = await issueIdentity({ authority: { certificatePem, privateKeyPem }, publicKey: identity.certificate.publicKey.export({ type: 'spki', format: 'der' }), commonName: 'old', now: now() - 6 * 365 * DAY, life: 5 * 365 * DAY });
    await scene.setEnrolment(identity.enrolmentId, 'pin', parseSha256(fingerprintOf(certificate.raw)));
    return { ...identity, certificate };
  }

  it('may renew and nothing else; then the device goes on', async () => {
    const identity = await expired();
    const { id, command } = (await told(identity)) ?? {};
    if (command?.requestType !== 'InstallProfile') throw new Error('The device was told something else.');
    await expect(sendToken(identity, 'cd'.repeat(32), 'magic', now())).rejects.toThrow('answered 400');
    const waiting = (await headerOf(identity)).queue.find((each) => each.command.type === 'device-information');
    await expect(told(identity, { Status: 'Acknowledged', CommandUUID: waiting?.id ?? '' })).rejects.toThrow('answered 400');
    const renewed = await identityFrom(command.payload, identity.enrolmentId, now);
    expect(await told(identity, { Status: 'Acknowledged', CommandUUID: id ?? '' })).toBeUndefined();
    expect((await told(renewed))?.command.requestType).toBe('DeviceInformation');
    await expect(told(identity)).rejects.toThrow('answered 400');
  });
});

describe('an identity that is revoked', () => {
  it('is refused from then on, in every request, until the device enrols anew', async () => {
    const identity = await enrolled();
    const { enrolment } = await headerOf(identity);
    await askToRenew(identity);
    const { command } = (await told(identity)) ?? {};
    if (command?.requestType !== 'InstallProfile') throw new Error('The device was told something else.');
    const renewed = await identityFrom(command.payload, identity.enrolmentId, now);
    expect(await scene.admin.call('revokeIdentity', { id: enrolment.deviceId })).toMatchObject({ deviceId: enrolment.deviceId, fingerprint: enrolment.pin });
    const hardware = { udid: identity.enrolmentId, serialNumber: 'S1', productName: 'iPhone15,4', osVersion: '18.1' };
    for (const each of [identity, renewed]) {
      await expect(told(each)).rejects.toThrow('answered 400');
      await expect(sendToken(each, 'cd'.repeat(32), 'magic', now())).rejects.toThrow('answered 400');
    }
    expect((await headerOf(identity)).enrolment).toMatchObject({ status: 'left', pin: enrolment.pin });
    // What it was given to renew by is worth nothing either.
    const late = enrolmentRequest((await scene.authorities()).certificates[0] ?? identity.certificate, now(), { request: { challenge: decodeEnrolmentProfile(decodePlist(command.payload)).challenge } });
    expect(await scene.send(late)).toMatchObject({ status: '2' });
    const anew = await enrolDevice(await scene.invited(), hardware, now);
    await sendToken(anew, 'ef'.repeat(32), 'magic', now());
    expect((await told(anew))?.command.requestType).toBe('DeviceInformation');
  });
});

describe('the functions', () => {
  it('need no permission that they do not have', () => {
    expect(scene.test.faults).toEqual([]);
  });
});
