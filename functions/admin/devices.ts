import { DAY } from '../../core/ambient.ts';
import { changeDevice as changed } from '../../core/device/change-device.ts';
import { changeEvents } from '../../core/device/record-events.ts';
import type { Device, DeviceSummary } from '../../core/device/device.ts';
import type { Invitation } from '../../core/device/enrolment.ts';
import type { BranchStore } from '../../core/device/store.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseDeviceId, parseInvitationId, type BranchId } from '../../core/ids.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type Handler } from './admin-call.ts';

export const listDevices: Handler<'listDevices'> = async ({ services, query: { branchId, name, serialNumber, after, limit } }) => {
  if (branchId !== undefined) {
    const found = await services.devices.devicesOfBranch(await existingBranch(services, branchId), after, limit);
    const last = found.length === limit ? found.at(-1) : undefined;
    return { items: found.map(summaryAnswer), ...(last === undefined ? {} : { next: last.order }) };
  }
  const device = name !== undefined ? await services.devices.deviceByName(name) : await services.devices.deviceBySerial(serialNumber ?? '');
  return { items: device === undefined ? [] : [summaryAnswer(device)] };
};

export const getDevice: Handler<'getDevice'> = async ({ services, id }) => {
  const device = await services.devices.device(parseDeviceId(id));
  if (device === undefined) throw noDevice(id);
  return deviceAnswer(device);
};

export const changeDevice: Handler<'changeDevice'> = async (call) => {
  const { services, body: { branchId, ...change } } = call;
  const before = await services.devices.device(parseDeviceId(call.id));
  if (before === undefined) throw noDevice(call.id);
  const after = changed(before, { ...change, branchId: branchId === undefined ? undefined : await existingBranch(services, branchId) }, services.ids);
  if (after === before) return deviceAnswer(before);
  if (after.name !== before.name && (await services.devices.deviceByName(after.name)) !== undefined) {
    throw new WavecastError('conflict', `Another device has the name "${after.name}".`, { remedy: 'Choose another name, or rename the other device first.' });
  }
  await audit(call, { action: 'device.change', subject: before.id, before: changeable(before), after: changeable(after) });
  await services.devices.replaceDevice(before, after, changeEvents(services.ids, before, after, call.caller.name, call.now));
  return deviceAnswer(after);
};

export const invite: Handler<'invite'> = async (call) => {
  const { services, now, body: { branchId, deviceName, testDevice, uses, days } } = call;
  const invitation: Invitation = {
    id: parseInvitationId(services.ids.fresh()), branchId: await existingBranch(services, branchId), testDevice, uses, used: 0, createdAt: now, expiresAt: now + days * DAY,
    ...(deviceName === undefined ? {} : { deviceName }),
  };
  const secret = services.ids.secret(24);
  await audit(call, { action: 'invitation.create', subject: invitation.id, after: invitation });
  await services.invitations.addInvitation(invitation, services.digest(secret));
  return { ...invitation, link: `${services.configuration.apiUrl}/enrol/${secret}` };
};

export const getInvitation: Handler<'getInvitation'> = async ({ services, id }) => {
  const invitation = await services.invitations.invitation(parseInvitationId(id));
  if (invitation === undefined) throw new WavecastError('not-found', `There is no invitation ${id}.`, { remedy: 'Use the id that `wavecast device invite` printed.' });
  return invitation;
};

/** Throws `not-found` where no branch has this id. */
async function existingBranch({ branches }: { readonly branches: Pick<BranchStore, 'branch'> }, text: string): Promise<BranchId> {
  const id = parseBranchId(text);
  if ((await branches.branch(id)) === undefined) throw new WavecastError('not-found', `There is no branch "${id}".`, { remedy: 'Create it first, or name one that `wavecast branch list` shows.' });
  return id;
}

export function noDevice(id: string): WavecastError {
  return new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
}

function summaryAnswer({ id, name, branchId, testDevice, status, productName, osVersion }: DeviceSummary): AnswerOf<'listDevices'>['items'][number] {
  return { id, name, branchId, testDevice, status, productName, osVersion };
}

function deviceAnswer({ order: _, enrolmentId: __, ...device }: Device): AnswerOf<'getDevice'> {
  return device;
}

function changeable({ name, branchId, testDevice, tags }: Device): unknown {
  return { name, branchId, testDevice, tags };
}
