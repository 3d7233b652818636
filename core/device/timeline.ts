/** What happened to a device: its enrolment, the changes of its record, what was refused in its name. Its instructions tell of themselves. */
import type { Identifiers, Instant } from '../ambient.ts';
import type { DeviceId } from '../ids.ts';

/** Stable. What the words of an event say in a sentence, its kind says to a program. */
export const deviceEventKinds = [
  'invited', 'imported', 'authenticated', 'enrolled', 're-enrolled', 'left',
  'certificate-renewed', 'certificate-revoked', 'identity-refused',
  'moved', 'renamed', 'display-name-changed', 'tagged', 'test-device-changed', 'serial-number-changed', 'merged',
  'command-issued', 'queue-cleared', 'deleted',
] as const;
export type DeviceEventKind = (typeof deviceEventKinds)[number];

export interface DeviceEvent {
  /** A UUID. The same for every repetition of what it tells of: named, not fresh, where a handler may run twice. */
  readonly id: string;
  readonly kind: DeviceEventKind;
  readonly at: Instant;
  /** Why, where one kind has several causes: stable, kebab-case, for example `pinned-elsewhere`. */
  readonly code?: string;
  /** One plain sentence for an administrator. */
  readonly words: string;
  /** The person who did it; absent where the device or the system did. */
  readonly by?: string;
  /** Small facts, by name: ids, names, counts. Never tokens, links, keys or payloads. */
  readonly details?: EventDetails;
}

export type EventDetails = Readonly<Record<string, string | number | boolean>>;

/** Where a page of a timeline begins: an instant, and the id of an event of that instant. */
export interface EventPlace {
  readonly at: Instant;
  readonly id: string;
}

/**
 * Events of devices, kept for some years (TIMELINE_LIFE) and longer than the device's record. Changes of a record carry
 * their events in the record's own transaction (`DeviceStore`); this port is for events that no record changes with.
 */
export interface Timeline {
  /** Records an event; the same id at the same instant again is the same event. */
  record(deviceId: DeviceId, event: DeviceEvent): Promise<void>;
  /**
   * Records an event unless one of this id has been, whenever that was: for what a device may do over and over
   * (`id` names the day, say). True where this was the first.
   */
  recordOnce(deviceId: DeviceId, event: DeviceEvent): Promise<boolean>;
  /** Newest first, at most `limit`, those before `before` (excluded). Consistent. */
  events(deviceId: DeviceId, before: EventPlace | undefined, limit: number): Promise<readonly DeviceEvent[]>;
}

/** How long events are kept. */
export const TIMELINE_LIFE = 3 * 365 * 86_400_000;

/** Newest first: of one instant, the greater id before the lesser. */
export function compareNewestFirst(a: EventPlace, b: EventPlace): number {
  if (a.at !== b.at) return b.at - a.at;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** What is told of an event besides its name. */
export type EventFacts = Pick<DeviceEvent, 'kind' | 'at' | 'words'> & Partial<Pick<DeviceEvent, 'code' | 'by' | 'details'>>;

/** An event whose id is made from `name`, which says of whom and what it is: a repetition gets the same id. */
export function namedEvent(ids: Pick<Identifiers, 'named'>, name: string, facts: EventFacts): DeviceEvent {
  return { id: ids.named(`event/${name}`), ...facts };
}
