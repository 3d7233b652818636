import type { Instant } from '../ambient.ts';
import type { BranchId, DeviceId, EnrolmentId, InvitationId, Sha256 } from '../ids.ts';

/** A device's standing in MDM, keyed by the UDID (or EnrollmentID) that it sends: header of its command queue. */
export interface Enrolment {
  readonly id: EnrolmentId;
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly status: 'authenticated' | 'enrolled' | 'left';
  /** SHA-256 of the identity certificate that alone may speak for this enrolment. */
  readonly pin: Sha256;
  /** When that certificate ends; absent in enrolments of an older release. */
  readonly identityExpiresAt?: Instant;
  /** An administrator revoked the certificate: nothing is taken from it any more, whatever else the device was given to renew it. */
  readonly revokedAt?: Instant;
  readonly topic: string;
  readonly push?: PushAddress;
  /** When the device last began a session (status Idle); decides which NotNow'd commands are passed over. */
  readonly sessionAt?: Instant;
  readonly lastSeenAt: Instant;
  readonly authenticatedAt: Instant;
  readonly enrolledAt?: Instant;
}

/** Where APNs finds the device. Dead: APNs said so; nothing is pushed until the next TokenUpdate. */
export interface PushAddress {
  /** Lower-case hex. */
  readonly token: string;
  readonly magic: string;
  readonly dead: boolean;
}

/** An invitation to enrol: whoever has its link may enrol `uses` devices into the branch until it expires. */
export interface Invitation {
  readonly id: InvitationId;
  readonly branchId: BranchId;
  /** Name of the device to be; set only where `uses` is 1. */
  readonly deviceName?: string;
  readonly testDevice: boolean;
  /** Of the devices that enrol by it, where they have no record yet. */
  readonly tags?: readonly string[];
  readonly uses: number;
  readonly used: number;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Nobody can enrol by it any more, also not who has its profile already. */
  readonly withdrawnAt?: Instant;
}

/** Whether somebody could still enrol by it. */
export function isOpen({ withdrawnAt, expiresAt, used, uses }: Invitation, now: Instant): boolean {
  return withdrawnAt === undefined && expiresAt > now && used < uses;
}

/** An enrolment whose certificate is to be replaced, and that certificate. */
export interface Renewal {
  readonly enrolmentId: EnrolmentId;
  readonly pin: Sha256;
}

/** The record of a SCEP challenge, found by the SHA-256 of its text: one-time, bound to an invitation or to a renewal. */
export interface Challenge {
  readonly hash: Sha256;
  readonly invitationId?: InvitationId;
  readonly renewal?: Renewal;
  /** Who signed the profile that it was in; absent: nobody. */
  readonly signedBy?: Sha256;
  readonly expiresAt: Instant;
  /** The transaction that used it, with the certificate it got: a replay gets the same answer. */
  readonly usedBy?: { readonly transactionId: string; readonly certificate: Sha256 };
}

/** A certificate that our CA issued. */
export interface IssuedCertificate {
  readonly fingerprint: Sha256;
  readonly serialNumber: string;
  /** Absent where it renews another. */
  readonly invitationId?: InvitationId;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly revoked: boolean;
  /** DER, base64. */
  readonly der: string;
  /** The enrolment that it is pinned to, once used; for a renewal from the start. */
  readonly enrolmentId?: EnrolmentId;
  /** Who signed the profile by which it was asked for: renewed ones must come from the same. Absent: nobody. */
  readonly signedBy?: Sha256;
  /** The certificate whose place it takes at its first use. */
  readonly renews?: Sha256;
}

/** What an identity may do at Authenticate; the reasons are stable and carry nothing of the request. */
export type PinVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: 'unknown-certificate' | 'revoked' | 'pinned-elsewhere' | 'superseded' };

/**
 * A never-used certificate may pin itself to any enrolment; one that belongs to an enrolment only to that, while it is the
 * pinned one or renews it. One that was replaced never comes back, nor does anything that was issued to renew a revoked one.
 */
export function mayPin(certificate: IssuedCertificate | undefined, enrolmentId: EnrolmentId, enrolment: Pick<Enrolment, 'pin' | 'revokedAt'> | undefined): PinVerdict {
  if (certificate === undefined) return { allowed: false, reason: 'unknown-certificate' };
  if (certificate.revoked) return { allowed: false, reason: 'revoked' };
  if (certificate.enrolmentId === undefined) return { allowed: true };
  if (certificate.enrolmentId !== enrolmentId) return { allowed: false, reason: 'pinned-elsewhere' };
  if (enrolment?.revokedAt !== undefined) return { allowed: false, reason: 'revoked' };
  return enrolment !== undefined && (certificate.fingerprint === enrolment.pin || certificate.renews === enrolment.pin) ? { allowed: true } : { allowed: false, reason: 'superseded' };
}

/** Whether a certificate was issued to replace the one that an enrolment is pinned to. */
export function mayTakeOver(certificate: IssuedCertificate | undefined, enrolment: Pick<Enrolment, 'id' | 'pin' | 'revokedAt'>): certificate is IssuedCertificate {
  return certificate !== undefined && !certificate.revoked && enrolment.revokedAt === undefined && certificate.enrolmentId === enrolment.id && certificate.renews === enrolment.pin;
}
