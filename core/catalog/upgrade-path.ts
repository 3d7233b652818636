/** Can devices that have a registered version go on to another build of the app? */
import { WavecastError } from '../errors.ts';
import type { AppVersion } from './app.ts';
import { compareVersions } from './version-order.ts';

type Build = Pick<AppVersion, 'bundleId' | 'shortVersion' | 'version'> & { readonly applicationIdentifier: string };
type Registered = Pick<AppVersion, 'shortVersion' | 'version' | 'applicationIdentifier' | 'withdrawn'>;

/**
 * `registered`: the app's other versions, newest first. Throws `package-refused` where no device could upgrade; answers what is
 * allowed and should be known. Versions from before application identifiers were kept say nothing, and one that was
 * withdrawn forbids nothing: devices may still have it, so that it is compared with.
 */
export function checkUpgrade(build: Build, registered: readonly Registered[]): readonly string[] {
  const former = registered.find(({ applicationIdentifier, withdrawn }) => applicationIdentifier !== undefined && withdrawn === undefined);
  const [was, is] = [prefixOf(former?.applicationIdentifier ?? ''), prefixOf(build.applicationIdentifier)];
  if (former !== undefined && was !== is) {
    throw new WavecastError('package-refused', `No device that has ${build.bundleId} could upgrade to this package: it has another identity than version ${named(former)}.`, {
      evidence: [`application-identifier of version ${named(former)}: ${was}.${build.bundleId}`, `of this package: ${is}.${build.bundleId}`],
      remedy: `iOS replaces an app only by one of the same application-identifier: sign this one with a profile of ${was}, give it another package name, or withdraw the app's other versions first.`,
    });
  }
  const highest = registered.toSorted((a, b) => byVersion(b, a))[0];
  if (highest === undefined || byVersion(build, highest) >= 0) return [];
  return [`Version ${named(build)} is lower than ${named(highest)}, which was registered: devices that have that one would be set back, and the older app may not understand its data.`];
}

/** The short version first, then the build. For advice: equal ones need not be the same text. */
function byVersion(a: Registered, b: Registered): number {
  return compareVersions(a.shortVersion, b.shortVersion) || compareVersions(a.version, b.version);
}

/** What stands before the bundle identifier, most often the team's: a wildcard profile gives an app the same identity as one of its own. */
function prefixOf(applicationIdentifier: string): string {
  return applicationIdentifier.split('.')[0] ?? '';
}

function named({ shortVersion, version }: Pick<AppVersion, 'shortVersion' | 'version'>): string {
  return `${shortVersion} (${version})`;
}
