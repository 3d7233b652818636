/** Events as they go out: docs/events.md. */
import type { ProductEvent } from '../core/result/product-event.ts';

/** Raised when a field changes its meaning or goes; not when one comes. */
export const EVENT_VERSION = 1;
export const EVENT_SOURCE = 'wavecast';

/** The `detail` of an EventBridge event, as JSON. */
export function encodeProductEvent({ id, at, detail }: ProductEvent): string {
  return JSON.stringify({ version: EVENT_VERSION, id, at: new Date(at).toISOString(), ...detail });
}
