import { parseDeviceId, parseEnrolmentId, type WaveId } from '../../../core/ids.ts';
import type { Place, PlacesKey, WaitingDevice } from '../../../core/rollout/places.ts';
import { placeOfWave, waveIdOf } from '../../../core/rollout/wave-id.ts';
import { WavecastError } from '../../../core/errors.ts';
import type { Item, Key } from '../batch.ts';
import { number, optional, record, text, type Read } from '../read.ts';
import { numbered, runPartition } from './run.ts';

export const WAITING = 'waiting#';

export function placesPartition(key: PlacesKey): string {
  return runPartition({ ...key, kind: 'install' });
}

/** Who has a place, as a set, beside the run. */
export function placesKey(key: PlacesKey): Key {
  return { pk: placesPartition(key), sk: 'places' };
}

/** In the set: the number of its wave and the device. */
export function memberOf({ waveId, deviceId }: Place): string {
  return `${whereIs(waveId).seq}/${deviceId}`;
}

/** In the order of waves. */
export function waitingKey({ waveId, deviceId }: Place): Key {
  const { key, seq } = whereIs(waveId);
  return { pk: placesPartition(key), sk: `${WAITING}${numbered(seq)}#${deviceId}` };
}

/** Throws for a wave outside any plan: it has no limit. */
export function whereIs(waveId: WaveId): { readonly key: PlacesKey; readonly seq: number } {
  const place = placeOfWave(waveId);
  if (place === undefined) throw new WavecastError('internal', 'An instruction outside any plan has no place to take.');
  return place;
}

export function readPlaces(key: PlacesKey, item: Item | undefined): { readonly held: readonly Place[]; readonly revision: number } {
  const members: unknown = item?.['places'];
  const held = members instanceof Set ? [...members].map(text) : [];
  return { held: held.map((member) => readMember(key, member)), revision: item === undefined ? 0 : number(item['revision']) };
}

function readMember(key: PlacesKey, member: string): Place {
  const [seq, deviceId] = member.split('/');
  return { waveId: waveIdOf({ ...key, kind: 'install' }, Number(seq)), deviceId: parseDeviceId(deviceId) };
}

const waitingFields = record({ sk: text, enrolmentId: parseEnrolmentId, wokenAt: optional(number) });

export function readWaiting(key: PlacesKey, item: Item): WaitingDevice {
  const { sk, ...rest } = waitingFields(item);
  const [seq, deviceId] = sk.slice(WAITING.length).split('#');
  return { ...readMember(key, `${Number(seq)}/${deviceId ?? ''}`), ...rest };
}

export const readLimit: Read<{ readonly openLimit?: number }> = record({ openLimit: optional(number) });
