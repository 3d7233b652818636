/** Invitations in the administrators' API. */
import * as z from 'zod';
import { MOST_TAGS } from '../../core/device/device-text.ts';
import { deviceName, displayName, tag } from './device.ts';
import { fileRequest, lostRows } from './device-file.ts';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

export const invitationRequest = z.strictObject({
  branchId: z.string(),
  deviceName: deviceName.optional().meta({ description: 'The device\'s name; for an invitation of one device. Its record is made known at once, or overwritten.' }),
  displayName: displayName.optional().meta({ description: 'Of the device that is named.' }),
  tags: z.array(tag).max(MOST_TAGS).optional().meta({ description: 'Of the device that is named, or of all that enrol by it.' }),
  testDevice: z.boolean().default(false),
  uses: z.number().int().min(1).max(10_000).default(1).meta({ description: 'How many devices may enrol by it.' }),
  days: z.number().int().min(1).max(365).default(7).meta({ description: 'How long it is good.' }),
}).refine(({ deviceName: name, uses }) => name === undefined || uses === 1, { message: 'a name is for one device', path: ['deviceName'] })
  .refine(({ deviceName: name, displayName: shown }) => name !== undefined || shown === undefined, { message: 'give the device a name as well', path: ['displayName'] }).meta({ id: 'InvitationRequest' });
export type InvitationRequest = z.infer<typeof invitationRequest>;

export const invitation = z.object({
  id: z.string(),
  branchId: z.string(),
  deviceName: z.string().optional(),
  testDevice: z.boolean(),
  tags: z.array(z.string()).readonly().optional(),
  uses: z.number().int(),
  used: z.number().int(),
  createdAt: instant,
  expiresAt: instant,
  withdrawnAt: instant.optional(),
}).meta({ id: 'Invitation' });

export const newInvitation = invitation.extend({
  link: z.string().meta({ description: 'Opens the enrolment on a device. Said this once: whoever has it can enrol.' }),
}).meta({ id: 'NewInvitation' });

export const invitationQuery = paging.extend({ branchId: z.string().meta({ description: 'Invitations into this branch.' }) });

export const invitationImport = z.object({
  devices: z.object({ created: z.number().int(), changed: z.number().int(), left: z.number().int() }).meta({ description: 'Records of the devices that are named.' }),
  items: z.array(newInvitation.extend({ line: z.number().int() })).readonly().meta({ description: 'Empty where it was only checked.' }),
  rows: z.number().int(),
  failed: lostRows,
}).meta({ id: 'InvitationImport' });

export const invitationOperations = {
  invite: operation('devices', 'POST', 'invitations', { summary: 'Makes a link by which devices enrol into a branch.', body: invitationRequest, answer: newInvitation }),
  listInvitations: operation('devices', 'GET', 'invitations', { summary: 'Invitations into a branch by which somebody can still enrol, the first to end first.', query: invitationQuery, answer: pageOf(invitation) }),
  getInvitation: operation('devices', 'GET', 'invitations/{id}', { summary: 'One invitation, without its link.', answer: invitation }),
  importInvitations: operation('devices', 'POST', 'invitations/import', { summary: 'Makes an invitation for each row of a file. Each time it makes new ones: a link is said once.', body: fileRequest, answer: invitationImport }),
  withdrawInvitation: operation('devices', 'DELETE', 'invitations/{id}', { summary: 'Ends an invitation: nobody can enrol by it any more. Who has enrolled stays.', answer: invitation }),
};
