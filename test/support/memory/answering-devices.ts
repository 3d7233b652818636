/** Devices of a memory world that come when they are pushed to, and answer what they are asked, each in its manner. */
import { MINUTE, type Instant } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { EnrolmentId } from '../../../core/ids.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';
import { serveDevice, type DeviceRequest } from '../../../core/instruction/serve-device.ts';
import { present } from '../present.ts';
import type { MemoryWorld } from './world.ts';

/** `installs` within `INSTALLS_WITHIN`, `declines` the prompt, `silent`: its pushes never reach it. */
export type Manner = 'installs' | 'declines' | 'silent';

export const INSTALLS_WITHIN = 20 * MINUTE;

export interface AnsweringDevices {
  /** All that were pushed to since it was called last come and answer. */
  readonly come: () => Promise<void>;
}

export function answeringDevices(world: MemoryWorld, version: AppVersion, mannerOf: (name: string) => Manner): AnsweringDevices {
  /** When the device took its last instruction. */
  const took = new Map<EnrolmentId, Instant>();
  let seen = 0;

  const nameOf = (id: EnrolmentId): string => present(world.tables.devices.get(present(world.tables.enrolments.get(id)).deviceId)).name;
  const serve = (id: EnrolmentId, answer: Partial<DeviceRequest>): Promise<QueuedCommand | undefined> => {
    const { pin } = present(world.tables.enrolments.get(id));
    return serveDevice(world, { enrolmentId: id, signer: present(pin), answer: { status: 'Idle', errorCodes: [] }, ...answer }, () => Promise.resolve('report'), world.clock.now());
  };
  const answerTo = (id: EnrolmentId, { id: commandId, command }: QueuedCommand): Partial<DeviceRequest> => {
    const answer: DeviceRequest['answer'] = { status: 'Acknowledged', commandId, errorCodes: [] };
    const since = took.get(id);
    const has = mannerOf(nameOf(id)) === 'installs' && since !== undefined && world.clock.now() >= since + INSTALLS_WITHIN;
    switch (command.type) {
      case 'install-application':
        took.set(id, world.clock.now());
        return { answer: { ...answer, install: { state: 'Prompting' } } };
      case 'managed-application-list':
        return { answer, managed: new Map(since === undefined ? [] : [[version.bundleId, { status: has ? 'Managed' : mannerOf(nameOf(id)) === 'declines' ? 'UserRejected' : 'Prompting' }]]) };
      case 'installed-application-list':
        return { answer, installed: new Map(has ? [[version.bundleId, { shortVersion: version.shortVersion, version: version.version }]] : []) };
      default:
        return { answer };
    }
  };

  return {
    come: async () => {
      while (seen < world.waker.calls.length) {
        const { enrolmentIds } = present(world.waker.calls[seen]);
        seen += 1;
        for (const id of enrolmentIds) {
          if (mannerOf(nameOf(id)) === 'silent') continue;
          for (let command = await serve(id, {}); command !== undefined; ) command = await serve(id, answerTo(id, command));
        }
      }
    },
  };
}
