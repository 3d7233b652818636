/**
 * A package of any size that takes no room: a small sample with one more file in it, gigabytes of zeros that nobody writes. What
 * reads it by ranges meets the archive that a real one of this size would be, zip64 included.
 */
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSampleIpa, type SampleIpa } from './sample-ipa.ts';

export interface HollowIpa {
  /** Bytes. */
  readonly size: number;
  /** In order, without gaps: bytes, or how many zeros. */
  readonly parts: readonly (Buffer | number)[];
}

/** A file of the sample: its record in the directory, and all that stands at its place. */
interface Entry {
  readonly record: Buffer;
  readonly local: Buffer;
}

const endSize = 22;
const zip64Mark = 0xffffffff;
/** Where fields stand in a record of the directory, and how long it is without name and extra field. */
const record = { nameLength: 28, extraLength: 30, commentLength: 32, offset: 42, size: 46 } as const;

/** The hole stands behind the first `filesBefore` files of the sample and is `holeBytes` long. */
export async function hollowIpa(sample: Omit<SampleIpa, 'path' | 'sizeBytes'>, { holeBytes, filesBefore = 0 }: { readonly holeBytes: number; readonly filesBefore?: number }): Promise<HollowIpa> {
  const entries = entriesOf(await small(sample));
  const local = holeHeader(holeBytes);
  const before = entries.slice(0, filesBefore);
  const after = entries.slice(filesBefore);
  let offset = 0;
  const moved = ({ record: bytes, local: { length } }: Entry): Buffer => {
    offset += length;
    return placedAt(bytes, offset - length);
  };
  const records = before.map(moved);
  records.push(holeRecord(holeBytes, offset));
  offset += local.length + holeBytes;
  records.push(...after.map(moved));
  const directory = Buffer.concat(records);
  const head = Buffer.concat([...before.map((entry) => entry.local), local]);
  const tail = Buffer.concat([...after.map((entry) => entry.local), directory, archiveEnd(records.length, directory.length, offset)]);
  return { size: head.length + holeBytes + tail.length, parts: [head, holeBytes, tail] };
}

/** Exactly the bytes `offset` … `offset + length - 1`. */
export function readHollow({ parts }: HollowIpa, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let start = 0;
  for (const part of parts) {
    if (typeof part !== 'number') bytes.set(part.subarray(Math.max(0, offset - start), Math.max(0, offset + length - start)), Math.max(0, Math.min(length, start - offset)));
    start += typeof part === 'number' ? part : part.length;
  }
  return bytes;
}

/** A sparse file, where the file system has such. */
export async function writeHollow({ parts, size }: HollowIpa, path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(size);
    let start = 0;
    for (const part of parts) {
      if (typeof part !== 'number') await file.write(part, 0, part.length, start);
      start += typeof part === 'number' ? part : part.length;
    }
  } finally {
    await file.close();
  }
}

async function small(sample: Omit<SampleIpa, 'path' | 'sizeBytes'>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'wavecast-hollow-'));
  try {
    const { path } = await writeSampleIpa({ ...sample, path: join(folder, 'small.ipa'), sizeBytes: 0 });
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function entriesOf(zip: Buffer): readonly Entry[] {
  const end = zip.subarray(-endSize);
  const [count, directoryStart] = [end.readUInt16LE(10), end.readUInt32LE(16)];
  const records: Buffer[] = [];
  for (let at = directoryStart; records.length < count; ) {
    const length = record.size + zip.readUInt16LE(at + record.nameLength) + zip.readUInt16LE(at + record.extraLength) + zip.readUInt16LE(at + record.commentLength);
    records.push(zip.subarray(at, at + length));
    at += length;
  }
  const starts = [...records.map((bytes) => bytes.readUInt32LE(record.offset)), directoryStart];
  return records.map((bytes, index) => ({ record: bytes, local: zip.subarray(starts[index], starts[index + 1]) }));
}

/** The same record for a file that stands elsewhere now. */
function placedAt(bytes: Buffer, offset: number): Buffer {
  if (offset < zip64Mark) {
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(offset, record.offset);
    return copy;
  }
  const nameEnd = record.size + bytes.readUInt16LE(record.nameLength);
  const extra = zip64Field(offset);
  const copy = Buffer.concat([bytes.subarray(0, nameEnd), extra, bytes.subarray(nameEnd)]);
  copy.writeUInt16LE(bytes.readUInt16LE(record.extraLength) + extra.length, record.extraLength);
  copy.writeUInt32LE(zip64Mark, record.offset);
  return copy;
}

const holeName = Buffer.from('Payload/Hole.bin');

/** Version, flags, method, time, date, checksum and sizes stand in this order in both headers of a file. The checksum is none: it would take seconds, and nobody unpacks a hole. */
function common(extraLength: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(45, 0);
  bytes.writeUInt16LE(0x5c21, 8);
  bytes.writeUInt32LE(zip64Mark, 14);
  bytes.writeUInt32LE(zip64Mark, 18);
  bytes.writeUInt16LE(holeName.length, 22);
  bytes.writeUInt16LE(extraLength, 24);
  return bytes;
}

function holeHeader(holeBytes: number): Buffer {
  const extra = zip64Field(holeBytes, holeBytes);
  return Buffer.concat([Buffer.from('504b0304', 'hex'), common(extra.length), holeName, extra]);
}

function holeRecord(holeBytes: number, offset: number): Buffer {
  const extra = zip64Field(holeBytes, holeBytes, offset);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  rest.writeUInt32LE(zip64Mark, 10);
  return Buffer.concat([Buffer.from('504b01022d03', 'hex'), common(extra.length), rest, holeName, extra]);
}

function zip64Field(...values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return field;
}

/** The end of a zip64 archive, its locator, and the end that points to them. */
function archiveEnd(count: number, directoryLength: number, directoryStart: number): Buffer {
  const end = Buffer.alloc(56 + 20 + endSize);
  end.write('504b0606', 0, 'hex');
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt32LE(0x002d002d, 12);
  for (const [at, value] of [[24, count], [32, count], [40, directoryLength], [48, directoryStart]] as const) end.writeBigUInt64LE(BigInt(value), at);
  end.write('504b0607', 56, 'hex');
  end.writeBigUInt64LE(BigInt(directoryStart + directoryLength), 64);
  end.writeUInt32LE(1, 72);
  end.write('504b0506', 76, 'hex');
  end.fill(0xff, 84, 96);
  return end;
}
