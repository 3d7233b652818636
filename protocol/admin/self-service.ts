/** Permissions of self-service in the administrators' API. */
import * as z from 'zod';
import { importModes } from '../../core/catalog/self-service.ts';
import { pageOf, paging } from './field.ts';
import { operation } from './operation.ts';
import { exported } from './record.ts';

/** Permissions of one request: each is two writes, and there are some seconds. */
export const PERMISSIONS_PER_REQUEST = 1_000;

const mode = z.enum(importModes).meta({ description: '`all` replaces the whole list, `app` the lists of the apps that the file names, `device` what the devices that it names may install.' });
const importId = z.uuid().meta({ description: 'Of the import that this goes on with.' });

const importRequest = z.strictObject({
  mode,
  csv: z.string().min(1).max(2_000_000).meta({ description: `A title line and lines with at most ${PERMISSIONS_PER_REQUEST} devices in all. A longer file is sent in portions, each with the title line, under one \`importId\`.` }),
  firstLine: z.number().int().min(2).max(10_000_000).default(2).meta({ description: 'The line of the whole file on which the first row stands: mistakes are told by it.' }),
  check: z.boolean().default(false).meta({ description: 'Only look for mistakes.' }),
  importId: importId.optional(),
}).meta({ id: 'PermissionImportRequest' });

const imported = z.object({
  importId: z.string().optional().meta({ description: 'For the next portion, and to finish; absent where nothing was written.' }),
  permissions: z.number().int().meta({ description: 'That the portion has, each counted once.' }),
  apps: z.array(z.string()).readonly().meta({ description: 'Package names that it names.' }),
  devices: z.array(z.string()).readonly().meta({ description: 'Ids of the devices that it names.' }),
}).meta({ id: 'PermissionImport' });

const finishRequest = z.strictObject({
  importId, mode,
  apps: z.array(z.string()).max(1_000).default([]).meta({ description: 'In the mode `app`: those of all portions.' }),
  devices: z.array(z.string()).max(1_000).default([]).meta({ description: 'In the mode `device`: some of those of all portions.' }),
  after: z.string().max(1_000).optional().meta({ description: 'The `next` of the request before.' }),
  last: z.boolean().default(true).meta({ description: 'The import ends with this request, where it has no `next`.' }),
}).meta({ id: 'PermissionFinishRequest' });

const finished = z.object({ removed: z.number().int(), next: z.string().optional().meta({ description: 'There is more to look at: send the same request with it as `after`.' }) }).meta({ id: 'PermissionFinish' });

const permission = z.object({ bundleId: z.string(), version: z.string(), deviceId: z.string(), deviceName: z.string() }).meta({ id: 'Permission' });
const listQuery = paging.extend({ bundleId: z.string().optional(), device: z.string().optional().meta({ description: 'A device\'s name. All that it may install comes on one page.' }) })
  .refine(({ bundleId, device }) => (bundleId === undefined) !== (device === undefined), { message: 'give the app, or else the device', path: ['bundleId'] });

export const selfServiceOperations = {
  listPermissions: operation('self-service', 'GET', 'self-service', { summary: 'Which devices may install an app by themselves, or which apps a device.', query: listQuery, answer: pageOf(permission) }),
  importPermissions: operation('self-service', 'POST', 'self-service/import', { summary: 'Grants what a file, or a portion of it, has. What it does not have is taken away by `self-service/import/finish` alone.', body: importRequest, answer: imported }),
  finishPermissions: operation('self-service', 'POST', 'self-service/import/finish', { summary: 'Takes away what the import replaces and has not granted. Repeat it until it has no `next`.', body: finishRequest, answer: finished }),
  exportPermissions: operation('self-service', 'POST', 'exports/self-service', { role: 'viewer', summary: 'Writes all permissions as a CSV file that can be imported again.', answer: exported }),
};
