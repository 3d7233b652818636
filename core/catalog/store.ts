import type { Instant } from '../ambient.ts';
import type { Page } from '../device/store.ts';
import type { BranchId, BundleId, DeviceId, VersionId, WaveId } from '../ids.ts';
import type { AppSettingsStore } from './app-settings.ts';
import type { App, AppVersion, Registration, Withdrawal } from './app.ts';

/** Where a version stands after it was looked at. What is absent stays as it is. */
export type PlacementChange = Pick<AppVersion, 'placement' | 'checks' | 'verifiedAt' | 'fileEtag' | 'copyEtag'>;

export interface CatalogueStore extends AppSettingsStore {
  apps(): Promise<readonly App[]>;
  app(bundleId: BundleId): Promise<App | undefined>;
  version(id: VersionId): Promise<AppVersion | undefined>;
  /** Newest first. */
  versionsOf(bundleId: BundleId): Promise<readonly AppVersion[]>;
  /**
   * One transaction: the app (created, or title and description updated), the version if absent (the same id again is
   * the same build: its file name and etags are refreshed, a withdrawal or deletion ends, where it stands is not touched),
   * the claim of (bundle id, short version, version): a second build with the same versions and another digest throws
   * `conflict`, also where the first was deleted: devices may have it yet; and the file name, which leads to this version
   * from now on.
   */
  putVersion(app: App, version: AppVersion): Promise<void>;
  /** Changes these alone, if the placement is `from` and the version is not withdrawn. False where it is not so. */
  movePlacement(id: VersionId, from: AppVersion['placement'], to: PlacementChange): Promise<boolean>;
  /** The version that was registered last under a file name, where that is its file still. */
  versionOfFile(fileName: string): Promise<AppVersion | undefined>;
  /** Marks a version as withdrawn and its file as missing; the first withdrawal stands. Answers it as it is then. `not-found` where there is none. */
  withdraw(id: VersionId, withdrawal: Withdrawal): Promise<AppVersion>;
  /** Takes a withdrawn version out of the lists; `version` still gives it. `conflict` where it is not withdrawn (any more). */
  deleteVersion(version: AppVersion, deletion: NonNullable<AppVersion['deleted']>): Promise<void>;
  /** The app and its settings, out of the lists. Its versions are the caller's to delete before. */
  deleteApp(bundleId: BundleId): Promise<void>;
  /**
   * One transaction: what a renewal changes of the version (profiles, end, listed devices, renewal), if its end is still
   * that of `before` and it is not withdrawn (`conflict` otherwise), and the profile itself (base64), by its UUID.
   */
  renew(before: AppVersion, after: AppVersion & Required<Pick<AppVersion, 'renewal'>>, profile: string): Promise<void>;
  /** A profile that `renew` put, base64. */
  renewedProfile(id: VersionId, uuid: string): Promise<string | undefined>;
  registration(id: string): Promise<Registration | undefined>;
  putRegistration(registration: Registration): Promise<void>;
}

/** The communication server's store of files. Keys: `incoming/<fileName>` and `packages/<sha256>/<fileName>`. */
export interface FileStore {
  /** Size and tag, or undefined where nothing is at `key`. */
  head(key: string): Promise<FileVersion | undefined>;
  /** Throws `conflict` where the file is no longer the one that was `seen`. */
  read(key: string, offset: number, length: number, seen?: FileVersion): Promise<Uint8Array>;
  /** Files whose keys begin so, in the order of their keys (UTF-8), at most `limit` (1,000 at most); `after`: the `next` of the page before. */
  list(prefix: string, after: string | undefined, limit: number): Promise<Page<StoredFile>>;
  /**
   * The whole file in order, in constant memory, whatever its size; broken connections are taken up again where they broke. Throws
   * `conflict` where the file is no longer the one that `head` saw, `too-large` where it cannot be read in the time there is.
   */
  stream(key: string, seen: FileVersion): AsyncIterable<Uint8Array>;
  /**
   * Copies on the server's side (large ones in parts); content type `application/octet-stream`. Repeating it is harmless. Throws
   * `conflict` where the file is no longer the one that was `seen`.
   */
  copy(from: string, to: string, seen?: FileVersion): Promise<void>;
  /** Writes a small file whole. Repeating it is harmless. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** A link to download a file, good for `seconds` or until the role's session ends: for administrators, not for devices. */
  link(key: string, seconds: number): Promise<string>;
  /** Removes the file at a key, or all in the folder where `what` ends with a slash. Repeating it is harmless. */
  remove(what: string): Promise<void>;
  /** Links that let a client upload `size` bytes to `key` in parts, valid for an hour. */
  beginUpload(key: string, size: number): Promise<Upload>;
  completeUpload(key: string, uploadId: string, parts: readonly { readonly number: number; readonly etag: string }[]): Promise<void>;
}

/** A file as a list has it. */
export interface StoredFile {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly placedAt: Instant;
}

/** A file as it was when somebody looked. */
export interface FileVersion {
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly partSize: number;
  /** One link per part, in order; PUT the bytes there and keep the answer's ETag. */
  readonly parts: readonly { readonly number: number; readonly url: string }[];
}

/** For whom a package link is made. */
export interface LinkBearer {
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
  /** Where the device is: its brake stops the link. */
  readonly branchId: BranchId;
}

/** Signed addresses of packages on the communication server. */
export interface PackageLinks {
  /**
   * An address of `key` that is good until `expiresAt`, whatever becomes of the role that made it. What it says of its bearer
   * is signed with it: records of access tell who fetched. Without a bearer it is nobody's, and no brake stops it.
   */
  packageLink(key: string, expiresAt: number, bearer?: LinkBearer): Promise<string>;
}
