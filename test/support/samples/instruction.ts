/** Ordinary instructions, their changes and commands. */
import { DAY } from '../../../core/ambient.ts';
import { parseBundleId, parseCommandId, parseDeviceId, parseInstructionId, parseVersionId, parseWaveId, type EnrolmentId, type WaveId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import type { Instruction, QueuedCommand } from '../../../core/instruction/instruction.ts';
import type { InstructionChange } from '../../../core/instruction/store.ts';
import { uuidOf } from '../memory/ambient.ts';
import { aBranchId } from './device.ts';
import { MORNING, uniqueEnrolmentId, uniqueUuid } from './unique.ts';

export function aWaveId(): WaveId {
  return parseWaveId(`direct.${uniqueUuid('wave')}`);
}

/** To install, just issued. */
export function anInstruction(facts: Partial<Instruction> = {}): Instruction {
  return {
    id: parseInstructionId(uniqueUuid('instruction')), kind: 'install', waveId: aWaveId(), deviceId: parseDeviceId(uniqueUuid('device')), deviceName: 'Phone', enrolmentId: uniqueEnrolmentId(),
    branchId: aBranchId(), bundleId: parseBundleId('com.example.field'), versionId: parseVersionId('ab'.repeat(16)), shortVersion: '1.0', version: '100', attempt: 1,
    state: 'issued', issuedAt: MORNING, deadline: MORNING + DAY, updatedAt: MORNING, history: [{ at: MORNING, state: 'issued' }], ...facts,
  };
}

/** Another instruction for the same app on the same device. */
export function aRival(instruction: Instruction): Instruction {
  return { ...instruction, id: parseInstructionId(uniqueUuid('instruction')), waveId: aWaveId() };
}

export function commandsFor(instruction: Instruction): readonly QueuedCommand[] {
  return commandsOf(instruction, { named: uuidOf });
}

/** Its commands, to be withdrawn from the queue that they are in. */
export function withdrawalOf(instruction: Instruction): { readonly enrolmentId: EnrolmentId; readonly commands: readonly QueuedCommand[] } {
  const commands = commandsFor(instruction);
  const [first] = commands;
  if (first === undefined) throw new Error('An instruction to no enrolment has no commands.');
  return { enrolmentId: first.enrolmentId, commands };
}

/** From `issued` to `delivered`, a minute later. */
export function aChange({ waveId, deviceId, bundleId }: Instruction, facts: Partial<InstructionChange> = {}): InstructionChange {
  return { waveId, deviceId, bundleId, from: ['issued'], to: 'delivered', at: MORNING + 60_000, ends: false, ...facts };
}

/** Asks for what the device is; carries no instruction out. */
export function aCommand(facts: Partial<QueuedCommand> = {}): QueuedCommand {
  return {
    id: parseCommandId(uniqueUuid('command')), enrolmentId: uniqueEnrolmentId(), deviceId: parseDeviceId(uniqueUuid('device')), openedAt: MORNING, command: { type: 'device-information' },
    expiresAt: MORNING + DAY, ...facts,
  };
}
