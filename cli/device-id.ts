/** Devices as people name them: by id, name or serial number. */
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './failure.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of the device that `text` names. Names and serial numbers are unique. Throws where there is no such device; an id is not looked up. */
export async function deviceIdOf(api: ApiClient, text: string): Promise<string> {
  if (ID.test(text)) return text;
  for (const query of [{ name: text }, { serialNumber: text }]) {
    const { items: [device] } = await api.call('listDevices', { query });
    if (device !== undefined) return device.id;
  }
  throw new CliFailure(`No device has the name or serial number "${text}".`, { code: 'not-found', remedy: 'Name one that `wavecast device list` shows, or its id.' });
}
