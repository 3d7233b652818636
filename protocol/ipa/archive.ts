/** The zip archive around an app, read by ranges (APPNOTE.TXT 6.3.10; zip64 included). Ambiguous archives are refused. */
import { Buffer } from 'node:buffer';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl';
import { WavecastError } from '../../core/errors.ts';
import { checkNoOverlap, checkPath, checkSizes } from './entry-checks.ts';
import type { IpaLimits } from './limits.ts';
import type { RangeReader } from './range-reader.ts';
import { printable, refused, unreadable } from './refusal.ts';

/** A file or folder of the archive, as its directory describes it. */
export interface ArchiveEntry {
  /** Folders end in `/`. */
  readonly path: string;
  readonly nameBytes: number;
  /** Where its local header starts. */
  readonly offset: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly stored: boolean;
  readonly readable: boolean;
  readonly crc: number;
}

export type ArchiveEntries = ReadonlyMap<string, ArchiveEntry>;

const localHeaderSize = 30;
/** Extra fields of a local header are not described in the directory; those that packers write fit in this. */
const localExtraSlack = 256;
const deflate = 8;
const signatures = { localFile: 0x04034b50, endOfDirectory: 0x06054b50, zip64EndOfDirectory: 0x06064b50 } as const;

/** Every entry by path. Throws `package-unreadable` for what is no whole zip, `package-refused` for what honest packers never make. */
export async function listArchive(reader: RangeReader, limits: IpaLimits): Promise<ArchiveEntries> {
  const zip = await fromZip(reader, () => fromRandomAccessReaderPromise(reader, reader.size, { lazyEntries: true, decodeStrings: false, autoClose: false }));
  if (zip.entryCount > limits.entries) throw refused(`The archive declares ${zip.entryCount} files, more than the ${limits.entries} allowed.`);
  // The library's types call this position a boolean.
  const directoryStart = Number(zip.readEntryCursor);
  const entries = new Map<string, ArchiveEntry>();
  await fromZip(reader, async () => {
    for await (const entry of zip.eachEntry()) addEntry(entries, entry);
  });
  await checkDirectoryEnd(reader, zip);
  checkNoOverlap([...entries.values()], directoryStart);
  const unpacked = entries.values().reduce((sum, entry) => sum + entry.unpacked, 0);
  if (unpacked > limits.bombBytes && unpacked > reader.size * limits.bombRatio) throw refused(`The package unpacks to ${unpacked} bytes, ${Math.round(unpacked / reader.size)} times its size.`);
  return entries;
}

/** A file's bytes, unpacked and checked against size and checksum; `maxBytes` bounds both forms. */
export async function readEntry(reader: RangeReader, entry: ArchiveEntry, maxBytes: number): Promise<Uint8Array> {
  if (entry.packed > maxBytes || entry.unpacked > maxBytes) throw refused(`${printable(entry.path)} is larger than such a file can be.`, [`${entry.unpacked} bytes, limit ${maxBytes}`]);
  const packed = await reader.at(await dataStart(reader, entry), entry.packed);
  const bytes = entry.stored ? packed : inflate(entry, packed, maxBytes);
  if (bytes.length !== entry.unpacked || crc32(bytes) !== entry.crc) throw unreadable(`${printable(entry.path)} is damaged: it does not have the size and checksum that the archive says.`);
  return bytes;
}

/** The first bytes of a file, unpacked, from at most `packedBytes` of the archive. */
export async function readEntryStart(reader: RangeReader, entry: ArchiveEntry, packedBytes: number): Promise<Uint8Array> {
  const packed = await reader.at(await dataStart(reader, entry), Math.min(entry.packed, packedBytes));
  // Deflate expands at most 1032 times, so this is bounded by the length of `packed`.
  return entry.stored ? packed : inflate(entry, packed, packedBytes * 1_040);
}

/** Where an entry lies, for fetching several at once; `maxBytes` as in `readEntryStart`. */
export function spanOf(entry: ArchiveEntry, maxBytes: number): { readonly start: number; readonly end: number } {
  return { start: entry.offset, end: entry.offset + localHeaderSize + entry.nameBytes + localExtraSlack + Math.min(entry.packed, maxBytes) };
}

function addEntry(entries: Map<string, ArchiveEntry>, raw: Entry): void {
  const path = checkPath(raw);
  checkSizes(raw, path);
  const key = path.replace(/\/$/, '');
  const isFolder = path.endsWith('/');
  const twin = entries.get(key) ?? entries.get(`${key}/`);
  if (twin !== undefined && !(isFolder && twin.path === path)) throw refused('The archive holds two files of one name; which one counts would be chance.', [printable(path)]);
  entries.set(path, {
    path, nameBytes: raw.fileNameLength, offset: raw.relativeOffsetOfLocalHeader, packed: raw.compressedSize, unpacked: raw.uncompressedSize,
    stored: raw.compressionMethod === 0, readable: !raw.isEncrypted() && (raw.compressionMethod === 0 || raw.compressionMethod === deflate), crc: raw.crc32,
  });
}

/** After the last declared entry the directory must end: else it hides entries that other readers would see. */
async function checkDirectoryEnd(reader: RangeReader, zip: ZipFile): Promise<void> {
  const found = (await reader.at(Number(zip.readEntryCursor), 4)).readUInt32LE(0);
  if (found !== signatures.endOfDirectory && found !== signatures.zip64EndOfDirectory) throw unreadable('The directory of the archive goes on after the number of files that it declares.', [`${zip.entryCount} declared`]);
}

async function dataStart(reader: RangeReader, entry: ArchiveEntry): Promise<number> {
  if (!entry.readable) throw unreadable(`${printable(entry.path)} is encrypted or packed by an unknown method.`);
  const header = await reader.at(entry.offset, localHeaderSize);
  if (header.readUInt32LE(0) !== signatures.localFile) throw unreadable(`${printable(entry.path)} is not where the archive's directory says.`);
  const nameLength = header.readUInt16LE(26);
  const name = await reader.at(entry.offset + localHeaderSize, nameLength);
  // Devices unpack by local headers while they download; a different name there would be another package to them.
  if (!name.equals(Buffer.from(entry.path, 'utf8'))) throw refused('A file has one name in the archive\'s directory and another at its place.', [printable(entry.path), printable(name.toString('utf8'))]);
  const sizesFollow = (header.readUInt16LE(6) & 0x8) !== 0;
  const [packed, unpacked] = [header.readUInt32LE(18), header.readUInt32LE(22)];
  const differs = (local: number, central: number): boolean => local !== 0xffffffff && local !== central;
  if (!sizesFollow && (differs(packed, entry.packed) || differs(unpacked, entry.unpacked))) throw refused('A file has one size in the archive\'s directory and another at its place.', [printable(entry.path)]);
  return entry.offset + localHeaderSize + nameLength + header.readUInt16LE(28);
}

function inflate(entry: ArchiveEntry, packed: Uint8Array, maxOutputLength: number): Uint8Array {
  const whole = packed.length === entry.packed;
  try {
    return inflateRawSync(packed, { maxOutputLength, finishFlush: whole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw unreadable(`${printable(entry.path)} is damaged: it cannot be unpacked.`, [], error);
  }
}

/** The library's errors are about the archive; those of the source and our own pass through. */
async function fromZip<T>(reader: RangeReader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (reader.failure !== undefined) throw reader.failure;
    if (error instanceof WavecastError) throw error;
    throw unreadable('The file is not a whole zip archive, so it is no IPA.', error instanceof Error ? [printable(error.message)] : [], error);
  }
}
