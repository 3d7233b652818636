import { changeDevice as changed } from '../../core/device/change-device.ts';
import { checkDeletable, deleteDevice as removed } from '../../core/device/delete-device.ts';
import { allDevices, branchDevices, searchDevices } from '../../core/device/find-devices.ts';
import { changeEvents } from '../../core/device/record-events.ts';
import type { Enrolment } from '../../core/device/enrolment.ts';
import type { Device, DeviceSummary } from '../../core/device/device.ts';
import type { BranchStore, Page } from '../../core/device/store.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseDeviceId, parseEnrolmentId, type BranchId } from '../../core/ids.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

export const listDevices: Handler<'listDevices'> = async ({ services, query: { branchId, search, name, serialNumber, udid, status, tag, testDevice, after, limit } }) => {
  const filter = { status, tag, testDevice: testDevice === undefined ? undefined : testDevice === 'true' };
  if ((name ?? serialNumber ?? udid) === undefined) {
    const branch = branchId === undefined ? undefined : await existingBranch(services, branchId);
    if (search !== undefined) return pageAnswer(await searchDevices(services, search, { ...filter, branchId: branch }, after, limit));
    return pageAnswer(await (branch === undefined ? allDevices(services, filter, after, limit) : branchDevices(services, branch, filter, after, limit)));
  }
  const device = udid !== undefined ? await deviceByUdid(services, udid) : name !== undefined ? await services.devices.deviceByName(name) : await services.devices.deviceBySerial(serialNumber ?? '');
  return { items: device === undefined ? [] : [summaryAnswer(device)] };
};

async function deviceByUdid({ enrolments, devices }: Pick<AdminServices, 'enrolments' | 'devices'>, udid: string): Promise<Device | undefined> {
  const enrolment = await enrolments.enrolment(parseEnrolmentId(udid));
  return enrolment === undefined ? undefined : devices.device(enrolment.deviceId);
}

export const getDevice: Handler<'getDevice'> = async ({ services, id }) => {
  const device = await services.devices.device(parseDeviceId(id));
  if (device === undefined) throw noDevice(id);
  const enrolment = device.enrolmentId === undefined ? undefined : await services.enrolments.enrolment(device.enrolmentId);
  return { ...deviceAnswer(device), ...(enrolment === undefined ? {} : standing(enrolment)) };
};

export const changeDevice: Handler<'changeDevice'> = async (call) => {
  const { services, body: { branchId, revision, ...change } } = call;
  const before = await services.devices.device(parseDeviceId(call.id));
  if (before === undefined) throw noDevice(call.id);
  if (revision !== undefined && revision !== before.revision) throw new WavecastError('conflict', 'The device has changed meanwhile.', { remedy: 'Read it again and repeat the change.' });
  const after = changed(before, { ...change, branchId: branchId === undefined ? undefined : await existingBranch(services, branchId) }, services.ids);
  if (after === before) return deviceAnswer(before);
  if (after.name !== before.name && (await services.devices.deviceByName(after.name)) !== undefined) {
    throw new WavecastError('conflict', `Another device has the name "${after.name}".`, { remedy: 'Choose another name, or rename the other device first.' });
  }
  await audit(call, { action: 'device.change', subject: before.id, before: changeable(before), after: changeable(after) });
  await services.devices.replaceDevice(before, after, changeEvents(services.ids, before, after, call.caller.name, call.now));
  return deviceAnswer(after);
};

export const deleteDevice: Handler<'deleteDevice'> = async (call) => {
  const { services, caller, now, query } = call;
  const device = await services.devices.device(parseDeviceId(call.id));
  if (device === undefined) throw noDevice(call.id);
  checkDeletable(device, query.force === 'true');
  await audit(call, { action: 'device.delete', subject: device.id, before: { ...changeable(device), status: device.status, serialNumber: device.serialNumber }, after: { deleted: true, force: query.force === 'true' } });
  const instructions = await removed(services, device, caller.name, now);
  return { id: device.id, name: device.name, instructions };
};

/** Throws `not-found` where no branch has this id. */
export async function existingBranch({ branches }: { readonly branches: Pick<BranchStore, 'branch'> }, text: string): Promise<BranchId> {
  const id = parseBranchId(text);
  if ((await branches.branch(id)) === undefined) throw new WavecastError('not-found', `There is no branch "${id}".`, { remedy: 'Create it first, or name one that `wavecast branch list` shows.' });
  return id;
}

export function noDevice(id: string): WavecastError {
  return new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
}

function pageAnswer({ items, next }: Page<DeviceSummary>): AnswerOf<'listDevices'> {
  return { items: items.map(summaryAnswer), ...(next === undefined ? {} : { next }) };
}

function summaryAnswer({ id, name, displayName, branchId, testDevice, tags, serialNumber, enrolmentId, status, productName, osVersion }: DeviceSummary): AnswerOf<'listDevices'>['items'][number] {
  return { id, name, displayName, branchId, testDevice, tags, serialNumber, udid: enrolmentId, status, productName, osVersion };
}

/** No token, no pin: what a person can make use of. */
function standing({ lastSeenAt, push, status, identityExpiresAt, revokedAt }: Enrolment): Pick<AnswerOf<'getDevice'>, 'lastSeenAt' | 'push' | 'identityExpiresAt' | 'identityRevokedAt'> {
  const address = push === undefined || status === 'left' ? 'none' : push.dead ? 'dead' : 'possible';
  return { lastSeenAt, push: address, ...(identityExpiresAt === undefined ? {} : { identityExpiresAt }), ...(revokedAt === undefined ? {} : { identityRevokedAt: revokedAt }) };
}

function deviceAnswer({ order: _, enrolmentId, ...device }: Device): AnswerOf<'changeDevice'> {
  return { ...device, ...(enrolmentId === undefined ? {} : { udid: enrolmentId }) };
}

/** What people change of a device, for the audit log. */
export function changeable({ name, displayName, branchId, testDevice, tags }: Device) {
  return { name, branchId, testDevice, tags, ...(displayName === undefined ? {} : { displayName }) };
}
