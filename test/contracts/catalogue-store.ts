import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import { defaultSettings, type AppSettings } from '../../core/catalog/app-settings.ts';
import type { App, AppVersion } from '../../core/catalog/app.ts';
import { parseBundleId } from '../../core/ids.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBundleId, anApp, aRegistration, aVersion, sizeCheck } from '../support/samples/catalogue.ts';
import { many, MORNING } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function catalogueStoreContract(open: OpenStores): void {
  describe('the catalogue', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const registered = async (app: App, facts: Partial<AppVersion> = {}): Promise<AppVersion> => {
      const version = aVersion(app, facts);
      await stores.catalogue.putVersion(app, version);
      return version;
    };

    it('gives apps and versions back as they were put, and nothing where none was', async () => {
      const app = anApp();
      const version = await registered(app, { kind: 'ad-hoc', provisionedDevices: ['00008030-A'], placement: 'verified', verifiedAt: MORNING, iconWidth: 120, warnings: ['It expires soon.'], checks: [{ ...sizeCheck, passed: false, remedy: 'Place it again.' }] });
      expect(await stores.catalogue.app(app.bundleId)).toEqual(app);
      expect(await stores.catalogue.version(version.id)).toEqual(version);
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([version]);
      expect(await stores.catalogue.app(aBundleId())).toBeUndefined();
      expect(await stores.catalogue.version(aVersion(app).id)).toBeUndefined();
      expect(await stores.catalogue.versionsOf(aBundleId())).toEqual([]);
    });

    it('lists every app', async () => {
      const { catalogue } = await open();
      expect(await catalogue.apps()).toEqual([]);
      const apps = many(12, (n) => anApp({ bundleId: parseBundleId(`com.example.app${n}`) }));
      for (const app of apps) await catalogue.putVersion(app, aVersion(app));
      expect((await catalogue.apps()).toSorted((a, b) => (a.bundleId < b.bundleId ? -1 : 1))).toEqual(apps.toSorted((a, b) => (a.bundleId < b.bundleId ? -1 : 1)));
    });

    it('lists the versions of an app newest first, more of them than a batch reads', async () => {
      const app = anApp();
      const versions = many(110, (n) => aVersion(app, { version: String(n), createdAt: MORNING + ((n * 37) % 110) * MINUTE }));
      await Promise.all(versions.map((version) => stores.catalogue.putVersion(app, version)));
      expect((await stores.catalogue.versionsOf(app.bundleId)).map(({ id }) => id)).toEqual(versions.toSorted((a, b) => b.createdAt - a.createdAt).map(({ id }) => id));
    });

    it('keeps a build as it was first registered, and where it stands; registered again, its file name is the new one and the app is described anew', async () => {
      const app = anApp();
      const version = await registered(app, { placement: 'proven', verifiedAt: MORNING, checks: [sizeCheck], fileEtag: '"1"', copyEtag: '"2"' });
      const described: App = { ...app, title: 'Field Pro', description: 'All orders', createdAt: MORNING + MINUTE };
      const again = { fileName: `${version.id}-again.ipa`, fileEtag: '"3"', copyEtag: '"4"' };
      await stores.catalogue.putVersion(described, { ...version, ...again, title: 'Other', createdAt: MORNING + MINUTE, placement: 'placed', checks: [], verifiedAt: MORNING + MINUTE });
      expect(await stores.catalogue.app(app.bundleId)).toEqual({ ...described, createdAt: app.createdAt });
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([{ ...version, ...again }]);
    });

    it('finds the version by the file name that was registered last for it, and by no other', async () => {
      const app = anApp();
      const [first, second] = [aVersion(app, { fileName: 'One & the same ä.ipa' }), aVersion(app, { fileName: 'One & the same ä.ipa', version: '101' })];
      const { catalogue } = stores;
      expect(await catalogue.versionOfFile(`${first.id}.ipa`)).toBeUndefined();
      await catalogue.putVersion(app, first);
      expect((await catalogue.versionOfFile(first.fileName))?.id).toBe(first.id);
      // Another build in a file of the same name: the name is that one's from then on.
      await catalogue.putVersion(app, second);
      expect((await catalogue.versionOfFile(first.fileName))?.id).toBe(second.id);
      await catalogue.putVersion(app, { ...second, fileName: `${second.id}.ipa` });
      expect(await catalogue.versionOfFile(first.fileName)).toBeUndefined();
      expect((await catalogue.versionOfFile(`${second.id}.ipa`))?.id).toBe(second.id);
    });

    it('refuses a second build with the same versions, whole', async () => {
      const app = anApp();
      const version = await registered(app);
      const twin = aVersion(app);
      expect(await refusalOf(stores.catalogue.putVersion({ ...app, title: 'Twin' }, twin))).toBe('conflict');
      expect(await stores.catalogue.app(app.bundleId)).toEqual(app);
      expect(await stores.catalogue.version(twin.id)).toBeUndefined();
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([version]);
    });

    it('tells versions apart whatever they are called, and the apps that they are of', async () => {
      const app = anApp();
      for (const [shortVersion, version] of [['1.0', '1'], ['1.0', '1 '], ['1.0#1', '2'], ['1.0', '1#2'], ['1.0/1', '%'], ['1.0', '1/%']] as const) await registered(app, { shortVersion, version });
      await registered(anApp(), { shortVersion: '1.0', version: '1' });
      expect(await stores.catalogue.versionsOf(app.bundleId)).toHaveLength(6);
    });

    it('takes one of ten builds that come with the same versions at once', async () => {
      const app = anApp();
      const builds = many(10, () => aVersion(app));
      const [winner, ...more] = await throughAtOnce(10, (n) => stores.catalogue.putVersion(app, builds[n] ?? aVersion(app)));
      expect(more).toEqual([]);
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([builds[winner ?? 0]]);
    });

    it('takes the same build from ten who register it at once, as one', async () => {
      const app = anApp();
      const build = aVersion(app);
      expect(await throughAtOnce(10, () => stores.catalogue.putVersion(app, build))).toHaveLength(10);
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([build]);
    });

    it('moves a version from where it stands, with what goes with it and nothing else', async () => {
      const version = await registered(anApp(), { placement: 'placed' });
      expect(await stores.catalogue.movePlacement(version.id, 'placed', { placement: 'verified', checks: [sizeCheck], verifiedAt: MORNING + MINUTE, fileEtag: '"f"', copyEtag: '"c"' })).toBe(true);
      const verified: AppVersion = { ...version, placement: 'verified', checks: [sizeCheck], verifiedAt: MORNING + MINUTE, fileEtag: '"f"', copyEtag: '"c"' };
      expect(await stores.catalogue.version(version.id)).toEqual(verified);
      expect(await stores.catalogue.movePlacement(version.id, 'verified', { placement: 'missing', checks: [] })).toBe(true);
      expect(await stores.catalogue.version(version.id)).toEqual({ ...verified, placement: 'missing', checks: [] });
    });

    it('marks a version as withdrawn once: whoever comes second meets the first, and registering it again ends it', async () => {
      const app = anApp();
      const version = await registered(app, { placement: 'proven', checks: [sizeCheck], verifiedAt: MORNING });
      const withdrawn = { at: MORNING + MINUTE, by: 'ada', reason: 'It crashed.' };
      const gone: AppVersion = { ...version, placement: 'missing', checks: [], withdrawn };
      expect(await stores.catalogue.withdraw(version.id, withdrawn)).toEqual(gone);
      expect(await stores.catalogue.withdraw(version.id, { at: MORNING + 2 * MINUTE, by: 'grace', reason: 'I say so.' })).toEqual(gone);
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([gone]);
      expect(await stores.catalogue.movePlacement(version.id, 'missing', { placement: 'verified', checks: [] })).toBe(false);
      expect(await stores.catalogue.version(version.id)).toEqual(gone);
      await stores.catalogue.putVersion(app, { ...version, placement: 'placed' });
      expect(await stores.catalogue.version(version.id)).toEqual({ ...version, placement: 'missing', checks: [] });
      expect(await stores.catalogue.movePlacement(version.id, 'missing', { placement: 'verified', checks: [] })).toBe(true);
      expect(await refusalOf(stores.catalogue.withdraw(aVersion(app).id, withdrawn))).toBe('not-found');
    });

    it('takes a version out of the lists only when it is withdrawn, gives it by its id still, and lists it where it was once it is registered again', async () => {
      const app = anApp();
      const [older, newer] = [await registered(app, { version: '1' }), await registered(app, { version: '2', createdAt: MORNING + MINUTE })];
      const deletion = { at: MORNING + 2 * MINUTE, by: 'ada' };
      expect(await refusalOf(stores.catalogue.deleteVersion(older, deletion))).toBe('conflict');
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([newer, older]);
      const withdrawn = await stores.catalogue.withdraw(older.id, { at: MORNING + MINUTE, by: 'ada', reason: 'It crashed.' });
      await stores.catalogue.deleteVersion(older, deletion);
      await stores.catalogue.deleteVersion(older, { at: MORNING + 9 * MINUTE, by: 'grace' });
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([newer]);
      expect(await stores.catalogue.version(older.id)).toEqual({ ...withdrawn, deleted: deletion });
      expect(await refusalOf(stores.catalogue.putVersion(app, aVersion(app, { version: '1' })))).toBe('conflict');
      await stores.catalogue.putVersion(app, { ...older, createdAt: MORNING + 5 * MINUTE });
      expect(await stores.catalogue.versionsOf(app.bundleId)).toEqual([newer, { ...older, placement: 'missing' }]);
    });

    it('takes an app out of the list, with how it is installed', async () => {
      const { catalogue } = await open();
      const [kept, gone] = [anApp(), anApp()];
      for (const app of [kept, gone]) {
        await catalogue.putVersion(app, aVersion(app));
        await catalogue.putSettings({ ...defaultSettings(app.bundleId), revision: 1 });
      }
      await catalogue.deleteApp(gone.bundleId);
      await catalogue.deleteApp(gone.bundleId);
      expect(await catalogue.apps()).toEqual([kept]);
      expect([await catalogue.app(gone.bundleId), await catalogue.settings(gone.bundleId)]).toEqual([undefined, undefined]);
      expect(await catalogue.settings(kept.bundleId)).toBeDefined();
    });

    it('keeps a renewed profile with what it changes of the version, unless the version has changed meanwhile', async () => {
      const app = anApp();
      const version = await registered(app, { provisionedDevices: ['A', 'B'] });
      const renewal = { uuid: 'p2', name: 'Field', endsAt: MORNING + 90 * MINUTE, round: 1, at: MORNING, by: 'ada' };
      const profiles = [{ bundleId: app.bundleId, uuid: 'p2', name: 'Field', applicationIdentifier: 'T.*', endsAt: MORNING + 90 * MINUTE, certificates: ['c1'] }];
      const renewed = { ...version, profiles, profileExpiresAt: MORNING + 90 * MINUTE, provisionedDevices: ['A'], renewal };
      await stores.catalogue.renew(version, { ...renewed, title: 'Nothing else is changed' }, 'cHJvZmlsZQ==');
      expect(await stores.catalogue.version(version.id)).toEqual(renewed);
      expect(await stores.catalogue.renewedProfile(version.id, 'p2')).toBe('cHJvZmlsZQ==');
      expect(await stores.catalogue.renewedProfile(version.id, 'p1')).toBeUndefined();
      expect(await refusalOf(stores.catalogue.renew(version, { ...renewed, renewal: { ...renewal, uuid: 'p3' } }, 'eA=='))).toBe('conflict');
      expect(await stores.catalogue.renewedProfile(version.id, 'p3')).toBeUndefined();
      await stores.catalogue.withdraw(version.id, { at: MORNING, by: 'ada', reason: 'It crashed.' });
      expect(await refusalOf(stores.catalogue.renew(renewed, renewed, 'eA=='))).toBe('conflict');
    });

    it('moves a version from nowhere else, and makes none by it', async () => {
      const version = await registered(anApp(), { placement: 'mismatched' });
      expect(await stores.catalogue.movePlacement(version.id, 'verified', { placement: 'proven', checks: [] })).toBe(false);
      expect(await stores.catalogue.version(version.id)).toEqual(version);
      const unknown = aVersion(anApp());
      expect(await stores.catalogue.movePlacement(unknown.id, 'placed', { placement: 'verified', checks: [] })).toBe(false);
      expect(await stores.catalogue.version(unknown.id)).toBeUndefined();
    });

    it('keeps the settings of an app, whatever is in them, and one change at a time', async () => {
      const bundleId = aBundleId();
      expect(await stores.catalogue.settings(bundleId)).toBeUndefined();
      const first: AppSettings = { ...defaultSettings(bundleId), revision: 1, changedAt: MORNING, changedBy: 'grace', attributes: { Removable: false }, configuration: { constructor: [1, { $data: 'YQ==' }], url: 'https://a.example' } };
      await stores.catalogue.putSettings(first);
      expect(await stores.catalogue.settings(bundleId)).toEqual(first);
      const second: AppSettings = { ...defaultSettings(bundleId), preventBackup: false, revision: 2 };
      await stores.catalogue.putSettings(second);
      expect(await stores.catalogue.settings(bundleId)).toEqual(second);
      for (const stale of [first, second, { ...second, revision: 4 }]) expect(await refusalOf(stores.catalogue.putSettings(stale))).toBe('conflict');
      expect(await throughAtOnce(10, () => stores.catalogue.putSettings({ ...second, revision: 3 }))).toHaveLength(1);
    });

    it('keeps the last word of a registration', async () => {
      const app = anApp();
      const registration = aRegistration({ expected: { bundleId: app.bundleId, version: '100', title: 'Field', description: 'Work orders' } });
      expect(await stores.catalogue.registration(registration.id)).toBeUndefined();
      await stores.catalogue.putRegistration(registration);
      expect(await stores.catalogue.registration(registration.id)).toEqual(registration);
      const refused = { ...aRegistration({ id: registration.id, state: 'refused', bundleId: app.bundleId, versionId: aVersion(app).id, reason: 'It is no app.', remedy: 'Choose another.', warnings: ['It was allowed.'], checks: [sizeCheck] }) };
      await stores.catalogue.putRegistration(refused);
      expect(await stores.catalogue.registration(registration.id)).toEqual(refused);
    });
  });
}
