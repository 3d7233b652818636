/**
 * What an IPA says of itself, read by ranges: the end of the archive, its directory, and the few files that matter. Only
 * `Payload/<One>.app/Info.plist` describes the app; whatever else is called so does not count.
 */
import type { ByteSource } from '../core/catalog/byte-source.ts';
import type { EmbeddedProfile, IpaFacts } from '../core/catalog/package-facts.ts';
import { WavecastError } from '../core/errors.ts';
import { iconFiles, readIcon } from './ipa/app-icon.ts';
import { listArchive, readEntry, readEntryStart, spanOf, type ArchiveEntries, type ArchiveEntry } from './ipa/archive.ts';
import { decodeAppInfo, decodeBundleId, type AppInfo } from './ipa/info-plist.ts';
import { ipaLimits, type IpaLimits } from './ipa/limits.ts';
import { readCryptid } from './ipa/mach-o.ts';
import { RangeReader } from './ipa/range-reader.ts';
import { printable, refused, unreadable } from './ipa/refusal.ts';
import { decodeProvisioningProfile } from './provisioning-profile.ts';

const KIB = 1024;
/** Holds the directory of some two thousand files, so that one request reads it all. */
const tailBytes = 256 * KIB;
/** Load commands come first in an executable and take a few kilobytes. */
const executableStartBytes = 32 * KIB;
/** Reading this much too much costs less than another request. */
const worthSkipping = 32 * KIB;
const profileName = 'embedded.mobileprovision';

/**
 * Reads a package. Throws `package-unreadable` (no IPA, damaged) or `package-refused` (made as no honest export is), with
 * evidence and remedy; failures of the source pass through as they are. Memory, requests and time are bounded by `limits`.
 */
export async function readIpa(source: ByteSource, limits: Partial<IpaLimits> = {}): Promise<IpaFacts> {
  const bounds = { ...ipaLimits, ...limits };
  const reader = new RangeReader(source, { maxBytes: bounds.readBytes, readAhead: tailBytes });
  const tail = Math.max(0, source.size - tailBytes);
  await reader.at(tail, source.size - tail);
  const entries = await listArchive(reader, bounds);
  reader.readAhead = 0;
  const appFolder = mainAppFolder(entries);
  const profiles = profileEntries(entries, appFolder);
  if (profiles.length > bounds.profiles) throw refused(`The package holds ${profiles.length} provisioning profiles, more than the ${bounds.profiles} allowed.`);
  await prefetch(reader, entries, appFolder, profiles, bounds);
  const info = await readInfo(reader, entries, appFolder, bounds);
  const icons = iconFiles(entries, appFolder, info);
  return {
    appFolder,
    bundleId: info.CFBundleIdentifier,
    version: info.CFBundleVersion,
    shortVersion: info.CFBundleShortVersionString,
    title: titleOf(info, appFolder),
    minimumOsVersion: info.MinimumOSVersion,
    deviceFamilies: info.UIDeviceFamily,
    supportedPlatforms: info.CFBundleSupportedPlatforms,
    icons,
    icon: await readIcon(reader, entries, icons, bounds),
    profiles: await readProfiles(reader, entries, profiles, bounds, { folder: appFolder, bundleId: info.CFBundleIdentifier }),
    storeTraces: storeTraces(entries),
    cryptid: await cryptidOf(reader, entries, appFolder, info),
    entries: entries.size,
    reads: { requests: reader.requests, bytes: reader.bytes },
  };
}

function mainAppFolder(entries: ArchiveEntries): string {
  const folders = new Set(entries.keys().flatMap((path) => /^Payload\/[^/]+\.app(?=\/)/.exec(path) ?? []));
  const [folder, ...others] = folders;
  if (folder === undefined) throw unreadable('There is no app in this file: an IPA holds a folder Payload/<Name>.app.');
  if (others.length > 0) throw refused('There is more than one app in this package.', [...folders].slice(0, 5).map(printable));
  return folder;
}

