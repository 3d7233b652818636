/** What a device last said of its apps, asking it again, and what it was told to do, in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';
import { instruction } from './plan.ts';

const managed = z.object({
  status: z.string().meta({ description: 'Apple\'s word, for example `Managed` or `UserRejected`; `Absent` where the list of managed apps has no entry.' }),
  isValidated: z.boolean().optional(),
  reportedAt: instant,
});

const installed = z.object({
  present: z.boolean(),
  shortVersion: z.string().optional(),
  version: z.string().optional(),
  installing: z.boolean().optional(),
  isValidated: z.boolean().optional().meta({ description: 'False: it is there, and cannot run yet.' }),
  reportedAt: instant,
});

export const deviceInventory = z.object({
  items: z.array(z.object({
    bundleId: z.string(),
    managed: managed.optional().meta({ description: 'From the list of managed apps.' }),
    installed: installed.optional().meta({ description: 'From the list of installed apps.' }),
  })).readonly(),
}).meta({ id: 'DeviceInventory', description: 'Registered apps that the device has told of, each list with its own time.' });

export const inventoryAsked = z.object({
  apps: z.number().int().meta({ description: 'Registered apps that the device is asked of.' }),
  expiresAt: instant.meta({ description: 'Until when it may answer.' }),
}).meta({ id: 'InventoryAsked', description: 'The questions wait in the device\'s queue, and the device has been woken.' });

const deviceInstructions = z.object({
  items: z.array(instruction.extend({
    bundleId: z.string(), shortVersion: z.string(), version: z.string(), versionId: z.string(),
    planId: z.string().optional().meta({ description: 'Absent where it was instructed by itself.' }),
  })).readonly().meta({ description: 'Newest first, the last 50. Its timeline tells of all.' }),
}).meta({ id: 'DeviceInstructions' });

export const deviceInventoryOperations = {
  getInventory: operation('devices', 'GET', 'devices/{id}/inventory', { summary: 'What the device last said of the registered apps.', answer: deviceInventory }),
  listDeviceInstructions: operation('devices', 'GET', 'devices/{id}/instructions', { summary: 'What the device was last told to install, remove or report, and what became of it.', answer: deviceInstructions }),
  collectInventory: operation('devices', 'POST', 'devices/{id}/inventory', { summary: 'Asks the device at once what it is and which of the registered apps it has. To repeat it within a minute asks nothing twice.', answer: inventoryAsked }),
};
