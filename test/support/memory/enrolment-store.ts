import type { EnrolmentStore, InvitationStore } from '../../../core/device/store.ts';
import { isOpen, type Enrolment, type Invitation } from '../../../core/device/enrolment.ts';
import { WavecastError } from '../../../core/errors.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryEnrolmentStore(tables: MemoryTables): EnrolmentStore {
  const withoutPush = ({ push: _, ...enrolment }: Enrolment): Enrolment => enrolment;
  return {
    async enrolment(id) {
      await settled();
      return tables.enrolments.get(id);
    },
    async enrolments(ids) {
      await settled();
      return [...new Set(ids)].flatMap((id) => tables.enrolments.get(id) ?? []);
    },
    async authenticate(enrolment, since) {
      await settled();
      tables.beforeWrite('enrolments.authenticate');
      const certificate = tables.certificates.get(enrolment.pin);
      const stored = tables.enrolments.get(enrolment.id);
      const free = certificate !== undefined && !certificate.revoked && (certificate.enrolmentId ?? enrolment.id) === enrolment.id;
      if (!free || (since !== undefined && (stored?.pin !== since || stored.revokedAt !== undefined))) throw new WavecastError('conflict', 'The certificate does not speak for this device, or no longer.');
      tables.certificates.set(certificate.fingerprint, { ...certificate, enrolmentId: enrolment.id });
      tables.enrolments.set(enrolment.id, withoutPush(enrolment));
    },
    async replacePin(id, from, { fingerprint, expiresAt }) {
      await settled();
      tables.beforeWrite('enrolments.replacePin');
      const stored = tables.enrolments.get(id);
      if (stored === undefined || stored.revokedAt !== undefined || (stored.pin !== from && stored.pin !== fingerprint)) return false;
      tables.enrolments.set(id, { ...stored, pin: fingerprint, identityExpiresAt: expiresAt });
      return true;
    },
    async revoke(id, pin, now) {
      await settled();
      tables.beforeWrite('enrolments.revoke');
      const stored = tables.enrolments.get(id);
      const certificate = tables.certificates.get(pin);
      if (stored?.pin !== pin || certificate === undefined) throw new WavecastError('conflict', 'The device has got another identity meanwhile.', { remedy: 'Look at the device again.' });
      tables.enrolments.set(id, { ...withoutPush(stored), status: 'left', revokedAt: now });
      tables.certificates.set(pin, { ...certificate, revoked: true });
    },
    async setPush(id, pin, push, now) {
      await settled();
      tables.beforeWrite('enrolments.setPush');
      const stored = tables.enrolments.get(id);
      if (stored?.pin !== pin || stored.status === 'left') throw new WavecastError('conflict', 'The enrolment has changed meanwhile.');
      const enrolledAt = stored.enrolledAt ?? now;
      tables.enrolments.set(id, { ...stored, push, status: 'enrolled', lastSeenAt: now, enrolledAt });
      return enrolledAt === now;
    },
    async markPushDead(id, token, device, now) {
      await settled();
      tables.beforeWrite('enrolments.markPushDead');
      const stored = tables.enrolments.get(id);
      if (stored?.push?.token !== token) return;
      if (device !== undefined) {
        const kept = tables.devices.get(device.id);
        if (kept?.revision !== device.revision) return;
        tables.devices.set(device.id, { ...kept, unreachableSince: now, revision: kept.revision + 1 });
      }
      tables.enrolments.set(id, { ...stored, push: { ...stored.push, dead: true } });
    },
    async heardFrom(id, now) {
      await settled();
      tables.beforeWrite('enrolments.heardFrom');
      const stored = tables.enrolments.get(id);
      if (stored !== undefined && stored.lastSeenAt < now) tables.enrolments.set(id, { ...stored, lastSeenAt: now });
    },
    async leave(id, now) {
      await settled();
      tables.beforeWrite('enrolments.leave');
      const stored = tables.enrolments.get(id);
      if (stored !== undefined) tables.enrolments.set(id, { ...withoutPush(stored), status: 'left', lastSeenAt: now });
    },
  };
}

export function memoryInvitationStore(tables: MemoryTables): InvitationStore {
  return {
    async invitation(id) {
      await settled();
      return tables.invitations.get(id);
    },
    async invitationBySecret(hash) {
      await settled();
      const id = tables.invitationSecrets.get(hash);
      return id === undefined ? undefined : tables.invitations.get(id);
    },
    async addInvitation(invitation, secretHash) {
      await settled();
      tables.beforeWrite('invitations.add');
      if (tables.invitations.has(invitation.id) || tables.invitationSecrets.has(secretHash)) throw new WavecastError('conflict', 'The invitation exists.');
      tables.invitations.set(invitation.id, invitation);
      tables.invitationSecrets.set(secretHash, invitation.id);
    },
    async openInvitations(branchId, now, after, limit) {
      await settled();
      const place = ({ expiresAt, id }: Invitation): string => `${new Date(expiresAt).toISOString()}#${id}`;
      const all = [...tables.invitations.values()].filter((one) => one.branchId === branchId && one.withdrawnAt === undefined && one.expiresAt > now && (after === undefined || place(one) > after)).sort((a, b) => (place(a) < place(b) ? -1 : 1));
      const page = all.slice(0, limit);
      const last = page.at(-1);
      return { items: page.filter((one) => isOpen(one, now)), ...(all.length > limit && last !== undefined ? { next: place(last) } : {}) };
    },
    async withdrawInvitation({ id }, now) {
      await settled();
      tables.beforeWrite('invitations.withdraw');
      const stored = tables.invitations.get(id);
      if (stored === undefined) throw new WavecastError('not-found', 'There is no such invitation.');
      tables.invitations.set(id, { withdrawnAt: now, ...stored });
    },
    async addChallenge(challenge) {
      await settled();
      tables.beforeWrite('invitations.addChallenge');
      if (!tables.challenges.has(challenge.hash)) tables.challenges.set(challenge.hash, challenge);
    },
    async challenge(hash) {
      await settled();
      return tables.challenges.get(hash);
    },
    async issue(challenge, certificate, transactionId) {
      await settled();
      tables.beforeWrite('invitations.issue');
      const stored = tables.challenges.get(challenge.hash);
      if (stored === undefined) throw new WavecastError('conflict', 'The challenge is gone.');
      if (stored.usedBy?.transactionId === transactionId) return;
      const invitation = stored.invitationId === undefined ? undefined : tables.invitations.get(stored.invitationId);
      if (stored.usedBy !== undefined) throw new WavecastError('conflict', 'The challenge was used.');
      if (stored.invitationId !== undefined && (invitation === undefined || invitation.used >= invitation.uses || invitation.withdrawnAt !== undefined)) throw new WavecastError('conflict', 'The invitation is used up.');
      tables.challenges.set(stored.hash, { ...stored, usedBy: { transactionId, certificate: certificate.fingerprint } });
      if (invitation !== undefined) tables.invitations.set(invitation.id, { ...invitation, used: invitation.used + 1 });
      tables.certificates.set(certificate.fingerprint, certificate);
    },
    async certificate(fingerprint) {
      await settled();
      return tables.certificates.get(fingerprint);
    },
  };
}
