/** The files that administrators put on the communication server: what lies there, whose it is, and taking one away. */
import { atMost } from '../at-once.ts';
import type { Instant } from '../ambient.ts';
import type { Page } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { AppVersion } from './app.ts';
import { incomingKey } from './placement-keys.ts';
import type { CatalogueStore, FileStore } from './store.ts';

export interface PlacedFile {
  /** Below `incoming/`. */
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  readonly placedAt: Instant;
  /** The version that is registered under this name and not withdrawn. What lies there may be another file: its placement tells. */
  readonly version?: AppVersion;
}

export interface PlacedFileServices {
  readonly catalogue: Pick<CatalogueStore, 'versionOfFile'>;
  readonly files: Pick<FileStore, 'list'>;
}

const ROOT = incomingKey('');
const AT_ONCE = 8;
/** What one request to S3 tells. */
const MOST_LISTED = 1_000;

/** In the order of their names; `after`: the page before's `next`. 1 request, and 1 or 2 reads for each file. */
export async function placedFiles({ catalogue, files }: PlacedFileServices, after: string | undefined, limit: number): Promise<Page<PlacedFile>> {
  const { items, next } = await files.list(ROOT, after === undefined ? undefined : incomingKey(after), limit);
  const placed = await atMost(AT_ONCE, items, async ({ key, size, placedAt }): Promise<PlacedFile> => {
    const fileName = nameOf(key);
    const version = await ownerOf({ catalogue }, fileName);
    return { fileName, size, placedAt, ...(version === undefined ? {} : { version }) };
  });
  return { items: placed, ...(next === undefined ? {} : { next: nameOf(next) }) };
}

/** Files that no version goes by, of all versions that are registered. 1 request per 1,000 files. */
export async function leftovers(files: Pick<FileStore, 'list'>, versions: readonly AppVersion[]): Promise<{ readonly files: number; readonly bytes: number }> {
  const used = new Set(versions.filter(({ withdrawn }) => withdrawn === undefined).map(({ fileName }) => fileName));
  let [count, bytes] = [0, 0];
  for (let after: string | undefined; ;) {
    const page = await files.list(ROOT, after, MOST_LISTED);
    const left = page.items.filter(({ key }) => !used.has(nameOf(key)));
    count += left.length;
    bytes += left.reduce((sum, { size }) => sum + size, 0);
    if (page.next === undefined) return { files: count, bytes };
    after = page.next;
  }
}

/**
 * What is there under a name that may be freed. Throws `not-found` where nothing is, and `conflict` where a version goes by it and
 * that is not `meant`: with its file gone no manifest is given out for it, and its plans pause.
 */
export async function removable({ catalogue, files }: { readonly catalogue: PlacedFileServices['catalogue']; readonly files: Pick<FileStore, 'head'> }, fileName: string, meant: boolean): Promise<{ readonly size: number; readonly version?: AppVersion }> {
  const [file, version] = await Promise.all([files.head(incomingKey(fileName)), ownerOf({ catalogue }, fileName)]);
  if (file === undefined) throw new WavecastError('not-found', `There is no file "${fileName}" on the communication server.`, { remedy: 'Name one that `wavecast files list` shows.' });
  if (version === undefined) return { size: file.size };
  if (!meant) {
    throw new WavecastError('conflict', `"${fileName}" is the file of version ${version.shortVersion} (${version.version}) of ${version.bundleId}: without it that version is distributed no more.`, {
      remedy: `Take the version back with \`wavecast app withdraw ${version.id}\`, which removes its file, or say \`--force\` where that is what is meant.`,
    });
  }
  return { size: file.size, version };
}

async function ownerOf({ catalogue }: Pick<PlacedFileServices, 'catalogue'>, fileName: string): Promise<AppVersion | undefined> {
  const version = await catalogue.versionOfFile(fileName);
  return version?.withdrawn === undefined ? version : undefined;
}

function nameOf(key: string): string {
  return key.slice(ROOT.length);
}
