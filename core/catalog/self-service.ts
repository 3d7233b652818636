/** Which devices' users may install which version of an app by themselves: a list that administrators keep as a file. */
import type { Instant } from '../ambient.ts';
import type { Page } from '../device/store.ts';
import type { BundleId, DeviceId } from '../ids.ts';

/** One device may install one version of one app. Builds with the same short version are one version to users. */
export interface Permission {
  readonly bundleId: BundleId;
  readonly shortVersion: string;
  readonly deviceId: DeviceId;
}

/** `importId`: the import that said so last. */
export interface KeptPermission extends Permission {
  readonly importId: string;
}

/**
 * What an import replaces. `all`: the whole list. `app`: the lists of the apps that the file names, whatever the version.
 * `device`: what the devices that it names may install. Everything else stays as it is.
 */
export const importModes = ['all', 'app', 'device'] as const;
export type ImportMode = (typeof importModes)[number];

/** Who imports, and for how long nobody else does. */
export interface ImportUnderWay {
  readonly importId: string;
  readonly by: string;
  readonly until: Instant;
}

/** Reads are consistent. */
export interface SelfServiceStore {
  /** The import that has the list, or had it last. */
  importUnderWay(): Promise<ImportUnderWay | undefined>;
  /**
   * The list is this import's until `until`: false while it is another person's. One's own former import gives way: the
   * process that made it may be gone, and where it is not, it is refused from now on.
   */
  beginImport(importId: string, by: string, now: Instant, until: Instant): Promise<boolean>;
  /** False where another import has begun since. */
  keepImport(importId: string, by: string, until: Instant): Promise<boolean>;
  /** Of the import that has the list, if it is this one: the next need not wait. */
  endImport(importId: string, by: string): Promise<void>;
  /** Each found by app and by device, marked with the import. Not atomic; repeating it is harmless. Each at most once in `permissions`. */
  grant(permissions: readonly Permission[], importId: string): Promise<void>;
  /** Not atomic; repeating it is harmless. */
  revoke(permissions: readonly Permission[]): Promise<void>;
  /** Apps that have permissions, or had: in order, so that no permission is of another. */
  permittedApps(): Promise<readonly BundleId[]>;
  /** In order, by version, from behind `after` (the `next` of the page before). */
  permissionsOfApp(bundleId: BundleId, after: string | undefined, limit: number): Promise<Page<KeptPermission>>;
  permissionsOfDevice(deviceId: DeviceId): Promise<readonly KeptPermission[]>;
}