/** The main app's profile first, then those of the bundles within it. */
function profileEntries(entries: ArchiveEntries, appFolder: string): readonly ArchiveEntry[] {
  const main = entries.get(`${appFolder}/${profileName}`);
  const nested = [...entries.values()].filter((entry) => entry !== main && entry.path.startsWith(`${appFolder}/`) && entry.path.endsWith(`/${profileName}`));
  return [...(main === undefined ? [] : [main]), ...nested.toSorted((a, b) => (a.path < b.path ? -1 : 1))];
}

async function prefetch(reader: RangeReader, entries: ArchiveEntries, appFolder: string, profiles: readonly ArchiveEntry[], { fileBytes }: IpaLimits): Promise<void> {
  const infos = [`${appFolder}/Info.plist`, ...profiles.map(infoBeside)].flatMap((path) => entries.get(path) ?? []);
  // The executable is named in Info.plist; it is nearly always called like the folder.
  const executable = entries.get(`${appFolder}/${nameOf(appFolder)}`);
  const spans = [...new Set([...infos, ...profiles])].map((entry) => spanOf(entry, fileBytes));
  await reader.prefetch([...spans, ...(executable === undefined ? [] : [spanOf(executable, executableStartBytes)])], worthSkipping);
}

async function readInfo(reader: RangeReader, entries: ArchiveEntries, appFolder: string, { fileBytes }: IpaLimits): Promise<AppInfo> {
  const path = `${appFolder}/Info.plist`;
  const entry = entries.get(path);
  if (entry === undefined) throw unreadable(`There is no ${printable(path)}.`);
  return decodeAppInfo(await readEntry(reader, entry, fileBytes), path);
}

async function readProfiles(reader: RangeReader, entries: ArchiveEntries, profiles: readonly ArchiveEntry[], { fileBytes }: IpaLimits, main: { readonly folder: string; readonly bundleId: string }): Promise<readonly EmbeddedProfile[]> {
  const read: EmbeddedProfile[] = [];
  for (const entry of profiles) {
    const facts = decodeNamed(entry.path, await readEntry(reader, entry, fileBytes));
    if (entry.path === `${main.folder}/${profileName}`) read.push({ ...facts, path: entry.path, bundleId: main.bundleId });
    else {
      const info = entries.get(infoBeside(entry));
      read.push({ ...facts, path: entry.path, bundleId: info === undefined ? undefined : decodeBundleId(await readEntry(reader, info, fileBytes), info.path) });
    }
  }
  return read;
}

function decodeNamed(path: string, bytes: Uint8Array): ReturnType<typeof decodeProvisioningProfile> {
  try {
    return decodeProvisioningProfile(bytes);
  } catch (error) {
    if (!(error instanceof WavecastError)) throw error;
    throw new WavecastError(error.code, error.message, { evidence: [printable(path), ...error.evidence], ...(error.remedy === undefined ? {} : { remedy: error.remedy }), cause: error });
  }
}

function infoBeside({ path }: ArchiveEntry): string {
  return `${path.slice(0, -profileName.length)}Info.plist`;
}

function nameOf(appFolder: string): string {
  return appFolder.slice('Payload/'.length, -'.app'.length);
}

function titleOf(info: AppInfo, appFolder: string): string {
  const names = [info.CFBundleDisplayName, info.CFBundleName].map((name) => name?.replaceAll(/\p{Cc}/gu, ' ').trim());
  return (names.find((name) => name !== undefined && name !== '') ?? nameOf(appFolder)).slice(0, 255);
}

function storeTraces(entries: ArchiveEntries): readonly string[] {
  const folders = new Set(entries.keys().flatMap((path) => /^Payload\/.*?\/SC_Info\//.exec(path) ?? []));
  return [...folders, ...(entries.has('iTunesMetadata.plist') ? ['iTunesMetadata.plist'] : [])].slice(0, 10);
}

async function cryptidOf(reader: RangeReader, entries: ArchiveEntries, appFolder: string, info: AppInfo): Promise<number | undefined> {
  const entry = entries.get(`${appFolder}/${info.CFBundleExecutable ?? nameOf(appFolder)}`);
  return entry === undefined ? undefined : readCryptid(await readEntryStart(reader, entry, executableStartBytes));
}
