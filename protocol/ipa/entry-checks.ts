/** What every entry of a package must satisfy, so that all who unpack it see the same files. */
import { Buffer } from 'node:buffer';
import { getFileNameLowLevel, type Entry } from 'yauzl';
import type { ArchiveEntry } from './archive.ts';
import { printable, refused } from './refusal.ts';

/** Hosts of an entry whose external attributes are a Unix mode: Unix and macOS. */
const unixHosts = [3, 19];
const fileType = { mask: 0o170000, link: 0o120000 } as const;
/** Deflate cannot expand further than this. */
const maxDeflateRatio = 1032;
const localHeaderSize = 30;
/** Info-ZIP Unicode path: a second name for the same file. */
const unicodePathField = 0x7075;

/** The entry's path, decoded. Packers on macOS write UTF-8 without saying so, hence UTF-8 throughout. */
export function checkPath(entry: Entry): string {
  const name = entry.fileNameRaw;
  const path = name.toString('utf8');
  if (!Buffer.from(path, 'utf8').equals(name)) throw refused('A file in the archive has a name that is not UTF-8.', [printable(path)]);
  const segments = path.replace(/\/$/, '').split('/');
  if (/\p{Cc}|\\/u.test(path) || /^[A-Za-z]:/.test(path) || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw refused('A file in the archive has a name that leads out of it or is not plain.', [printable(path)]);
  }
  if (entry.extraFields.some(({ id }) => id === unicodePathField) && getFileNameLowLevel(entry.generalPurposeBitFlag | 0x800, name, entry.extraFields, true) !== path) {
    throw refused('A file in the archive has two different names.', [printable(path)]);
  }
  if (unixHosts.includes(entry.versionMadeBy >>> 8) && ((entry.externalFileAttributes >>> 16) & fileType.mask) === fileType.link) {
    throw refused('The archive holds a symbolic link, which could lead out of the app.', [printable(path)]);
  }
  return path;
}

/** Sizes that the packed bytes cannot have. (Stored entries are compared by the zip library.) */
export function checkSizes(entry: Entry, path: string): void {
  if (entry.compressionMethod !== 0 && entry.uncompressedSize > entry.compressedSize * maxDeflateRatio + maxDeflateRatio) {
    throw refused('A file in the archive declares a size that its data cannot have.', [`${printable(path)}: ${entry.compressedSize} bytes packed, ${entry.uncompressedSize} declared`]);
  }
}

/** Files must not share bytes: overlapping ones are how small archives unpack to enormous sizes. */
export function checkNoOverlap(entries: readonly ArchiveEntry[], directoryStart: number): void {
  let end = 0;
  let before = 'the start of the archive';
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) throw refused('Files in the archive overlap.', [printable(before), printable(entry.path)]);
    end = entry.offset + localHeaderSize + entry.nameBytes + entry.packed;
    before = entry.path;
  }
  if (end > directoryStart) throw refused('Files in the archive overlap its directory.', [printable(before)]);
}
