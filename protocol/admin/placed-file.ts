/** The files that administrators put on the communication server, in their API. */
import * as z from 'zod';
import { version } from './app.ts';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

/** Whatever somebody has put there, by any means; neither a folder nor a way out of one. */
const placedName = z.string().min(1).max(1_000).regex(/^(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\p{Cc}]*[^/\p{Cc}]$/u, 'a name as the list of files has it');

const { id, bundleId, shortVersion, version: build, placement } = version.shape;
export const placedFileEntry = z.object({
  fileName: z.string(),
  size: z.number().int().meta({ description: 'Bytes.' }),
  placedAt: instant,
  version: z.object({ id, bundleId, shortVersion, version: build, placement }).optional().meta({ description: 'The version that is registered under this name. Absent: no version needs the file.' }),
}).meta({ id: 'PlacedFileEntry' });

export const fileRemoval = z.strictObject({
  fileName: placedName,
  force: z.boolean().default(false).meta({ description: 'Also the file of a version, which is distributed no more then.' }),
}).meta({ id: 'FileRemoval' });
const removedFile = z.object({ fileName: z.string(), size: z.number().int().meta({ description: 'Bytes.' }) }).meta({ id: 'RemovedFile' });

export const placedFileOperations = {
  listFiles: operation('apps', 'GET', 'files', { summary: 'The files that administrators placed, by name, with the versions that are registered under them.', query: paging, answer: pageOf(placedFileEntry) }),
  removeFile: operation('apps', 'POST', 'files/remove', { summary: 'Removes a placed file. One that a version is registered under is refused unless that is meant.', body: fileRemoval, answer: removedFile }),
};
