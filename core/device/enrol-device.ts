/** A device's way into and out of management: Authenticate, TokenUpdate, CheckOut. Every step may be repeated by the device. */
import type { Identifiers, Instant, Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { EnrolmentId, Sha256 } from '../ids.ts';
import { commandIdFor } from '../instruction/command-id.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import type { Command, Instruction, QueuedCommand } from '../instruction/instruction.ts';
import type { CommandQueue, InstructionStore, Timers, Waker } from '../instruction/store.ts';
import { isEnd } from '../instruction/transitions.ts';
import type { Device } from './device.ts';
import { canReport, declarativeCommand } from './declarative.ts';
import { authenticated, authenticatedAt, enrolled, left, refusedInName } from './enrolment-events.ts';
import { mayPin, type Enrolment, type PushAddress } from './enrolment.ts';
import { learnFacts } from './learn-facts.ts';
import { recordFor } from './record-for.ts';
import { endManagement, RECENT } from './leave.ts';
import { heldBy, renewalDue, type HoldServices } from './renew-identity.ts';
import type { DeviceStore, EnrolmentStore, InvitationStore } from './store.ts';
import type { DeviceEvent, Timeline } from './timeline.ts';

export interface EnrolServices {
  readonly devices: DeviceStore;
  readonly timeline: Pick<Timeline, 'recordOnce' | 'events'>;
  readonly enrolments: EnrolmentStore;
  readonly invitations: Pick<InvitationStore, 'certificate' | 'invitation'>;
  readonly queue: CommandQueue;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice' | 'change'>;
  readonly timers: Pick<Timers, 'put'>;
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

const DAY_AND_A_HALF = 129_600_000;
/** Changes of a device's record that others may make meanwhile. */
const ATTEMPTS = 3;

/** Pins the identity, empties the queue and stops pushes until TokenUpdate. Throws `identity-refused`. */
export async function authenticate(services: EnrolServices, signer: Sha256, introduced: IntroducedDevice, now: Instant): Promise<void> {
  const [certificate, enrolment] = await Promise.all([services.invitations.certificate(signer), services.enrolments.enrolment(introduced.enrolmentId)]);
  const verdict = mayPin(certificate, introduced.enrolmentId, enrolment);
  if (!verdict.allowed) {
    if (verdict.reason === 'pinned-elsewhere' && certificate?.enrolmentId !== undefined) await tellOwner(services, certificate.enrolmentId, now);
    throw new WavecastError('identity-refused', `The identity may not enrol this device: ${verdict.reason}.`);
  }
  if (certificate === undefined) throw new WavecastError('identity-refused', 'The identity is not one of ours.');
  const device = await recordFor(services, enrolment, introduced, certificate, now);
  const at = authenticatedAt(enrolment, signer, now);
  await services.queue.clear(introduced.enrolmentId);
  await services.enrolments.authenticate({
    id: introduced.enrolmentId, deviceId: device.id, branchId: device.branchId, status: 'authenticated', pin: signer, identityExpiresAt: certificate.expiresAt, topic: introduced.topic,
    lastSeenAt: now, authenticatedAt: at,
  }, certificate.enrolmentId === undefined ? undefined : enrolment?.pin);
  const { enrolmentId, serialNumber, productName, osVersion } = introduced;
  await learnFacts(services, device, {
    status: 'authenticated', enrolmentId, ...(serialNumber === undefined ? {} : { serialNumber }), ...(productName === undefined ? {} : { productName }), ...(osVersion === undefined ? {} : { osVersion }),
  }, [authenticated(services.ids, enrolmentId, signer, certificate.invitationId, at)], now);
  services.log.info('device authenticated', { deviceId: device.id, branchId: device.branchId });
}

/** A backup carries the identity to another device, which is refused: whose identity it is learns of it, and nothing else changes. */
async function tellOwner({ enrolments, timeline, ids }: EnrolServices, owner: EnrolmentId, now: Instant): Promise<void> {
  const enrolment = await enrolments.enrolment(owner);
  if (enrolment !== undefined) await timeline.recordOnce(enrolment.deviceId, refusedInName(ids, enrolment.deviceId, 'pinned-elsewhere', now));
}

/**
 * The device can be pushed to. The first after Authenticate completes the enrolment: what was under way goes on. The
 * device's record says last that it is enrolled: until then a repeated TokenUpdate does all of it again.
 */
export async function updateToken(services: EnrolServices, signer: Sha256, enrolmentId: EnrolmentId, push: PushAddress, now: Instant): Promise<void> {
  const enrolment = await pinned(services, signer, enrolmentId, now);
  if (enrolment.status === 'left') throw new WavecastError('identity-refused', 'The device has left management: it must enrol again.', { remedy: 'Use a new invitation.' });
  const completed = await services.enrolments.setPush(enrolmentId, signer, push, now);
  const device = await services.devices.device(enrolment.deviceId);
  if (device === undefined) throw new WavecastError('internal', 'The enrolment has no device.');
  if (!completed && device.status === 'enrolled') return noteEnrolled(services, device, now, undefined);
  const recent = await services.instructions.instructionsOfDevice(device.id, RECENT);
  const open = recent.filter((instruction) => !isEnd(instruction.state));
  await services.queue.enqueue([
    ...open.flatMap((instruction) => resumed(services, instruction, enrolment)), ...introductions(services, enrolment, now),
    ...(canReport(device.osVersion) ? [declarativeCommand(enrolment, services.ids, now)] : []),
  ]);
  await services.timers.put([renewalDue(enrolment)]);
  await services.waker.wake([enrolmentId]);
  await noteEnrolled(services, device, now, enrolled(services.ids, device, enrolment.authenticatedAt, now, open.length));
  services.log.info('device enrolled', { deviceId: device.id, branchId: device.branchId, resumed: open.length });
}

/**
 * The record says that the device is enrolled and can be woken, if it does not yet; `event` tells of the first. After its push address was stored:
 * whoever finds the former one dead from then on marks nothing, and what was marked before is read here. A device that was woken may have told of
 * itself meanwhile, and changed its record: then that is taken up.
 */
async function noteEnrolled({ devices }: Pick<EnrolServices, 'devices'>, read: Device, now: Instant, event: DeviceEvent | undefined): Promise<void> {
  let device: Device | undefined = read;
  for (let attempt = 1; device !== undefined && (device.status !== 'enrolled' || device.unreachableSince !== undefined); attempt += 1) {
    const { unreachableSince: _, ...reachable } = device;
    const isNews = device.status !== 'enrolled';
    try {
      await devices.replaceDevice(device, { ...reachable, ...(isNews ? { status: 'enrolled', enrolledAt: now } : {}), revision: device.revision + 1 }, isNews && event !== undefined ? [event] : []);
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
  const enrolment = await pinned(services, signer, enrolmentId, now);
  await services.enrolments.leave(enrolmentId, now);
  await endManagement(services, enrolment, (device) => left(services.ids, device, now), now);
  services.log.info('device left', { deviceId: enrolment.deviceId });
}

/** The enrolment, if this identity speaks for it. Throws `identity-refused`. */
export async function pinned(services: HoldServices, signer: Sha256, enrolmentId: EnrolmentId, now: Instant): Promise<Enrolment> {
  return heldBy(services, await services.enrolments.enrolment(enrolmentId), signer, now);
}
