import { beforeAll, describe, expect, it } from 'vitest';
import type { Challenge, Invitation } from '../../core/device/enrolment.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { DAY } from '../../core/ambient.ts';
import { aBranchId, aCertificate, aChallenge, anInvitation } from '../support/samples/device.ts';
import { many, MORNING, uniqueDigest, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function invitationStoreContract(open: OpenStores): void {
  describe('invitations', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const invited = async (facts: Partial<Invitation> = {}): Promise<Invitation> => {
      const invitation = anInvitation(facts);
      await stores.invitations.addInvitation(invitation, uniqueDigest('secret'));
      return invitation;
    };
    const challenged = async ({ id }: Invitation): Promise<Challenge> => {
      const challenge = aChallenge(id);
      await stores.invitations.addChallenge(challenge);
      return challenge;
    };

    it('come back by id and by the digest of their secret, and not at all where none was', async () => {
      const [invitation, secret] = [anInvitation({ deviceName: 'Till 4', testDevice: true }), uniqueDigest('secret')];
      await stores.invitations.addInvitation(invitation, secret);
      expect(await stores.invitations.invitation(invitation.id)).toEqual(invitation);
      expect(await stores.invitations.invitationBySecret(secret)).toEqual(invitation);
      expect(await stores.invitations.invitation(anInvitation().id)).toBeUndefined();
      expect(await stores.invitations.invitationBySecret(uniqueDigest('secret'))).toBeUndefined();
      expect(await stores.invitations.challenge(uniqueDigest('challenge'))).toBeUndefined();
      expect(await stores.invitations.certificate(uniqueDigest('certificate'))).toBeUndefined();
    });

    it('are added once, each with a secret of its own', async () => {
      const [invitation, secret] = [anInvitation(), uniqueDigest('secret')];
      await stores.invitations.addInvitation(invitation, secret);
      expect(await refusalOf(stores.invitations.addInvitation({ ...invitation, uses: 9 }, uniqueDigest('secret')))).toBe('conflict');
      const second = anInvitation();
      expect(await refusalOf(stores.invitations.addInvitation(second, secret))).toBe('conflict');
      expect(await stores.invitations.invitation(second.id)).toBeUndefined();
      expect(await stores.invitations.invitationBySecret(secret)).toEqual(invitation);
    });

    it('give a certificate for a challenge: it is used, the use is counted and the certificate kept', async () => {
      const invitation = await invited({ uses: 2 });
      const challenge = await challenged(invitation);
      expect(await stores.invitations.challenge(challenge.hash)).toEqual(challenge);
      const certificate = aCertificate(invitation.id);
      await stores.invitations.issue(challenge, certificate, 'transaction');
      expect(await stores.invitations.challenge(challenge.hash)).toEqual({ ...challenge, usedBy: { transactionId: 'transaction', certificate: certificate.fingerprint } });
      expect(await stores.invitations.invitation(invitation.id)).toEqual({ ...invitation, used: 1 });
      expect(await stores.invitations.certificate(certificate.fingerprint)).toEqual(certificate);
    });

    it('are listed by branch, the first to end first, page by page, as long as somebody can enrol by them', async () => {
      const branchId = aBranchId();
      const open = await Promise.all(many(7, (n) => invited({ branchId, uses: 2, tags: ['till'], expiresAt: MORNING + DAY + ((n * 3) % 7) })));
      const [used, withdrawn] = [await invited({ branchId, uses: 1, used: 1 }), await invited({ branchId })];
      await invited({ branchId, expiresAt: MORNING });
      await invited();
      await stores.invitations.withdrawInvitation(withdrawn, MORNING);
      const all: Invitation[] = [];
      for (let after: string | undefined; ;) {
        const { items, next } = await stores.invitations.openInvitations(branchId, MORNING, after, 3);
        all.push(...items);
        if (next === undefined) break;
        after = next;
      }
      expect(all).toEqual(open.toSorted((a, b) => a.expiresAt - b.expiresAt));
      expect(all.map(({ id }) => id)).not.toContain(used.id);
    });

    it('that are withdrawn buy no certificate any more, also for a challenge that was given out before', async () => {
      const invitation = await invited({ uses: 5 });
      const challenge = await challenged(invitation);
      await stores.invitations.withdrawInvitation(invitation, MORNING + 1);
      await stores.invitations.withdrawInvitation(invitation, MORNING + 2);
      expect(await stores.invitations.invitation(invitation.id)).toEqual({ ...invitation, withdrawnAt: MORNING + 1 });
      expect(await refusalOf(stores.invitations.issue(challenge, aCertificate(invitation.id), 'transaction'))).toBe('conflict');
      expect(await refusalOf(stores.invitations.withdrawInvitation(anInvitation(), MORNING))).toBe('not-found');
    });

    it('count the same transaction once: what it got first is what it has', async () => {
      const invitation = await invited({ uses: 1 });
      const challenge = await challenged(invitation);
      const [first, second] = [aCertificate(invitation.id), aCertificate(invitation.id)];
      await stores.invitations.issue(challenge, first, 'transaction');
      await stores.invitations.issue(challenge, first, 'transaction');
      await stores.invitations.issue(challenge, second, 'transaction');
      expect((await stores.invitations.challenge(challenge.hash))?.usedBy?.certificate).toBe(first.fingerprint);
      expect(await stores.invitations.invitation(invitation.id)).toEqual({ ...invitation, used: 1 });
      expect(await stores.invitations.certificate(second.fingerprint)).toBeUndefined();
    });

    it('refuse another transaction, a challenge that is not there, and more than their uses; nothing of it is kept', async () => {
      const invitation = await invited({ uses: 1 });
      const [used, unused] = [await challenged(invitation), await challenged(invitation)];
      await stores.invitations.issue(used, aCertificate(invitation.id), 'transaction');
      const refused = [[used, 'another'], [unused, 'third'], [aChallenge(invitation.id), 'fourth']] as const;
      for (const [challenge, transaction] of refused) {
        const certificate = aCertificate(invitation.id);
        expect(await refusalOf(stores.invitations.issue(challenge, certificate, transaction))).toBe('conflict');
        expect(await stores.invitations.certificate(certificate.fingerprint)).toBeUndefined();
      }
      expect((await stores.invitations.invitation(invitation.id))?.used).toBe(1);
      expect(await stores.invitations.challenge(unused.hash)).toEqual(unused);
      expect(await stores.invitations.challenge(refused[2][0].hash)).toBeUndefined();
    });

    it('give one certificate for a challenge that ten transactions use at once', async () => {
      const invitation = await invited({ uses: 10 });
      const challenge = await challenged(invitation);
      expect(await throughAtOnce(10, (n) => stores.invitations.issue(challenge, aCertificate(invitation.id), `transaction ${n}`))).toHaveLength(1);
      expect((await stores.invitations.invitation(invitation.id))?.used).toBe(1);
    });

    it('are used as often as they say and no more, also by ten at once', async () => {
      const invitation = await invited({ uses: 3 });
      const challenges = await Promise.all(many(10, () => challenged(invitation)));
      expect(await throughAtOnce(10, (n) => stores.invitations.issue(challenges[n] ?? aChallenge(invitation.id), aCertificate(invitation.id), uniqueName('transaction')))).toHaveLength(3);
      expect((await stores.invitations.invitation(invitation.id))?.used).toBe(3);
      const after = await Promise.all(challenges.map(({ hash }) => stores.invitations.challenge(hash)));
      expect(after.filter((challenge) => challenge?.usedBy !== undefined)).toHaveLength(3);
    });
  });
}
