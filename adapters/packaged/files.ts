/** Files that lie beside a function's code, in its own package. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PackagedFile } from '../../core/site.ts';

/** All files of a folder of the package, one after the other; their paths have slashes, none at the beginning. `root`: where Lambda has put the package. */
export async function* packagedFiles(root: string, folder: string): AsyncGenerator<PackagedFile, undefined> {
  const top = join(root, folder);
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  for (const path of entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()) {
    yield { path: relative(top, path).split(sep).join('/'), bytes: await readFile(path) };
  }
  return undefined;
}
