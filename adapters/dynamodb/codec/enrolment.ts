import type { Challenge, Enrolment, Invitation, IssuedCertificate } from '../../../core/device/enrolment.ts';
import { parseBranchId, parseDeviceId, parseEnrolmentId, parseInvitationId, parseSha256, type BranchId, type EnrolmentId, type InvitationId, type Sha256 } from '../../../core/ids.ts';
import { DAY } from '../../../core/ambient.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, record, text, type Read } from '../read.ts';

export function enrolmentKey(id: EnrolmentId): Key {
  return { pk: `enrolment#${id}`, sk: 'enrolment' };
}

export function invitationKey(id: InvitationId): Key {
  return { pk: `invitation#${id}`, sk: 'invitation' };
}

/** The invitations of a branch that have not been withdrawn, the first to end first. */
export function branchInvitationsPartition(branchId: BranchId): string {
  return `invitations#${branchId}`;
}

export function branchInvitationKey({ id, branchId, expiresAt }: Pick<Invitation, 'id' | 'branchId' | 'expiresAt'>): Key {
  return { pk: branchInvitationsPartition(branchId), sk: `${new Date(expiresAt).toISOString()}#${id}` };
}

/** Removed by the table's time to live when the invitation has ended. */
export function branchInvitationItem(invitation: Invitation): Item {
  return { ...branchInvitationKey(invitation), invitationId: invitation.id, ttl: Math.ceil((invitation.expiresAt + DAY) / 1000) };
}

export function secretKey(hash: Sha256): Key {
  return { pk: `secret#${hash}`, sk: 'secret' };
}

export function challengeKey(hash: Sha256): Key {
  return { pk: `challenge#${hash}`, sk: 'challenge' };
}

export function certificateKey(fingerprint: Sha256): Key {
  return { pk: `certificate#${fingerprint}`, sk: 'certificate' };
}

/** Kept a day longer than it is good: a repeated transaction gets the answer that the first one got. */
export function challengeItem(challenge: Challenge): Item {
  return { ...challengeKey(challenge.hash), ...challenge, ttl: Math.ceil((challenge.expiresAt + DAY) / 1000) };
}

export const readEnrolment: Read<Enrolment> = record({
  id: parseEnrolmentId, deviceId: parseDeviceId, branchId: parseBranchId, status: oneOf(['authenticated', 'enrolled', 'left']), pin: parseSha256, topic: text,
  identityExpiresAt: optional(number), revokedAt: optional(number),
  push: optional(record({ token: text, magic: text, dead: flag })),
  sessionAt: optional(number), lastSeenAt: number, authenticatedAt: number, enrolledAt: optional(number),
});

export const readInvitation: Read<Invitation> = record({
  id: parseInvitationId, branchId: parseBranchId, deviceName: optional(text), testDevice: flag, tags: optional(list(text)), uses: number, used: number, createdAt: number, expiresAt: number,
  withdrawnAt: optional(number),
});

export const readInvitationPointer = record({ invitationId: parseInvitationId });

export const readChallenge: Read<Challenge> = record({
  hash: parseSha256, invitationId: optional(parseInvitationId), renewal: optional(record({ enrolmentId: parseEnrolmentId, pin: parseSha256 })), signedBy: optional(parseSha256), expiresAt: number, usedBy: optional(record({ transactionId: text, certificate: parseSha256 })),
});

export const readCertificate: Read<IssuedCertificate> = record({
  fingerprint: parseSha256, serialNumber: text, invitationId: optional(parseInvitationId), issuedAt: number, expiresAt: number, revoked: flag, der: text, enrolmentId: optional(parseEnrolmentId), signedBy: optional(parseSha256), renews: optional(parseSha256),
});
