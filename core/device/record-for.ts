/** Which record a device has that introduces itself: the one it had, the one that was made for it beforehand, or a new one. */
import type { Identifiers, Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseDeviceId, type EnrolmentId } from '../ids.ts';
import { serialNumberOf } from './device-text.ts';
import type { Device } from './device.ts';
import { refusedInName } from './enrolment-events.ts';
import type { Enrolment, IssuedCertificate } from './enrolment.ts';
import { orderOf } from './order.ts';
import type { DeviceStore, InvitationStore } from './store.ts';
import type { Timeline } from './timeline.ts';

export interface RecordServices {
  readonly devices: DeviceStore;
  readonly invitations: Pick<InvitationStore, 'invitation'>;
  readonly timeline: Pick<Timeline, 'recordOnce'>;
  readonly ids: Identifiers;
}

/**
 * In this order: the record of its enrolment; of its serial number (known beforehand: then name, branch, tags and test flag
 * are the record's, whatever the invitation says); the record that its invitation names; a new one. A record that is enrolled
 * under another UDID is not given away for a serial number, which anybody can say: `identity-refused`, and its timeline tells.
 */
export async function recordFor(services: RecordServices, enrolment: Enrolment | undefined, introduced: { readonly enrolmentId: EnrolmentId; readonly serialNumber?: string }, certificate: IssuedCertificate, now: Instant): Promise<Device> {
  const had = enrolment === undefined ? undefined : await services.devices.device(enrolment.deviceId);
  if (had !== undefined) return had;
  const serialNumber = serialNumberOf(introduced.serialNumber);
  const known = serialNumber === undefined ? undefined : await services.devices.deviceBySerial(serialNumber);
  if (known?.status === 'enrolled' && known.enrolmentId !== introduced.enrolmentId) {
    await services.timeline.recordOnce(known.id, refusedInName(services.ids, known.id, 'serial-number-taken', now));
    throw new WavecastError('identity-refused', 'The serial number is that of a device that is enrolled.', { remedy: 'Delete that device first, if this is the same one.' });
  }
  if (known !== undefined) return known;
  // A named id: a repeated Authenticate finds the device that the first one made, and another identity never one that was deleted.
  const id = parseDeviceId(services.ids.named(`device/${introduced.enrolmentId}/${certificate.fingerprint}`));
  return (await services.devices.device(id)) ?? await invited(services, id, serialNumber, certificate, now);
}

async function invited(services: RecordServices, id: Device['id'], serialNumber: string | undefined, { invitationId }: IssuedCertificate, now: Instant): Promise<Device> {
  const invitation = invitationId === undefined ? undefined : await services.invitations.invitation(invitationId);
  if (invitation === undefined || invitation.withdrawnAt !== undefined) throw new WavecastError('identity-refused', 'The invitation of this identity is gone.', { remedy: 'Ask for a new invitation.' });
  const { deviceName, branchId, testDevice, tags = [] } = invitation;
  const named = deviceName === undefined ? undefined : await services.devices.deviceByName(deviceName);
  if (named !== undefined && named.enrolmentId === undefined) return named;
  const names = [...(deviceName === undefined || named !== undefined ? [] : [deviceName]), ...(serialNumber === undefined ? [] : [serialNumber]), id];
  for (const name of names) {
    const device: Device = {
      id, name, branchId, testDevice, tags, order: orderOf(id, testDevice, services.ids), status: 'expected', createdAt: now, revision: 1,
      ...(serialNumber === undefined ? {} : { serialNumber }),
    };
    try {
      await services.devices.addDevice(device);
      return device;
    } catch (error) {
      if (!(error instanceof WavecastError && error.code === 'conflict')) throw error;
      // Its own first try, or a name that another device has by now: then the next one.
      const made = await services.devices.device(id);
      if (made !== undefined) return made;
    }
  }
  throw new WavecastError('conflict', 'No name is free for the device.', { remedy: 'The device will come again.' });
}
