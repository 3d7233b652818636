/** What ends with a device's management: its queue, what it was to do, its standing. */
import type { Instant } from '../ambient.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import { reason } from '../instruction/reasons.ts';
import type { CommandQueue, InstructionStore } from '../instruction/store.ts';
import type { Enrolment } from './enrolment.ts';
import type { DeviceStore } from './store.ts';

export interface LeaveServices {
  readonly devices: Pick<DeviceStore, 'device' | 'replaceDevice'>;
  readonly queue: Pick<CommandQueue, 'clear'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice' | 'change'>;
}

/** How far back a device's instructions are looked at when it enrols again or leaves. */
export const RECENT = 50;

/** Once its enrolment is over. May be repeated: what is done already stays. */
export async function endManagement(services: LeaveServices, { id, deviceId: of }: Pick<Enrolment, 'id' | 'deviceId'>, now: Instant): Promise<void> {
  await services.queue.clear(id);
  for (const instruction of await services.instructions.instructionsOfDevice(of, RECENT)) {
    if (isEnd(instruction.state)) continue;
    const { waveId, deviceId, bundleId } = instruction;
    await services.instructions.change({ waveId, deviceId, bundleId, from: statesBefore('failed'), to: 'failed', at: now, ends: instruction.kind === 'install', reason: reason('left-management') });
  }
  const device = await services.devices.device(of);
  if (device !== undefined && device.status !== 'left') await services.devices.replaceDevice(device, { ...device, status: 'left', revision: device.revision + 1 });
}
