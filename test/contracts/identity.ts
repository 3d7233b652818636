import { beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../core/ambient.ts';
import type { Enrolment, IssuedCertificate } from '../../core/device/enrolment.ts';
import { answersAtOnce, refusalOf } from '../support/outcomes.ts';
import { aChallenge, anEnrolled, anEnrolment, aPushAddress, aRenewal, issuedCertificate } from '../support/samples/device.ts';
import { many, MORNING, uniqueDigest, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

const LATER = MORNING + MINUTE;

export function identityContract(open: OpenStores): void {
  describe('identities', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    /** A certificate that was issued to renew an enrolment's. */
    const renewing = async (enrolment: Enrolment): Promise<IssuedCertificate> => {
      const renewal = { enrolmentId: enrolment.id, pin: enrolment.pin };
      const challenge = { hash: uniqueDigest('challenge'), renewal, expiresAt: MORNING + HOUR };
      const certificate = aRenewal(renewal);
      await stores.invitations.addChallenge(challenge);
      await stores.invitations.issue(challenge, certificate, uniqueName('transaction'));
      return certificate;
    };

    it('of a renewal are issued once, count against no invitation, and know whose place they take', async () => {
      const enrolment = await anEnrolled(stores);
      const renewal = { enrolmentId: enrolment.id, pin: enrolment.pin };
      const challenge = { hash: uniqueDigest('challenge'), renewal, expiresAt: MORNING + HOUR };
      await stores.invitations.addChallenge(challenge);
      expect(await stores.invitations.challenge(challenge.hash)).toEqual(challenge);
      const certificate = aRenewal(renewal);
      await stores.invitations.issue(challenge, certificate, 'transaction');
      expect(await refusalOf(stores.invitations.issue(challenge, aRenewal(renewal), 'another'))).toBe('conflict');
      expect(await stores.invitations.certificate(certificate.fingerprint)).toEqual(certificate);
    });

    it('a challenge that is there stays as it is', async () => {
      const challenge = { hash: uniqueDigest('challenge'), renewal: { enrolmentId: (await anEnrolled(stores)).id, pin: uniqueDigest('pin') }, expiresAt: MORNING + HOUR };
      await stores.invitations.addChallenge(challenge);
      await stores.invitations.issue(challenge, aRenewal(challenge.renewal), 'transaction');
      await stores.invitations.addChallenge({ ...challenge, expiresAt: MORNING + 2 * HOUR });
      expect(await stores.invitations.challenge(challenge.hash)).toMatchObject({ expiresAt: MORNING + HOUR, usedBy: { transactionId: 'transaction' } });
    });

    it('take the place of the pinned one: everything else stays', async () => {
      const enrolment = await anEnrolled(stores);
      const certificate = await renewing(enrolment);
      expect(await stores.enrolments.replacePin(enrolment.id, enrolment.pin, certificate)).toBe(true);
      expect(await stores.enrolments.enrolment(enrolment.id)).toEqual({ ...enrolment, pin: certificate.fingerprint, identityExpiresAt: certificate.expiresAt });
      expect(await refusalOf(stores.enrolments.setPush(enrolment.id, enrolment.pin, aPushAddress(), LATER))).toBe('conflict');
      expect(await stores.enrolments.setPush(enrolment.id, certificate.fingerprint, aPushAddress(), LATER)).toBe(false);
    });

    it('take it once: of ten at once one does', async () => {
      const enrolment = await anEnrolled(stores);
      const certificates = await Promise.all(many(10, () => renewing(enrolment)));
      expect(await answersAtOnce(10, (n) => stores.enrolments.replacePin(enrolment.id, enrolment.pin, certificates[n] ?? aRenewal({ enrolmentId: enrolment.id, pin: enrolment.pin })))).toEqual({ true: 1, false: 9 });
    });

    it('that are revoked end their enrolment: no push, no successor, no Authenticate', async () => {
      const enrolment = await anEnrolled(stores);
      const certificate = await renewing(enrolment);
      await stores.enrolments.revoke(enrolment.id, enrolment.pin, LATER);
      await stores.enrolments.revoke(enrolment.id, enrolment.pin, LATER);
      const { push: _, ...rest } = enrolment;
      expect(await stores.enrolments.enrolment(enrolment.id)).toEqual({ ...rest, status: 'left', revokedAt: LATER });
      expect((await stores.invitations.certificate(enrolment.pin))?.revoked).toBe(true);
      expect(await refusalOf(stores.enrolments.setPush(enrolment.id, enrolment.pin, aPushAddress(), LATER))).toBe('conflict');
      expect(await stores.enrolments.replacePin(enrolment.id, enrolment.pin, certificate)).toBe(false);
      expect(await refusalOf(stores.enrolments.authenticate(anEnrolment({ fingerprint: enrolment.pin }, { id: enrolment.id }), enrolment.pin))).toBe('conflict');
      expect(await refusalOf(stores.enrolments.authenticate(anEnrolment(certificate, { id: enrolment.id }), enrolment.pin))).toBe('conflict');
      expect((await stores.enrolments.enrolment(enrolment.id))?.revokedAt).toBe(LATER);
    });

    it('are not revoked in place of another that came meanwhile', async () => {
      const enrolment = await anEnrolled(stores);
      const certificate = await renewing(enrolment);
      await stores.enrolments.replacePin(enrolment.id, enrolment.pin, certificate);
      expect(await refusalOf(stores.enrolments.revoke(enrolment.id, enrolment.pin, LATER))).toBe('conflict');
      expect(await stores.enrolments.enrolment(enrolment.id)).not.toHaveProperty('revokedAt');
      expect((await stores.invitations.certificate(enrolment.pin))?.revoked).toBe(false);
    });

    it('that were in use before authenticate only where the pin is still what was read; new ones in any case', async () => {
      const enrolment = await anEnrolled(stores);
      const certificate = await renewing(enrolment);
      expect(await refusalOf(stores.enrolments.authenticate(anEnrolment(certificate, { id: enrolment.id }), uniqueDigest('another')))).toBe('conflict');
      await stores.enrolments.authenticate(anEnrolment(certificate, { id: enrolment.id }), enrolment.pin);
      await stores.enrolments.revoke(enrolment.id, certificate.fingerprint, LATER);
      const fresh = await issuedCertificate(stores.invitations);
      await stores.enrolments.authenticate(anEnrolment(fresh, { id: enrolment.id }));
      expect(await stores.enrolments.enrolment(enrolment.id)).not.toHaveProperty('revokedAt');
    });

    it('are given for a challenge of an invitation as before', async () => {
      const { invitationId } = await issuedCertificate(stores.invitations);
      if (invitationId === undefined) throw new Error('It was issued by no invitation.');
      expect(await refusalOf(stores.invitations.issue(aChallenge(invitationId), aRenewal({ enrolmentId: (await anEnrolled(stores)).id, pin: uniqueDigest('pin') }), 'transaction'))).toBe('conflict');
    });
  });
}
