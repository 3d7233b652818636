/** Commands by hand: into one device's queue, and out of it again. */
import { DAY, type Identifiers, type Instant } from '../ambient.ts';
import type { DeviceSummary } from '../device/device.ts';
import { WavecastError } from '../errors.ts';
import type { EnrolmentId, WaveId } from '../ids.ts';
import { commandIdFor } from './command-id.ts';
import { isOut, type AskedCommand } from './command-record.ts';
import { checkReachable } from './direct.ts';
import { takesClaim, type QueuedCommand } from './instruction.ts';
import { reason } from './reasons.ts';
import type { SentByHand } from './request-types.ts';
import type { CommandQueue, InstructionStore, Waker } from './store.ts';
import { isEnd } from './transitions.ts';

/** A command that a device has not fetched by then would surprise whoever sent it. */
const COMMAND_LIFE = 7 * DAY;

/** The command as it will be in the queue. Throws `conflict` for a device that is not enrolled. */
export function commandByHand(device: DeviceSummary, { requestType, keys }: SentByHand, requestedBy: string, ids: Identifiers, now: Instant): AskedCommand {
  const enrolmentId = checkReachable(device);
  return {
    id: commandIdFor(enrolmentId, ids.fresh(), ids), enrolmentId, deviceId: device.id, openedAt: now, expiresAt: now + COMMAND_LIFE, requestedBy,
    command: { type: 'other', requestType, keys },
  };
}

export interface SendServices {
  readonly queue: Pick<CommandQueue, 'ask'>;
  readonly waker: Waker;
}

export async function sendCommand({ queue, waker }: SendServices, command: AskedCommand): Promise<void> {
  await queue.ask(command);
  await waker.wake([command.enrolmentId]);
}

export interface ClearServices {
  readonly queue: Pick<CommandQueue, 'page' | 'takeBack'>;
  readonly instructions: Pick<InstructionStore, 'instruction' | 'change'>;
}

export interface Cleared {
  readonly withdrawn: number;
  readonly cancelled: number;
  readonly kept: number;
}

/** Emptied at once; who has more waiting calls again. */
const MOST = 500;

/**
 * Withdraws what is not handed out; what is stays, for its report will come. An instruction that loses its command is
 * cancelled together with it: nobody would ever carry it out. May repeat.
 */
export async function clearQueue(services: ClearServices, enrolmentId: EnrolmentId, now: Instant): Promise<Cleared> {
  const { items } = await services.queue.page(enrolmentId, undefined, MOST);
  const waiting = items.filter((command) => !isOut(command));
  const free = waiting.filter(({ waveId }) => waveId === undefined);
  let [withdrawn, cancelled] = [0, 0];
  for (const waveId of new Set(waiting.flatMap((command) => command.waveId ?? []))) {
    const commands = waiting.filter((command) => command.waveId === waveId);
    const result = await cancelCarried(services, enrolmentId, waveId, commands, now);
    if (result === 'ended') free.push(...commands);
    if (result !== 'cancelled') continue;
    withdrawn += commands.length;
    cancelled += 1;
  }
  withdrawn += (await services.queue.takeBack(free)).length;
  return { withdrawn, cancelled, kept: items.length - withdrawn };
}

/** `ended`: nothing carries it any more; `moved`: the device was quicker. */
async function cancelCarried({ instructions }: ClearServices, enrolmentId: EnrolmentId, waveId: WaveId, commands: readonly QueuedCommand[], now: Instant): Promise<'cancelled' | 'ended' | 'moved'> {
  const [first] = commands;
  const instruction = first === undefined ? undefined : await instructions.instruction(waveId, first.deviceId);
  if (instruction === undefined || isEnd(instruction.state)) return 'ended';
  const { deviceId, bundleId, kind } = instruction;
  const result = await instructions.change({ waveId, deviceId, bundleId, from: ['issued', 'deferred'], to: 'cancelled', at: now, ends: takesClaim({ kind }), reason: reason('queue-cleared') }, { enrolmentId, commands });
  return result === 'changed' ? 'cancelled' : 'moved';
}

/** Throws `conflict` for a device without a queue: it never enrolled. */
export function queueOfDevice({ name, enrolmentId }: Pick<DeviceSummary, 'name' | 'enrolmentId'>): EnrolmentId {
  if (enrolmentId !== undefined) return enrolmentId;
  throw new WavecastError('conflict', `The device "${name}" has never enrolled: it has no queue.`, { remedy: 'Enrol it first.' });
}
