/** Which version of an app is the highest, and which comes before another. */
import type { AppVersion } from './app.ts';
import { compareVersions } from './version-order.ts';

/** The highest of the versions that are lower than `version`, by short version and then build; withdrawn ones do not count. */
export function versionBefore(version: AppVersion, versions: readonly AppVersion[]): AppVersion | undefined {
  return highestOf(versions.filter((other) => other.withdrawn === undefined && compare(other, version) < 0));
}

export function highestOf(versions: readonly AppVersion[]): AppVersion | undefined {
  return versions.toSorted(compare).at(-1);
}

function compare(a: Pick<AppVersion, 'shortVersion' | 'version'>, b: Pick<AppVersion, 'shortVersion' | 'version'>): number {
  return compareVersions(a.shortVersion, b.shortVersion) || compareVersions(a.version, b.version);
}
