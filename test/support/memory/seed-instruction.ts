/** Puts what became of instructions into a memory world: the instruction, the device's standing, its queue, its inventory. */
import { HOUR } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { parseInstructionId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import { takesClaim, type Instruction, type QueuedCommand } from '../../../core/instruction/instruction.ts';
import { isEnd } from '../../../core/instruction/transitions.ts';
import type { InstalledFacts, ManagedFacts } from '../../../core/inventory/inventory.ts';
import type { Plan, Run, Wave } from '../../../core/rollout/plan.ts';
import { runId } from '../../../core/rollout/store.ts';
import { directWaveId, waveIdOf } from '../../../core/rollout/wave-id.ts';
import { queueKey, queueOf } from './command-queue.ts';
import type { MemoryWorld } from './world.ts';

/** An instruction of `device`, outside any plan, issued now and in its queue, unless `facts` say otherwise. */
export function seedInstruction(world: MemoryWorld, device: Device, version: AppVersion, facts: Partial<Instruction> = {}): Instruction {
  const now = world.clock.now();
  const waveId = facts.waveId ?? directWaveId(world.ids);
  const { issuedAt = now, state = 'issued' } = facts;
  const instruction: Instruction = {
    id: parseInstructionId(world.ids.named(`${waveId}/${device.id}`)), kind: 'install', waveId, deviceId: device.id, deviceName: device.name, enrolmentId: device.enrolmentId,
    branchId: device.branchId, bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version, attempt: 1, state, issuedAt,
    deadline: issuedAt + 24 * HOUR, updatedAt: issuedAt, history: [{ at: issuedAt, state: 'issued' }, ...(state === 'issued' ? [] : [{ at: issuedAt, state }])], ...facts,
  };
  world.tables.instructions.set(`${waveId}/${device.id}`, instruction);
  if (takesClaim(instruction)) {
    world.tables.standings.set(`${device.id}/${version.bundleId}`, { deviceId: device.id, bundleId: version.bundleId, waveId, versionId: version.id, live: !isEnd(state) });
  }
  if (state === 'issued' || state === 'delivered' || state === 'deferred') {
    for (const command of commandsOf(instruction, world.ids)) {
      queueOf(world.tables, command.enrolmentId).set(queueKey(command), state === 'delivered' ? { ...command, handedAt: issuedAt } : command);
    }
  }
  return instruction;
}

/** What a device's lists last said: that it has the version, managed and ready, unless they say otherwise. */
export function seedFacts(world: MemoryWorld, device: Device, version: AppVersion, reportedAt: number, says: { readonly managed?: Partial<ManagedFacts>; readonly installed?: Partial<InstalledFacts> } = {}): void {
  world.tables.facts.set(`${device.id}/${version.bundleId}`, {
    deviceId: device.id, bundleId: version.bundleId,
    managed: { status: 'Managed', reportedAt, ...says.managed },
    installed: { present: true, shortVersion: version.shortVersion, version: version.version, reportedAt, ...says.installed },
  });
}

/** A wave of a plan that went to `devices`, numbered on from the last of its branch. Their instructions are in `states`, by place. */
export function seedWave(world: MemoryWorld, plan: Plan, branchId: string, version: AppVersion, devices: readonly Device[], states: readonly Instruction['state'][] = []): Wave {
  const branch = [...world.tables.planBranches.values()].find((each) => each.planId === plan.id && each.branchId === branchId);
  if (branch === undefined) throw new Error('The plan has no such branch.');
  const key = { planId: plan.id, branchId: branch.branchId, kind: plan.operation } as const;
  const now = world.clock.now();
  const run: Run = world.tables.runs.get(runId(key)) ?? { ...key, status: 'running', pass: 'first', epoch: 1, nextSeq: 1, nextAt: now, window: { opensAt: now, closesAt: now + 8 * HOUR } };
  const wave: Wave = {
    id: waveIdOf(key, run.nextSeq), runKey: key, seq: run.nextSeq, state: 'open', pass: 'first', openedAt: now, skips: [],
    targets: devices.flatMap(({ id, name, enrolmentId }) => (enrolmentId === undefined ? [] : [{ deviceId: id, deviceName: name, enrolmentId }])),
  };
  world.tables.runs.set(runId(key), { ...run, nextSeq: run.nextSeq + 1 });
  world.tables.waves.set(wave.id, wave);
  for (const [index, device] of devices.entries()) seedInstruction(world, device, version, { kind: plan.operation, waveId: wave.id, planId: plan.id, attempt: plan.attempt, branchId: branch.branchId, state: states[index] ?? 'issued' });
  return wave;
}

/** A device's queue as it stands, in order. */
export function queueOfDevice(world: MemoryWorld, device: Pick<Device, 'enrolmentId'>): readonly QueuedCommand[] {
  if (device.enrolmentId === undefined) return [];
  return [...queueOf(world.tables, device.enrolmentId)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, command]) => command);
}
