/** Files of devices in the administrators' API. */
import * as z from 'zod';
import { operation } from './operation.ts';
import { exported } from './record.ts';

/** Rows of one request: some seconds of writes, of the 30 that there are. */
export const ROWS_PER_REQUEST = 500;
/** Empty lines between the rows are let be, but not without end: each is read before it is known to be empty. */
export const LINES_PER_REQUEST = 2_000;

export const fileRequest = z.strictObject({
  csv: z.string().min(1).max(2_000_000).meta({ description: `A title line and at most ${ROWS_PER_REQUEST} rows. A longer file is sent in portions, each with the title line.` }),
  firstLine: z.number().int().min(2).max(10_000_000).default(2).meta({ description: 'The line of the whole file on which the first row stands: mistakes are told by it.' }),
  check: z.boolean().default(false).meta({ description: 'Only say what would be done.' }),
}).meta({ id: 'FileRequest' });

export const lostRows = z.array(z.object({ line: z.number().int(), words: z.string() })).readonly().meta({ description: 'Rows that were not done, since something else changed at that moment. To send them again is safe.' });

export const deviceImport = z.object({
  created: z.number().int(),
  changed: z.number().int(),
  left: z.number().int().meta({ description: 'Devices that are as the file says already.' }),
  rows: z.array(z.object({
    line: z.number().int(), outcome: z.enum(['created', 'changed']), name: z.string(),
    changes: z.array(z.string()).readonly().meta({ description: 'Each a sentence.' }),
  })).readonly().meta({ description: 'Those that are not left as they are.' }),
  failed: lostRows,
}).meta({ id: 'DeviceImport' });

export const deviceExportRequest = z.strictObject({ branchId: z.string().optional().meta({ description: 'Only this branch; else all.' }) }).meta({ id: 'DeviceExportRequest' });

export const deviceFileOperations = {
  importDevices: operation('devices', 'POST', 'devices/import', {
    summary: 'Makes devices known before they enrol, or overwrites what is known of them, from a file by name or by serial number. To repeat it is safe.', body: fileRequest, answer: deviceImport,
  }),
  exportDevices: operation('devices', 'POST', 'exports/devices', { role: 'viewer', summary: 'Writes the devices as a CSV file that can be imported again.', body: deviceExportRequest, answer: exported }),
};
