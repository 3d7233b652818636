/** A file name that another version goes by is not taken away unawares: its placement would be mismatched, and its plans would pause. */
import { WavecastError } from '../errors.ts';
import { isGood } from './app.ts';
import type { CatalogueStore } from './store.ts';

/**
 * Throws `conflict` where a verified version has this file name and a file of `size` bytes cannot be its own. One that is to be
 * put back, or that was withdrawn, may come under any size: verification tells whether it is the right one.
 */
export async function checkNameFree({ catalogue }: { readonly catalogue: Pick<CatalogueStore, 'versionOfFile'> }, fileName: string, size: number): Promise<void> {
  const owner = await catalogue.versionOfFile(fileName);
  if (owner === undefined || owner.withdrawn !== undefined || !isGood(owner.placement) || owner.size === size) return;
  throw new WavecastError('conflict', `"${fileName}" is the file of version ${owner.shortVersion} (${owner.version}) of ${owner.bundleId}: with another build under its name that version is distributed no more.`, {
    remedy: 'Give the file a name of its own, or say `--replace` where that is what is meant.',
  });
}
