/** Devices in the administrators' API. */
import * as z from 'zod';
import { deviceNamePattern, displayNamePattern, MOST_TAGS, tagPattern } from '../../core/device/device-text.ts';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

export const deviceName = z.string().regex(deviceNamePattern, '1 to 64 letters, digits, "_", "-" and "."');
export const displayName = z.string().trim().regex(displayNamePattern, '1 to 100 characters, no control characters');
export const tag = z.string().trim().regex(tagPattern, '1 to 40 characters, no semicolon and no control characters');
const status = z.enum(['expected', 'authenticated', 'enrolled', 'left']);

const summary = {
  id: z.string(),
  name: z.string(),
  displayName: z.string().optional(),
  branchId: z.string(),
  testDevice: z.boolean(),
  tags: z.array(z.string()).readonly(),
  serialNumber: z.string().optional(),
  udid: z.string().optional().meta({ description: 'Or the EnrollmentID of a device that tells no UDID.' }),
  status: status.meta({ description: '`expected`: known before it enrols; `authenticated`: cannot be pushed to yet.' }),
  productName: z.string().optional(),
  osVersion: z.string().optional(),
};
export const deviceSummary = z.object(summary).meta({ id: 'DeviceSummary' });
export const devices = pageOf(deviceSummary);

export const device = z.object({
  ...summary,
  supervised: z.boolean().optional(),
  createdAt: instant,
  enrolledAt: instant.optional(),
  unreachableSince: instant.optional().meta({ description: 'Since when Apple says that its address is no longer good; of weight only while it is enrolled.' }),
  revision: z.number().int(),
}).meta({ id: 'Device' });

/** One device with its standing in management. */
export const shownDevice = device.extend({
  lastSeenAt: instant.optional().meta({ description: 'When it was last heard from.' }),
  push: z.enum(['possible', 'dead', 'none']).optional().meta({ description: '`dead`: Apple says that its address is no longer good, until the device tells another; `none`: it has told none. Absent where it never enrolled.' }),
  identityExpiresAt: instant.optional(),
  identityRevokedAt: instant.optional(),
}).meta({ id: 'ShownDevice' });
export type DeviceAnswer = z.infer<typeof device>;

/** Each names one device: no other and no filter goes with it. */
const selectors = ['name', 'serialNumber', 'udid'] as const;
const filters = ['branchId', 'search', 'status', 'tag', 'testDevice'] as const;
export const deviceQuery = paging.extend({
  branchId: z.string().optional().meta({ description: 'Only devices of this branch, in the order of its waves.' }),
  search: z.string().max(200).optional().meta({ description: 'Devices whose name, display name, serial number or UDID begins so: 2 characters or more, whatever the case.' }),
  name: z.string().optional().meta({ description: 'The device of this name.' }),
  serialNumber: z.string().optional().meta({ description: 'The device with this serial number.' }),
  udid: z.string().optional().meta({ description: 'The device with this UDID (or EnrollmentID).' }),
  status: status.optional().meta({ description: 'Only devices that are so.' }),
  tag: z.string().optional().meta({ description: 'Only devices with this tag.' }),
  testDevice: z.enum(['true', 'false']).optional().meta({ description: 'Only test devices, or only others.' }),
}).refine((query) => selectors.filter((name) => query[name] !== undefined).length <= 1, { message: `give one of ${selectors.join(', ')}` })
  .refine((query) => selectors.every((name) => query[name] === undefined) || filters.every((name) => query[name] === undefined), { message: `${filters.join(', ')} go with none of ${selectors.join(', ')}` });

export const deviceChange = z.strictObject({
  name: deviceName.optional(),
  displayName: z.union([displayName, z.literal('')]).optional().meta({ description: 'Any script; empty: it has none any more.' }),
  branchId: z.string().optional(),
  testDevice: z.boolean().optional(),
  tags: z.array(tag).max(MOST_TAGS).optional().meta({ description: 'All of them, instead of those it has.' }),
  revision: z.number().int().optional().meta({ description: 'The revision that was read: a device that has changed since is left alone.' }),
}).refine(({ revision: _, ...change }) => Object.values(change).some((value) => value !== undefined), { message: 'say what to change' }).meta({ id: 'DeviceChange' });
export type DeviceChange = z.infer<typeof deviceChange>;

export const deleteQuery = z.strictObject({ force: z.enum(['true', 'false']).default('false').meta({ description: 'Also where the device is enrolled: its profile then stays until it is removed on the device.' }) });
export const deletedDevice = z.object({ id: z.string(), name: z.string(), instructions: z.number().int().meta({ description: 'Instructions that were under way and have ended.' }) }).meta({ id: 'DeletedDevice' });

export const deviceOperations = {
  listDevices: operation('devices', 'GET', 'devices', { summary: 'All devices by branch, those of one, those whose texts begin so, or the one with a name, serial number or UDID. A page may be short and still have a next one.', query: deviceQuery, answer: devices }),
  getDevice: operation('devices', 'GET', 'devices/{id}', { summary: 'One device, with its standing in management.', answer: shownDevice }),
  changeDevice: operation('devices', 'PATCH', 'devices/{id}', { summary: 'Changes a device\'s name, display name, branch, tags, or whether it is a test device.', body: deviceChange, answer: device }),
  deleteDevice: operation('devices', 'DELETE', 'devices/{id}', { role: 'admin', summary: 'Removes the record of a device that never enrolled or has left.', query: deleteQuery, answer: deletedDevice }),
};
