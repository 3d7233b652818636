import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { IDENTITY_LIFE } from '../../../core/device/authority.ts';
import { authenticate, checkOut, updateToken } from '../../../core/device/enrol-device.ts';
import type { Enrolment, IssuedCertificate } from '../../../core/device/enrolment.ts';
import { groundOf, newRenewalChallenge, redeemChallenge } from '../../../core/device/invite.ts';
import { checkRenewal, RENEWAL_MARGIN, renewalDue, renewByCertificate } from '../../../core/device/renew-identity.ts';
import { identityOf, revokeIdentity } from '../../../core/device/revoke-identity.ts';
import { parseEnrolmentId, parseInvitationId, type Sha256 } from '../../../core/ids.ts';
import type { DeviceAnswer } from '../../../core/instruction/exchange.ts';
import { serveDevice } from '../../../core/instruction/serve-device.ts';
import type { Due } from '../../../core/instruction/store.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { present } from '../../support/present.ts';
import { queueOfDevice, seedInstruction } from '../../support/memory/seed-instruction.ts';
import { digestOf, seedBranch, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
const udid = parseEnrolmentId('00008030-0000000000000001');
const push = { token: 'ab'.repeat(32), magic: 'magic', dead: false };
const refused = { code: 'identity-refused' };
const services = () => ({ ...world, digest: digestOf });
const enrolment = (): Enrolment => present(world.tables.enrolments.get(udid));
const device = () => present([...world.tables.devices.values()][0]);
let made = 0;

beforeEach(async () => {
  world = memoryWorld();
  const { id: branchId } = seedBranch(world, 'berlin');
  const now = world.clock.now();
  const invitationId = parseInvitationId(world.ids.fresh());
  world.tables.invitations.set(invitationId, { id: invitationId, branchId, testDevice: false, uses: 1, used: 1, createdAt: now, expiresAt: now + DAY });
  const first: IssuedCertificate = { ...record('first'), invitationId };
  world.tables.certificates.set(first.fingerprint, first);
  await authenticate(world, first.fingerprint, { enrolmentId: udid, topic: 'com.apple.mgmt.External.test' }, now);
  await updateToken(world, first.fingerprint, udid, push, now);
});

function record(name: string): IssuedCertificate {
  const now = world.clock.now();
  return { fingerprint: digestOf(name), serialNumber: name, issuedAt: now, expiresAt: now + IDENTITY_LIFE, revoked: false, der: 'MIIB' };
}

/** What the device gets by a profile that is pushed to it now. */
async function renewed(): Promise<IssuedCertificate> {
  made += 1;
  const text = await newRenewalChallenge(services(), { enrolmentId: udid, pin: enrolment().pin }, undefined, world.clock.now());
  return redeemChallenge(services(), text, `transaction ${made}`, (challenge) => Promise.resolve({ ...record(`renewal ${made}`), ...groundOf(challenge) }), world.clock.now());
}

const idle: DeviceAnswer = { status: 'Idle', errorCodes: [] };
const ask = (signer: Sha256, answer: DeviceAnswer = idle, expired = false) => serveDevice(world, { enrolmentId: udid, signer, answer, expired }, () => Promise.resolve('kept'), world.clock.now());

describe('a renewed identity', () => {
  const firstUses: readonly (readonly [string, (signer: Sha256) => Promise<unknown>])[] = [
    ['asking for work', (signer) => ask(signer)],
    ['reporting', (signer) => ask(signer, { status: 'NotNow', errorCodes: [] })],
    ['saying where to push', (signer) => updateToken(world, signer, udid, push, world.clock.now())],
    ['introducing itself', (signer) => authenticate(world, signer, { enrolmentId: udid, topic: 'com.apple.mgmt.External.test' }, world.clock.now())],
    ['leaving', (signer) => checkOut(world, signer, udid, world.clock.now())],
  ];

  it.each(firstUses)('takes the place of the former one at its first use: %s', async (_, use) => {
    const former = enrolment().pin;
    const { fingerprint, expiresAt } = await renewed();
    await ask(former);
    expect(enrolment().pin).toBe(former);
    await use(fingerprint);
    expect(enrolment()).toMatchObject({ pin: fingerprint, identityExpiresAt: expiresAt });
  });

  it.each(firstUses)('leaves the former one nothing: %s', async (_, use) => {
    const former = enrolment().pin;
    await ask((await renewed()).fingerprint);
    await expect(use(former)).rejects.toMatchObject(refused);
  });

  it('clears nothing: what was in the queue is handed out next', async () => {
    const instruction = seedInstruction(world, device(), seedVersion(world));
    const before = queueOfDevice(world, device()).length;
    const { fingerprint } = await renewed();
    await ask(fingerprint);
    expect(queueOfDevice(world, device())).toHaveLength(before);
    expect(enrolment()).toMatchObject({ status: 'enrolled', push });
    expect(instruction.state).toBe('issued');
  });

  it('takes it once, though it comes in two requests at once', async () => {
    const { fingerprint } = await renewed();
    await Promise.all([ask(fingerprint), ask(fingerprint)]);
    expect(enrolment().pin).toBe(fingerprint);
  });

  it('is nothing once another took the place', async () => {
    const [one, other] = [await renewed(), await renewed()];
    await ask(one.fingerprint);
    await expect(ask(other.fingerprint)).rejects.toMatchObject(refused);
    await expect(authenticate(world, other.fingerprint, { enrolmentId: udid, topic: 'topic' }, world.clock.now())).rejects.toMatchObject(refused);
  });

  it('is nothing for another device', async () => {
    const other = parseEnrolmentId('00008030-0000000000000002');
    world.tables.enrolments.set(other, { ...enrolment(), id: other, pin: digestOf('other') });
    const { fingerprint } = await renewed();
    await expect(serveDevice(world, { enrolmentId: other, signer: fingerprint, answer: idle }, () => Promise.resolve('kept'), 0)).rejects.toMatchObject(refused);
    await expect(authenticate(world, fingerprint, { enrolmentId: other, topic: 'topic' }, 0)).rejects.toMatchObject(refused);
  });

  it('is renewed in its turn', async () => {
    for (let n = 0; n < 3; n += 1) await ask((await renewed()).fingerprint);
    expect(world.tables.certificates.get(enrolment().pin)?.fingerprint).toBe(digestOf(`renewal ${made}`));
  });
});

describe('a device that asks by its certificate', () => {
  const byCertificate = (signer: Sha256, transaction: string) => renewByCertificate(services(), signer, transaction, (challenge) => {
    made += 1;
    return Promise.resolve({ ...record(`asked ${made}`), ...groundOf(challenge) });
  }, world.clock.now());

  it('gets another, and the same for the same transaction', async () => {
    const first = await byCertificate(enrolment().pin, 'a');
    expect(first).toMatchObject({ enrolmentId: udid, renews: enrolment().pin });
    expect(await byCertificate(enrolment().pin, 'a')).toEqual(first);
    expect(await byCertificate(enrolment().pin, 'b')).not.toEqual(first);
    const [one, other] = await Promise.all([byCertificate(enrolment().pin, 'c'), byCertificate(enrolment().pin, 'c')]);
    expect(one).toEqual(other);
  });

  it('cannot have its renewal taken by who knows its certificate, though the server was cut off in the middle of it', async () => {
    const { pin } = enrolment();
    world.tables.beforeWrite = (operation) => {
      if (operation === 'invitations.issue') throw new Error('killed');
    };
    await expect(byCertificate(pin, 'a')).rejects.toThrow('killed');
    world.tables.beforeWrite = () => undefined;
    const stolen = redeemChallenge(services(), `renewal/${pin}/a`, 'a', (challenge) => Promise.resolve({ ...record('stolen'), ...groundOf(challenge) }), world.clock.now());
    await expect(stolen).rejects.toMatchObject(refused);
    expect(await byCertificate(pin, 'a')).toMatchObject({ renews: pin });
  });

  it('gets none by one that we know nothing of, or that is not the pinned one any more, or is revoked', async () => {
    const former = enrolment().pin;
    expect(await byCertificate(digestOf('stranger'), 'a')).toBe('unknown');
    await ask((await renewed()).fingerprint);
    expect(await byCertificate(former, 'a')).toBe('not-pinned');
    await revokeIdentity(world, { enrolment: enrolment() }, world.clock.now());
    expect(await byCertificate(enrolment().pin, 'a')).toBe('not-pinned');
  });
});

describe('an identity that has ended', () => {
  const expired = (answer: DeviceAnswer = idle) => ask(enrolment().pin, answer, true);

  it('is given the renewal and nothing else, whatever waits', async () => {
    seedInstruction(world, device(), seedVersion(world));
    const command = present(await expired());
    expect(command.command).toEqual({ type: 'install-profile' });
    const again = await expired();
    expect(again).toBeUndefined();
    world.clock.pass(MINUTE);
    expect((await expired())?.id).toBe(command.id);
    expect(await expired({ status: 'Acknowledged', commandId: command.id, errorCodes: [] })).toBeUndefined();
    expect([...world.tables.instructions.values()].map(({ state }) => state)).toEqual(['issued']);
  });

  it('may report on nothing else', async () => {
    const waiting = present(queueOfDevice(world, device())[0]);
    await expect(expired({ status: 'Acknowledged', commandId: waiting.id, errorCodes: [] })).rejects.toMatchObject(refused);
    expect(queueOfDevice(world, device())).toHaveLength(1);
  });

  it('goes on with all that waited once it is renewed', async () => {
    const { id } = present(await expired());
    const { fingerprint } = await renewed();
    expect((await ask(fingerprint, { status: 'Acknowledged', commandId: id, errorCodes: [] }))?.command.type).toBe('device-information');
  });
});

describe('the timer of a renewal', () => {
  const due = (): Due => present([...world.tables.timers.values()].find(({ kind }) => kind === 'identity-renewal'));
  const asked = () => queueOfDevice(world, device()).filter(({ command }) => command.type === 'install-profile');
  const sweptAt = async (instant: number): Promise<void> => {
    world.clock.set(instant);
    await sweep(world, instant);
  };

  it('is set when an enrolment is complete, sixty days before the end', () => {
    expect(due()).toEqual({ at: present(enrolment().identityExpiresAt) - RENEWAL_MARGIN, kind: 'identity-renewal', subject: udid, step: 0 });
  });

  it('is one, also after the device enrolled again', async () => {
    await authenticate(world, enrolment().pin, { enrolmentId: udid, topic: 'topic' }, world.clock.now());
    await updateToken(world, enrolment().pin, udid, push, world.clock.now());
    expect([...world.tables.timers.values()].filter(({ kind }) => kind === 'identity-renewal')).toHaveLength(1);
  });

  it('queues the profile, wakes the device, and asks again after 1, 2, 4 and 8 days, then every 8', async () => {
    const days: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { at } = due();
      await sweptAt(at);
      expect(asked().filter(({ expiresAt }) => expiresAt > at)).toHaveLength(1);
      days.push((due().at - at) / DAY);
    }
    expect(days).toEqual([1, 2, 4, 8, 8, 8]);
    expect(world.waker.calls.at(-1)?.enrolmentIds).toEqual([udid]);
  });

  it('asks once, though the sweep is repeated', async () => {
    const { at } = due();
    const timer = due();
    world.clock.set(at);
    await checkRenewal(world, timer, at);
    await checkRenewal(world, timer, at + MINUTE);
    expect(asked()).toHaveLength(1);
  });

  it('goes to the next end where the identity was renewed meanwhile', async () => {
    world.clock.pass(4 * 365 * DAY);
    await ask((await renewed()).fingerprint);
    await sweptAt(due().at);
    expect(asked()).toEqual([]);
    expect(due()).toEqual(renewalDue(enrolment()));
  });

  it('ends with the enrolment, and long after the identity has ended', async () => {
    const { at } = due();
    const end = present(enrolment().identityExpiresAt);
    expect(await checkRenewal(world, due(), end + 60 * DAY)).toBeUndefined();
    await checkOut(world, enrolment().pin, udid, world.clock.now());
    expect(await checkRenewal(world, due(), at)).toBeUndefined();
    world.tables.enrolments.clear();
    expect(await checkRenewal(world, due(), at)).toBeUndefined();
  });

  it('counts five years for an enrolment that does not know its end', () => {
    expect(renewalDue({ id: udid, authenticatedAt: HOUR }).at).toBe(HOUR + IDENTITY_LIFE - RENEWAL_MARGIN);
  });
});

