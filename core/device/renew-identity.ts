/**
 * Identities end after five years and are renewed before: the profile is pushed again with a challenge of its own, or the
 * device asks by its certificate. What it gets takes the place of the pinned certificate at its first use.
 */
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseEnrolmentId, type Sha256 } from '../ids.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import type { QueuedCommand } from '../instruction/instruction.ts';
import type { CommandQueue, Due, Waker } from '../instruction/store.ts';
import { IDENTITY_LIFE } from './authority.ts';
import { mayTakeOver, type Enrolment, type IssuedCertificate } from './enrolment.ts';
import { redeem, type InviteServices, type MakeCertificate } from './invite.ts';
import { identityRenewed } from './enrolment-events.ts';
import type { EnrolmentStore, InvitationStore } from './store.ts';
import type { Timeline } from './timeline.ts';

/** So long before its end an identity is renewed. */
export const RENEWAL_MARGIN = 60 * DAY;
/** A device that has not renewed is asked again after these days, and then as often as the last says. */
const ASKED_AGAIN: readonly number[] = [1, 2, 4, 8];
/** Nobody is asked for longer after the end. A device that comes by itself still may renew. */
const GIVEN_UP = 60 * DAY;

export interface RenewalServices {
  readonly enrolments: Pick<EnrolmentStore, 'enrolments'>;
  readonly queue: Pick<CommandQueue, 'enqueue'>;
  readonly waker: Waker;
  readonly ids: Pick<Identifiers, 'named'>;
}

/** When an enrolment's pinned certificate ends. */
export function identityEnd({ identityExpiresAt, authenticatedAt }: Pick<Enrolment, 'identityExpiresAt' | 'authenticatedAt'>): Instant {
  return identityExpiresAt ?? authenticatedAt + IDENTITY_LIFE;
}

/** The timer of an enrolment's renewal. Enrolling again puts the same one, or one beside it that finds nothing to do. */
export function renewalDue(enrolment: Pick<Enrolment, 'id' | 'identityExpiresAt' | 'authenticatedAt'>): Due {
  return { at: identityEnd(enrolment) - RENEWAL_MARGIN, kind: 'identity-renewal', subject: enrolment.id, step: 0 };
}

/** Asks a device to renew whose time has come; the timer that follows. The steps count how often it was asked. */
export async function checkRenewal(services: RenewalServices, due: Due, now: Instant): Promise<Due | undefined> {
  const [enrolment] = await services.enrolments.enrolments([parseEnrolmentId(due.subject)]);
  // The TokenUpdate that completes an enrolment sets a timer.
  if (enrolment?.status !== 'enrolled') return undefined;
  const end = identityEnd(enrolment);
  if (now < end - RENEWAL_MARGIN) return renewalDue(enrolment);
  if (now >= end + GIVEN_UP) return undefined;
  const days = ASKED_AGAIN[Math.min(due.step, ASKED_AGAIN.length - 1)] ?? 1;
  const next: Due = { ...due, at: now + days * DAY, step: due.step + 1 };
  // By the timer's own instant: a repetition finds what it queued before.
  await services.queue.enqueue([renewalCommand(services, enrolment, due.at, next.at)]);
  await services.waker.wake([enrolment.id]);
  return next;
}

/** The profile once more. It is made, with its challenge, when the command is handed out. */
export function renewalCommand({ ids }: Pick<RenewalServices, 'ids'>, { id, deviceId, pin }: Pick<Enrolment, 'id' | 'deviceId' | 'pin'>, at: Instant, expiresAt: Instant): QueuedCommand {
  return { id: commandIdFor(id, ids.named(`renewal/${id}/${pin}/${at}`), ids), enrolmentId: id, deviceId, openedAt: at, command: { type: 'install-profile' }, expiresAt };
}

export interface HoldServices {
  readonly enrolments: Pick<EnrolmentStore, 'enrolment' | 'replacePin'>;
  readonly invitations: Pick<InvitationStore, 'certificate'>;
  readonly timeline: Pick<Timeline, 'recordOnce'>;
  readonly ids: Pick<Identifiers, 'named'>;
}

/**
 * The enrolment that a signer speaks for: it is pinned to it, or was issued to renew the pinned one and takes its place now.
 * One read more and two writes, once in five years. Throws `identity-refused`.
 */
export async function heldBy(services: HoldServices, enrolment: Enrolment | undefined, signer: Sha256, now: Instant): Promise<Enrolment> {
  if (enrolment === undefined || enrolment.revokedAt !== undefined) throw notPinned();
  if (enrolment.pin === signer) return enrolment;
  const certificate = await services.invitations.certificate(signer);
  if (!mayTakeOver(certificate, enrolment)) throw notPinned();
  if (await services.enrolments.replacePin(enrolment.id, enrolment.pin, certificate)) {
    await services.timeline.recordOnce(enrolment.deviceId, identityRenewed(services.ids, enrolment.id, signer, now, certificate.expiresAt));
    return { ...enrolment, pin: signer, identityExpiresAt: certificate.expiresAt };
  }
  // Another request of the device's came with it at the same time.
  const stored = await services.enrolments.enrolment(enrolment.id);
  if (stored?.pin !== signer || stored.revokedAt !== undefined) throw notPinned();
  return stored;
}

function notPinned(): WavecastError {
  return new WavecastError('identity-refused', 'The identity is not the one that this device enrolled with.');
}

/** Why a certificate renews nothing: we know of none such that speaks for a device, or it is not the pinned one (any more). */
export type NoRenewal = 'unknown' | 'not-pinned';

/**
 * The certificate for a device that asks by the one it has. The same transaction again gets the same certificate. Throws
 * `identity-refused` where the transaction has run out of time.
 */
export async function renewByCertificate(
  services: Pick<InviteServices, 'invitations' | 'digest'> & { readonly enrolments: Pick<EnrolmentStore, 'enrolment'> }, signer: Sha256, transactionId: string, make: MakeCertificate, now: Instant,
): Promise<IssuedCertificate | NoRenewal> {
  const certificate = await services.invitations.certificate(signer);
  if (certificate?.enrolmentId === undefined) return 'unknown';
  const enrolment = await services.enrolments.enrolment(certificate.enrolmentId);
  if (enrolment?.pin !== signer || enrolment.revokedAt !== undefined || certificate.revoked) return 'not-pinned';
  // A challenge that the certificate itself answers: what holds of challenges holds of renewals.
  const hash = services.digest(`renewal/${signer}/${transactionId}`);
  await services.invitations.addChallenge({ hash, renewal: { enrolmentId: enrolment.id, pin: signer }, ...(certificate.signedBy === undefined ? {} : { signedBy: certificate.signedBy }), expiresAt: now + DAY });
  return redeem(services, hash, transactionId, make, now);
}

export function isRenewal({ command }: Pick<QueuedCommand, 'command'>): boolean {
  return command.type === 'install-profile';
}

