import type { ImportUnderWay, KeptPermission, Permission } from '../../../core/catalog/self-service.ts';
import { parseBundleId, parseDeviceId, type BundleId, type DeviceId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { number, record, text, type Read } from '../read.ts';

/** Lists the apps that have permissions. */
export const PERMITTED_APPS = 'permitted-apps';

export function permittedAppKey(bundleId: BundleId): Key {
  return { pk: PERMITTED_APPS, sk: bundleId };
}

export function permissionsOfApp(bundleId: BundleId): string {
  return `permissions#${bundleId}`;
}

export function permissionsOfDevice(deviceId: DeviceId): string {
  return `permitted#${deviceId}`;
}

/** Versions are free text: encoded, so that no two permissions have one key. */
export function permissionKeys({ bundleId, shortVersion, deviceId }: Permission): readonly [byApp: Key, byDevice: Key] {
  const version = encodeURIComponent(shortVersion);
  return [{ pk: permissionsOfApp(bundleId), sk: `${version}#${deviceId}` }, { pk: permissionsOfDevice(deviceId), sk: `${bundleId}#${version}` }];
}

/** The same facts twice: by app and by device. */
export function permissionItems({ bundleId, shortVersion, deviceId }: Permission, importId: string): readonly Item[] {
  return permissionKeys({ bundleId, shortVersion, deviceId }).map((key) => ({ ...key, bundleId, shortVersion, deviceId, importId }));
}

export const readPermission: Read<KeptPermission> = record({ bundleId: parseBundleId, shortVersion: text, deviceId: parseDeviceId, importId: text });
export const readPermittedApp = record({ sk: parseBundleId });

export const importKey: Key = { pk: 'permissions-import', sk: 'import' };
export const readImport: Read<ImportUnderWay> = record({ importId: text, by: text, until: number });
