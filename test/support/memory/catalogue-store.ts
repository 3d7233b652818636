import type { AppVersion } from '../../../core/catalog/app.ts';
import type { CatalogueStore } from '../../../core/catalog/store.ts';
import { WavecastError } from '../../../core/errors.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryCatalogueStore(tables: MemoryTables): CatalogueStore {
  return {
    async apps() {
      await settled();
      return [...tables.apps.values()].sort((a, b) => (a.bundleId < b.bundleId ? -1 : 1));
    },
    async app(bundleId) {
      await settled();
      return tables.apps.get(bundleId);
    },
    async version(id) {
      await settled();
      return tables.versions.get(id);
    },
    async versionsOf(bundleId) {
      await settled();
      return [...tables.versions.values()].filter((version) => version.bundleId === bundleId && version.deleted === undefined).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },
    async putVersion(app, version) {
      await settled();
      tables.beforeWrite('catalogue.putVersion');
      const twin = [...tables.versions.values()].find((other) =>
        other.bundleId === version.bundleId && other.shortVersion === version.shortVersion && other.version === version.version && other.digest !== version.digest);
      if (twin !== undefined) throw new WavecastError('conflict', 'Another build with these versions is registered.');
      const known = tables.apps.get(app.bundleId);
      tables.apps.set(app.bundleId, { ...app, createdAt: known?.createdAt ?? app.createdAt });
      const stored = tables.versions.get(version.id);
      const { withdrawn: _, deleted: __, ...kept } = stored ?? version;
      tables.versions.set(version.id, stored === undefined ? version : {
        ...kept, fileName: version.fileName,
        ...(version.fileEtag === undefined ? {} : { fileEtag: version.fileEtag }), ...(version.copyEtag === undefined ? {} : { copyEtag: version.copyEtag }),
      });
      tables.files.set(version.fileName, version.id);
    },
    async movePlacement(id, from, to) {
      await settled();
      tables.beforeWrite('catalogue.movePlacement');
      const stored = tables.versions.get(id);
      if (stored?.placement !== from || stored.withdrawn !== undefined) return false;
      tables.versions.set(id, { ...stored, ...to });
      return true;
    },
    async versionOfFile(fileName) {
      await settled();
      const id = tables.files.get(fileName);
      const found = id === undefined ? undefined : tables.versions.get(id);
      return found?.fileName === fileName ? found : undefined;
    },
    async settings(bundleId) {
      await settled();
      return tables.appSettings.get(bundleId);
    },
    async putSettings(settings) {
      await settled();
      tables.beforeWrite('catalogue.putSettings');
      if ((tables.appSettings.get(settings.bundleId)?.revision ?? 0) !== settings.revision - 1) throw new WavecastError('conflict', 'The settings have changed meanwhile.');
      tables.appSettings.set(settings.bundleId, settings);
    },
    async withdraw(id, withdrawal) {
      await settled();
      tables.beforeWrite('catalogue.withdraw');
      const stored = tables.versions.get(id);
      if (stored === undefined) throw new WavecastError('not-found', 'No version has this id.');
      const withdrawn: AppVersion = stored.withdrawn === undefined ? { ...stored, withdrawn: withdrawal, placement: 'missing', checks: [] } : stored;
      tables.versions.set(id, withdrawn);
      return withdrawn;
    },
    async deleteVersion({ id }, deletion) {
      await settled();
      tables.beforeWrite('catalogue.deleteVersion');
      const stored = tables.versions.get(id);
      if (stored?.withdrawn === undefined) throw new WavecastError('conflict', 'The version is not withdrawn.');
      tables.versions.set(id, { ...stored, deleted: stored.deleted ?? deletion });
    },
    async deleteApp(bundleId) {
      await settled();
      tables.beforeWrite('catalogue.deleteApp');
      tables.apps.delete(bundleId);
      tables.appSettings.delete(bundleId);
    },
    async renew(before, { profiles, profileExpiresAt, provisionedDevices, renewal }, profile) {
      await settled();
      tables.beforeWrite('catalogue.renew');
      const stored = tables.versions.get(before.id);
      if (stored === undefined || stored.withdrawn !== undefined || stored.profileExpiresAt !== before.profileExpiresAt) throw new WavecastError('conflict', 'The version has changed meanwhile.');
      tables.versions.set(before.id, { ...stored, ...(profiles === undefined ? {} : { profiles }), profileExpiresAt, provisionedDevices, renewal });
      tables.renewedProfiles.set(`${before.id}/${renewal.uuid}`, profile);
    },
    async renewedProfile(id, uuid) {
      await settled();
      return tables.renewedProfiles.get(`${id}/${uuid}`);
    },
    async registration(id) {
      await settled();
      return tables.registrations.get(id);
    },
    async putRegistration(registration) {
      await settled();
      tables.beforeWrite('catalogue.putRegistration');
      tables.registrations.set(registration.id, registration);
    },
  };
}
