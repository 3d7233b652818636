import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { Registration } from '../../../core/catalog/app.ts';
import type { EmbeddedProfile, IpaFacts } from '../../../core/catalog/package-facts.ts';
import type { OutsideView } from '../../../core/catalog/outside-view.ts';
import { placeVersion, type PlaceServices } from '../../../core/catalog/place-version.ts';
import { CHUNK_SIZE, incomingKey, packageKey } from '../../../core/catalog/placement-keys.ts';
import type { FileStore } from '../../../core/catalog/store.ts';
import { WavecastError } from '../../../core/errors.ts';
import { parseBundleId, parseVersionId } from '../../../core/ids.ts';
import { seenFrom } from '../../support/samples/outside.ts';
import { present } from '../../support/present.ts';
import { memoryEdgeGate } from '../../support/memory/edge-gate.ts';
import { digestOf } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let files: Map<string, string>;
let facts: IpaFacts;
/** What is seen from outside differs so from what should be. */
let seen: (view: OutsideView) => OutsideView;
const bundleId = parseBundleId('com.example.good');

function profile(changes: Partial<EmbeddedProfile> = {}): EmbeddedProfile {
  const now = world.clock.now();
  return {
    path: 'Payload/Good.app/embedded.mobileprovision', bundleId, name: 'Good', uuid: 'u', teamIdentifier: 'TEAM123456', teamName: 'Team', provisionsAllDevices: true, deviceList: undefined, provisionedDevices: [],
    getTaskAllow: false, applicationIdentifier: 'TEAM123456.com.example.good', createdAt: now - DAY, expiresAt: now + 300 * DAY, certificatesExpireAt: [now + 600 * DAY], certificateDigests: ['c1'], signatureHolds: true, ...changes,
  };
}

/** Files whose content is a text; its length stands for their size and itself for their etag. */
function fileStore(): FileStore {
  const unused = () => Promise.reject(new Error('Nobody uploads here.'));
  return {
    head: (key) => Promise.resolve(files.has(key) ? { size: (files.get(key) ?? '').length, etag: `"${files.get(key) ?? ''}"` } : undefined),
    read: (key, offset, length) => Promise.resolve(Buffer.from(files.get(key) ?? '').subarray(offset, offset + length)),
    async *stream(key) {
      await Promise.resolve();
      yield Buffer.from(files.get(key) ?? '');
    },
    copy: (from, to) => {
      files.set(to, present(files.get(from)));
      return Promise.resolve();
    },
    list: (prefix) => Promise.resolve({ items: [...files].filter(([key]) => key.startsWith(prefix)).map(([key, text]) => ({ key, size: text.length, placedAt: 0 })) }),
    put: (key, bytes) => {
      files.set(key, Buffer.from(bytes).toString());
      return Promise.resolve();
    },
    remove: unused, link: unused, beginUpload: unused, completeUpload: unused,
  };
}

beforeEach(() => {
  world = memoryWorld();
  files = new Map([[incomingKey('good.ipa'), 'the package']]);
  facts = {
    appFolder: 'Payload/Good.app', bundleId, version: '7', shortVersion: '1.2', title: 'Good', minimumOsVersion: '16.0', deviceFamilies: [1], supportedPlatforms: ['iPhoneOS'], icons: [], icon: undefined, profiles: [profile()], storeTraces: [], cryptid: 0, entries: 4,
    reads: { requests: 1, bytes: 1 },
  };
  seen = (view) => view;
});

function services(changes: Partial<PlaceServices> = {}): PlaceServices {
  return {
    ...world, gate: memoryEdgeGate(new Set()), files: fileStore(), readPackage: () => Promise.resolve(facts), renderIcon: (bytes) => ({ width: 120, original: bytes, small: Buffer.from('small'), large: Buffer.from('large') }),
    manifestUrl: (id, expiresAt) => Promise.resolve(`${id} ${expiresAt}`),
    look: (url) => {
      const [id, until] = url.split(' ');
      const version = present(world.tables.versions.get(parseVersionId(id)));
      return Promise.resolve(seen(seenFrom(version, present(world.tables.apps.get(version.bundleId)).title, Number(until))));
    },
    async digest(bytes) {
      let text = '';
      for await (const chunk of bytes) text += Buffer.from(chunk).toString();
      return { whole: digestOf(text), chunks: [digestOf(text)], size: text.length };
    },
    ...changes,
  };
}

