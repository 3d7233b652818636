/** What the versions on the communication server take and cost, and which of them nobody needs: by the catalogue's items. What no version needs is listed. */
import { atMost } from '../at-once.ts';
import { DAY, type Instant } from '../ambient.ts';
import type { AppVersion } from './app.ts';
import { leftovers } from './placed-files.ts';
import type { CatalogueStore, FileStore } from './store.ts';
import { isGoing, plansUsing, totalsOfPlan, type PlanUse, type TotalsServices, type UseServices } from './version-use.ts';

/**
 * US dollars per GB (2^30 bytes) and month: S3 Standard, first 50 TB, us-east-1 (https://aws.amazon.com/s3/pricing/).
 * Other regions cost more: whoever asks may name the price.
 */
export const PRICE_PER_GB_MONTH = 0.023;
/** As the administrator placed it, and under its digest, whence it is served. */
const COPIES = 2;
const GB = 1024 ** 3;
/** Versions whose plans are looked at at once. */
const AT_ONCE = 8;

export const storageStandings = ['in-use', 'new', 'superseded', 'unused', 'withdrawn'] as const;

export interface VersionStorage {
  readonly version: AppVersion;
  /** Bytes stored, all copies. */
  readonly bytes: number;
  readonly monthlyCost: number;
  /** Instructions of its plans that ended in an installation. Who has it today is told by inventory alone. */
  readonly installed: number;
  readonly plans: number;
  /**
   * `in-use`: a plan is for it, or its plans installed it; `superseded`: they did, and those of a later version did, too;
   * `new`: nobody has it yet, and it was registered lately; `unused`: nobody has had it for as long as asked.
   */
  readonly standing: (typeof storageStandings)[number];
}

export interface StorageTerms {
  /** After so many days a version that nobody has is unused. */
  readonly unusedDays: number;
  readonly pricePerGb: number;
}

export type StorageServices = UseServices & TotalsServices & { readonly catalogue: Pick<CatalogueStore, 'apps' | 'versionsOf'>; readonly files: Pick<FileStore, 'list'> };

export interface StorageReport {
  /** By app, newest first. */
  readonly versions: readonly VersionStorage[];
  /** Files that administrators placed and no version goes by: refused ones, most often. */
  readonly leftovers: { readonly files: number; readonly bytes: number; readonly monthlyCost: number };
}

/** Some 4 calls for each version that has plans, and 1 for each 1,000 files that were placed. */
export async function storageReport(services: StorageServices, terms: StorageTerms, now: Instant): Promise<StorageReport> {
  const apps = await services.catalogue.apps();
  const versions = (await atMost(AT_ONCE, apps, ({ bundleId }) => services.catalogue.versionsOf(bundleId))).flat();
  const uses = await atMost(AT_ONCE, versions, (version) => useOf(services, version));
  const left = await leftovers(services.files, versions);
  return { versions: uses.map((use) => storageOf(use, uses, terms, now)), leftovers: { ...left, monthlyCost: costOf(left.bytes, terms) } };
}

function costOf(bytes: number, { pricePerGb }: StorageTerms): number {
  return (bytes / GB) * pricePerGb;
}

interface VersionUse {
  readonly version: AppVersion;
  readonly plans: readonly PlanUse[];
  readonly installed: number;
}

async function useOf(services: StorageServices, version: AppVersion): Promise<VersionUse> {
  const plans = await plansUsing(services, version.id);
  const totals = await Promise.all(plans.map(({ plan }) => totalsOfPlan(services, plan)));
  return { version, plans, installed: totals.reduce((sum, { installed = 0 }) => sum + installed, 0) };
}

function storageOf(use: VersionUse, all: readonly VersionUse[], terms: StorageTerms, now: Instant): VersionStorage {
  const { version, plans, installed } = use;
  const bytes = version.withdrawn === undefined ? version.size * COPIES : 0;
  return { version, bytes, monthlyCost: costOf(bytes, terms), installed, plans: plans.length, standing: standingOf(use, all, terms.unusedDays, now) };
}

function standingOf({ version, plans, installed }: VersionUse, all: readonly VersionUse[], unusedDays: number, now: Instant): VersionStorage['standing'] {
  if (version.withdrawn !== undefined) return 'withdrawn';
  if (plans.some((use) => isGoing(use) || use.state === 'draft')) return 'in-use';
  if (installed > 0) return all.some((other) => other.version.bundleId === version.bundleId && other.version.createdAt > version.createdAt && other.installed > 0) ? 'superseded' : 'in-use';
  return now - Math.max(version.createdAt, version.verifiedAt ?? 0) < unusedDays * DAY ? 'new' : 'unused';
}
