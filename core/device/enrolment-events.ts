/** What a device's timeline tells of its way into and out of management. */
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import type { EnrolmentId, InvitationId, Sha256 } from '../ids.ts';
import type { Device } from './device.ts';
import type { Enrolment } from './enrolment.ts';
import { namedEvent, type DeviceEvent } from './timeline.ts';

type Ids = Pick<Identifiers, 'named'>;

/** When a device authenticated; the same while it repeats that: the same identity for the same enrolment, not completed yet, on the same day. */
export function authenticatedAt(known: Enrolment | undefined, pin: Sha256, now: Instant): Instant {
  return known?.status === 'authenticated' && known.pin === pin && now - known.authenticatedAt < DAY ? known.authenticatedAt : now;
}

export function authenticated(ids: Ids, enrolmentId: EnrolmentId, pin: Sha256, invitationId: InvitationId | undefined, at: Instant): DeviceEvent {
  return namedEvent(ids, `${enrolmentId}/${pin}/${at}/authenticated`, {
    kind: 'authenticated', at, words: 'The device installed the profile and showed its identity. It says next where it can be reached.', ...(invitationId === undefined ? {} : { details: { invitationId } }),
  });
}

/** `before`: the record as it was. It has been enrolled before: the same record, the same history. */
export function enrolled(ids: Ids, before: Pick<Device, 'id' | 'enrolledAt'>, authenticated: Instant, at: Instant, resumed: number): DeviceEvent {
  const again = before.enrolledAt !== undefined;
  return namedEvent(ids, `${before.id}/${authenticated}/enrolled`, {
    kind: again ? 're-enrolled' : 'enrolled', at,
    words: again ? 'The device enrolled again; its history goes on.' : 'The device is enrolled and can be reached.',
    ...(resumed === 0 ? {} : { details: { resumed } }),
  });
}

export function left(ids: Ids, { id, revision }: Pick<Device, 'id' | 'revision'>, at: Instant): DeviceEvent {
  return namedEvent(ids, `${id}/${revision}/left`, { kind: 'left', at, words: 'The management profile was removed on the device.' });
}

export function identityRevoked(ids: Ids, { id, revision }: Pick<Device, 'id' | 'revision'>, at: Instant): DeviceEvent {
  return namedEvent(ids, `${id}/${revision}/certificate-revoked`, { kind: 'certificate-revoked', at, words: 'The identity was revoked: nothing is taken from the device until it enrols again by a new invitation.' });
}

export function identityRenewed(ids: Ids, enrolmentId: EnrolmentId, pin: Sha256, at: Instant, expiresAt: Instant): DeviceEvent {
  return namedEvent(ids, `${enrolmentId}/${pin}/certificate-renewed`, { kind: 'certificate-renewed', at, words: 'The device renewed its identity and showed the new one.', details: { expiresAt: new Date(expiresAt).toISOString() } });
}

const refusals = {
  'pinned-elsewhere': 'Another device came with the identity of this one, as after a restore from its backup, and was turned away. It needs an invitation of its own.',
  'serial-number-taken': 'Another device said that it has the serial number of this one. It was not believed.',
} as const;
export type RefusalCode = keyof typeof refusals;

/** Told of the device in whose name somebody came; once a day, however often it is tried. */
export function refusedInName(ids: Ids, deviceId: Device['id'], code: RefusalCode, at: Instant): DeviceEvent {
  return namedEvent(ids, `${deviceId}/${Math.floor(at / DAY)}/${code}`, { kind: 'identity-refused', at, code, words: refusals[code] });
}