async function register(expected: Registration['expected'] = {}, changes: Partial<PlaceServices> = {}, fileName = 'good.ipa'): Promise<Registration> {
  const now = world.clock.now();
  const id = world.ids.fresh();
  await world.catalogue.putRegistration({ id, fileName, expected, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: now, updatedAt: now });
  await placeVersion(services(changes), id, () => world.clock.now());
  return present(world.tables.registrations.get(id));
}
const version = () => present([...world.tables.versions.values()][0]);

describe('a registration', () => {
  it('ends in a verified version that says what the file says', async () => {
    const registration = await register({ bundleId, version: '1.2', title: 'The good one', description: 'Does good' });
    expect(registration).toMatchObject({ state: 'verified', versionId: version().id, bundleId });
    expect(registration).not.toHaveProperty('reason');
    expect(version()).toMatchObject({
      bundleId, version: '7', shortVersion: '1.2', title: 'Good', fileName: 'good.ipa', digest: digestOf('the package'), size: 11, chunkDigests: [digestOf('the package')], chunkSize: CHUNK_SIZE,
      minimumOsVersion: '16.0', deviceFamilies: [1], kind: 'enterprise', teamId: 'TEAM123456', profileExpiresAt: world.clock.now() + 300 * DAY, provisionedDevices: [], placement: 'verified', verifiedAt: world.clock.now(),
    });
    expect(world.tables.apps.get(bundleId)).toMatchObject({ title: 'The good one', description: 'Does good' });
  });

  it('compares everything that a device would run into, and says so', async () => {
    const { checks } = await register({ bundleId, version: '1.2' });
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(checks.slice(0, 5).map(({ name }) => name)).toEqual(['Distribution', 'Package name', 'Version', 'Build', 'File while registered']);
    expect(version().checks).toEqual(checks.slice(5));
  });

  it('freezes the file under its digest, where a later one of the same name cannot reach it', async () => {
    await register();
    files.set(incomingKey('good.ipa'), 'another one');
    expect(files.get(packageKey(digestOf('the package'), 'good.ipa'))).toBe('the package');
  });

  it('ends with the first of its profiles, or with the last certificate of one, and somebody is told in time', async () => {
    const now = world.clock.now();
    facts = { ...facts, profiles: [profile(), profile({ path: 'Payload/Good.app/PlugIns/W.appex/embedded.mobileprovision', bundleId: 'com.example.good.widget', applicationIdentifier: 'TEAM123456.*', expiresAt: now + 250 * DAY, certificatesExpireAt: [now + 100 * DAY, now + 200 * DAY] })] };
    await register();
    expect(version()).toMatchObject({ profileExpiresAt: now + 200 * DAY, profiles: [{ bundleId, endsAt: now + 300 * DAY, certificates: ['c1'] }, { bundleId: 'com.example.good.widget', endsAt: now + 200 * DAY }] });
    expect([...world.tables.timers.values()]).toEqual([{ at: now + 140 * DAY, kind: 'version-end', subject: `${version().id}.${now + 200 * DAY}`, step: 0 }]);
  });

  it('takes a withdrawal back, before the file is fetched as a device would', async () => {
    const { versionId } = await register();
    await world.catalogue.withdraw(version().id, { at: 1, by: 'ada', reason: 'It crashed.' });
    const closed = new Set([`package/${version().digest}`]);
    let atLook = -1;
    const { look } = services();
    expect(await register({}, { gate: memoryEdgeGate(closed), look: (url) => {
      atLook = closed.size;
      return look(url);
    } })).toMatchObject({ state: 'verified', versionId });
    expect(atLook).toBe(0);
    expect(version()).not.toHaveProperty('withdrawn');
    expect(version().placement).toBe('verified');
  });

  it('verifies no version that is withdrawn: to register its file again is what takes that back', async () => {
    await register();
    const withdrawn = { at: 1, by: 'ada', reason: 'It crashed.' };
    await world.catalogue.withdraw(version().id, withdrawn);
    const id = world.ids.fresh();
    await world.catalogue.putRegistration({ id, fileName: 'good.ipa', versionId: version().id, expected: {}, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: 1, updatedAt: 1 });
    await placeVersion(services(), id, () => world.clock.now());
    expect(world.tables.registrations.get(id)).toMatchObject({ state: 'refused', reason: expect.stringContaining('is withdrawn') as string });
    expect(version()).toMatchObject({ placement: 'missing', withdrawn });
  });

  it('keeps the devices of an ad hoc profile', async () => {
    facts = { ...facts, profiles: [profile({ provisionsAllDevices: false, deviceList: ['A', 'B'] })] };
    await register();
    expect(version()).toMatchObject({ kind: 'ad-hoc', provisionedDevices: ['A', 'B'] });
  });

  it('does no harm when it is carried out again, or twice at once', async () => {
    const { id } = await register();
    const before = [version(), world.tables.registrations.get(id)];
    world.clock.pass(DAY);
    await Promise.all([1, 2].map(() => placeVersion(services(), id, () => world.clock.now())));
    expect([version(), world.tables.registrations.get(id)]).toEqual(before);
    await placeVersion(services(), 'unknown', () => world.clock.now());
  });

  it('places the icon beside the package in three sizes, and says how large it is', async () => {
    facts = { ...facts, icon: { path: 'Payload/Good.app/AppIcon60x60@2x.png', bytes: Buffer.from('the icon') } };
    await register();
    const digest = digestOf('the package');
    expect([...files].filter(([key]) => key.endsWith('.png'))).toEqual([[`packages/${digest}/icon-57.png`, 'small'], [`packages/${digest}/icon-512.png`, 'large'], [`packages/${digest}/icon.png`, 'the icon']]);
    expect(version()).toMatchObject({ iconWidth: 120, warnings: [] });
  });

  it.each<[string, Partial<PlaceServices>, IpaFacts['icon'], RegExp]>([
    ['cannot be shown', { renderIcon: () => { throw new WavecastError('package-unreadable', 'The icon cannot be shown: it is cut off.'); } }, { path: 'a/b.png', bytes: Buffer.alloc(1) }, /^a\/b\.png: The icon cannot be shown: it is cut off\. The app is/],
    ['cannot be read', {}, { path: 'a/b.png', problem: 'a/b.png is damaged.' }, /^a\/b\.png: a\/b\.png is damaged\. The app is/],
  ])('whose icon %s has none, and a warning', async (_, changes, icon, says) => {
    facts = { ...facts, icon };
    const { state, warnings } = await register({}, changes);
    expect({ state, files: [...files.keys()].filter((key) => key.endsWith('.png')) }).toEqual({ state: 'verified', files: [] });
    expect(warnings).toEqual([expect.stringMatching(says)]);
    expect(version()).not.toHaveProperty('iconWidth');
  });

  it('keeps what was allowed and will matter later', async () => {
    facts = { ...facts, profiles: [profile({ expiresAt: world.clock.now() + 20 * DAY })] };
    const { warnings } = await register();
    expect(warnings).toEqual([expect.stringContaining('within 30 days of its registration')]);
    expect(version()).toMatchObject({ warnings, applicationIdentifier: 'TEAM123456.com.example.good' });
  });

  it('of a lower version than there is says so', async () => {
    facts = { ...facts, shortVersion: '1.10' };
    await register();
    files.set(incomingKey('good.ipa'), 'another one');
    facts = { ...facts, shortVersion: '1.9' };
    expect(await register()).toMatchObject({ state: 'verified', warnings: [expect.stringContaining('Version 1.9 (7) is lower than 1.10 (7)')] });
  });

  it('of the same file again is the same version, and what was said of the app stands where nothing else is said', async () => {
    await register({ title: 'The good one', description: 'Does good' });
    const before = version();
    await register();
    expect(world.tables.versions.size).toBe(1);
    expect(version().id).toBe(before.id);
    expect(world.tables.apps.get(bundleId)).toMatchObject({ title: 'The good one', description: 'Does good' });
    await register({ title: 'The better one' });
    expect(world.tables.apps.get(bundleId)).toMatchObject({ title: 'The better one', description: 'Does good' });
  });

  it('of the same file again leaves proven what was proven, and knows it by its new name', async () => {
    await register();
    await world.catalogue.movePlacement(version().id, 'verified', { placement: 'proven', checks: [] });
    files.set(incomingKey('again.ipa'), 'the package');
    const { checks } = await register({}, {}, 'again.ipa');
    expect(version()).toMatchObject({ placement: 'proven', fileName: 'again.ipa' });
    expect(checks.find(({ name }) => name === 'Build')?.found).toContain(`version ${version().shortVersion} (${version().version})`);
  });

  it('that names its version from the beginning verifies that, and reads no package', async () => {
    const { versionId } = await register();
    files.set(incomingKey('good.ipa'), 'another one of another size');
    const now = world.clock.now();
    await world.catalogue.putRegistration({ id: 'again', fileName: 'good.ipa', expected: {}, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: now, updatedAt: now, versionId: present(versionId), bundleId });
    await placeVersion(services({ readPackage: () => Promise.reject(new Error('It was read.')) }), 'again', () => now);
    expect(world.tables.registrations.get('again')).toMatchObject({ state: 'refused', versionId, reason: 'File unchanged did not pass: expected 11 bytes, found 27 bytes.' });
    expect(version().placement).toBe('mismatched');
  });

  it('is carried out after its cause has been removed', async () => {
    files.clear();
    const { id, state } = await register();
    expect(state).toBe('refused');
    files.set(incomingKey('good.ipa'), 'the package');
    await placeVersion(services(), id, () => world.clock.now());
    expect(world.tables.registrations.get(id)).toMatchObject({ state: 'verified' });
  });
});

