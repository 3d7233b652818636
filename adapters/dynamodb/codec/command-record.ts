import { DAY } from '../../../core/ambient.ts';
import { parseCommandId, parseDeviceId, parseEnrolmentId, type CommandId } from '../../../core/ids.ts';
import type { CommandRecord } from '../../../core/instruction/command-record.ts';
import type { Item, Key } from '../batch.ts';
import { list, number, oneOf, optional, record, text, type Read } from '../read.ts';

/** Told of for as long after the command's end as its raw answer is kept. */
const RECORD_LIFE = 90 * DAY;

export function recordKey(id: CommandId): Key {
  return { pk: `command#${id}`, sk: 'command' };
}

export function recordItem(kept: CommandRecord): Item {
  return { ...recordKey(kept.id), ...kept, ttl: Math.ceil((kept.expiresAt + RECORD_LIFE) / 1000) };
}

export const readRecord: Read<CommandRecord> = record({
  id: parseCommandId, deviceId: parseDeviceId, enrolmentId: parseEnrolmentId, requestType: text, requestedBy: text, openedAt: number, expiresAt: number,
  outcome: optional(record({ at: number, status: oneOf(['acknowledged', 'error', 'format-error', 'unreadable']), errorCodes: list(text), report: optional(text) })),
});
