/** Invitations: each a link by which devices enrol; one for a named device makes its record known at once. */
import { atMost } from '../at-once.ts';
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseBranchId, parseInvitationId, type Sha256 } from '../ids.ts';
import { isOpen, type Invitation } from './enrolment.ts';
import { applyImport, planImport, type ImportRow, type ImportServices, type PlannedRow, type RowMistake } from './import-devices.ts';
import type { InvitationStore } from './store.ts';
import { namedEvent, type Timeline } from './timeline.ts';

export interface InvitationServices extends ImportServices {
  readonly invitations: Pick<InvitationStore, 'addInvitation'>;
  readonly timeline: Pick<Timeline, 'record'>;
  readonly ids: Identifiers;
  /** SHA-256 of a text in UTF-8. */
  readonly digest: (text: string) => Sha256;
}

export const USUAL_DAYS = 7;
const AT_ONCE = 8;

export interface InvitationWish extends ImportRow {
  readonly branchId: string;
  readonly uses?: number;
  readonly days?: number;
}

export interface WishedInvitation {
  readonly line: number;
  readonly invitation: Invitation;
  /** The record of the device that it names. */
  readonly device?: PlannedRow;
}

/** What the rows would make; records are planned as an import by name plans them. */
export async function planInvitations(services: InvitationServices, wishes: readonly InvitationWish[], now: Instant): Promise<{ readonly wished: readonly WishedInvitation[]; readonly mistakes: readonly RowMistake[] }> {
  const { planned, mistakes } = await planImport(services, wishes, now);
  const devices = new Map(planned.map((row) => [row.line, row]));
  const wished = wishes.map((wish): WishedInvitation => {
    const device = wish.name === undefined ? undefined : devices.get(wish.line);
    return { line: wish.line, invitation: invitationOf(services.ids, wish, now), ...(device === undefined ? {} : { device }) };
  });
  return { wished, mistakes };
}

function invitationOf(ids: Pick<Identifiers, 'fresh'>, { name, branchId, testDevice = false, tags = [], uses = 1, days = USUAL_DAYS }: InvitationWish, now: Instant): Invitation {
  return {
    id: parseInvitationId(ids.fresh()), branchId: parseBranchId(branchId), testDevice, uses, used: 0, createdAt: now, expiresAt: now + days * DAY,
    ...(name === undefined ? {} : { deviceName: name }), ...(tags.length === 0 ? {} : { tags: [...new Set(tags)].sort() }),
  };
}

export interface MadeInvitation {
  readonly line: number;
  readonly invitation: Invitation;
  /** Said this once: only its digest is kept. */
  readonly secret: string;
}

/** Makes records and invitations. A row whose record has changed meanwhile gets no invitation, and is answered by its line. */
export async function makeInvitations(services: InvitationServices, wished: readonly WishedInvitation[], by: string, now: Instant): Promise<{ readonly made: readonly MadeInvitation[]; readonly failed: readonly { readonly line: number; readonly words: string }[] }> {
  const failed = await applyImport(services, wished.flatMap(({ device }) => device ?? []), by, 'invited', now);
  const lost = new Set(failed.map(({ line }) => line));
  const made = await atMost(AT_ONCE, wished.filter(({ line }) => !lost.has(line)), async ({ line, invitation, device }): Promise<MadeInvitation> => {
    const secret = services.ids.secret(24);
    await services.invitations.addInvitation(invitation, services.digest(secret));
    // The record of a new device was made with its event.
    if (device?.before !== undefined) {
      await services.timeline.record(device.after.id, namedEvent(services.ids, `${device.after.id}/${invitation.id}/invited`, { kind: 'invited', at: now, by, words: 'Invited to enrol.', details: { invitationId: invitation.id } }));
    }
    return { line, invitation, secret };
  });
  return { made, failed };
}

/** Throws `conflict` for one that is used up or over: there is nothing to withdraw. */
export function checkWithdrawable(invitation: Invitation, now: Instant): void {
  if (invitation.withdrawnAt !== undefined || isOpen(invitation, now)) return;
  throw new WavecastError('conflict', invitation.expiresAt <= now ? 'The invitation has ended already.' : 'The invitation is used up already.', { remedy: 'Nothing is to be done: nobody can enrol by it.' });
}
