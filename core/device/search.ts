/** Finding devices by the beginning of what they are called, whatever the case. */
import type { DeviceId } from '../ids.ts';
import type { Device } from './device.ts';

/** In the order of their say: where one device is found by several of its texts, the first one counts. */
export const searchKinds = ['name', 'display-name', 'serial-number', 'udid'] as const;
export type SearchKind = (typeof searchKinds)[number];

export interface SearchText {
  readonly kind: SearchKind;
  /** Folded. */
  readonly text: string;
}

/** A text of a device that begins as asked. An index: it may tell of a text that the device had a moment ago. */
export interface SearchHit extends SearchText {
  readonly deviceId: DeviceId;
}

/** Nothing shorter is looked for: the index is in parts by the first two characters. */
export const SHORTEST_SEARCH = 2;

/** Compatibility forms as one, and small letters: full-width and ordinary digits find each other. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}

/** The first two characters (code points) of a folded text; undefined for a shorter one. */
export function searchStart(folded: string): string | undefined {
  const characters = Array.from(folded.slice(0, 2 * SHORTEST_SEARCH));
  return characters.length < SHORTEST_SEARCH ? undefined : characters.slice(0, SHORTEST_SEARCH).join('');
}

/** Every text that a device is found by, each once; those too short to be looked for are left out. */
export function searchTextsOf(device: Pick<Device, 'name' | 'displayName' | 'serialNumber' | 'enrolmentId'>): readonly SearchText[] {
  const texts: Readonly<Record<SearchKind, string | undefined>> = { name: device.name, 'display-name': device.displayName, 'serial-number': device.serialNumber, udid: device.enrolmentId };
  const found = new Map<string, SearchText>();
  for (const kind of searchKinds) {
    const text = foldText(texts[kind] ?? '');
    if (searchStart(text) !== undefined && !found.has(text)) found.set(text, { kind, text });
  }
  return [...found.values()];
}

/** Whether a hit still holds, and is the one that counts for its device. */
export function isFirstHit(device: Device, hit: SearchText, start: string): boolean {
  const first = searchTextsOf(device).find(({ text }) => text.startsWith(start));
  return first !== undefined && first.kind === hit.kind && first.text === hit.text;
}
