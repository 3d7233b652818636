/** An administrator takes a device's identity from it: it may be stolen, or its key with somebody else. */
import type { Identifiers, Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { DeviceId } from '../ids.ts';
import { endManagement, type LeaveServices } from './leave.ts';
import type { Device } from './device.ts';
import { identityRevoked } from './enrolment-events.ts';
import type { Enrolment } from './enrolment.ts';
import type { DeviceStore, EnrolmentStore } from './store.ts';

export interface RevokeServices extends LeaveServices {
  readonly ids: Pick<Identifiers, 'named'>;
  readonly devices: Pick<DeviceStore, 'device' | 'replaceDevice'>;
  readonly enrolments: Pick<EnrolmentStore, 'enrolment' | 'revoke'>;
}

/** A device and the identity that it has. Throws `not-found`, and `conflict` where it has none. */
export async function identityOf(services: Pick<RevokeServices, 'devices' | 'enrolments'>, id: DeviceId): Promise<{ readonly device: Device; readonly enrolment: Enrolment }> {
  const device = await services.devices.device(id);
  if (device === undefined) throw new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
  const enrolment = device.enrolmentId === undefined ? undefined : await services.enrolments.enrolment(device.enrolmentId);
  if (enrolment === undefined) throw new WavecastError('conflict', 'The device has no identity: it never enrolled.', { remedy: 'Nothing has to be revoked. To keep it from enrolling, let its invitation expire.' });
  return { device, enrolment };
}

/**
 * From now on nothing is taken from the device, whatever it was given to renew its identity. What it was to do fails as for
 * a device that left. It may enrol again by a new invitation. May be repeated; throws `conflict` where it got another
 * identity meanwhile.
 */
export async function revokeIdentity(services: RevokeServices, { enrolment }: { readonly enrolment: Enrolment }, now: Instant): Promise<Instant> {
  if (enrolment.revokedAt === undefined) await services.enrolments.revoke(enrolment.id, enrolment.pin, now);
  await endManagement(services, enrolment, (device) => identityRevoked(services.ids, device, now), now);
  return enrolment.revokedAt ?? now;
}
