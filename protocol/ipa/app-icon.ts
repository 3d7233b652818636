/** The icon of the main app: the best of the files that its Info.plist names, in the app's own folder. */
import type { PackagedIcon } from '../../core/catalog/package-facts.ts';
import { WavecastError } from '../../core/errors.ts';
import { readEntry, type ArchiveEntries, type ArchiveEntry } from './archive.ts';
import { iconNames, type AppInfo } from './info-plist.ts';
import type { IpaLimits } from './limits.ts';
import type { RangeReader } from './range-reader.ts';

/** Icon files of the main app that are in the package, by path. CFBundleIcons names them without size and scale. */
export function iconFiles(entries: ArchiveEntries, appFolder: string, info: AppInfo): readonly string[] {
  const prefixes = iconNames(info).map((name) => `${appFolder}/${name.replace(/\.png$/, '')}`);
  return [...entries.keys()].filter((path) => path.endsWith('.png') && prefixes.some((prefix) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))).toSorted();
}

/** Undefined where the app has none. A broken one is told of, and nothing is thrown but failures of the source. */
export async function readIcon(reader: RangeReader, entries: ArchiveEntries, paths: readonly string[], { iconBytes }: IpaLimits): Promise<PackagedIcon | undefined> {
  const files = paths.flatMap((path) => entries.get(path) ?? []);
  const [best] = files.filter(({ packed, unpacked }) => Math.max(packed, unpacked) <= iconBytes).toSorted((a, b) => pixelsOf(b) - pixelsOf(a) || b.unpacked - a.unpacked);
  if (best === undefined) return files[0] === undefined ? undefined : { path: files[0].path, problem: `The icon is larger than the ${iconBytes} bytes that are read of one.` };
  try {
    return { path: best.path, bytes: await readEntry(reader, best, iconBytes) };
  } catch (error) {
    if (reader.failure !== undefined || !(error instanceof WavecastError)) throw error;
    return { path: best.path, problem: error.message };
  }
}

/** `AppIcon60x60@2x.png` is 120 pixels wide; names without a size say nothing. */
function pixelsOf({ path }: ArchiveEntry): number {
  const [, points, scale = '1'] = /(\d+(?:\.\d+)?)x\d+(?:\.\d+)?(?:@(\d)x)?(?:~\w+)?\.png$/.exec(path) ?? [];
  return points === undefined ? 0 : Number(points) * Number(scale);
}
