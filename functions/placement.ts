/** Asynchronous invocation by `admin`: reads, judges, digests and verifies a placed file; the registration tells the end. */
import { placeVersion } from '../core/catalog/place-version.ts';
import { clock, placementServices } from './services.ts';

const services = placementServices();

export async function handler(event: { readonly registrationId: unknown }): Promise<void> {
  await placeVersion(services, String(event.registrationId), () => clock.now());
}