describe('a registration is refused, and no version made,', () => {
  const other = parseBundleId('com.example.other');
  it.each<[string, string, Registration['expected'], string, string]>([
    ['the package name is another', 'Package name', { bundleId: other }, 'com.example.other', 'com.example.good'],
    ['the version is another', 'Version', { version: '1.3' }, '1.3', '1.2'],
  ])('when %s: the check is named', async (_, name, expected, wanted, found) => {
    const registration = await register(expected);
    expect(registration).toMatchObject({ state: 'refused', reason: `${name} did not pass: expected ${wanted}, found ${found}.`, remedy: expect.any(String) as string });
    expect(registration.checks.filter(({ passed }) => !passed)).toMatchObject([{ name, expected: wanted, found, remedy: expect.any(String) as string }]);
    expect(world.tables.versions.size).toBe(0);
  });

  it.each([['exchanged', 'another one'], ['taken away', undefined]])('when the file is %s while it is verified', async (_, content) => {
    const digest: PlaceServices['digest'] = async (...given) => {
      const result = await services().digest(...given);
      if (content === undefined) files.delete(incomingKey('good.ipa'));
      else files.set(incomingKey('good.ipa'), content);
      return result;
    };
    const copy: FileStore['copy'] = (_from, to) => {
      files.set(to, content ?? 'the package');
      return Promise.resolve();
    };
    expect(await register({}, { digest, files: { ...fileStore(), copy } })).toMatchObject({ state: 'refused', reason: expect.stringContaining(`File while registered did not pass: expected unchanged, found ${content === undefined ? 'removed' : 'exchanged'}`) as string });
    expect(world.tables.versions.size).toBe(0);
  });

  it('unless what is read, digested and copied is the file that was looked at', async () => {
    const seen: unknown[] = [];
    const store = fileStore();
    const witness: FileStore = {
      ...store,
      read: (...given) => { seen.push(given[3]); return store.read(...given); },
      stream: (...given) => { seen.push(given[1]); return store.stream(...given); },
      copy: (...given) => { seen.push(given[2]); return store.copy(...given); },
    };
    await register({}, { files: witness, readPackage: async (source) => { await source.read(0, 1); return facts; } });
    expect(seen).toEqual(Array(3).fill({ size: 'the package'.length, etag: '"the package"' }));
  });

  it('with every check that did not pass', async () => {
    facts = { ...facts, profiles: [profile({ provisionsAllDevices: false })] };
    const { checks } = await register({ bundleId: other, version: '9' });
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['Distribution', 'Package name', 'Version']);
  });

  it('when the file is larger than can be read in the time there is', async () => {
    const head: FileStore['head'] = () => Promise.resolve({ size: 8 * 1024 ** 3 + 1, etag: '"large"' });
    expect(await register({}, { files: { ...fileStore(), head } })).toMatchObject({ state: 'refused', reason: '"good.ipa" has 8.1 GiB, and a package may have 8.', remedy: expect.any(String) as string });
  });

  it('when no file has the name, which it says', async () => {
    expect(await register({}, {}, 'gud.ipa')).toMatchObject({ state: 'refused', reason: expect.stringContaining('"gud.ipa"') as string, remedy: expect.stringContaining('There are: "good.ipa".') as string });
  });

  it.each<[string, () => Partial<IpaFacts>, RegExp]>([
    ['comes from the App Store', () => ({ profiles: [], storeTraces: ['iTunesMetadata.plist'] }), /found store-download: iTunesMetadata\.plist comes with downloads from the App Store/],
    ['was built for the App Store', () => ({ profiles: [profile({ provisionsAllDevices: false })] }), /it is for the App Store/],
    ['is a development build', () => ({ profiles: [profile({ provisionsAllDevices: false, deviceList: ['A'], getTaskAllow: true })] }), /development profile/],
    ['has an expired profile', () => ({ profiles: [profile({ expiresAt: world.clock.now() - DAY })] }), /expired on 2026-03-01/],
  ])('when the package %s, with the evidence', async (_, changes, says) => {
    facts = { ...facts, ...changes() };
    expect(await register()).toMatchObject({ state: 'refused', reason: expect.stringMatching(says) as string, remedy: expect.any(String) as string });
    expect([...files.keys()]).toEqual([incomingKey('good.ipa')]);
  });

  it('when the file is no package', async () => {
    const readPackage = () => Promise.reject(new WavecastError('package-unreadable', 'This is no IPA.', { remedy: 'Export it again.', evidence: ['no central directory'] }));
    expect(await register({}, { readPackage })).toMatchObject({ state: 'refused', reason: 'This is no IPA. Evidence: no central directory.', remedy: 'Export it again.' });
  });

  it('when devices could not upgrade to it, since its application-identifier is another', async () => {
    await register();
    files.set(incomingKey('good.ipa'), 'another one');
    facts = { ...facts, version: '8', profiles: [profile({ applicationIdentifier: 'OTHER98765.com.example.good' })] };
    expect(await register()).toMatchObject({ state: 'refused', reason: expect.stringMatching(/No device .* could upgrade .*TEAM123456\.com\.example\.good.*OTHER98765\.com\.example\.good/) as string, remedy: expect.stringContaining('withdraw') as string });
    world.tables.versions.clear();
    expect(await register()).toMatchObject({ state: 'verified' });
  });

  it('when another build has the same versions: they could not be told apart', async () => {
    await register();
    files.set(incomingKey('good.ipa'), 'another one');
    expect(await register()).toMatchObject({ state: 'refused' });
    expect(world.tables.versions.size).toBe(1);
    expect(version().digest).toBe(digestOf('the package'));
  });
});

