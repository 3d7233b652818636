/** What a device last said of its apps, and asking it again, in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';

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

export const deviceInventoryOperations = {
  getInventory: operation('devices', 'GET', 'devices/{id}/inventory', { summary: 'What the device last said of the registered apps.', answer: deviceInventory }),
  collectInventory: operation('devices', 'POST', 'devices/{id}/inventory', { summary: 'Asks the device at once what it is and which of the registered apps it has. To repeat it within a minute asks nothing twice.', answer: inventoryAsked }),
};
