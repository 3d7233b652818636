/** From a file on the communication server to a verified version: read, judge, digest, freeze, fetch as a device would. */
import { DAY, type Instant, type Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseBundleId, versionIdOf, type Sha256 } from '../ids.ts';
import type { Timers } from '../instruction/store.ts';
import type { AppVersion, PlacementCheck, Registration, VersionProfile } from './app.ts';
import type { ByteSource } from './byte-source.ts';
import type { EdgeGate } from './edge-gate.ts';
import type { EmbeddedProfile, IpaFacts } from './package-facts.ts';
import { judgePackage, type PackageVerdict } from './package-verdict.ts';
import type { CatalogueStore, FileStore, PackageLinks } from './store.ts';
import { endOfProfile, versionDue } from './version-end.ts';

export interface PlaceServices {
  readonly catalogue: CatalogueStore;
  readonly files: FileStore;
  readonly links: PackageLinks;
  readonly gate: EdgeGate;
  readonly timers: Pick<Timers, 'put'>;
  /** Reads what an IPA says of itself, by ranges. Throws `package-unreadable` or `package-refused`. */
  readonly readPackage: (source: ByteSource) => Promise<IpaFacts>;
  /** SHA-256 of the whole and of every chunk of `chunkSize` bytes. */
  readonly digest: (bytes: AsyncIterable<Uint8Array>, chunkSize: number) => Promise<{ readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }>;
  /** Asks the communication server for a file as a device does. */
  readonly probe: (url: string) => Promise<Probe>;
  readonly log: Logger;
}

/** What the communication server answered; `problem` where it could not be reached. */
export interface Probe {
  readonly status: number;
  readonly contentType: string;
  readonly size: number;
  readonly ranges: boolean;
  readonly problem?: string;
}

/** Chunks of the manifest's digests: a broken download is noticed and repeated chunk by chunk. */
export const CHUNK_SIZE = 10 * 1024 * 1024;
const PROBE_LINK_LIFE = DAY / 24;
const CHANGED = 'The file changed while it was verified: place it again and repeat.';

export function incomingKey(fileName: string): string {
  return `incoming/${fileName}`;
}

export function packageKey(digest: Sha256, fileName: string): string {
  return `${placeOfPackage(digest)}${fileName}`;
}

/** The folder of all that belongs to a build. */
export function placeOfPackage(digest: Sha256): string {
  return `packages/${digest}/`;
}

/** Carries out a registration. Its end (verified or refused, with every check) is written to it; repeating does no harm. */
export async function placeVersion(services: PlaceServices, registrationId: string, now: () => Instant): Promise<void> {
  const registration = await services.catalogue.registration(registrationId);
  if (registration === undefined || registration.state === 'verified') return;
  const finish = (end: Partial<Registration>): Promise<void> => services.catalogue.putRegistration({ ...registration, ...end, updatedAt: now() });
  try {
    const { version, checks } = await verify(services, registration, now);
    if (version === undefined) {
      const [first] = checks.filter(({ passed }) => !passed);
      await finish({ state: 'refused', checks, reason: `${first?.name ?? 'A check'} did not pass: expected ${first?.expected ?? ''}, found ${first?.found ?? ''}.`, ...(first?.remedy === undefined ? {} : { remedy: first.remedy }) });
      return;
    }
    // What an administrator once said of the app stays until it is said anew: a later build registered without it changes nothing.
    const [said, before] = [registration.expected, await services.catalogue.app(version.bundleId)];
    const { title = before?.title ?? version.title, description = before?.description ?? '' } = said;
    await services.catalogue.putVersion({ bundleId: version.bundleId, title, description, createdAt: version.createdAt }, version);
    const due = versionDue(version, now());
    if (due !== undefined) await services.timers.put([due]);
    await finish({ state: 'verified', checks, versionId: version.id, bundleId: version.bundleId });
    services.log.info('version verified', { versionId: version.id, size: version.size });
  } catch (error) {
    if (!(error instanceof WavecastError) || error.code === 'internal' || error.code === 'throttled') throw error;
    const evidence = error.evidence.length === 0 ? '' : ` Evidence: ${error.evidence.join('; ').replace(/\.$/, '')}.`;
    await finish({ state: 'refused', reason: `${error.message}${evidence}`, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) });
  }
}

