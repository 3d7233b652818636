import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import type { Enrolment } from '../../core/device/enrolment.ts';
import { answersAtOnce, refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBranchId, aDevice, anEnrolment, aPushAddress, issuedCertificate } from '../support/samples/device.ts';
import { many, MORNING, uniqueDigest, uniqueEnrolmentId } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function enrolmentStoreContract(open: OpenStores): void {
  describe('enrolments', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const authenticated = async (): Promise<Enrolment> => {
      const enrolment = anEnrolment(await issuedCertificate(stores.invitations));
      await stores.enrolments.authenticate(enrolment);
      return enrolment;
    };
    const LATER = MORNING + MINUTE;

    it('begin without a push address, and the certificate becomes theirs; repeating it changes nothing more', async () => {
      const certificate = await issuedCertificate(stores.invitations);
      const enrolment = anEnrolment(certificate);
      for (let n = 0; n < 2; n += 1) {
        await stores.enrolments.authenticate({ ...enrolment, push: aPushAddress() });
        expect(await stores.enrolments.enrolment(enrolment.id)).toEqual(enrolment);
        expect(await stores.invitations.certificate(certificate.fingerprint)).toEqual({ ...certificate, enrolmentId: enrolment.id });
      }
      expect(await stores.enrolments.enrolment(uniqueEnrolmentId())).toBeUndefined();
    });

    it('do not begin by a certificate that speaks for another, is revoked, or is none of ours', async () => {
      const { pin } = await authenticated();
      const revoked = await issuedCertificate(stores.invitations, { revoked: true });
      for (const fingerprint of [pin, revoked.fingerprint, uniqueDigest('stranger')]) {
        const refused = anEnrolment({ fingerprint });
        expect(await refusalOf(stores.enrolments.authenticate(refused))).toBe('conflict');
        expect(await stores.enrolments.enrolment(refused.id)).toBeUndefined();
      }
      expect(await stores.invitations.certificate(revoked.fingerprint)).toEqual(revoked);
    });

    it('begin for one of ten devices that come with the same certificate at once', async () => {
      const certificate = await issuedCertificate(stores.invitations);
      const enrolments = many(10, () => anEnrolment(certificate));
      const [winner, ...more] = await throughAtOnce(10, (n) => stores.enrolments.authenticate(enrolments[n] ?? anEnrolment(certificate)));
      expect(more).toEqual([]);
      expect((await stores.invitations.certificate(certificate.fingerprint))?.enrolmentId).toBe(enrolments[winner ?? 0]?.id);
      expect(await stores.enrolments.enrolments(enrolments.map(({ id }) => id))).toHaveLength(1);
    });

    it('are complete with the first push address, and go on with later ones', async () => {
      const { id, pin, ...rest } = await authenticated();
      const [first, second] = [aPushAddress(), aPushAddress()];
      expect(await stores.enrolments.setPush(id, pin, first, LATER)).toBe(true);
      expect(await stores.enrolments.enrolment(id)).toEqual({ ...rest, id, pin, status: 'enrolled', push: first, lastSeenAt: LATER, enrolledAt: LATER });
      expect(await stores.enrolments.setPush(id, pin, second, LATER + 1)).toBe(false);
      expect(await stores.enrolments.enrolment(id)).toEqual({ ...rest, id, pin, status: 'enrolled', push: second, lastSeenAt: LATER + 1, enrolledAt: LATER });
    });

    it('are complete also for the very call that completed them, sent again because its answer was lost', async () => {
      const { id, pin } = await authenticated();
      const push = aPushAddress();
      expect(await stores.enrolments.setPush(id, pin, push, LATER)).toBe(true);
      expect(await stores.enrolments.setPush(id, pin, push, LATER)).toBe(true);
    });

    it('are completed by one of ten that say so at once', async () => {
      const { id, pin } = await authenticated();
      expect(await answersAtOnce(10, (n) => stores.enrolments.setPush(id, pin, aPushAddress(), LATER + n))).toEqual({ true: 1, false: 9 });
    });

    it('take a push address from nobody but their certificate, and none once they were left', async () => {
      const { id, pin } = await authenticated();
      expect(await refusalOf(stores.enrolments.setPush(id, uniqueDigest('stranger'), aPushAddress(), LATER))).toBe('conflict');
      expect(await stores.enrolments.enrolment(id)).not.toHaveProperty('push');
      await stores.enrolments.leave(id, LATER);
      expect(await refusalOf(stores.enrolments.setPush(id, pin, aPushAddress(), LATER))).toBe('conflict');
      expect(await refusalOf(stores.enrolments.setPush(uniqueEnrolmentId(), pin, aPushAddress(), LATER))).toBe('conflict');
    });

    it('begin anew with another certificate: the push address is gone, the former certificate says nothing any more', async () => {
      const former = await authenticated();
      await stores.enrolments.setPush(former.id, former.pin, aPushAddress(), LATER);
      const again = anEnrolment(await issuedCertificate(stores.invitations), { id: former.id, authenticatedAt: LATER, lastSeenAt: LATER });
      await stores.enrolments.authenticate(again);
      expect(await stores.enrolments.enrolment(former.id)).toEqual(again);
      expect(await refusalOf(stores.enrolments.setPush(former.id, former.pin, aPushAddress(), LATER))).toBe('conflict');
      expect(await stores.enrolments.setPush(again.id, again.pin, aPushAddress(), LATER + 1)).toBe(true);
    });

    it('have a dead push address where APNs says so of the one that is stored, until the next', async () => {
      const { id, pin } = await authenticated();
      await stores.enrolments.markPushDead(id, aPushAddress().token, undefined, LATER);
      const [first, second] = [aPushAddress(), aPushAddress()];
      await stores.enrolments.setPush(id, pin, first, LATER);
      await stores.enrolments.markPushDead(id, second.token, undefined, LATER);
      expect((await stores.enrolments.enrolment(id))?.push).toEqual(first);
      await stores.enrolments.markPushDead(id, first.token, undefined, LATER);
      expect((await stores.enrolments.enrolment(id))?.push).toEqual({ ...first, dead: true });
      await stores.enrolments.setPush(id, pin, second, LATER);
      await stores.enrolments.markPushDead(id, first.token, undefined, LATER);
      expect((await stores.enrolments.enrolment(id))?.push).toEqual(second);
      const nobody = uniqueEnrolmentId();
      await stores.enrolments.markPushDead(nobody, first.token, undefined, LATER);
      expect(await stores.enrolments.enrolment(nobody)).toBeUndefined();
    });

    it('have their device unreachable with the dead address, and counted so; as often as it is said, and only as it was read', async () => {
      const { id, pin, deviceId } = await authenticated();
      const push = aPushAddress();
      await stores.enrolments.setPush(id, pin, push, LATER);
      const device = aDevice({ id: deviceId, branchId: aBranchId(), status: 'enrolled', enrolmentId: id });
      await stores.devices.addDevice(device);
      const unreachable = async (): Promise<number | undefined> => (await stores.branches.deviceCounts([device.branchId])).get(device.branchId)?.unreachable;
      for (const [token, read] of [[aPushAddress().token, device], [push.token, { ...device, revision: 9 }]] as const) await stores.enrolments.markPushDead(id, token, read, LATER + 1);
      expect([await stores.devices.device(deviceId), (await stores.enrolments.enrolment(id))?.push, await unreachable()]).toEqual([device, push, 0]);
      await Promise.all(many(5, () => stores.enrolments.markPushDead(id, push.token, device, LATER + 1)));
      expect(await stores.devices.device(deviceId)).toEqual({ ...device, unreachableSince: LATER + 1, revision: device.revision + 1 });
      expect([(await stores.enrolments.enrolment(id))?.push?.dead, await unreachable()]).toEqual([true, 1]);
    });

    it('are heard from, never earlier than they have been; what is not there is not made by it', async () => {
      const enrolment = await authenticated();
      for (const at of [LATER, LATER + 1, LATER]) await stores.enrolments.heardFrom(enrolment.id, at);
      expect(await stores.enrolments.enrolment(enrolment.id)).toEqual({ ...enrolment, lastSeenAt: LATER + 1 });
      const nobody = uniqueEnrolmentId();
      await stores.enrolments.heardFrom(nobody, LATER);
      expect(await stores.enrolments.enrolment(nobody)).toBeUndefined();
    });

    it('are left for good, as often as it is said; what is not there is not made by it', async () => {
      const enrolment = await authenticated();
      await stores.enrolments.setPush(enrolment.id, enrolment.pin, aPushAddress(), LATER);
      for (let n = 0; n < 2; n += 1) {
        await stores.enrolments.leave(enrolment.id, LATER + 1);
        expect(await stores.enrolments.enrolment(enrolment.id)).toEqual({ ...enrolment, status: 'left', lastSeenAt: LATER + 1, enrolledAt: LATER });
      }
      const nobody = uniqueEnrolmentId();
      await stores.enrolments.leave(nobody, LATER);
      expect(await stores.enrolments.enrolment(nobody)).toBeUndefined();
    });

    it('are read many at once, each once, without those that are not there', async () => {
      const certificates = await Promise.all(many(110, () => issuedCertificate(stores.invitations)));
      const enrolments = certificates.map((certificate) => anEnrolment(certificate));
      await Promise.all(enrolments.map((enrolment) => stores.enrolments.authenticate(enrolment)));
      const ids = enrolments.map(({ id }) => id);
      const found = await stores.enrolments.enrolments([...ids, uniqueEnrolmentId(), ...ids.slice(0, 20)]);
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(await stores.enrolments.enrolments([])).toEqual([]);
    });
  });
}
