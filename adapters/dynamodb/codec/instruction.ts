import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parseInstructionId, parsePlanId, parseVersionId, parseWaveId, type BundleId, type DeviceId, type WaveId } from '../../../core/ids.ts';
import { instructionKinds, instructionStates, type Instruction } from '../../../core/instruction/instruction.ts';
import type { Standing } from '../../../core/instruction/store.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, record, text, yes, type Read } from '../read.ts';

/** Stream consumers take what begins with this for an instruction's partition. */
export function wavePartition(waveId: WaveId): string {
  return `wave#${waveId}`;
}

export function instructionKey(waveId: WaveId, deviceId: DeviceId): Key {
  return { pk: wavePartition(waveId), sk: deviceId };
}

export function standingKey(deviceId: DeviceId, bundleId: BundleId): Key {
  return { pk: `device#${deviceId}`, sk: `app#${bundleId}` };
}

/** `issuedKey` is the sort key of the index `byDevice`. */
export function instructionItem(instruction: Instruction): Item {
  return { ...instructionKey(instruction.waveId, instruction.deviceId), ...instruction, issuedKey: `${new Date(instruction.issuedAt).toISOString()}#${instruction.id}` };
}

export function standingItem(standing: Standing): Item {
  return { ...standingKey(standing.deviceId, standing.bundleId), ...standing };
}

const fields = record({
  id: parseInstructionId, kind: oneOf(instructionKinds), waveId: parseWaveId, deviceId: parseDeviceId, deviceName: text, enrolmentId: optional(parseEnrolmentId),
  branchId: parseBranchId, planId: optional(parsePlanId), bundleId: parseBundleId, versionId: parseVersionId, shortVersion: text, version: text, attempt: number,
  state: oneOf(instructionStates), reason: optional(record({ code: text, words: text, deviceCodes: optional(list(text)) })), limited: optional(yes), cannotRunYet: optional(flag), manifestAt: optional(number),
  download: optional(record({ startedAt: number, endedAt: number, bytes: number, logs: list(text) })),
  issuedAt: number, deadline: number, updatedAt: number, finishedAt: optional(number),
  history: list(record({ at: number, state: oneOf(instructionStates), code: optional(text) })),
});

export const readInstruction: Read<Instruction> = (value) => {
  const instruction = fields(value);
  return { ...instruction, enrolmentId: instruction.enrolmentId };
};

export const readStanding: Read<Standing> = record({ deviceId: parseDeviceId, bundleId: parseBundleId, waveId: parseWaveId, versionId: parseVersionId, live: flag });
