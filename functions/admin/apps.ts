import { MINUTE, SECOND } from '../../core/ambient.ts';
import type { AppVersion, Registration } from '../../core/catalog/app.ts';
import { iconKey } from '../../core/catalog/package-icon.ts';
import { incomingKey } from '../../core/catalog/place-version.ts';
import { prepareTestInstall } from '../../core/catalog/test-install.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, parseDeviceId, parseVersionId } from '../../core/ids.ts';
import { issueDirect } from '../../core/instruction/direct.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type Handler } from './admin-call.ts';

const ICON_LINK_LIFE = 15 * MINUTE;

export const beginUpload: Handler<'beginUpload'> = async (call) => {
  const { services, body: { fileName, size } } = call;
  await audit(call, { action: 'file.upload', subject: fileName, after: { size } });
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
  return registrationAnswer(registration);
};

export const listApps: Handler<'listApps'> = async ({ services }) => ({ items: await services.catalogue.apps() });

export const getApp: Handler<'getApp'> = async ({ services, id }) => {
  const bundleId = parseBundleId(id);
  const [app, versions] = await Promise.all([services.catalogue.app(bundleId), services.catalogue.versionsOf(bundleId)]);
  if (app === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Register it, or name one that `wavecast app list` shows.' });
  return { ...app, versions: versions.map(versionAnswer) };
};

export const getVersion: Handler<'getVersion'> = async ({ services, id }) => {
  const version = await services.catalogue.version(parseVersionId(id));
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return versionAnswer(version);
};

export const getVersionIcon: Handler<'getVersionIcon'> = async ({ services, id, now, query: { size = 'original' } }) => {
  const version = await services.catalogue.version(parseVersionId(id));
  if (version?.iconWidth === undefined) throw new WavecastError('not-found', `There is no icon of version ${id}.`, { remedy: 'Use the id of a version whose iconWidth says that it has one.' });
  return { link: await services.files.link(iconKey(version.digest, size), ICON_LINK_LIFE / SECOND), expiresAt: now + ICON_LINK_LIFE };
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

function versionAnswer({ chunkDigests: _, chunkSize: __, provisionedDevices: ___, ...version }: AppVersion): AnswerOf<'getVersion'> {
  return version;
}
