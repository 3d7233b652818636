/** What a file of bulk instructions means: which version goes to which devices. Every line that names none is told. */
import type { App, AppVersion } from '../catalog/app.ts';
import { appCalled } from '../catalog/read-permissions.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import type { Device } from '../device/device.ts';
import type { RowMistake } from '../device/import-devices.ts';
import type { BranchId, BundleId } from '../ids.ts';
import { listedDevices, type ListServices } from './listed-devices.ts';

export interface InstructionRow {
  readonly line: number;
  /** The app: its package name, or the title it is registered under. */
  readonly application: string;
  /** The short version, or short version and build as `2.1.0+42`. */
  readonly version: string;
  readonly deviceName: string;
}

/** What becomes one plan. */
export interface BulkTargets {
  readonly app: App;
  readonly version: AppVersion;
  readonly devices: readonly Device[];
}

export interface ReadInstructions {
  /** In the order in which the file names the versions. */
  readonly plans: readonly BulkTargets[];
  readonly mistakes: readonly RowMistake[];
}

export interface ReadInstructionServices extends ListServices {
  readonly catalogue: Pick<CatalogueStore, 'apps' | 'versionsOf'>;
}

/** A query for all apps and one for each that is named; devices as `listedDevices`, for each version. */
export async function readInstructions(services: ReadInstructionServices, rows: readonly InstructionRow[], branchIds: readonly BranchId[]): Promise<ReadInstructions> {
  const apps = await services.catalogue.apps();
  const named = rows.map((row) => ({ row, app: appCalled(apps, row.application) }));
  const bundleIds = [...new Set(named.flatMap(({ app }) => (typeof app === 'string' ? [] : [app.bundleId])))];
  const versions = new Map(await Promise.all(bundleIds.map(async (bundleId): Promise<[BundleId, readonly AppVersion[]]> => [bundleId, await services.catalogue.versionsOf(bundleId)])));
  const mistakes: RowMistake[] = [];
  const groups = new Map<AppVersion, { readonly app: App; readonly rows: InstructionRow[] }>();
  for (const { row, app } of named) {
    if (typeof app === 'string') {
      mistakes.push({ line: row.line, column: 'Distributed application', words: app });
      continue;
    }
    const version = versionCalled(versions.get(app.bundleId) ?? [], app, row.version);
    if (typeof version === 'string') {
      mistakes.push({ line: row.line, column: 'Version', words: version });
      continue;
    }
    const group = groups.get(version) ?? { app, rows: [] };
    groups.set(version, group);
    group.rows.push(row);
  }
  const plans: BulkTargets[] = [];
  for (const [version, { app, rows: lines }] of groups) {
    const listed = await listedDevices(services, lines.map(({ deviceName }) => deviceName), branchIds);
    plans.push({ app, version, devices: listed.devices });
    mistakes.push(...listed.mistakes.map(({ index, words }) => ({ line: lines[index]?.line ?? 0, column: 'Smart device name', words })));
  }
  return { plans, mistakes };
}

/** What is wrong, in words, where there is not one. */
function versionCalled(versions: readonly AppVersion[], { bundleId }: App, text: string): AppVersion | string {
  const [first, ...others] = versions.filter(({ shortVersion, version }) => text === shortVersion || text === `${shortVersion}+${version}`);
  if (first === undefined) return `there is no version ${JSON.stringify(text)} of ${bundleId}: write one that \`wavecast app show ${bundleId}\` lists`;
  return others.length === 0 ? first : `${bundleId} has ${others.length + 1} builds of version ${JSON.stringify(text)}: write version and build, ${first.shortVersion}+${first.version}`;
}
