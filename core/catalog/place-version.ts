/** From a file on the communication server to a verified version: read, judge, digest, freeze, and have it verified from outside. */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import { parseBundleId, versionIdOf, type Sha256 } from '../ids.ts';
import type { Timers } from '../instruction/store.ts';
import { isGood, type AppVersion, type PlacementCheck, type Registration, type VersionProfile } from './app.ts';
import type { ByteSource } from './byte-source.ts';
import type { CheckName } from './check-names.ts';
import type { EdgeGate } from './edge-gate.ts';
import { nearest } from './nearest-names.ts';
import type { EmbeddedProfile, IpaFacts } from './package-facts.ts';
import { placeIcon, type IconServices } from './package-icon.ts';
import { checkPackageSize } from './package-size.ts';
import { judgePackage, type PackageVerdict } from './package-verdict.ts';
import { CHUNK_SIZE, incomingKey, packageKey } from './placement-keys.ts';
import type { CatalogueStore, FileStore } from './store.ts';
import { checkUpgrade } from './upgrade-path.ts';
import { verifyPlacement, type VerifyServices } from './verify-placement.ts';
import { endOfProfile, versionDue } from './version-end.ts';

export interface PlaceServices extends VerifyServices, IconServices {
  readonly catalogue: CatalogueStore;
  readonly files: FileStore;
  readonly gate: EdgeGate;
  readonly timers: Pick<Timers, 'put'>;
  /** Reads what an IPA says of itself, by ranges. Throws `package-unreadable` or `package-refused`. */
  readonly readPackage: (source: ByteSource) => Promise<IpaFacts>;
  /** SHA-256 of the whole and of every chunk of `chunkSize` bytes. */
  readonly digest: (bytes: AsyncIterable<Uint8Array>, chunkSize: number) => Promise<{ readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }>;
}

const IN_HOUSE = 'an app for internal use (enterprise or ad hoc) that is valid today';
const CHANGED = 'The file changed while it was registered: place it again and repeat.';

/**
 * Carries out a registration; one that names its version from the beginning verifies that again. Its end (verified or
 * refused, with every check) is written to it; repeating does no harm.
 */
export async function placeVersion(services: PlaceServices, registrationId: string, now: () => Instant): Promise<void> {
  const registration = await services.catalogue.registration(registrationId);
  if (registration === undefined || registration.state === 'verified') return;
  const finish = (end: Partial<Registration>): Promise<void> => services.catalogue.putRegistration({ ...registration, ...end, updatedAt: now() });
  try {
    const known = registration.versionId === undefined ? undefined : await services.catalogue.version(registration.versionId);
    const { version, declared } = known === undefined ? await place(services, registration, now) : { version: known, declared: [] };
    if (version === undefined) {
      await finish({ state: 'refused', checks: declared, ...refusalBy(declared) });
      return;
    }
    const { placement, checks } = await verifyPlacement(services, version.id, now);
    const end = { checks: [...declared, ...checks], versionId: version.id, bundleId: version.bundleId, warnings: version.warnings };
    await finish(isGood(placement) ? { ...end, state: 'verified' } : { ...end, state: 'refused', ...refusalBy(checks) });
  } catch (error) {
    if (!(error instanceof WavecastError) || error.code === 'internal' || error.code === 'throttled') throw error;
    const evidence = error.evidence.length === 0 ? [] : [`Evidence: ${error.evidence.join('; ').replace(/\.$/, '')}.`];
    await finish({ state: 'refused', reason: [error.message, ...evidence].join(' '), ...(error.remedy === undefined ? {} : { remedy: error.remedy }) });
  }
}

/** By the first check that did not pass; the others stand in the list. */
function refusalBy(checks: readonly PlacementCheck[]): Pick<Registration, 'reason' | 'remedy'> {
  const [first] = checks.filter(({ passed }) => !passed);
  if (first === undefined) return {};
  const { name, expected, found, remedy } = first;
  return { reason: `${name} did not pass: expected ${expected}, found ${found.replace(/\.$/, '')}.`, ...(remedy === undefined ? {} : { remedy }) };
}

