/** Devices and invitations in the administrators' API. */
import * as z from 'zod';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

const deviceName = z.string().regex(/^[0-9A-Za-z_.-]{1,64}$/, '1 to 64 letters, digits, "_", "-" and "."');
const tag = z.string().trim().min(1).max(50);
const status = z.enum(['expected', 'authenticated', 'enrolled', 'left']);

const summary = {
  id: z.string(),
  name: z.string(),
  branchId: z.string(),
  testDevice: z.boolean(),
  status: status.meta({ description: '`expected`: known before it enrols; `authenticated`: cannot be pushed to yet.' }),
  productName: z.string().optional(),
  osVersion: z.string().optional(),
};
export const deviceSummary = z.object(summary).meta({ id: 'DeviceSummary' });
export const devices = pageOf(deviceSummary);

export const device = z.object({
  ...summary,
  tags: z.array(z.string()).readonly(),
  serialNumber: z.string().optional(),
  supervised: z.boolean().optional(),
  createdAt: instant,
  enrolledAt: instant.optional(),
  revision: z.number().int(),
}).meta({ id: 'Device' });
export type DeviceAnswer = z.infer<typeof device>;

/** One of branch, name and serial number. */
export const deviceQuery = paging.extend({
  branchId: z.string().optional().meta({ description: 'Devices of this branch, in the order of its waves.' }),
  name: z.string().optional().meta({ description: 'The device of this name.' }),
  serialNumber: z.string().optional().meta({ description: 'The device with this serial number.' }),
}).refine(({ branchId, name, serialNumber }) => [branchId, name, serialNumber].filter((value) => value !== undefined).length === 1, { message: 'give one of branchId, name and serialNumber' });

export const deviceChange = z.strictObject({
  name: deviceName.optional(),
  branchId: z.string().optional(),
  testDevice: z.boolean().optional(),
  tags: z.array(tag).max(50).optional(),
}).refine((change) => Object.values(change).some((value) => value !== undefined), { message: 'say what to change' }).meta({ id: 'DeviceChange' });
export type DeviceChange = z.infer<typeof deviceChange>;

export const invitationRequest = z.strictObject({
  branchId: z.string(),
  deviceName: deviceName.optional().meta({ description: 'The device\'s name to be; for an invitation of one device.' }),
  testDevice: z.boolean().default(false),
  uses: z.number().int().min(1).max(10_000).default(1).meta({ description: 'How many devices may enrol by it.' }),
  days: z.number().int().min(1).max(365).default(7).meta({ description: 'How long it is good.' }),
}).refine(({ deviceName: name, uses }) => name === undefined || uses === 1, { message: 'a name is for one device', path: ['deviceName'] }).meta({ id: 'InvitationRequest' });
export type InvitationRequest = z.infer<typeof invitationRequest>;

export const invitation = z.object({
  id: z.string(),
  branchId: z.string(),
  deviceName: z.string().optional(),
  testDevice: z.boolean(),
  uses: z.number().int(),
  used: z.number().int(),
  createdAt: instant,
  expiresAt: instant,
}).meta({ id: 'Invitation' });

export const newInvitation = invitation.extend({
  link: z.string().meta({ description: 'Opens the enrolment on a device. Said this once: whoever has it can enrol.' }),
}).meta({ id: 'NewInvitation' });

export const deviceOperations = {
  listDevices: operation('devices', 'GET', 'devices', { summary: 'Devices of a branch, or the one with a name or serial number.', query: deviceQuery, answer: devices }),
  getDevice: operation('devices', 'GET', 'devices/{id}', { summary: 'One device.', answer: device }),
  changeDevice: operation('devices', 'PATCH', 'devices/{id}', { summary: 'Changes a device\'s name, branch, tags, or whether it is a test device.', body: deviceChange, answer: device }),
  invite: operation('devices', 'POST', 'invitations', { summary: 'Makes a link by which devices enrol into a branch.', body: invitationRequest, answer: newInvitation }),
  getInvitation: operation('devices', 'GET', 'invitations/{id}', { summary: 'One invitation, without its link.', answer: invitation }),
};
