/** Invoked by `placement` with an address: fetches manifest and package as a device does, and answers what it met. It may do nothing else. */
import { lookFromOutside } from '../core/catalog/look-from-outside.ts';
import type { OutsideView } from '../core/catalog/outside-view.ts';
import { lookServices } from './services.ts';

const services = lookServices();

export function handler({ manifestUrl }: { readonly manifestUrl: unknown }): Promise<OutsideView> {
  return lookFromOutside(services, String(manifestUrl));
}
