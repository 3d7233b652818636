import type { Instant } from '../ambient.ts';
import type { BundleId, Sha256, VersionId } from '../ids.ts';
import type { PackageKind } from './package-facts.ts';

/** A bundle identifier and what administrators say about it. */
export interface App {
  readonly bundleId: BundleId;
  readonly title: string;
  readonly description: string;
  readonly createdAt: Instant;
}

/** Placement of a version's file on the communication server. */
export type PlacementState = 'missing' | 'placed' | 'mismatched' | 'verified' | 'proven';

/** Devices may be given what is placed so. */
export function isGood(placement: PlacementState): boolean {
  return placement === 'verified' || placement === 'proven';
}

/** One thing that verification compared. */
export interface PlacementCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly found: string;
  /** What to do, when it did not pass. */
  readonly remedy?: string;
}

/** A provisioning profile inside a build, as far as a renewal is compared with it. */
export interface VersionProfile {
  /** CFBundleIdentifier of the bundle that holds it: the app's, or an extension's. */
  readonly bundleId: string;
  readonly uuid: string;
  readonly name: string;
  readonly applicationIdentifier: string;
  /** When it ends, or the last of its certificates does. */
  readonly endsAt: Instant;
  /** SHA-256 (hex) of each certificate that may have signed. */
  readonly certificates: readonly string[];
}

/** A profile that devices got after the build, in the place of one inside it. */
export interface ProfileRenewal {
  readonly uuid: string;
  readonly name: string;
  readonly endsAt: Instant;
  /** 1 for the first time it is sent; raised to send it to everybody once more. */
  readonly round: number;
  readonly at: Instant;
  readonly by: string;
}

/** Who took a version back, or out of the lists, and why. */
export interface Withdrawal {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** One immutable build. */
export interface AppVersion {
  readonly id: VersionId;
  readonly bundleId: BundleId;
  /** CFBundleVersion. */
  readonly version: string;
  /** CFBundleShortVersionString. */
  readonly shortVersion: string;
  readonly title: string;
  /** The file's name among those of administrators; registered again under another name, that one. */
  readonly fileName: string;
  /** By what the administrator's file, and the copy that is served, are known again without reading them. */
  readonly fileEtag?: string;
  readonly copyEtag?: string;
  /** Digest of the whole file. */
  readonly digest: Sha256;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of each chunk of `chunkSize` bytes, for the manifest's `sha256s`. */
  readonly chunkDigests: readonly Sha256[];
  readonly chunkSize: number;
  readonly minimumOsVersion: string;
  /** UIDeviceFamily: 1 iPhone, 2 iPad. */
  readonly deviceFamilies: readonly number[];
  readonly kind: PackageKind;
  readonly teamId: string;
  /** Entitlement of the main app's profile, prefix included; unknown of versions registered before it was kept. */
  readonly applicationIdentifier?: string;
  /** When devices stop to start it: the earliest end of its profiles, each ending with the last of its certificates at the latest. */
  readonly profileExpiresAt: Instant;
  /** Absent on versions that an earlier release registered. */
  readonly profiles?: readonly VersionProfile[];
  readonly renewal?: ProfileRenewal;
  /** UDIDs that an ad hoc profile lists; empty for enterprise. */
  readonly provisionedDevices: readonly string[];
  /** Pixels on each side of the icon, which lies beside the package; absent where the app has none. */
  readonly iconWidth?: number;
  /** What was allowed at registration and will matter later, a sentence each. */
  readonly warnings: readonly string[];
  readonly placement: PlacementState;
  readonly checks: readonly PlacementCheck[];
  readonly verifiedAt?: Instant;
  readonly createdAt: Instant;
  /** No longer distributed: its file is gone and its links are dead. Registering the file again ends it. */
  readonly withdrawn?: Withdrawal;
  /** Out of the lists, too; kept for the plans and records that name it. */
  readonly deleted?: Omit<Withdrawal, 'reason'>;
}

/** A registration under way or refused: what `placement` is doing with a file. One that names its version from the beginning verifies that again. */
export interface Registration {
  readonly id: string;
  readonly fileName: string;
  /** What the administrator says the file is; compared with what is found. */
  readonly expected: { readonly bundleId?: BundleId; readonly version?: string; readonly title?: string; readonly description?: string };
  readonly state: 'awaiting-file' | 'verifying' | 'verified' | 'refused';
  readonly versionId?: VersionId;
  readonly bundleId?: BundleId;
  readonly checks: readonly PlacementCheck[];
  /** The verified version's warnings. */
  readonly warnings?: readonly string[];
  /** Why it was refused, one sentence, and what to do. */
  readonly reason?: string;
  readonly remedy?: string;
  readonly requestedBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
