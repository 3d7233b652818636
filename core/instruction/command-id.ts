/**
 * CommandUUIDs that say whose they are. A report on a command that is no longer in the queue is late, and harmless, if the
 * command was this device's; if it was another's, somebody is lying. To tell the two apart without looking anything up, the
 * last group of a CommandUUID is derived from the enrolment. Version 8: RFC 9562 leaves its content to us.
 */
import type { Identifiers } from '../ambient.ts';
import { parseCommandId, type CommandId, type EnrolmentId } from '../ids.ts';

const VERSION_AT = 14;
const GROUP_AT = 24;

/** `uuid`: any UUID, fresh or named; what tells this command from the enrolment's others. */
export function commandIdFor(enrolmentId: EnrolmentId, uuid: string, ids: Pick<Identifiers, 'named'>): CommandId {
  return parseCommandId(`${uuid.slice(0, VERSION_AT)}8${uuid.slice(VERSION_AT + 1, GROUP_AT)}${groupOf(enrolmentId, ids)}`);
}

/** Whether a command certainly was another enrolment's. Ids of no form of ours say nothing. */
export function isOfAnother(id: CommandId, enrolmentId: EnrolmentId, ids: Pick<Identifiers, 'named'>): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id) && id.slice(GROUP_AT).toLowerCase() !== groupOf(enrolmentId, ids);
}

function groupOf(enrolmentId: EnrolmentId, ids: Pick<Identifiers, 'named'>): string {
  return ids.named(`commands of ${enrolmentId}`).slice(GROUP_AT);
}
