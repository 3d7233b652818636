import type { KeptPermission, Permission, SelfServiceStore } from '../../../core/catalog/self-service.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

const keyOf = ({ bundleId, shortVersion, deviceId }: Permission): string => `${bundleId}#${encodeURIComponent(shortVersion)}#${deviceId}`;

export function memorySelfServiceStore(tables: MemoryTables): SelfServiceStore {
  const sorted = (wanted: (permission: KeptPermission) => boolean) => [...tables.permissions].filter(([, each]) => wanted(each)).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    async importUnderWay() {
      await settled();
      return tables.permissionImport;
    },
    async beginImport(importId, by, now, until) {
      await settled();
      tables.beforeWrite('selfService.beginImport');
      const held = tables.permissionImport;
      if (held !== undefined && held.until > now && held.by !== by) return false;
      tables.permissionImport = { importId, by, until };
      return true;
    },
    async keepImport(importId, by, until) {
      await settled();
      tables.beforeWrite('selfService.keepImport');
      if (tables.permissionImport?.importId !== importId) return false;
      tables.permissionImport = { importId, by, until };
      return true;
    },
    async endImport(importId, by) {
      await settled();
      tables.beforeWrite('selfService.endImport');
      if (tables.permissionImport?.importId === importId) tables.permissionImport = { importId, by, until: 0 };
    },
    async grant(permissions, importId) {
      for (const permission of permissions) {
        await settled();
        tables.beforeWrite('selfService.grant');
        tables.permittedApps.add(permission.bundleId);
        tables.permissions.set(keyOf(permission), { ...permission, importId });
      }
    },
    async revoke(permissions) {
      for (const permission of permissions) {
        await settled();
        tables.beforeWrite('selfService.revoke');
        tables.permissions.delete(keyOf(permission));
      }
    },
    async permittedApps() {
      await settled();
      return [...tables.permittedApps].sort();
    },
    async permissionsOfApp(bundleId, after, limit) {
      await settled();
      const start = bundleId.length + 1;
      const found = sorted((each) => each.bundleId === bundleId).filter(([key]) => after === undefined || key.slice(start) > after);
      const last = found[limit - 1]?.[0];
      return { items: found.slice(0, limit).map(([, permission]) => permission), ...(found.length > limit && last !== undefined ? { next: last.slice(start) } : {}) };
    },
    async permissionsOfDevice(deviceId) {
      await settled();
      return sorted((each) => each.deviceId === deviceId).map(([, permission]) => permission);
    },
  };
}
