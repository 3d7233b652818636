import { DAY } from '../../../core/ambient.ts';
import { WavecastError } from '../../../core/errors.ts';
import { parseBundleId, parseCommandId, parseDeviceId, parseEnrolmentId, parseVersionId, parseWaveId } from '../../../core/ids.ts';
import type { Command, QueuedCommand } from '../../../core/instruction/instruction.ts';
import type { Item, Key } from '../batch.ts';
import { list, number, oneOf, optional, record, text, yes, type Read } from '../read.ts';
import { enrolmentKey } from './enrolment.ts';
import { readPlain } from './plain.ts';

export const QUEUE = 'q#';

/** The queue shares its enrolment's partition and is sorted by (openedAt, id): a number of milliseconds in ISO form sorts as time. */
export function queueKey({ enrolmentId, openedAt, id }: Pick<QueuedCommand, 'enrolmentId' | 'openedAt' | 'id'>): Key {
  return { pk: enrolmentKey(enrolmentId).pk, sk: `${QUEUE}${new Date(openedAt).toISOString()}#${id}` };
}

/** A day after its end nobody will report on it any more, and DynamoDB removes it. */
export function queueItem(queued: QueuedCommand): Item {
  const { command } = queued;
  // Keys of any shape are kept as JSON: a table's own types would not give everything back as it was.
  const stored = command.type === 'other' ? { ...command, keys: JSON.stringify(command.keys) } : command;
  return { ...queueKey(queued), ...queued, command: stored, ttl: Math.ceil((queued.expiresAt + DAY) / 1000) };
}

const kind = record({ type: oneOf(['install-application', 'remove-application', 'managed-application-list', 'installed-application-list', 'device-information', 'declarative-management', 'install-profile', 'organisation-info', 'other']) });
const install = record({ bundleId: parseBundleId, versionId: parseVersionId });
const removal = record({ bundleId: parseBundleId });
const lists = record({ bundleIds: list(parseBundleId) });
const organisation = record({ name: text });
const other = record({ requestType: text, keys: readPlain });

const readCommand: Read<Command> = (value) => {
  const { type } = kind(value);
  switch (type) {
    case 'install-application':
      return { type, ...install(value) };
    case 'remove-application':
      return { type, ...removal(value) };
    case 'managed-application-list':
    case 'installed-application-list':
      return { type, ...lists(value) };
    case 'device-information':
    case 'declarative-management':
    case 'install-profile':
      return { type };
    case 'organisation-info':
      return { type, ...organisation(value) };
    case 'other':
      return { type, ...other(value) };
  }
};

export const readQueuedCommand: Read<QueuedCommand> = record({
  id: parseCommandId, enrolmentId: parseEnrolmentId, deviceId: parseDeviceId, openedAt: number, command: readCommand, waveId: optional(parseWaveId),
  aboutWave: optional(parseWaveId), requestedBy: optional(text),
  limited: optional(yes), handedAt: optional(number), notNowAt: optional(number), tries: optional(number), expiresAt: number,
});

/** The header sorts before its queue. */
export function isQueueItem(item: Item): boolean {
  if (typeof item['sk'] !== 'string') throw new WavecastError('internal', 'A stored item has no sort key.');
  return item['sk'].startsWith(QUEUE);
}