describe('a revoked identity', () => {
  const revoke = async () => revokeIdentity(world, await identityOf(world, device().id), world.clock.now());

  it('is refused in every request, and so is what was issued to renew it', async () => {
    const { fingerprint } = await renewed();
    const { pin } = enrolment();
    await revoke();
    for (const signer of [pin, fingerprint]) {
      await expect(ask(signer)).rejects.toMatchObject(refused);
      await expect(ask(signer, idle, true)).rejects.toMatchObject(refused);
      await expect(updateToken(world, signer, udid, push, 0)).rejects.toMatchObject(refused);
      await expect(checkOut(world, signer, udid, 0)).rejects.toMatchObject(refused);
      await expect(authenticate(world, signer, { enrolmentId: udid, topic: 'topic' }, 0)).rejects.toMatchObject(refused);
    }
    expect(enrolment()).toMatchObject({ status: 'left', pin });
  });

  it('ends the device\'s management: its queue is empty, what was under way has failed', async () => {
    seedInstruction(world, device(), seedVersion(world));
    const at = await revoke();
    expect(queueOfDevice(world, device())).toEqual([]);
    expect([...world.tables.instructions.values()]).toMatchObject([{ state: 'failed', reason: { code: 'left-management' } }]);
    expect(device().status).toBe('left');
    world.clock.pass(MINUTE);
    expect(await revoke()).toBe(at);
  });

  it('is revoked in the end, whatever write the revocation was killed at before', async () => {
    let writes = 0;
    world.tables.beforeWrite = () => {
      writes += 1;
      if (writes === 2) throw new Error('killed');
    };
    await expect(revoke()).rejects.toThrow('killed');
    world.tables.beforeWrite = () => undefined;
    await revoke();
    expect(device().status).toBe('left');
  });

  it('does not keep the device from a new invitation', async () => {
    await revoke();
    const fresh: IssuedCertificate = { ...record('fresh'), invitationId: present([...world.tables.invitations.keys()][0]) };
    world.tables.certificates.set(fresh.fingerprint, fresh);
    await authenticate(world, fresh.fingerprint, { enrolmentId: udid, topic: 'topic' }, world.clock.now());
    await updateToken(world, fresh.fingerprint, udid, push, world.clock.now());
    expect(device().status).toBe('enrolled');
  });

  it('is none of a device that never enrolled', async () => {
    world.tables.devices.set(device().id, (({ enrolmentId: _, ...rest }) => rest)(device()));
    await expect(revoke()).rejects.toMatchObject({ code: 'conflict' });
  });
});
