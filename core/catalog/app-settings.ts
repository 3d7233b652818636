/** How an app is to be on devices: what goes with every InstallApplication of it. One setting per app, whatever its version. */
import { MINUTE, type Clock, type Instant } from '../ambient.ts';
import type { BundleId } from '../ids.ts';
import type { PlainDict } from '../instruction/plain-value.ts';

export interface AppSettings {
  readonly bundleId: BundleId;
  /** The app goes when the management of the device ends. */
  readonly removeWithManagement: boolean;
  /** The app's data stays out of the device's backups. */
  readonly preventBackup: boolean;
  /** Apple's own keys: Removable, VPNUUID, AssociatedDomains, … */
  readonly attributes?: PlainDict;
  /** What the app reads under `com.apple.configuration.managed`. Devices keep it in the clear: it is no place for secrets. */
  readonly configuration?: PlainDict;
  /** 0 where nobody has set anything. */
  readonly revision: number;
  readonly changedAt?: Instant;
  readonly changedBy?: string;
}

export interface AppSettingsStore {
  /** Undefined where nobody has set anything. */
  settings(bundleId: BundleId): Promise<AppSettings | undefined>;
  /** Throws `conflict` where the stored revision is not the one before. */
  putSettings(settings: AppSettings): Promise<void>;
}

export function defaultSettings(bundleId: BundleId): AppSettings {
  return { bundleId, removeWithManagement: true, preventBackup: true, revision: 0 };
}

/** ManagementFlags of InstallApplication: 1 removes with the profile, 4 keeps out of backups. */
export function managementFlags({ removeWithManagement, preventBackup }: Pick<AppSettings, 'removeWithManagement' | 'preventBackup'>): number {
  return (removeWithManagement ? 1 : 0) + (preventBackup ? 4 : 0);
}

/** As long as settings may lag behind a change where they are remembered. */
export const SETTINGS_LIFE = MINUTE;

/**
 * Settings as they are handed out, remembered for a minute: a wave's devices come within minutes of each other, and each
 * of them would read the same item. Read at hand-out and not at issue, so that whoever corrects a configuration at night
 * is obeyed by the phone that comes in the morning.
 */
export function rememberedSettings(store: Pick<AppSettingsStore, 'settings'>, clock: Clock): (bundleId: BundleId) => Promise<AppSettings> {
  const known = new Map<BundleId, { readonly until: Instant; readonly settings: AppSettings }>();
  return async (bundleId) => {
    const now = clock.now();
    const found = known.get(bundleId);
    if (found !== undefined && now < found.until) return found.settings;
    const settings = (await store.settings(bundleId)) ?? defaultSettings(bundleId);
    // A few apps are being rolled out at a time; nothing is kept of those of last month.
    if (known.size > 100) known.clear();
    known.set(bundleId, { until: now + SETTINGS_LIFE, settings });
    return settings;
  };
}
