/**
 * Makes sample IPAs of any size: what a real one has (binary Info.plist, signed provisioning profile, executable header,
 * icons, code resources) around a data file of bytes that do not compress. The same options give the same bytes.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile, type ReadStreamOptions } from 'yazl';
import { DAY, type Instant } from '../../core/ambient.ts';
import { appName, codeResources, digestsOf, sampleFiles, type ResolvedSample, type SampleFile } from './sample-bundle.ts';
import type { SampleProfileKind } from './sample-profile.ts';
import { seededChunks } from './seeded-bytes.ts';

export const sampleKinds = ['enterprise', 'ad-hoc', 'development', 'app-store', 'store-download'] as const;
export type SampleKind = (typeof sampleKinds)[number];

export interface SampleIpa {
  readonly path: string;
  readonly bundleId: string;
  /** CFBundleVersion. */
  readonly version: string;
  readonly shortVersion: string;
  readonly title: string;
  /** Bytes of the file: met exactly up to 4 GiB, within 200 bytes above, and never below what the structure takes (about 60 kB). */
  readonly sizeBytes: number;
  readonly kind: SampleKind;
  readonly seed?: string;
  /** When the profile was made; default: the start of the current UTC day. */
  readonly signedAt?: Instant;
  /** When the profile ends; default: 365 days later. */
  readonly expiresAt?: Instant;
  readonly teamId?: string;
  /** UDIDs in an ad hoc or development profile. */
  readonly provisionedDevices?: readonly string[];
  /** App extensions, each with a profile of its own (by default of the app's kind). */
  readonly extensions?: readonly { readonly name: string; readonly profile?: SampleProfileKind }[];
  readonly minimumOsVersion?: string;
  readonly deviceFamilies?: readonly number[];
  readonly infoPlist?: 'binary' | 'xml';
  /** Write zip64 structures although the file is small. */
  readonly forceZip64?: boolean;
}

/** The same in every time zone: the format stores local time. */
const modified = new Date(2026, 0, 1);

/** Writes the package to `path` in constant memory, whatever its size. */
export async function writeSampleIpa(options: SampleIpa): Promise<{ readonly path: string; readonly size: number }> {
  const sample = resolve(options);
  const files = await sampleFiles(sample);
  const structure = await measure(sample, files);
  const zip = archive(sample, files, Math.max(0, sample.sizeBytes - structure - zip64Overhead(sample)));
  await pipeline(Readable.from(zip.outputStream), createWriteStream(sample.path, { highWaterMark: 1024 * 1024 }));
  return { path: sample.path, size: (await stat(sample.path)).size };
}

function resolve(options: SampleIpa): ResolvedSample {
  const signedAt = options.signedAt ?? Math.floor(Date.now() / DAY) * DAY;
  return {
    seed: options.bundleId, teamId: 'SAMPLE1234', provisionedDevices: [], extensions: [], minimumOsVersion: '16.0', deviceFamilies: [1, 2], infoPlist: 'binary', forceZip64: false,
    ...options, signedAt, expiresAt: options.expiresAt ?? signedAt + 365 * DAY,
  };
}

/** What the package takes without its data. */
async function measure(sample: ResolvedSample, files: readonly SampleFile[]): Promise<number> {
  let size = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done();
    },
  });
  await pipeline(Readable.from(archive(sample, files, 0).outputStream), count);
  return size;
}

/** Beyond 4 GiB the data's entry, its descriptor and the end of the directory need their zip64 forms. */
function zip64Overhead({ sizeBytes, forceZip64 }: ResolvedSample): number {
  return sizeBytes > 0xffffffff && !forceZip64 ? 28 + 8 + 56 + 20 : 0;
}

function archive(sample: ResolvedSample, files: readonly SampleFile[], dataBytes: number): ZipFile {
  const folder = `Payload/${appName(sample)}.app/`;
  const dataPath = `${folder}Data/media.bin`;
  const entry = { mtime: modified, forceDosTimestamp: true } as const;
  const zip = new ZipFile();
  for (const { path, bytes, executable } of files) zip.addBuffer(bytes, path, { ...entry, mode: executable === true ? 0o100755 : 0o100644 });
  const digests = digestsOf(files.filter(({ path }) => path.startsWith(folder))).set(dataPath, digestOf(seededChunks(sample.seed, dataBytes)));
  const resources = codeResources(folder, digests);
  // Stored: its packed size would depend on the digests, and so on the size of the data that it is to leave room for.
  zip.addBuffer(resources.bytes, resources.path, { ...entry, mode: 0o100644, compress: false });
  const data: Partial<ReadStreamOptions> = { ...entry, mode: 0o100644, compress: false, size: dataBytes, forceZip64Format: sample.forceZip64 };
  zip.addReadStreamLazy(dataPath, data, (done) => {
    done(null, Readable.from(seededChunks(sample.seed, dataBytes)));
  });
  zip.end({ forceZip64Format: sample.forceZip64, comment: '' });
  return zip;
}

function digestOf(chunks: Iterable<Buffer>): Buffer {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}
