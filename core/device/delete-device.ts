/** A device's record is removed: what it was told ends, its name and serial number are free, its old identity opens nothing any more. */
import type { Identifiers, Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { takesClaim } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import type { CommandQueue, InstructionStore } from '../instruction/store.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import { INSTRUCTIONS } from './device-history.ts';
import type { Device } from './device.ts';
import type { DeviceStore, EnrolmentStore, InvitationStore } from './store.ts';
import { namedEvent } from './timeline.ts';

export interface DeleteServices {
  readonly devices: Pick<DeviceStore, 'removeDevice'>;
  readonly enrolments: Pick<EnrolmentStore, 'enrolment'>;
  readonly invitations: Pick<InvitationStore, 'certificate'>;
  readonly queue: Pick<CommandQueue, 'clear'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice' | 'change'>;
  readonly ids: Pick<Identifiers, 'named'>;
}

/** Throws `conflict` for a device that is in management, unless `force` is set. */
export function checkDeletable({ status, name }: Pick<Device, 'status' | 'name'>, force: boolean): void {
  if (force || status === 'expected' || status === 'left') return;
  throw new WavecastError('conflict', `The device "${name}" is ${status === 'enrolled' ? 'enrolled' : 'about to enrol'}: it would stay under management that knows nothing of it.`, {
    remedy: 'Remove the management profile on the device first, or force it (`--force`): then the profile can only be removed on the device itself.',
  });
}

/**
 * The record goes last: until then a repetition does all of it again. A wave that opens at that very moment may still
 * instruct the device; nothing answers, and the instruction times out. Answers how many instructions it ended.
 */
export async function deleteDevice(services: DeleteServices, device: Device, by: string, now: Instant): Promise<number> {
  const { enrolmentId } = device;
  if (enrolmentId !== undefined) await services.queue.clear(enrolmentId);
  let ended = 0;
  for (const { waveId, deviceId, bundleId, kind, state } of await services.instructions.instructionsOfDevice(device.id, INSTRUCTIONS)) {
    if (isEnd(state)) continue;
    const result = await services.instructions.change({ waveId, deviceId, bundleId, from: statesBefore('failed').filter((from) => !isEnd(from)), to: 'failed', at: now, ends: takesClaim({ kind }), reason: reason('device-deleted') });
    if (result === 'changed') ended += 1;
  }
  const enrolment = enrolmentId === undefined ? undefined : await services.enrolments.enrolment(enrolmentId);
  // Another record may have taken the enrolment over; then it is not this one's to end.
  const own = enrolment?.deviceId === device.id ? enrolment : undefined;
  const certificate = own === undefined ? undefined : await services.invitations.certificate(own.pin);
  const event = namedEvent(services.ids, `${device.id}/deleted`, {
    kind: 'deleted', at: now, by, words: `The record of ${device.name} was deleted.`, details: { name: device.name, branchId: device.branchId, instructions: ended, ...(device.serialNumber === undefined ? {} : { serialNumber: device.serialNumber }) },
  });
  await services.devices.removeDevice(device, own === undefined ? undefined : { id: own.id, certificate: certificate?.fingerprint }, [event]);
  return ended;
}
