/** A branch with an open limit in a memory world, its devices instructed; functions are called as their triggers call them. */
import { MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { serveDevice, type DeviceRequest } from '../../../core/instruction/serve-device.ts';
import type { Instruction, InstructionState, QueuedCommand } from '../../../core/instruction/instruction.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { settlePlaces } from '../../../core/rollout/free-places.ts';
import { isHandedOut, placesTimer } from '../../../core/rollout/open-limit.ts';
import type { Plan, PlanBranch } from '../../../core/rollout/plan.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { present } from '../present.ts';
import { digestOf, seedBranch, seedDevice, seedPlan, seedVersion } from './seed.ts';
import { queueOfDevice, seedInstruction, seedWave } from './seed-instruction.ts';
import { timerKey } from './timers.ts';
import { memoryWorld, type MemoryWorld } from './world.ts';

export class LimitedBranch {
  readonly world: MemoryWorld = memoryWorld();
  readonly version: AppVersion;
  readonly plan: Plan;
  readonly devices: readonly Device[];
  readonly #branch: PlanBranch;

  /** `waves`: how many devices each has. */
  constructor(limit: number, waves: readonly number[]) {
    const { world } = this;
    seedBranch(world, 'berlin');
    this.version = seedVersion(world);
    const { plan, branches } = seedPlan(world, this.version, ['berlin']);
    this.plan = plan;
    this.#branch = present(branches[0]);
    this.limitTo(limit);
    this.devices = waves.flatMap((size, wave) => {
      const devices = Array.from({ length: size }, (_, n) => seedDevice(world, 'berlin', `d${wave}-${n}`));
      const { id } = seedWave(world, plan, 'berlin', this.version, devices);
      for (const device of devices) {
        world.tables.queues.clear();
        seedInstruction(world, device, this.version, { waveId: id, planId: plan.id, branchId: this.#branch.branchId, limited: true });
      }
      return devices;
    });
    for (const device of this.devices) seedInstruction(world, device, this.version, this.instructionOf(device));
    const timer = placesTimer(this.#branch, world.clock.now());
    world.tables.timers.set(timerKey(timer), timer);
  }

  limitTo(limit: number | undefined): void {
    const { openLimit: _, ...rest } = this.#branch;
    this.world.tables.planBranches.set(`${this.plan.id}/${this.#branch.branchId}`, { ...rest, ...(limit === undefined ? {} : { openLimit: limit }) });
  }

  device(n: number): Device {
    return present(this.devices[n % this.devices.length]);
  }

  instructionOf(device: Device): Instruction {
    return present([...this.world.tables.instructions.values()].find(({ deviceId }) => deviceId === device.id));
  }

  says(device: Device, answer: Partial<DeviceRequest['answer']> = {}): Promise<QueuedCommand | undefined> {
    const { world } = this;
    return serveDevice(world, { enrolmentId: present(device.enrolmentId), signer: digestOf(`pin ${device.name}`), answer: { status: 'Idle', errorCodes: [], ...answer } }, () => Promise.resolve('reports/1'), world.clock.now());
  }

  /** Reports on the install command, as far as the device has it. */
  async reports(device: Device, status: 'Acknowledged' | 'NotNow'): Promise<void> {
    if (this.state(device) !== 'delivered') return;
    const command = queueOfDevice(this.world, device).find(({ command: { type }, handedAt }) => type === 'install-application' && handedAt !== undefined);
    if (command !== undefined) await this.says(device, { status, commandId: command.id });
  }

  async becomes(device: Device, to: InstructionState): Promise<void> {
    const { waveId, deviceId, bundleId, state } = this.instructionOf(device);
    await this.world.instructions.change({ waveId, deviceId, bundleId, from: [state], to, at: this.world.clock.now(), ends: true });
  }

  /** What the stream brings about. */
  async settles(): Promise<void> {
    const { world } = this;
    for (const waveId of [...world.tables.touchedWaves]) {
      await settlePlaces(world, waveId, await settleWave(world, waveId), world.clock.now());
      world.tables.touchedWaves.delete(waveId);
    }
  }

  async minutesPass(minutes: number): Promise<void> {
    for (let n = 0; n < minutes; n += 1) {
      this.world.clock.pass(MINUTE);
      await sweep(this.world, this.world.clock.now());
    }
  }

  /** Devices that were pushed since this was last asked. */
  pushed(): readonly Device[] {
    const ids = this.world.waker.calls.splice(0).flatMap(({ enrolmentIds }) => enrolmentIds);
    return this.devices.filter(({ enrolmentId }) => enrolmentId !== undefined && ids.includes(enrolmentId));
  }

  held(): readonly string[] {
    return [...this.world.tables.places.values()].flatMap(({ held }) => [...held.values()].map(({ deviceId }) => deviceId)).sort();
  }

  handedOut(): readonly string[] {
    return [...this.world.tables.instructions.values()].filter(isHandedOut).map(({ deviceId }) => deviceId).sort();
  }

  state(device: Device): InstructionState {
    return this.instructionOf(device).state;
  }
}
