import { MINUTE, SECOND } from '../../core/ambient.ts';
import { atMost } from '../../core/at-once.ts';
import type { App, AppVersion, Registration } from '../../core/catalog/app.ts';
import { newVerification } from '../../core/catalog/begin-verification.ts';
import { iconKey } from '../../core/catalog/package-icon.ts';
import { incomingKey } from '../../core/catalog/placement-keys.ts';
import { highestOf, versionBefore } from '../../core/catalog/supersede.ts';
import { prepareTestInstall } from '../../core/catalog/test-install.ts';
import { withdrawnError } from '../../core/catalog/verify-placement.ts';
import { endWarning } from '../../core/catalog/version-end.ts';
import { isGoing, plansUsing } from '../../core/catalog/version-use.ts';
import { checkNameFree } from '../../core/catalog/claim-name.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, parseDeviceId, parseVersionId } from '../../core/ids.ts';
import { issueDirect } from '../../core/instruction/direct.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

const ICON_LINK_LIFE = 15 * MINUTE;

export const beginUpload: Handler<'beginUpload'> = async (call) => {
  const { services, body: { fileName, size, replace } } = call;
  if (!replace) await checkNameFree(services, fileName, size);
  await audit(call, { action: 'file.upload', subject: fileName, after: { size, ...(replace ? { replace } : {}) } });
  const { uploadId, partSize, parts } = await services.files.beginUpload(incomingKey(fileName), size);
  return { uploadId, partSize, parts: parts.map(({ number, url }) => ({ partNumber: number, url })) };
};

export const completeUpload: Handler<'completeUpload'> = async (call) => {
  const { services, id, body: { fileName, parts } } = call;
  await audit(call, { action: 'file.place', subject: fileName, after: { parts: parts.length } });
  await services.files.completeUpload(incomingKey(fileName), id, parts.map(({ partNumber, etag }) => ({ number: partNumber, etag })));
  return { fileName };
};

export const register: Handler<'register'> = async (call) => {
  const { services, caller, now, body: { fileName, bundleId, version, title, description } } = call;
  const registration: Registration = {
    id: services.ids.fresh(), fileName, state: 'verifying', checks: [], requestedBy: caller.name, createdAt: now, updatedAt: now,
    expected: {
      ...(bundleId === undefined ? {} : { bundleId: parseBundleId(bundleId) }), ...(version === undefined ? {} : { version }),
      ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }),
    },
  };
  await audit(call, { action: 'registration.create', subject: registration.id, after: { fileName, ...registration.expected } });
  await services.catalogue.putRegistration(registration);
  await services.background.place(registration.id);
  return registrationAnswer(registration);
};

export const getRegistration: Handler<'getRegistration'> = async ({ services, id }) => {
  const registration = await services.catalogue.registration(id);
  if (registration === undefined) throw new WavecastError('not-found', `There is no registration ${id}.`, { remedy: 'Use the id that `wavecast app register` printed.' });
  return { ...registrationAnswer(registration), ...(await becomeOf(services, registration)) };
};

/** The version that came of a registration that is through, and what it takes the place of, with the plans that do not know of it yet. */
async function becomeOf(services: AdminServices, { bundleId, versionId }: Registration): Promise<Pick<AnswerOf<'getRegistration'>, 'shortVersion' | 'version' | 'supersedes'>> {
  if (bundleId === undefined || versionId === undefined) return {};
  const versions = await services.catalogue.versionsOf(bundleId);
  const version = versions.find(({ id }) => id === versionId);
  if (version === undefined) return {};
  const before = versionBefore(version, versions);
  if (before === undefined) return named(version);
  const uses = (await plansUsing(services, before.id)).filter((use) => use.state === 'draft' || isGoing(use));
  return { ...named(version), supersedes: { versionId: before.id, ...named(before), plans: uses.map(({ plan: { id, name }, state }) => ({ id, name, state })) } };
}

function named({ shortVersion, version }: AppVersion): Pick<AppVersion, 'shortVersion' | 'version'> {
  return { shortVersion, version };
}

/** Apps whose versions are read at once. */
const APPS_AT_ONCE = 8;

