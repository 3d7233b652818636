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

/** One thing that verification compared. */
export interface PlacementCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly found: string;
  /** What to do, when it did not pass. */
  readonly remedy?: string;
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
  readonly fileName: string;
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
  readonly profileExpiresAt: Instant;
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
}

/** A registration under way or refused: what `placement` is doing with a file, before it is a version. */
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
