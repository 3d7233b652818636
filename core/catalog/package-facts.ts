import type { Instant } from '../ambient.ts';

/** What a package was made for; decided by package-verdict.ts. */
export const packageKinds = ['enterprise', 'ad-hoc', 'development', 'app-store', 'store-download', 'unsigned'] as const;
export type PackageKind = (typeof packageKinds)[number];

/** What a provisioning profile says (`embedded.mobileprovision`). Nothing in it proves that Apple signed it: devices check that. */
export interface ProvisioningFacts {
  readonly name: string;
  readonly uuid: string;
  readonly teamIdentifier: string;
  readonly teamName: string;
  /** `ProvisionsAllDevices`: an enterprise (in-house) profile. */
  readonly provisionsAllDevices: boolean;
  /** `ProvisionedDevices`, UDIDs; undefined where the profile has no such list. */
  readonly deviceList: readonly string[] | undefined;
  /** The same list, empty where there is none. */
  readonly provisionedDevices: readonly string[];
  /** Entitlement `get-task-allow`: debuggers may attach, so a development build. */
  readonly getTaskAllow: boolean;
  /** Entitlement `application-identifier`, `<prefix>.<bundle id or wildcard>`; empty where it is missing. */
  readonly applicationIdentifier: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** When each of `DeveloperCertificates` ends. */
  readonly certificatesExpireAt: readonly Instant[];
  /** SHA-256 (hex) of each of them: an app runs by a renewed profile only if that holds the certificate which signed the app. */
  readonly certificateDigests: readonly string[];
  /**
   * Whether the signature around the profile holds under the certificate that it carries: nothing was changed since it
   * was signed. It does not say who signed it.
   */
  readonly signatureHolds: boolean;
}

/** A profile inside a package, with the bundle that it is for. */
export interface EmbeddedProfile extends ProvisioningFacts {
  /** Path in the package. */
  readonly path: string;
  /** CFBundleIdentifier of the bundle that holds it; undefined where that bundle names none. */
  readonly bundleId: string | undefined;
}

/** An icon file as it lies in the package, or why it cannot be had, one sentence. */
export type PackagedIcon = { readonly path: string; readonly bytes: Uint8Array } | { readonly path: string; readonly problem: string };

/** What an IPA says of itself. */
export interface IpaFacts {
  /** `Payload/<One>.app`. */
  readonly appFolder: string;
  /** CFBundleIdentifier. */
  readonly bundleId: string;
  /** CFBundleVersion. */
  readonly version: string;
  /** CFBundleShortVersionString. */
  readonly shortVersion: string;
  /** CFBundleDisplayName, else CFBundleName, else the folder's name. */
  readonly title: string;
  /** MinimumOSVersion; empty where it is missing. */
  readonly minimumOsVersion: string;
  /** UIDeviceFamily: 1 iPhone, 2 iPad. */
  readonly deviceFamilies: readonly number[];
  /** CFBundleSupportedPlatforms: `iPhoneOS`; `iPhoneSimulator` cannot be installed. */
  readonly supportedPlatforms: readonly string[];
  /** Icon files of the main app that are in the package, paths, as CFBundleIcons names them. */
  readonly icons: readonly string[];
  /** The best of them. */
  readonly icon: PackagedIcon | undefined;
  /** The main app's first, then those of extensions and watch apps by path. */
  readonly profiles: readonly EmbeddedProfile[];
  /** Paths that only a download from the App Store has: `SC_Info/`, `iTunesMetadata.plist`. */
  readonly storeTraces: readonly string[];
  /** `cryptid` of the main executable: 0 not encrypted, other values FairPlay; undefined where its header is out of reach. */
  readonly cryptid: number | undefined;
  /** Files and folders in the archive. */
  readonly entries: number;
  /** What reading cost: range requests and bytes. */
  readonly reads: { readonly requests: number; readonly bytes: number };
}
