/** What a device says of itself, written down. */
import { WavecastError } from '../errors.ts';
import type { DeviceId } from '../ids.ts';
import type { Logger } from '../ambient.ts';
import type { Device } from './device.ts';
import type { DeviceStore } from './store.ts';

export interface RefreshServices {
  readonly devices: Pick<DeviceStore, 'device' | 'replaceDevice'>;
  readonly log: Logger;
}

export type SaidOfItself = Partial<Pick<Device, 'osVersion' | 'productName' | 'serialNumber' | 'supervised'>>;

const ATTEMPTS = 3;

/**
 * Answers the record as it was before. What cannot be written is given up: a report is not refused for what it says of the
 * device itself, since it would be sent again for ever, and hold up the queue.
 */
export async function refreshDevice(services: RefreshServices, deviceId: DeviceId, about: SaidOfItself): Promise<Device | undefined> {
  for (let n = 0; n < ATTEMPTS; n += 1) {
    const device = await services.devices.device(deviceId);
    if (device === undefined || Object.entries(about).every(([key, value]) => Reflect.get(device, key) === value)) return device;
    try {
      await services.devices.replaceDevice(device, { ...device, ...about, revision: device.revision + 1 });
      return device;
    } catch (error) {
      if (!(error instanceof WavecastError && error.code === 'conflict')) throw error;
    }
  }
  services.log.warn('what a device says of itself could not be written down', { deviceId });
  return undefined;
}