async function verify(services: PlaceServices, registration: Registration, now: () => Instant): Promise<{ readonly version?: AppVersion; readonly checks: readonly PlacementCheck[] }> {
  const key = incomingKey(registration.fileName);
  const file = await services.files.head(key);
  if (file === undefined) {
    throw new WavecastError('placement-missing', `There is no file "${registration.fileName}" on the communication server.`, { remedy: 'Put it there with `wavecast files put`, or correct the file name.' });
  }
  const facts = await services.readPackage({ size: file.size, read: (offset, length) => services.files.read(key, offset, length) });
  const verdict = judgePackage(facts, now(), { allowDevelopment: false });
  if (!verdict.accepted) throw new WavecastError('package-refused', 'This package is not an app for internal use that can be distributed.', { evidence: verdict.evidence, remedy: 'Export the app for enterprise or ad hoc distribution, with a valid profile, and register that.' });
  const declared = checkDeclared(registration, facts);
  if (declared.some(({ passed }) => !passed)) return { checks: declared };
  const digests = await services.digest(services.files.stream(key), CHUNK_SIZE);
  const placed = packageKey(digests.whole, registration.fileName);
  await services.files.copy(key, placed);
  // The file as it was judged, digested and copied is one and the same only if it is still there.
  const copied = check('File unchanged', file.etag, (await services.files.head(key))?.etag ?? 'no file', CHANGED);
  // A build that was withdrawn is refused at the edge until it is registered again.
  const withdrawn = (await services.catalogue.version(versionIdOf(digests.whole)))?.withdrawn !== undefined;
  const gated = { kind: 'package', digest: digests.whole } as const;
  if (withdrawn) await services.gate.open(gated);
  const served = checkServed(await services.probe(await services.links.packageLink(placed, now() + PROBE_LINK_LIFE)), file.size);
  const checks = [...declared, copied, ...served];
  if (checks.some(({ passed }) => !passed)) {
    if (withdrawn) await services.gate.close(gated);
    return { checks };
  }
  return { checks, version: versionFrom(registration, facts, verdict, digests, checks, now()) };
}

function check(name: string, expected: string, found: string, remedy: string): PlacementCheck {
  return expected === found ? { name, passed: true, expected, found } : { name, passed: false, expected, found, remedy };
}

function checkDeclared({ expected }: Registration, facts: IpaFacts): readonly PlacementCheck[] {
  return [
    ...(expected.bundleId === undefined ? [] : [check('Package name', expected.bundleId, facts.bundleId, 'Register the app under the package name that is in the file, or place the right file.')]),
    ...(expected.version === undefined ? [] : [check('Version', expected.version, facts.shortVersion, 'Register the version that is in the file, or place the right file.')]),
  ];
}

function checkServed(probe: Probe, size: number): readonly PlacementCheck[] {
  const reach = 'Check the address and certificate of the communication server.';
  return [
    check('Download', '200', probe.problem ?? String(probe.status), reach),
    ...(probe.problem === undefined && probe.status === 200
      ? [
          check('Content type', 'application/octet-stream', probe.contentType, 'Place the file again.'),
          check('Size', String(size), String(probe.size), CHANGED),
          check('Resumable download', 'yes', probe.ranges ? 'yes' : 'no', reach),
        ]
      : []),
  ];
}

function versionFrom(registration: Registration, facts: IpaFacts, verdict: PackageVerdict, digests: { readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }, checks: readonly PlacementCheck[], now: Instant): AppVersion {
  return {
    id: versionIdOf(digests.whole), bundleId: parseBundleId(facts.bundleId), version: facts.version, shortVersion: facts.shortVersion, title: facts.title,
    fileName: registration.fileName, digest: digests.whole, size: digests.size, chunkDigests: digests.chunks, chunkSize: CHUNK_SIZE,
    minimumOsVersion: facts.minimumOsVersion, deviceFamilies: facts.deviceFamilies, kind: verdict.kind, teamId: verdict.teamIdentifier,
    // An accepted package has a profile; one that never expires does not exist.
    profileExpiresAt: verdict.expiresAt ?? now, profiles: facts.profiles.map(profileOf), provisionedDevices: verdict.allowedDevices ?? [], placement: 'verified', checks, verifiedAt: now, createdAt: now,
  };
}

function profileOf(profile: EmbeddedProfile): VersionProfile {
  const { bundleId = '', uuid, name, applicationIdentifier, certificateDigests } = profile;
  return { bundleId, uuid, name, applicationIdentifier, endsAt: endOfProfile(profile), certificates: certificateDigests };
}
