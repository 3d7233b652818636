/** From an invitation's link to an identity: the profile's one-time challenge, and the certificate that it buys. */
import { HOUR, type Identifiers, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Sha256 } from '../ids.ts';
import { isOpen, type Challenge, type Invitation, type IssuedCertificate, type Renewal } from './enrolment.ts';
import type { InvitationStore } from './store.ts';

/** A device asks for its certificate right after the profile is installed; an hour covers a user who hesitates. */
export const CHALLENGE_LIFE = HOUR;

/** Challenges are base64url. Renewals by certificate have records of the same kind, whose texts nobody may send: they hold a slash. */
const OURS = /^[\w-]{1,128}$/;

export interface InviteServices {
  readonly invitations: InvitationStore;
  readonly ids: Identifiers;
  /** SHA-256 of a text in UTF-8. */
  readonly digest: (text: string) => Sha256;
}

/** The invitation behind a link, still good. Throws `not-found`: the page says no more than that. */
export async function openInvitation(services: InviteServices, secret: string, now: Instant): Promise<Invitation> {
  const invitation = await services.invitations.invitationBySecret(services.digest(secret));
  if (invitation === undefined || !isOpen(invitation, now)) {
    throw new WavecastError('not-found', 'This invitation is not valid, or no longer.', { remedy: 'Ask your administrator for a new one.' });
  }
  return invitation;
}

/** A fresh challenge for one profile, which `signedBy` signs; only its digest is kept. */
export async function newChallenge(services: InviteServices, invitation: Invitation, signedBy: Sha256 | undefined, now: Instant): Promise<string> {
  const challenge = services.ids.secret(24);
  await services.invitations.addChallenge({ hash: services.digest(challenge), invitationId: invitation.id, ...by(signedBy), expiresAt: Math.min(now + CHALLENGE_LIFE, invitation.expiresAt) });
  return challenge;
}

/** A fresh challenge for a profile that renews a device's identity: it counts against no invitation. */
export async function newRenewalChallenge(services: InviteServices, renewal: Renewal, signedBy: Sha256 | undefined, now: Instant): Promise<string> {
  const challenge = services.ids.secret(24);
  await services.invitations.addChallenge({ hash: services.digest(challenge), renewal, ...by(signedBy), expiresAt: now + CHALLENGE_LIFE });
  return challenge;
}

/**
 * The certificate for a challenge. The same transaction again gets the same certificate; everything else than a right,
 * unused, unexpired challenge throws `identity-refused`. `make` issues the certificate; what it made is dropped where
 * another request was quicker. Challenges are compared by the key of a look-up, the SHA-256 of 24 random bytes: how long it
 * takes depends on a digest, of which a guesser controls no prefix.
 */
export async function redeemChallenge(services: InviteServices, text: string, transactionId: string, make: MakeCertificate, now: Instant): Promise<IssuedCertificate> {
  if (!OURS.test(text)) throw refused();
  return redeem(services, services.digest(text), transactionId, make, now);
}

/** Issues a certificate; its record names the ground that the challenge gives. */
export type MakeCertificate = (challenge: Challenge) => Promise<IssuedCertificate>;

/** What the record of a certificate says of why it was issued. */
export function groundOf({ invitationId, renewal, signedBy }: Challenge): Pick<IssuedCertificate, 'invitationId' | 'enrolmentId' | 'renews' | 'signedBy'> {
  if (renewal !== undefined) return { enrolmentId: renewal.enrolmentId, renews: renewal.pin, ...by(signedBy) };
  return { ...(invitationId === undefined ? {} : { invitationId }), ...by(signedBy) };
}

function by(signedBy: Sha256 | undefined): { readonly signedBy?: Sha256 } {
  return signedBy === undefined ? {} : { signedBy };
}

/** Redeems the challenge of a digest. Throws `identity-refused`. */
export async function redeem(services: Pick<InviteServices, 'invitations'>, hash: Sha256, transactionId: string, make: MakeCertificate, now: Instant): Promise<IssuedCertificate> {
  const found = await services.invitations.challenge(hash);
  const replayed = await replay(services, found, transactionId);
  if (replayed !== undefined) return replayed;
  if (found === undefined || found.usedBy !== undefined || found.expiresAt <= now) throw refused();
  const certificate = await make(found);
  try {
    await services.invitations.issue(found, certificate, transactionId);
  } catch (error) {
    if (!(error instanceof WavecastError && error.code === 'conflict')) throw error;
  }
  // What is stored counts, also where nothing was refused: the same transaction may have been asking twice at once.
  const issued = await replay(services, await services.invitations.challenge(hash), transactionId);
  if (issued === undefined) throw refused();
  return issued;
}

async function replay(services: Pick<InviteServices, 'invitations'>, challenge: Challenge | undefined, transactionId: string): Promise<IssuedCertificate | undefined> {
  if (challenge?.usedBy?.transactionId !== transactionId) return undefined;
  return services.invitations.certificate(challenge.usedBy.certificate);
}

function refused(): WavecastError {
  return new WavecastError('identity-refused', 'The enrolment challenge is not valid, or no longer.', { remedy: 'Download the enrolment profile again.' });
}
