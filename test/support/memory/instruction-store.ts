import { WavecastError } from '../../../core/errors.ts';
import type { Download } from '../../../core/instruction/download.ts';
import { takesClaim, type Instruction } from '../../../core/instruction/instruction.ts';
import type { InstructionChange, InstructionStore } from '../../../core/instruction/store.ts';
import { isEnd } from '../../../core/instruction/transitions.ts';
import type { DeviceId, WaveId } from '../../../core/ids.ts';
import { queueOf, queueKey } from './command-queue.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryInstructionStore(tables: MemoryTables): InstructionStore {
  const all = (): readonly Instruction[] => [...tables.instructions.values()];
  return {
    async issue(instruction, commands) {
      await settled();
      tables.beforeWrite('instructions.issue');
      const { waveId, deviceId, bundleId, versionId } = instruction;
      if (tables.instructions.has(instructionKey(waveId, deviceId))) return 'already';
      const standing = tables.standings.get(`${deviceId}/${bundleId}`);
      if (takesClaim(instruction) && standing?.live === true && standing.waveId !== waveId) return 'held';
      if (commands.some((command) => queueOf(tables, command.enrolmentId).has(queueKey(command)))) throw new WavecastError('internal', 'A command of an instruction that was never issued is in the queue.');
      if (takesClaim(instruction)) tables.standings.set(`${deviceId}/${bundleId}`, { deviceId, bundleId, waveId, versionId, live: true });
      putInstruction(tables, instruction);
      for (const command of commands) queueOf(tables, command.enrolmentId).set(queueKey(command), command);
      return 'issued';
    },
    async record(instructions) {
      await settled();
      for (const instruction of instructions) {
        tables.beforeWrite('instructions.record');
        if (!tables.instructions.has(instructionKey(instruction.waveId, instruction.deviceId))) putInstruction(tables, instruction);
      }
    },
    async instruction(waveId, deviceId) {
      await settled();
      return tables.instructions.get(instructionKey(waveId, deviceId));
    },
    async instructionsOfWave(waveId) {
      await settled();
      return all().filter((instruction) => instruction.waveId === waveId).sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
    },
    async instructionsOfDevice(deviceId, limit) {
      await settled();
      return all()
        .filter((instruction) => instruction.deviceId === deviceId)
        .sort((a, b) => b.issuedAt - a.issuedAt || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    async instructions(keys) {
      await settled();
      return [...new Set(keys.map(({ waveId, deviceId }) => instructionKey(waveId, deviceId)))].flatMap((key) => tables.instructions.get(key) ?? []);
    },
    async standings(deviceIds, bundleId) {
      await settled();
      return new Map(deviceIds.flatMap((id) => {
        const standing = tables.standings.get(`${id}/${bundleId}`);
        return standing === undefined ? [] : [[id, standing] as const];
      }));
    },
    async change(change, withdraw) {
      await settled();
      tables.beforeWrite('instructions.change');
      if (!applies(tables, change)) return 'stale';
      applyChange(tables, change);
      for (const command of withdraw?.commands ?? []) queueOf(tables, command.enrolmentId).delete(queueKey(command));
      return 'changed';
    },
    async recordDownload({ waveId, deviceId, download: before }, download) {
      await settled();
      tables.beforeWrite('instructions.recordDownload');
      const stored = tables.instructions.get(instructionKey(waveId, deviceId));
      if (stored === undefined || (!sameDownload(stored.download, before) && !sameDownload(stored.download, download))) return 'lost';
      putInstruction(tables, { ...stored, download });
      return 'recorded';
    },
    async noteManifest({ waveId, deviceId }, at) {
      await settled();
      tables.beforeWrite('instructions.noteManifest');
      const stored = tables.instructions.get(instructionKey(waveId, deviceId));
      if (stored !== undefined && (stored.manifestAt === undefined || stored.manifestAt > at)) putInstruction(tables, { ...stored, manifestAt: at });
    },
  };
}

export function instructionKey(waveId: WaveId, deviceId: DeviceId): string {
  return `${waveId}/${deviceId}`;
}

function putInstruction(tables: MemoryTables, instruction: Instruction): void {
  tables.instructions.set(instructionKey(instruction.waveId, instruction.deviceId), instruction);
  tables.touchedWaves.add(instruction.waveId);
}

function sameDownload(a: Download | undefined, b: Download | undefined): boolean {
  return a?.logs.join() === b?.logs.join();
}

/** Whether the instruction is in one of the states that a change starts from. */
export function applies(tables: MemoryTables, change: InstructionChange): boolean {
  const stored = tables.instructions.get(instructionKey(change.waveId, change.deviceId));
  return stored !== undefined && change.from.includes(stored.state);
}

/** The write of a change whose condition holds. */
export function applyChange(tables: MemoryTables, change: InstructionChange): void {
  const stored = tables.instructions.get(instructionKey(change.waveId, change.deviceId));
  if (stored === undefined) throw new Error('A change was applied that does not apply.');
  const { reason: _, finishedAt: __, ...kept } = stored;
  putInstruction(tables, {
    ...kept, state: change.to, updatedAt: change.at,
    history: [...stored.history, { at: change.at, state: change.to, ...(change.reason === undefined ? {} : { code: change.reason.code }) }],
    ...(change.reason === undefined ? {} : { reason: change.reason }),
    ...(change.cannotRunYet === undefined ? {} : { cannotRunYet: change.cannotRunYet }),
    ...(isEnd(change.to) ? { finishedAt: change.at } : {}),
  });
  const key = `${change.deviceId}/${change.bundleId}`;
  const standing = tables.standings.get(key);
  if (change.ends && standing?.waveId === change.waveId) tables.standings.set(key, { ...standing, live: false });
}
