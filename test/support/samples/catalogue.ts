/** Ordinary apps, versions and registrations. */
import { DAY } from '../../../core/ambient.ts';
import type { App, AppVersion, PlacementCheck, Registration } from '../../../core/catalog/app.ts';
import { parseBundleId, versionIdOf, type BundleId } from '../../../core/ids.ts';
import { MORNING, uniqueDigest, uniqueName, uniqueUuid } from './unique.ts';

export function aBundleId(): BundleId {
  return parseBundleId(`com.example.${uniqueName('app')}`);
}

export function anApp(facts: Partial<App> = {}): App {
  return { bundleId: aBundleId(), title: 'Field', description: 'Work orders', createdAt: MORNING, ...facts };
}

export const sizeCheck: PlacementCheck = { name: 'size', passed: true, expected: '30 MB', found: '30 MB' };

/** A build of `app`, placed and not yet verified. */
export function aVersion({ bundleId }: Pick<App, 'bundleId'>, facts: Partial<AppVersion> = {}): AppVersion {
  const digest = uniqueDigest('build');
  return {
    id: versionIdOf(digest), bundleId, version: '100', shortVersion: '1.0', title: 'Field', fileName: 'Field-1.0.ipa', digest, size: 30_000_000, chunkDigests: [digest], chunkSize: 10_485_760,
    minimumOsVersion: '16.0', deviceFamilies: [1, 2], kind: 'enterprise', teamId: 'TEAM123456', profileExpiresAt: MORNING + 300 * DAY, provisionedDevices: [], applicationIdentifier: `TEAM123456.${bundleId}`, warnings: [], placement: 'placed', checks: [],
    createdAt: MORNING, ...facts,
  };
}

export function aRegistration(facts: Partial<Registration> = {}): Registration {
  return { id: uniqueUuid('registration'), fileName: 'Field-1.0.ipa', expected: {}, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: MORNING, updatedAt: MORNING, ...facts };
}
