/** What a file of permissions means: its apps, versions and devices are looked up, and every line that names none is told. */
import type { Device } from '../device/device.ts';
import type { RowMistake } from '../device/import-devices.ts';
import type { DeviceStore } from '../device/store.ts';
import type { BundleId, DeviceId } from '../ids.ts';
import type { App } from './app.ts';
import type { Permission } from './self-service.ts';
import type { CatalogueStore } from './store.ts';

export interface PermissionRow {
  readonly line: number;
  /** The app: its package name, or the title it is registered under. */
  readonly application: string;
  /** The short version. */
  readonly version: string;
  /** Names of devices; none where the line only names the app. */
  readonly deviceNames: readonly string[];
}

export interface ReadPermissions {
  /** Each once. */
  readonly permissions: readonly Permission[];
  /** What the rows name, each once. */
  readonly apps: readonly BundleId[];
  readonly devices: readonly Pick<Device, 'id' | 'name'>[];
  readonly mistakes: readonly RowMistake[];
}

export interface ReadPermissionServices {
  readonly catalogue: Pick<CatalogueStore, 'apps' | 'versionsOf'>;
  readonly devices: Pick<DeviceStore, 'devicesCalled'>;
}

/** A query for all apps and one for each that is named; a call for each 100 names, twice. */
export async function readPermissions({ catalogue, devices }: ReadPermissionServices, rows: readonly PermissionRow[]): Promise<ReadPermissions> {
  const [apps, found] = await Promise.all([catalogue.apps(), devices.devicesCalled([...new Set(rows.flatMap(({ deviceNames }) => deviceNames))], [])]);
  const named = rows.map(({ application }) => appCalled(apps, application));
  const bundleIds = [...new Set(named.flatMap((app) => (typeof app === 'string' ? [] : [app.bundleId])))];
  const versions = new Map(await Promise.all(bundleIds.map(async (bundleId) => [bundleId, new Set((await catalogue.versionsOf(bundleId)).map(({ shortVersion }) => shortVersion))] as const)));
  const byName = new Map(found.map((device) => [device.name, device]));
  const permissions = new Map<string, Permission>();
  const usedDevices = new Map<DeviceId, Pick<Device, 'id' | 'name'>>();
  const mistakes: RowMistake[] = [];
  for (const [index, { line, version, deviceNames }] of rows.entries()) {
    const app = named[index];
    if (app === undefined || typeof app === 'string') {
      mistakes.push({ line, column: 'Application Name', words: app ?? '' });
      continue;
    }
    const { bundleId } = app;
    if (deviceNames.length > 0 && versions.get(bundleId)?.has(version) !== true) mistakes.push({ line, column: 'Version', words: `there is no version ${JSON.stringify(version)} of ${bundleId}: write one that \`wavecast app show ${bundleId}\` lists` });
    for (const name of deviceNames) {
      const device = byName.get(name);
      if (device === undefined) {
        mistakes.push({ line, column: 'Name of the target', words: `there is no device ${JSON.stringify(name)}: correct the name, or make it known with \`wavecast device import\`` });
        continue;
      }
      usedDevices.set(device.id, { id: device.id, name });
      permissions.set(JSON.stringify([bundleId, version, device.id]), { bundleId, shortVersion: version, deviceId: device.id });
    }
  }
  return { permissions: [...permissions.values()], apps: bundleIds, devices: [...usedDevices.values()], mistakes };
}

/** By package name, else by title. What is wrong, in words, where there is not one. */
export function appCalled(apps: readonly App[], application: string): App | string {
  const ofName = apps.find(({ bundleId }) => bundleId === application);
  if (ofName !== undefined) return ofName;
  const [first, ...others] = apps.filter(({ title }) => title === application);
  if (first === undefined) return `there is no app ${JSON.stringify(application)}: write the package name or title that \`wavecast app list\` shows`;
  return others.length === 0 ? first : `several apps are called ${JSON.stringify(application)}: write the package name`;
}