export const listApps: Handler<'listApps'> = async ({ services, now }) => {
  const apps = await services.catalogue.apps();
  return { items: await atMost(APPS_AT_ONCE, apps, async (app) => ({ ...app, ...summaryOf(await services.catalogue.versionsOf(app.bundleId), now) })) };
};

function summaryOf(all: readonly AppVersion[], now: number): Omit<AnswerOf<'listApps'>['items'][number], keyof App> {
  const versions = all.filter(({ withdrawn }) => withdrawn === undefined);
  const latest = highestOf(versions);
  return {
    versions: versions.length,
    ...(latest === undefined ? {} : { latest: { id: latest.id, shortVersion: latest.shortVersion, version: latest.version, profileExpiresAt: latest.profileExpiresAt, placement: latest.placement, ...(latest.iconWidth === undefined ? {} : { iconWidth: latest.iconWidth }) } }),
    ending: versions.flatMap((version) => {
      const warning = endWarning(version, now);
      return warning === undefined ? [] : [{ versionId: version.id, shortVersion: version.shortVersion, version: version.version, warning }];
    }),
  };
}

export const getApp: Handler<'getApp'> = async ({ services, id, now }) => {
  const bundleId = parseBundleId(id);
  const [app, versions] = await Promise.all([services.catalogue.app(bundleId), services.catalogue.versionsOf(bundleId)]);
  if (app === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Register it, or name one that `wavecast app list` shows.' });
  return { ...app, versions: versions.map((version) => versionAnswer(version, now)) };
};

export const getVersion: Handler<'getVersion'> = async (call) => versionAnswer(await versionOf(call), call.now);

/** The version that the path names. Throws `not-found`. */
export async function versionOf({ services, id }: Pick<AdminContext, 'services' | 'id'>): Promise<AppVersion> {
  const version = await services.catalogue.version(parseVersionId(id));
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return version;
}

export const verifyVersion: Handler<'verifyVersion'> = async (call) => {
  const { services, caller, id, now } = call;
  const version = await versionOf(call);
  if (version.withdrawn !== undefined) throw withdrawnError(version);
  const verification = newVerification(services, version, caller.name, now);
  await audit(call, { action: 'version.verify', subject: id, before: { placement: version.placement }, after: { registration: verification.id } });
  await services.catalogue.putRegistration(verification);
  await services.background.place(verification.id);
  return { ...registrationAnswer(verification), ...named(version) };
};

export const getVersionIcon: Handler<'getVersionIcon'> = async (call) => {
  const { services, now, query: { size = 'original' } } = call;
  const { bundleId, shortVersion, version, digest, iconWidth, withdrawn } = await versionOf(call);
  if (iconWidth === undefined || withdrawn !== undefined) throw new WavecastError('not-found', `There is no icon of ${bundleId} ${shortVersion} (${version}).`, { remedy: 'Use the id of a version whose iconWidth says that it has one, and that was not withdrawn.' });
  return { link: await services.files.link(iconKey(digest, size), ICON_LINK_LIFE / SECOND), expiresAt: now + ICON_LINK_LIFE };
};

export const testInstall: Handler<'testInstall'> = async (call) => {
  const { services, id, now, body: { deviceIds } } = call;
  const version = await services.catalogue.version(parseVersionId(id));
  const request = await prepareTestInstall(services, version, deviceIds?.map(parseDeviceId), now);
  await audit(call, { action: 'version.test-install', subject: id, after: { devices: request.devices.map(({ name }) => name) } });
  const { waveId, issued, held } = await issueDirect(services, request, now);
  return { waveId, instructed: issued.map(({ deviceName }) => deviceName), held: held.map(({ deviceName }) => deviceName) };
};

function registrationAnswer({ expected: _, ...registration }: Registration): AnswerOf<'getRegistration'> {
  return registration;
}

export function versionAnswer({ chunkDigests: _, chunkSize: __, provisionedDevices: ___, profiles: ____, ...version }: AppVersion, now: number): AnswerOf<'getVersion'> {
  const warning = endWarning(version, now);
  return warning === undefined ? version : { ...version, warning };
}
