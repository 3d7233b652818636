/** What ends with a device's management: its queue, what it was to do, its standing. */
import type { Instant } from '../ambient.ts';
import { takesClaim } from '../instruction/instruction.ts';
import { isEnd, statesBefore } from '../instruction/transitions.ts';
import { reason } from '../instruction/reasons.ts';
import type { CommandQueue, InstructionStore } from '../instruction/store.ts';
import type { Device } from './device.ts';
import type { Enrolment } from './enrolment.ts';
import type { DeviceStore } from './store.ts';
import type { DeviceEvent } from './timeline.ts';

export interface LeaveServices {
  readonly devices: Pick<DeviceStore, 'device' | 'replaceDevice'>;
  readonly queue: Pick<CommandQueue, 'clear'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice' | 'change'>;
}

/** How far back a device's instructions are looked at when it enrols again or leaves. */
export const RECENT = 50;

/** Once its enrolment is over; `told` makes the event of its timeline. May be repeated: what is done already stays. */
export async function endManagement(services: LeaveServices, { id, deviceId: of }: Pick<Enrolment, 'id' | 'deviceId'>, told: (device: Device) => DeviceEvent, now: Instant): Promise<void> {
  await services.queue.clear(id);
  for (const instruction of await services.instructions.instructionsOfDevice(of, RECENT)) {
    if (isEnd(instruction.state)) continue;
    const { waveId, deviceId, bundleId } = instruction;
    await services.instructions.change({ waveId, deviceId, bundleId, from: statesBefore('failed'), to: 'failed', at: now, ends: takesClaim(instruction), reason: reason('left-management') });
  }
  const device = await services.devices.device(of);
  // A former enrolment of a device that has come back under another id ends nothing but itself.
  if (device !== undefined && device.status !== 'left' && device.enrolmentId === id) await services.devices.replaceDevice(device, { ...device, status: 'left', revision: device.revision + 1 }, [told(device)]);
}
