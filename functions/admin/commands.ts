import { MINUTE, SECOND, type Instant } from '../../core/ambient.ts';
import { requestTypeOf, stateInQueue, stateOfRecord, type CommandOutcome } from '../../core/instruction/command-record.ts';
import type { Device } from '../../core/device/device.ts';
import { namedEvent } from '../../core/device/timeline.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseCommandId, parseDeviceId } from '../../core/ids.ts';
import { reasonOfFailure } from '../../core/instruction/device-errors.ts';
import type { QueuedCommand, Reason } from '../../core/instruction/instruction.ts';
import { reason } from '../../core/instruction/reasons.ts';
import { checkSentByHand } from '../../core/instruction/request-types.ts';
import { clearQueue, commandByHand, queueOfDevice, sendCommand as send } from '../../core/instruction/send-command.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { plainDict } from '../../protocol/plain-plist.ts';
import { ACCESS_RIGHTS, isOurProfile, managesDevice, profileIdentifier } from '../../protocol/profile.ts';
import { audit, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

/** As long as the link to an answer is good: it is opened at once. */
const LINK_LIFE = 5 * MINUTE;
/** Names of keys that the audit log tells. */
const AUDITED_KEYS = 50;

export const sendCommand: Handler<'sendCommand'> = async (call) => {
  const { services, caller, now, body: { requestType, ...rest } } = call;
  const keys = plainDict(rest, requestType);
  checkSentByHand({ requestType, keys }, { accessRights: ACCESS_RIGHTS, isOurProfile, managesDevice: (profile) => managesDevice(Buffer.from(profile, 'base64')) });
  const command = commandByHand(await deviceOf(services, call.id), { requestType, keys }, caller.name, services.ids, now);
  // What a command holds may be secret: its keys say what was done.
  await audit(call, { action: 'device.command', subject: call.id, after: { commandUUID: command.id, requestType, keys: Object.keys(keys).slice(0, AUDITED_KEYS) } });
  await send(services, command);
  await services.timeline.record(parseDeviceId(call.id), namedEvent(services.ids, `${command.id}/issued`, { kind: 'command-issued', at: now, words: `${requestType} was sent to the device.`, by: caller.name, details: { command: command.id } }));
  return { commandUUID: command.id, expiresAt: command.expiresAt };
};

/** The one removal of our profile that is meant. The device leaves when it has fetched it, and says so (CheckOut). */
export const unenrolDevice: Handler<'unenrolDevice'> = async (call) => {
  const { services, caller, now, id } = call;
  const device = await deviceOf(services, id);
  const enrolment = device.enrolmentId === undefined ? undefined : await services.enrolments.enrolment(device.enrolmentId);
  const command = commandByHand(device, { requestType: 'RemoveProfile', keys: { Identifier: profileIdentifier(enrolment?.topic ?? '') } }, caller.name, services.ids, now);
  await audit(call, { action: 'device.unenrol', subject: id, before: { name: device.name, status: device.status }, after: { commandUUID: command.id } });
  await send(services, command);
  await services.timeline.record(device.id, namedEvent(services.ids, `${command.id}/issued`, { kind: 'command-issued', at: now, words: 'The device was told to remove the management profile.', by: caller.name, details: { command: command.id } }));
  return { commandUUID: command.id, expiresAt: command.expiresAt };
};

export const listCommands: Handler<'listCommands'> = async ({ services, id, now, query: { after, limit } }) => {
  const { enrolmentId } = await deviceOf(services, id);
  if (enrolmentId === undefined) return { items: [] };
  const { items, next } = await services.queue.page(enrolmentId, after, limit);
  return { items: items.map((command) => queuedAnswer(command, now)), ...(next === undefined ? {} : { next }) };
};

export const clearCommands: Handler<'clearCommands'> = async (call) => {
  const { services, caller, id, now } = call;
  const enrolmentId = queueOfDevice(await deviceOf(services, id));
  await audit(call, { action: 'device.clear-commands', subject: id, after: { cleared: true } });
  const cleared = await clearQueue(services, enrolmentId, now);
  await services.timeline.record(parseDeviceId(id), namedEvent(services.ids, `${id}/${now}/queue-cleared`, { kind: 'queue-cleared', at: now, words: 'What the device had not fetched was taken back.', by: caller.name }));
  return cleared;
};

export const getCommand: Handler<'getCommand'> = async ({ services, id, now }) => {
  const found = await services.queue.asked(parseCommandId(id));
  if (found === undefined) throw new WavecastError('not-found', `No command ${id} was sent by hand.`, { remedy: 'Use the id that `wavecast device command` printed; what became of an instruction is told by its plan.' });
  const { record, queued } = found;
  const { outcome } = record;
  return {
    commandUUID: record.id, deviceId: record.deviceId, requestType: record.requestType, requestedBy: record.requestedBy, state: stateOfRecord(record, queued, now),
    queuedAt: record.openedAt, expiresAt: record.expiresAt, ...present('handedAt', queued?.handedAt), ...present('notNowAt', queued?.notNowAt), ...present('reportedAt', outcome?.at),
    ...present('reason', outcome === undefined ? undefined : reasonOfOutcome(outcome)), ...(outcome?.report === undefined ? {} : await answerLink(services, outcome.report, `${record.id}.plist`, now)),
  };
};

async function answerLink({ exports }: AdminServices, key: string, fileName: string, now: Instant): Promise<Pick<AnswerOf<'getCommand'>, 'answerLink' | 'answerLinkExpiresAt'>> {
  return { answerLink: await exports.link(key, fileName, LINK_LIFE / SECOND), answerLinkExpiresAt: now + LINK_LIFE };
}

export function reasonOfOutcome({ status, errorCodes }: CommandOutcome): Reason | undefined {
  switch (status) {
    case 'acknowledged':
      return undefined;
    case 'error':
      return reasonOfFailure(errorCodes);
    case 'format-error':
      return reason('malformed-command', errorCodes);
    case 'unreadable':
      return reason('unreadable-report');
  }
}

function queuedAnswer(queued: QueuedCommand, now: Instant): AnswerOf<'listCommands'>['items'][number] {
  const { id, command, openedAt, expiresAt, handedAt, notNowAt, tries, requestedBy, waveId } = queued;
  return {
    commandUUID: id, requestType: requestTypeOf(command), state: stateInQueue(queued, now), queuedAt: openedAt, expiresAt,
    ...present('handedAt', handedAt), ...present('notNowAt', notNowAt), ...present('tries', tries), ...present('requestedBy', requestedBy), ...present('waveId', waveId),
  };
}

async function deviceOf({ devices }: Pick<AdminServices, 'devices'>, id: string): Promise<Device> {
  const device = await devices.device(parseDeviceId(id));
  if (device === undefined) throw new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
  return device;
}

function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const entry: Partial<Record<K, V>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
