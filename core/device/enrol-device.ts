/** A device's way into and out of management: Authenticate, TokenUpdate, CheckOut. Every step may be repeated by the device. */
import type { Identifiers, Instant, Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseDeviceId, type EnrolmentId, type InvitationId, type Sha256 } from '../ids.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import type { Command, Instruction, QueuedCommand } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import type { CommandQueue, InstructionStore, Waker } from '../instruction/store.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import type { Device } from './device.ts';
import { canReport, declarativeCommand } from './declarative.ts';
import { mayPin, type Enrolment, type PushAddress } from './enrolment.ts';
import { orderOf } from './order.ts';
import type { DeviceStore, EnrolmentStore, InvitationStore } from './store.ts';

export interface EnrolServices {
  readonly devices: DeviceStore;
  readonly enrolments: EnrolmentStore;
  readonly invitations: Pick<InvitationStore, 'certificate' | 'invitation'>;
  readonly queue: CommandQueue;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice' | 'change'>;
  readonly waker: Waker;
  /** Named in the prompt that an app is to be installed; devices are told when they enrol. */
  readonly organisation?: string;
  readonly ids: Identifiers;
  readonly log: Logger;
}

/** What Authenticate says of the device, as far as we keep it. */
export interface IntroducedDevice {
  readonly enrolmentId: EnrolmentId;
  readonly topic: string;
  readonly serialNumber?: string;
  readonly productName?: string;
  readonly osVersion?: string;
}

/** How far back a device's instructions are looked at when it enrols again or leaves. */
const RECENT = 50;
const DAY_AND_A_HALF = 129_600_000;
/** Changes of a device's record that others may make meanwhile. */
const ATTEMPTS = 3;

/** Pins the identity, empties the queue and stops pushes until TokenUpdate. Throws `identity-refused`. */
export async function authenticate(services: EnrolServices, signer: Sha256, introduced: IntroducedDevice, now: Instant): Promise<void> {
  const certificate = await services.invitations.certificate(signer);
  const verdict = mayPin(certificate, introduced.enrolmentId);
  if (!verdict.allowed) throw new WavecastError('identity-refused', `The identity may not enrol this device: ${verdict.reason}.`);
  if (certificate === undefined) throw new WavecastError('identity-refused', 'The identity is not one of ours.');
  const device = await deviceFor(services, introduced, certificate.invitationId, now);
  await services.queue.clear(introduced.enrolmentId);
  await services.enrolments.authenticate({
    id: introduced.enrolmentId, deviceId: device.id, branchId: device.branchId, status: 'authenticated', pin: signer, topic: introduced.topic,
    lastSeenAt: now, authenticatedAt: now,
  });
  await services.devices.replaceDevice(device, {
    ...device, status: 'authenticated', enrolmentId: introduced.enrolmentId, revision: device.revision + 1,
    ...(introduced.serialNumber === undefined ? {} : { serialNumber: introduced.serialNumber }),
    ...(introduced.productName === undefined ? {} : { productName: introduced.productName }),
    ...(introduced.osVersion === undefined ? {} : { osVersion: introduced.osVersion }),
  });
  services.log.info('device authenticated', { deviceId: device.id, branchId: device.branchId });
}

/** The record that this device has, or a new one as its invitation says. */
async function deviceFor(services: EnrolServices, introduced: IntroducedDevice, invitationId: InvitationId, now: Instant): Promise<Device> {
  const enrolment = await services.enrolments.enrolment(introduced.enrolmentId);
  const known = enrolment !== undefined ? await services.devices.device(enrolment.deviceId) : introduced.serialNumber === undefined ? undefined : await services.devices.deviceBySerial(introduced.serialNumber);
  if (known !== undefined) return known;
  // A named id: a repeated Authenticate finds the device that the first one made.
  const id = parseDeviceId(services.ids.named(`device/${introduced.enrolmentId}`));
  const made = await services.devices.device(id);
  if (made !== undefined) return made;
  const invitation = await services.invitations.invitation(invitationId);
  if (invitation === undefined) throw new WavecastError('identity-refused', 'The invitation of this identity is gone.');
  const expected = invitation.deviceName === undefined ? undefined : await services.devices.deviceByName(invitation.deviceName);
  if (expected !== undefined && expected.enrolmentId === undefined) return expected;
  const name = expected === undefined ? (invitation.deviceName ?? introduced.serialNumber ?? id) : (introduced.serialNumber ?? id);
  const device: Device = {
    id, name, branchId: invitation.branchId, testDevice: invitation.testDevice, tags: [], order: orderOf(id, invitation.testDevice, services.ids),
    status: 'expected', createdAt: now, revision: 1,
    ...(introduced.serialNumber === undefined ? {} : { serialNumber: introduced.serialNumber }),
  };
  await services.devices.addDevice(device);
  return device;
}

/**
 * The device can be pushed to. The first after Authenticate completes the enrolment: what was under way goes on. The
 * device's record says last that it is enrolled: until then a repeated TokenUpdate does all of it again.
 */
