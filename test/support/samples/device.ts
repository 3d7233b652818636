/** Ordinary branches, devices, and what devices enrol with. What a test is about it says itself. */
import type { Branch } from '../../../core/device/branch.ts';
import type { Device, DeviceSummary } from '../../../core/device/device.ts';
import type { DeviceEvent } from '../../../core/device/timeline.ts';
import type { Challenge, Enrolment, Invitation, IssuedCertificate, PushAddress, Renewal } from '../../../core/device/enrolment.ts';
import type { EnrolmentStore, InvitationStore } from '../../../core/device/store.ts';
import { DAY, HOUR } from '../../../core/ambient.ts';
import { parseBranchId, parseDeviceId, parseInvitationId, type BranchId, type InvitationId } from '../../../core/ids.ts';
import { uuidOf } from '../memory/ambient.ts';
import { MORNING, uniqueDigest, uniqueEnrolmentId, uniqueName, uniqueUuid } from './unique.ts';

export function aBranch(facts: Partial<Branch> = {}): Branch {
  const id = parseBranchId(uniqueName('branch'));
  return { id, name: `Branch ${id}`, timeZone: 'Europe/Berlin', linkMbps: 100, brake: false, revision: 0, ...facts };
}

export function aBranchId(): BranchId {
  return parseBranchId(uniqueName('branch'));
}

/** Expected, not yet enrolled. */
export function aDevice(facts: Partial<Device> = {}): Device {
  const id = parseDeviceId(uniqueUuid('device'));
  return {
    id, name: uniqueName('device'), branchId: aBranchId(), testDevice: false, tags: [], order: `1#${uuidOf(id)}`, status: 'expected', createdAt: MORNING, revision: 1, ...facts,
  };
}

/** The device a revision later. */
export function changed(device: Device, facts: Partial<Device>): Device {
  return { ...device, ...facts, revision: device.revision + 1 };
}

/** What a list by branch tells of a device. */
export function summaryOf({ supervised: _, createdAt: __, enrolledAt: ___, revision: ____, unreachableSince: _____, ...summary }: Device): DeviceSummary {
  return summary;
}

export function anEvent(facts: Partial<DeviceEvent> = {}): DeviceEvent {
  return { id: uniqueUuid('event'), kind: 'moved', at: MORNING, words: 'Somebody moved it.', ...facts };
}

export function anInvitation(facts: Partial<Invitation> = {}): Invitation {
  return { id: parseInvitationId(uniqueUuid('invitation')), branchId: aBranchId(), testDevice: false, uses: 1, used: 0, createdAt: MORNING, expiresAt: MORNING + DAY, ...facts };
}

export function aChallenge(invitationId: InvitationId, facts: Partial<Challenge> = {}): Challenge {
  return { hash: uniqueDigest('challenge'), invitationId, expiresAt: MORNING + HOUR, ...facts };
}

export function aCertificate(invitationId: InvitationId, facts: Partial<IssuedCertificate> = {}): IssuedCertificate {
  return {
    fingerprint: uniqueDigest('certificate'), serialNumber: uniqueName('serial'), invitationId, issuedAt: MORNING, expiresAt: MORNING + 365 * DAY, revoked: false, der: 'MIIB', ...facts,
  };
}

/** A certificate that a device got by an invitation of its own, and that speaks for nothing yet. */
export async function issuedCertificate(invitations: InvitationStore, facts: Partial<IssuedCertificate> = {}): Promise<IssuedCertificate> {
  const invitation = anInvitation();
  const challenge = aChallenge(invitation.id);
  const certificate = aCertificate(invitation.id, facts);
  await invitations.addInvitation(invitation, uniqueDigest('secret'));
  await invitations.addChallenge(challenge);
  await invitations.issue(challenge, certificate, uniqueName('transaction'));
  return certificate;
}

/** As Authenticate leaves it. */
export function anEnrolment(certificate: Pick<IssuedCertificate, 'fingerprint'>, facts: Partial<Enrolment> = {}): Enrolment {
  return {
    id: uniqueEnrolmentId(), deviceId: parseDeviceId(uniqueUuid('device')), branchId: aBranchId(), status: 'authenticated', pin: certificate.fingerprint, topic: 'com.apple.mgmt.External.test',
    lastSeenAt: MORNING, authenticatedAt: MORNING, ...facts,
  };
}

export function aPushAddress(facts: Partial<PushAddress> = {}): PushAddress {
  return { token: uniqueDigest('token'), magic: uniqueName('magic'), dead: false, ...facts };
}

/** A device that may be pushed to, as the stores have it. */
export async function anEnrolled({ invitations, enrolments }: { readonly invitations: InvitationStore; readonly enrolments: EnrolmentStore }): Promise<Enrolment & { readonly push: PushAddress }> {
  const enrolment = anEnrolment(await issuedCertificate(invitations));
  const push = aPushAddress();
  await enrolments.authenticate(enrolment);
  await enrolments.setPush(enrolment.id, enrolment.pin, push, MORNING);
  return { ...enrolment, status: 'enrolled', push, enrolledAt: MORNING };
}

/** A certificate that was issued to renew another. */
export function aRenewal({ enrolmentId, pin }: Renewal, facts: Partial<IssuedCertificate> = {}): IssuedCertificate {
  return { fingerprint: uniqueDigest('certificate'), serialNumber: uniqueName('serial'), issuedAt: MORNING, expiresAt: MORNING + 5 * 365 * DAY, revoked: false, der: 'MIIB', enrolmentId, renews: pin, ...facts };
}
