/** What a simulated device lists of its apps when it is asked. */
import type { PlistValue } from '../protocol/plist.ts';
import type { DeviceApp } from './device-app.ts';

type Apps = ReadonlyMap<string, DeviceApp>;

/** ManagedApplicationList. */
export function managedList(apps: Apps, identifiers: readonly string[]): { [key: string]: PlistValue } {
  const list: { [key: string]: PlistValue } = {};
  for (const identifier of identifiers) {
    const status = apps.get(identifier)?.report();
    if (status !== undefined) list[identifier] = { Status: status, ManagementFlags: 5, HasConfiguration: false, HasFeedback: false, IsValidated: true };
  }
  return list;
}

/** InstalledApplicationList. */
export function installedList(apps: Apps, identifiers: readonly string[]): PlistValue[] {
  return identifiers.flatMap((identifier): PlistValue[] => {
    const app = apps.get(identifier);
    if (app === undefined) return [];
    // iOS lists an app that is on its way too, with a version that means nothing yet.
    if (app.installing) return [{ Identifier: identifier, ShortVersion: app.installed?.shortVersion ?? '', Version: app.installed?.version ?? '', Installing: true, IsValidated: true }];
    return app.installed === undefined ? [] : [{ Identifier: identifier, ShortVersion: app.installed.shortVersion, Version: app.installed.version, Installing: false, IsValidated: true }];
  });
}