/** Reads, judges and freezes the file. No version where a check did not pass. */
async function place(services: PlaceServices, registration: Registration, now: () => Instant): Promise<{ readonly version?: AppVersion; readonly declared: readonly PlacementCheck[] }> {
  const { catalogue, files } = services;
  const key = incomingKey(registration.fileName);
  const file = await files.head(key);
  if (file === undefined) throw await missing(services, registration.fileName);
  checkPackageSize(registration.fileName, file.size);
  const facts = await services.readPackage({ size: file.size, read: (offset, length) => files.read(key, offset, length, file) });
  const verdict = judgePackage(facts, now(), { allowDevelopment: false });
  const declared = [...checkVerdict(verdict), ...checkDeclared(registration, facts)];
  if (declared.some(({ passed }) => !passed)) return { declared };
  const applicationIdentifier = facts.profiles[0]?.applicationIdentifier ?? '';
  const bundleId = parseBundleId(facts.bundleId);
  const upgrade = checkUpgrade({ ...facts, bundleId, applicationIdentifier }, await catalogue.versionsOf(bundleId));
  const digests = await services.digest(files.stream(key, file), CHUNK_SIZE);
  const known = await catalogue.version(versionIdOf(digests.whole));
  const build = check('Build', known === undefined ? 'new' : knownSince(known), known === undefined ? 'new' : knownSince(known), '');
  const placed = packageKey(digests.whole, registration.fileName);
  await files.copy(key, placed, file);
  const [after, copy] = await Promise.all([files.head(key), files.head(placed)]);
  // The file as it was judged, digested and copied is one and the same only if it is still there.
  const copied = check('File while registered', 'unchanged', file.etag === after?.etag && copy?.size === file.size ? 'unchanged' : after === undefined ? 'removed' : 'exchanged', CHANGED);
  if (!copied.passed) return { declared: [...declared, build, copied] };
  const { warnings, ...icon } = await placeIcon(services, digests.whole, facts.icon);
  const more = { ...icon, applicationIdentifier, warnings: [...verdict.warnings, ...upgrade, ...warnings] };
  const version: AppVersion = { ...versionFrom(registration, facts, verdict, digests, now()), ...more, fileEtag: file.etag, ...(copy === undefined ? {} : { copyEtag: copy.etag }) };
  // What an administrator once said of the app stays until it is said anew: a later build registered without it changes nothing.
  const [said, before] = [registration.expected, await catalogue.app(version.bundleId)];
  const { title = before?.title ?? version.title, description = before?.description ?? '' } = said;
  // A build that was withdrawn is refused at the edge until it is registered again.
  if (known?.withdrawn !== undefined) await services.gate.open({ kind: 'package', digest: digests.whole });
  await catalogue.putVersion({ bundleId: version.bundleId, title, description, createdAt: version.createdAt }, version);
  const due = versionDue(version, now());
  if (due !== undefined) await services.timers.put([due]);
  return { version, declared: [...declared, build, copied] };
}

/** The same file again is the version that it was. */
function knownSince({ shortVersion, version, createdAt }: AppVersion): string {
  return `the file of version ${shortVersion} (${version}), registered on ${new Date(createdAt).toISOString().slice(0, 10)}`;
}

const NAMES_LOOKED_AT = 1_000;

/** Names that are there and nearly like it: most often a name was mistyped. */
async function missing({ files }: PlaceServices, fileName: string): Promise<WavecastError> {
  const there = nearest(fileName, (await files.list(incomingKey(''), undefined, NAMES_LOOKED_AT)).items.map(({ key }) => key.slice(incomingKey('').length)));
  return new WavecastError('placement-missing', `There is no file "${fileName}" on the communication server.`, {
    remedy: [`Put it there with \`wavecast files put FILE --as "${fileName}"\`, or correct the file name.`, ...(there.length === 0 ? [] : [`There are: ${there.map((name) => `"${name}"`).join(', ')}.`])].join(' '),
  });
}

function check(name: CheckName, expected: string, found: string, remedy: string): PlacementCheck {
  return expected === found ? { name, passed: true, expected, found } : { name, passed: false, expected, found, remedy };
}

function checkDeclared({ expected }: Registration, facts: IpaFacts): readonly PlacementCheck[] {
  return [
    ...(expected.bundleId === undefined ? [] : [check('Package name', expected.bundleId, facts.bundleId, 'Register the app under the package name that is in the file, or place the right file.')]),
    ...(expected.version === undefined ? [] : [check('Version', expected.version, facts.shortVersion, 'Register the version that is in the file, or place the right file.')]),
  ];
}

/** Whether it may be distributed at all, as one check among the others: what else is wrong is said in the same answer. */
function checkVerdict({ kind, accepted, evidence }: PackageVerdict): readonly PlacementCheck[] {
  const found = accepted ? kind : `${kind}: ${evidence.join(' ')}`;
  const name: CheckName = 'Distribution';
  return [accepted ? { name, passed: true, expected: IN_HOUSE, found } : { name, passed: false, expected: IN_HOUSE, found, remedy: 'Export the app for enterprise or ad hoc distribution, with a profile and certificate that are valid, and register that.' }];
}

function versionFrom(registration: Registration, facts: IpaFacts, verdict: PackageVerdict, digests: { readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }, now: Instant): Omit<AppVersion, 'warnings'> {
  return {
    id: versionIdOf(digests.whole), bundleId: parseBundleId(facts.bundleId), version: facts.version, shortVersion: facts.shortVersion, title: facts.title,
    fileName: registration.fileName, digest: digests.whole, size: digests.size, chunkDigests: digests.chunks, chunkSize: CHUNK_SIZE,
    minimumOsVersion: facts.minimumOsVersion, deviceFamilies: facts.deviceFamilies, kind: verdict.kind, teamId: verdict.teamIdentifier,
    // An accepted package has a profile; one that never expires does not exist.
    profileExpiresAt: verdict.expiresAt ?? now, profiles: facts.profiles.map(profileOf), provisionedDevices: verdict.allowedDevices ?? [], placement: 'placed', checks: [], createdAt: now,
  };
}

function profileOf(profile: EmbeddedProfile): VersionProfile {
  const { bundleId = '', uuid, name, applicationIdentifier, certificateDigests } = profile;
  return { bundleId, uuid, name, applicationIdentifier, endsAt: endOfProfile(profile), certificates: certificateDigests };
}
