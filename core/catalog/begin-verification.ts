/** Has a placement verified again: a registration that names its version from the beginning. */
import type { Identifiers, Instant } from '../ambient.ts';
import type { Background } from '../rollout/store.ts';
import type { AppVersion, Registration } from './app.ts';
import type { CatalogueStore } from './store.ts';

export interface BeginServices {
  readonly catalogue: Pick<CatalogueStore, 'putRegistration'>;
  readonly ids: Pick<Identifiers, 'fresh'>;
  readonly place: Background['place'];
}

export function newVerification({ ids }: Pick<BeginServices, 'ids'>, version: AppVersion, who: string, now: Instant): Registration {
  return { id: ids.fresh(), fileName: version.fileName, versionId: version.id, bundleId: version.bundleId, expected: {}, state: 'verifying', checks: [], requestedBy: who, createdAt: now, updatedAt: now };
}

/** The registration tells how it ended. */
export async function beginVerification(services: BeginServices, version: AppVersion, who: string, now: Instant): Promise<Registration> {
  const registration = newVerification(services, version, who, now);
  await services.catalogue.putRegistration(registration);
  await services.place(registration.id);
  return registration;
}
