import { HOUR, SECOND } from '../../core/ambient.ts';
import { checkImport, holdImport, removeOthers } from '../../core/catalog/import-permissions.ts';
import { readPermissions } from '../../core/catalog/read-permissions.ts';
import type { Permission } from '../../core/catalog/self-service.ts';
import { refuseMistakes } from '../../core/device/file-mistakes.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, parseDeviceId, type BundleId, type DeviceId } from '../../core/ids.ts';
import { LINES_PER_REQUEST } from '../../protocol/admin/device-file.ts';
import { PERMISSIONS_PER_REQUEST } from '../../protocol/admin/self-service.ts';
import { decodePermissions, permissionLine, permissionsHeader } from '../../protocol/csv/self-service.ts';
import { audit, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

const LINK_LIFE = HOUR / 4;
/** Permissions that an export reads together. */
const PAGE = 1_000;
/** Devices on a line of an export. */
const TARGETS_PER_LINE = 20;

export const importPermissions: Handler<'importPermissions'> = async (call) => {
  const { services, caller, now, body: { mode, csv, firstLine, check, importId: former } } = call;
  const rows = decodePermissions(csv, mode, firstLine, LINES_PER_REQUEST);
  const targets = rows.reduce((sum, { deviceNames }) => sum + deviceNames.length, 0);
  if (targets > PERMISSIONS_PER_REQUEST) throw new WavecastError('too-large', `The file has ${targets} permissions; a request may have ${PERMISSIONS_PER_REQUEST}.`, { remedy: 'Send it in portions, each with the title line, or use the command line, which does that.' });
  const { permissions, apps, devices, mistakes } = await readPermissions(services, rows);
  refuseMistakes(mistakes);
  const said = { permissions: permissions.length, apps, devices: devices.map(({ id }) => id) };
  if (check) return said;
  const importId = former ?? services.ids.fresh();
  const [of, begins] = [{ importId, by: caller.name }, former === undefined];
  await checkImport(services, of, begins, now);
  await audit(call, { action: 'self-service.import', subject: importId, after: { mode, firstLine, permissions: grouped(permissions) } });
  await holdImport(services, of, begins, now);
  await services.selfService.grant(permissions, importId);
  return { importId, ...said };
};

export const finishPermissions: Handler<'finishPermissions'> = async (call) => {
  const { services, caller, now, body: { importId, mode, apps, devices, after, last } } = call;
  const scope = { mode, apps: apps.map(parseBundleId), devices: devices.map(parseDeviceId) };
  const of = { importId, by: caller.name };
  await checkImport(services, of, false, now);
  const done = await removeOthers(services, of, scope, after, now, (removed) => audit(call, { action: 'self-service.remove', subject: importId, before: { permissions: grouped(removed) }, after: { mode, removed: removed.length } }));
  if (last && done.next === undefined) await services.selfService.endImport(importId, caller.name);
  return done;
};

/** What an audit record keeps of permissions: ids of devices by app and version. */
function grouped(permissions: readonly Permission[]): readonly { readonly bundleId: BundleId; readonly version: string; readonly deviceIds: readonly DeviceId[] }[] {
  return [...Map.groupBy(permissions, ({ bundleId, shortVersion }) => JSON.stringify([bundleId, shortVersion])).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ bundleId: first.bundleId, version: first.shortVersion, deviceIds: group.map(({ deviceId }) => deviceId) }];
  });
}

export const listPermissions: Handler<'listPermissions'> = async ({ services, query: { bundleId, device: name, after, limit } }) => {
  if (name !== undefined) {
    const device = await services.devices.deviceByName(name);
    if (device === undefined) throw new WavecastError('not-found', `There is no device called "${name}".`, { remedy: 'Use a name that `wavecast device list` shows.' });
    return { items: (await services.selfService.permissionsOfDevice(device.id)).map((permission) => answerOf(permission, device.name)) };
  }
  const { items, next } = await services.selfService.permissionsOfApp(parseBundleId(bundleId), after, limit);
  const names = await namesOf(services, items);
  return { items: items.flatMap((permission) => named(permission, names)), ...(next === undefined ? {} : { next }) };
};

function answerOf({ bundleId, shortVersion, deviceId }: Permission, deviceName: string) {
  return { bundleId, version: shortVersion, deviceId, deviceName };
}

/** Nothing for a device whose record was deleted. */
function named(permission: Permission, names: ReadonlyMap<DeviceId, string>): readonly ReturnType<typeof answerOf>[] {
  const name = names.get(permission.deviceId);
  return name === undefined ? [] : [answerOf(permission, name)];
}

async function namesOf({ devices }: Pick<AdminServices, 'devices'>, permissions: readonly Permission[]): Promise<ReadonlyMap<DeviceId, string>> {
  return new Map((await devices.devices(permissions.map(({ deviceId }) => deviceId))).map(({ id, name }) => [id, name]));
}

export const exportPermissions: Handler<'exportPermissions'> = async ({ services, now }) => {
  const key = `exports/${services.ids.fresh()}.csv`;
  const fileName = `self-service-${new Date(now).toISOString().slice(0, 10)}.csv`;
  const written = { rows: 0 };
  await services.exports.write(key, 'text/csv; charset=utf-8', lines(services, written));
  return { link: await services.exports.link(key, fileName, LINK_LIFE / SECOND), fileName, rows: written.rows, expiresAt: now + LINK_LIFE };
};

/** By app and version; one page of permissions at a time. */
async function* lines(services: Pick<AdminServices, 'selfService' | 'devices'>, written: { rows: number }): AsyncGenerator<string, undefined> {
  yield permissionsHeader;
  for (const bundleId of await services.selfService.permittedApps()) {
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const { items, next } = await services.selfService.permissionsOfApp(bundleId, after, PAGE);
      const names = await namesOf(services, items);
      for (const [shortVersion, group] of Map.groupBy(items, (permission) => permission.shortVersion)) {
        const deviceNames = group.flatMap(({ deviceId }) => names.get(deviceId) ?? []).sort();
        for (let from = 0; from < deviceNames.length; from += TARGETS_PER_LINE) {
          written.rows += 1;
          yield permissionLine({ bundleId, shortVersion, deviceNames: deviceNames.slice(from, from + TARGETS_PER_LINE) });
        }
      }
      after = next;
    }
  }
  return undefined;
}
