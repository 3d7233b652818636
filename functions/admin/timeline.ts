import { deviceHistory, parsePlace, placeText } from '../../core/device/device-history.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseDeviceId } from '../../core/ids.ts';
import type { Handler } from './admin-call.ts';
import { noDevice } from './devices.ts';

/** Of a device that was deleted, too: its events are kept longer than its record. */
export const getTimeline: Handler<'getTimeline'> = async ({ services, id, query: { after, limit } }) => {
  const deviceId = parseDeviceId(id);
  const before = after === undefined ? undefined : parsePlace(after);
  if (after !== undefined && before === undefined) throw new WavecastError('invalid-input', '`after` is not the `next` of a page.', { remedy: 'Leave it out, or give what the page before answered.' });
  const { entries, more } = await deviceHistory(services, deviceId, before, limit);
  if (entries.length === 0 && (await services.devices.device(deviceId)) === undefined) throw noDevice(id);
  const last = entries.at(-1);
  return { items: entries, ...(more && last !== undefined ? { next: placeText(last) } : {}) };
};
