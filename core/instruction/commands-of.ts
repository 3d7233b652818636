/** The commands that carry an instruction out. The same instruction always has the same commands: a retry queues nothing twice. */
import type { Identifiers } from '../ambient.ts';
import { commandIdFor } from './command-id.ts';
import type { Command, Instruction, QueuedCommand } from './instruction.ts';

/** In the order in which the device gets them; empty for an instruction to no enrolment (a skipped one). */
export function commandsOf(instruction: Instruction, ids: Pick<Identifiers, 'named'>): readonly QueuedCommand[] {
  const { waveId, deviceId, enrolmentId, issuedAt, deadline } = instruction;
  if (enrolmentId === undefined) return [];
  return wireForms(instruction).map((command, index) => ({
    id: commandIdFor(enrolmentId, ids.named(`${waveId}/${deviceId}/${command.type}`), ids),
    enrolmentId,
    deviceId,
    // A queue is in order of time: a millisecond apart, so that the second is not offered first.
    openedAt: issuedAt + index,
    command,
    // Lists beside what changes the device carry nothing out: they tell what it has come to, or that there is nothing to do.
    ...(instruction.kind !== 'inventory' && 'bundleIds' in command ? { aboutWave: waveId } : { waveId }),
    ...(instruction.limited === true && command.type === 'install-application' ? { limited: true } : {}),
    expiresAt: deadline,
  }));
}

/**
 * The installed list last: its answer is what ends an inventory instruction. Whoever is instructed again is asked first, in the
 * very conversation: one that has the app by now says so, and is not prompted once more.
 */
function wireForms({ kind, bundleId, versionId, attempt }: Instruction): readonly Command[] {
  switch (kind) {
    case 'install':
      return [...(attempt > 1 ? lists(bundleId) : []), { type: 'install-application', bundleId, versionId }];
    case 'remove':
      return [{ type: 'remove-application', bundleId }, ...lists(bundleId)];
    case 'inventory':
      return lists(bundleId);
  }
}

function lists(bundleId: Instruction['bundleId']): readonly Command[] {
  return [{ type: 'managed-application-list', bundleIds: [bundleId] }, { type: 'installed-application-list', bundleIds: [bundleId] }];
}
