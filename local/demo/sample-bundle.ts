/** The files of a sample app, all but its large data file. */
import { createHash } from 'node:crypto';
import { buildBinary } from 'plist';
import { encodePlist, type PlistValue } from '../../protocol/plist.ts';
import type { SampleIpa } from './sample-ipa.ts';
import { sampleExecutable } from './sample-executable.ts';
import { sampleIcon } from './sample-icon.ts';
import { sampleProfile, type SampleProfileKind } from './sample-profile.ts';

export interface SampleFile {
  /** Path in the archive. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly executable?: boolean;
}

/** What is left to chance or taste, decided. */
export type ResolvedSample = Required<SampleIpa>;

interface Bundle {
  /** With a slash at the end. */
  readonly folder: string;
  readonly name: string;
  readonly bundleId: string;
  readonly profile: SampleProfileKind | undefined;
  readonly keys: Readonly<Record<string, PlistValue>>;
}

export function appName({ bundleId }: Pick<SampleIpa, 'bundleId'>): string {
  return (bundleId.split('.').at(-1) ?? '').replaceAll(/[^0-9A-Za-z]/g, '') || 'Sample';
}

export async function sampleFiles(sample: ResolvedSample): Promise<readonly SampleFile[]> {
  const name = appName(sample);
  const folder = `Payload/${name}.app/`;
  const download = sample.kind === 'store-download';
  const icons = { CFBundlePrimaryIcon: { CFBundleIconFiles: ['AppIcon57x57', 'AppIcon60x60'], CFBundleIconName: 'AppIcon' } };
  const main: Bundle = {
    folder, name, bundleId: sample.bundleId, profile: sample.kind === 'store-download' ? undefined : sample.kind,
    keys: { CFBundleDisplayName: sample.title, CFBundleIcons: icons, CFBundlePackageType: 'APPL', LSRequiresIPhoneOS: true, UIDeviceFamily: [...sample.deviceFamilies] },
  };
  const extensions = sample.extensions.map((extension): Bundle => ({
    folder: `${folder}PlugIns/${extension.name}.appex/`, name: extension.name, bundleId: `${sample.bundleId}.${extension.name.toLowerCase()}`,
    profile: download ? undefined : (extension.profile ?? main.profile),
    keys: { CFBundlePackageType: 'XPC!', NSExtension: { NSExtensionPointIdentifier: 'com.apple.widgetkit-extension' } },
  }));
  const bundles = await Promise.all([main, ...extensions].map((bundle) => bundleFiles(bundle, sample)));
  return [
    ...bundles.flat(),
    { path: `${folder}PkgInfo`, bytes: Buffer.from('APPL????') },
    { path: `${folder}AppIcon57x57.png`, bytes: sampleIcon(57, sample.seed) },
    { path: `${folder}AppIcon60x60@2x.png`, bytes: sampleIcon(120, sample.seed) },
    { path: `${folder}AppIcon512x512.png`, bytes: sampleIcon(512, sample.seed) },
    ...(download ? storeFiles(sample, folder, name) : []),
  ];
}

/** `_CodeSignature/CodeResources`: the SHA-256 of every file of the bundle but those that the signature itself covers. */
export function codeResources(folder: string, digests: ReadonlyMap<string, Buffer>): SampleFile {
  const omitted = ['Info.plist', 'PkgInfo', 'embedded.mobileprovision'];
  const files = [...digests].map(([path, digest]): [string, Buffer] => [path.slice(folder.length), digest]).filter(([path]) => !omitted.includes(path));
  const listed = Object.fromEntries(files.map(([path, digest]) => [path, { hash2: new Uint8Array(digest) }]));
  const rules = { '^.*': true, '^Info\\.plist$': { omit: true, weight: 20 }, '^PkgInfo$': { omit: true, weight: 20 }, '^embedded\\.provisionprofile$': { weight: 20 } };
  return { path: `${folder}_CodeSignature/CodeResources`, bytes: Buffer.from(encodePlist({ files2: listed, rules2: rules }), 'utf8') };
}

export function digestsOf(files: readonly SampleFile[]): Map<string, Buffer> {
  return new Map(files.map(({ path, bytes }) => [path, createHash('sha256').update(bytes).digest()]));
}

async function bundleFiles(bundle: Bundle, sample: ResolvedSample): Promise<readonly SampleFile[]> {
  const info: Readonly<Record<string, PlistValue>> = {
    BuildMachineOSBuild: '25A354', CFBundleDevelopmentRegion: 'en', CFBundleExecutable: bundle.name, CFBundleIdentifier: bundle.bundleId, CFBundleInfoDictionaryVersion: '6.0', CFBundleName: bundle.name,
    CFBundleShortVersionString: sample.shortVersion, CFBundleSupportedPlatforms: ['iPhoneOS'], CFBundleVersion: sample.version, DTPlatformName: 'iphoneos', DTSDKName: 'iphoneos26.0',
    MinimumOSVersion: sample.minimumOsVersion, UIRequiredDeviceCapabilities: ['arm64'], ...bundle.keys,
  };
  const profile = bundle.profile;
  return [
    { path: `${bundle.folder}Info.plist`, bytes: sample.infoPlist === 'binary' ? Buffer.from(buildBinary({ ...info })) : Buffer.from(encodePlist({ ...info }), 'utf8') },
    { path: `${bundle.folder}${bundle.name}`, bytes: sampleExecutable({ cryptid: profile === undefined ? 1 : 0, seed: `${sample.seed}/${bundle.name}`, minimumOs: sample.minimumOsVersion }), executable: true },
    ...(profile === undefined ? [] : [{
      path: `${bundle.folder}embedded.mobileprovision`,
      bytes: await sampleProfile({ kind: profile, covers: bundle.bundleId, teamId: sample.teamId, signedAt: sample.signedAt, expiresAt: sample.expiresAt, provisionedDevices: sample.provisionedDevices, seed: sample.seed }),
    }]),
  ];
}

/** What a download from the App Store has besides. */
function storeFiles(sample: ResolvedSample, folder: string, name: string): readonly SampleFile[] {
  return [
    { path: `${folder}SC_Info/${name}.sinf`, bytes: createHash('sha512').update(`${sample.seed}/sinf`).digest() },
    { path: `${folder}SC_Info/${name}.supp`, bytes: createHash('sha512').update(`${sample.seed}/supp`).digest() },
    { path: 'iTunesMetadata.plist', bytes: Buffer.from(encodePlist({ softwareVersionBundleId: sample.bundleId, itemName: sample.title, bundleShortVersionString: sample.shortVersion, itemId: 1_000_000_001 }), 'utf8') },
  ];
}