export async function updateToken(services: EnrolServices, signer: Sha256, enrolmentId: EnrolmentId, push: PushAddress, now: Instant): Promise<void> {
  const enrolment = await pinned(services, signer, enrolmentId);
  const completed = await services.enrolments.setPush(enrolmentId, signer, push, now);
  const device = await services.devices.device(enrolment.deviceId);
  if (device === undefined) throw new WavecastError('internal', 'The enrolment has no device.');
  if (!completed && device.status === 'enrolled') return;
  const recent = await services.instructions.instructionsOfDevice(device.id, RECENT);
  const open = recent.filter((instruction) => !isEnd(instruction.state));
  await services.queue.enqueue([
    ...open.flatMap((instruction) => resumed(services, instruction, enrolment)), ...introductions(services, enrolment, now),
    ...(canReport(device.osVersion) ? [declarativeCommand(enrolment, services.ids, now)] : []),
  ]);
  await services.waker.wake([enrolmentId]);
  await noteEnrolled(services, device, now);
  services.log.info('device enrolled', { deviceId: device.id, branchId: device.branchId, resumed: open.length });
}

/** A device that was woken may have told of itself meanwhile, and changed its record: then that is taken up. */
async function noteEnrolled({ devices }: Pick<EnrolServices, 'devices'>, read: Device, now: Instant): Promise<void> {
  let device: Device | undefined = read;
  for (let attempt = 1; device !== undefined && device.status !== 'enrolled'; attempt += 1) {
    try {
      await devices.replaceDevice(device, { ...device, status: 'enrolled', enrolledAt: now, revision: device.revision + 1 });
      return;
    } catch (error) {
      if (!(error instanceof WavecastError && error.code === 'conflict') || attempt === ATTEMPTS) throw error;
      device = await devices.device(device.id);
    }
  }
}

/**
 * What it had not acknowledged is queued again; what it had is asked about. In the queue of this enrolment, which need
 * not be the one that it was instructed under, and the same for each repetition.
 */
function resumed(services: EnrolServices, instruction: Instruction, { id: enrolmentId, authenticatedAt }: Enrolment): readonly QueuedCommand[] {
  if (instruction.state === 'acknowledged' || instruction.state === 'installing') {
    const asking: Instruction = { ...instruction, enrolmentId, kind: 'inventory' };
    return commandsOf(asking, services.ids).map(({ waveId, ...poll }) => ({ ...poll, ...(waveId === undefined ? {} : { aboutWave: waveId }), id: commandIdFor(enrolmentId, services.ids.named(`${poll.id}/${authenticatedAt}`), services.ids), openedAt: authenticatedAt }));
  }
  return commandsOf({ ...instruction, enrolmentId }, services.ids);
}

/** What a newly enrolled device is asked, and told of us. The same for each repetition. */
function introductions({ ids, organisation }: Pick<EnrolServices, 'ids' | 'organisation'>, { id: enrolmentId, deviceId, authenticatedAt }: Enrolment, now: Instant): readonly QueuedCommand[] {
  const commands: readonly Command[] = [{ type: 'device-information' }, ...(organisation === undefined ? [] : [{ type: 'organisation-info', name: organisation } as const])];
  return commands.map((command, index) => ({
    id: commandIdFor(enrolmentId, ids.named(`${enrolmentId}/${authenticatedAt}/${command.type}`), ids), enrolmentId, deviceId,
    openedAt: authenticatedAt + index, command, expiresAt: now + DAY_AND_A_HALF,
  }));
}

/** The device removed its MDM profile: nothing more can be asked of it. */
export async function checkOut(services: EnrolServices, signer: Sha256, enrolmentId: EnrolmentId, now: Instant): Promise<void> {
  const enrolment = await pinned(services, signer, enrolmentId);
  await services.enrolments.leave(enrolmentId, now);
  await services.queue.clear(enrolmentId);
  for (const instruction of await services.instructions.instructionsOfDevice(enrolment.deviceId, RECENT)) {
    if (isEnd(instruction.state)) continue;
    const { waveId, deviceId, bundleId } = instruction;
    await services.instructions.change({ waveId, deviceId, bundleId, from: statesBefore('failed'), to: 'failed', at: now, ends: instruction.kind === 'install', reason: reason('left-management') });
  }
  const device = await services.devices.device(enrolment.deviceId);
  if (device !== undefined && device.status !== 'left') await services.devices.replaceDevice(device, { ...device, status: 'left', revision: device.revision + 1 });
  services.log.info('device left', { deviceId: enrolment.deviceId });
}

/** The enrolment, if this identity is the one that it is pinned to. Throws `identity-refused`. */
export async function pinned(services: Pick<EnrolServices, 'enrolments'>, signer: Sha256, enrolmentId: EnrolmentId): Promise<Enrolment> {
  const enrolment = await services.enrolments.enrolment(enrolmentId);
  return checkPin(enrolment, signer);
}

export function checkPin(enrolment: Enrolment | undefined, signer: Sha256): Enrolment {
  if (enrolment === undefined || enrolment.pin !== signer) throw new WavecastError('identity-refused', 'The identity is not the one that this device enrolled with.');
  return enrolment;
}