describe('a version that is good and cannot be fetched', () => {
  it('is made and not verified: the registration says which, and what to do', async () => {
    seen = (view) => ({ ...view, manifest: { ...view.manifest, status: 500 } });
    const registration = await register();
    expect(registration).toMatchObject({ state: 'refused', versionId: version().id, reason: 'Manifest download did not pass: expected status 200, found status 500.', remedy: expect.any(String) as string });
    expect(version()).toMatchObject({ placement: 'placed', checks: registration.checks.slice(-version().checks.length) });
    seen = (view) => view;
    await placeVersion(services(), registration.id, () => world.clock.now());
    expect(world.tables.registrations.get(registration.id)?.state).toBe('verified');
    expect(version().placement).toBe('verified');
  });
});

it('a fault of ours refuses nothing: the registration is carried out again', async () => {
  const now = world.clock.now();
  await world.catalogue.putRegistration({ id: 'r', fileName: 'good.ipa', expected: {}, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: now, updatedAt: now });
  for (const error of [new Error('broken'), new WavecastError('internal', 'broken'), new WavecastError('throttled', 'broken')]) {
    await expect(placeVersion(services({ look: () => Promise.reject(error) }), 'r', () => now)).rejects.toThrow('broken');
  }
  expect(world.tables.registrations.get('r')?.state).toBe('verifying');
  await placeVersion(services(), 'r', () => now);
  expect(world.tables.registrations.get('r')?.state).toBe('verified');
});
