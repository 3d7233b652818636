/** Asking a device how far it is with an instruction. */
import type { Identifiers, Instant } from '../ambient.ts';
import { commandIdFor } from './command-id.ts';
import { ANSWER_TIME } from './deadline.ts';
import type { Instruction, QueuedCommand } from './instruction.ts';

/**
 * Both lists of one app: only together do they prove an installation. Asked late they may be answered late. `occasion` and
 * `at` are those of what asks, not the present: a repetition finds what it queued before.
 */
export function pollCommands({ ids }: { readonly ids: Pick<Identifiers, 'named'> }, instruction: Instruction, occasion: string, at: Instant, now: Instant): readonly QueuedCommand[] {
  const { enrolmentId, deviceId, bundleId, waveId, deadline } = instruction;
  if (enrolmentId === undefined) return [];
  return (['managed-application-list', 'installed-application-list'] as const).map((type) => ({
    id: commandIdFor(enrolmentId, ids.named(`${waveId}/${deviceId}/${occasion}/${type}`), ids), enrolmentId, deviceId, openedAt: at, command: { type, bundleIds: [bundleId] }, aboutWave: waveId, expiresAt: Math.max(deadline, now + ANSWER_TIME),
  }));
}
