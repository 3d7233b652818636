/** The verdict on a placement: what was registered, compared with what lies there and with what the world sees. Pure. */
import { MINUTE, type Instant } from '../ambient.ts';
import type { AppVersion, PlacementCheck, PlacementState } from './app.ts';
import type { CheckName } from './check-names.ts';
import type { Answered, OutsideView, SeenFile, SeenManifest, SeenPackage, Whereabouts } from './outside-view.ts';
import { reachProblem } from './reach-problems.ts';

/** A file on the communication server as its store knows it; `digest` where it had to be read to know it. */
export interface KeptFile {
  /** Bytes. */
  readonly size: number;
  readonly digest?: string;
}

/** The store's own view: the administrator's file under its name, and the copy that is served. Absent where nothing is. */
export interface InsideView {
  readonly file?: KeptFile;
  readonly copy?: KeptFile;
}

export interface Registered {
  readonly version: AppVersion;
  /** What users see. */
  readonly title: string;
  /** How long the links of this look were to be good. */
  readonly linkUntil: Instant;
}

/** What a check that did not pass means for the placement. */
type Fault = Extract<PlacementState, 'missing' | 'mismatched' | 'placed'>;
type Judged = PlacementCheck & { readonly fault?: Fault };

export const FILE_CHECK: CheckName = 'File name';
export const UNCHANGED_CHECK: CheckName = 'File unchanged';
export const COPY_CHECK: CheckName = 'Served copy';

const putBack = ({ fileName, id }: AppVersion): string => `Put the registered file back under the name "${fileName}" and run \`wavecast app verify ${id}\`, or give the other file a name of its own and register that.`;
const registerAgain = ({ fileName, id }: AppVersion): string => `Register "${fileName}" again, which makes the copy anew; then run \`wavecast app verify ${id}\`.`;
const theirs = 'Give devices no manifest from elsewhere: see that the address leads to this installation, then verify again.';
const edge = 'Something between us and the devices changes answers: see what stands before the communication server, then verify again.';

/** Every check that can be made, in the order in which a device would meet them, and where the placement stands by them. */
export function judgePlacement(registered: Registered, inside: InsideView, view: OutsideView, now: Instant): { readonly checks: readonly PlacementCheck[]; readonly placement: PlacementState } {
  const { version } = registered;
  const judged = [
    ...insideChecks(version, inside),
    ...serverChecks('Manifest', view.at, view.manifest, 'The API does not serve the manifest: see the log of the function `delivery`, then verify again.'),
    ...(view.manifest.status === 200 ? manifestChecks(registered, view) : []),
    ...(view.file === undefined ? [] : fileChecks(registered, inside, view.file, now)),
  ];
  const faults = judged.flatMap(({ fault }) => fault ?? []);
  const placement = faults.find((fault) => fault === 'missing') ?? faults.find((fault) => fault === 'mismatched') ?? faults[0] ?? (version.placement === 'proven' ? 'proven' : 'verified');
  return { checks: judged.map(({ fault: _, ...check }) => check), placement };
}

/** The administrator's file, as far as its presence and size tell; for a look without reading it. */
export function fileCheck(version: AppVersion, file: KeptFile | undefined): Judged {
  if (file === undefined) return judge(FILE_CHECK, version.fileName, 'no file of this name', 'missing', putBack(version));
  if (file.digest === undefined) return judge(UNCHANGED_CHECK, inBytes(version.size), inBytes(file.size), 'mismatched', putBack(version));
  const { size, digest } = file;
  return passing(UNCHANGED_CHECK, size === version.size && digest === version.digest, contentOf(version), contentOf({ size, digest }), 'mismatched', putBack(version));
}

export function copyCheck(version: AppVersion, copy: KeptFile | undefined): Judged {
  return judge(COPY_CHECK, inBytes(version.size), copy === undefined ? 'no file' : inBytes(copy.size), copy === undefined ? 'missing' : 'mismatched', registerAgain(version));
}

function insideChecks(version: AppVersion, { file, copy }: InsideView): readonly Judged[] {
  return [...(file === undefined ? [] : [judge(FILE_CHECK, version.fileName, version.fileName, 'missing', '')]), fileCheck(version, file), copyCheck(version, copy)];
}

function manifestChecks({ version, title }: Registered, { manifest, says, unreadable }: OutsideView): readonly Judged[] {
  const type = judge('Manifest content type', 'text/xml', baseType(manifest.contentType), 'placed', edge);
  if (says === undefined) return [type, judge('Manifest content', 'a manifest', unreadable ?? 'nothing', 'placed', theirs)];
  return [
    type,
    judge('Package name in the manifest', version.bundleId, says.bundleId, 'mismatched', theirs),
    judge('Version in the manifest', version.version, says.version, 'mismatched', theirs),
    judge('Title in the manifest', title, says.title, 'mismatched', theirs),
    judge('Digests in the manifest', digestsText(version.chunkDigests, version.chunkSize), digestsFound(version, says), 'mismatched', theirs),
  ];
}

function digestsText(digests: readonly string[], size: number): string {
  return `${digests.length} of ${size} bytes`;
}

function digestsFound({ chunkDigests, chunkSize }: AppVersion, { sha256s, sha256Size }: SeenManifest): string {
  const other = sha256s.findIndex((digest, index) => digest !== chunkDigests[index]);
  const isOther = sha256Size === chunkSize && sha256s.length === chunkDigests.length && other >= 0;
  return isOther ? `${sha256s.length} of ${sha256Size} bytes, of which no. ${other + 1} is another` : digestsText(sha256s, sha256Size);
}

function fileChecks(registered: Registered, inside: InsideView, seen: SeenFile, now: Instant): readonly Judged[] {
  const { version, linkUntil } = registered;
  const dead = inside.copy === undefined
    ? registerAgain(version)
    : 'The file is there, but its signed link is dead: the communication server knows another key than the one that signs links. Deploy again, so that both get the same key; then verify again.';
  const until = seen.linkUntil === undefined ? 'no end' : lasting(seen.linkUntil, now);
  const answeredChecks = serverChecks('Package', seen.at, seen.head, dead);
  // Both ends are counted in whole seconds.
  const life = judge('Link lifetime', lasting(linkUntil, now), seen.linkUntil !== undefined && seen.linkUntil >= linkUntil - 1_000 ? lasting(linkUntil, now) : until, 'placed', 'Links end before they should: set the clocks of what signs them right, then verify again.');
  if (seen.head.status !== 200) return [...answeredChecks, life];
  return [
    ...answeredChecks, life,
    judge('Content type', 'application/octet-stream', baseType(seen.head.contentType), 'placed', registerAgain(version)),
    judge('Size', inBytes(version.size), seen.head.size === undefined ? 'not said' : inBytes(seen.head.size), 'mismatched', registerAgain(version)),
    ...(seen.range === undefined ? [] : [judge('Resumable download', 'status 206', `status ${seen.range}`, 'placed', edge)]),
    ...(seen.ifRange === undefined ? [] : [judge('Resumed download', 'a part of this file, all of another', resumes(seen.ifRange), 'placed', edge)]),
    ...contentChecks(version, seen),
    ...(seen.says === undefined ? [judge('Package content', 'a package', seen.unreadable ?? 'nothing', 'mismatched', registerAgain(version))] : packageChecks(version, seen.says, now)),
  ];
}

function resumes({ same, other }: NonNullable<SeenFile['ifRange']>): string {
  return `${same === 206 ? 'a part of this file' : `status ${same} for this file`}, ${other === 200 ? 'all of another' : `status ${other} for another`}`;
}

function contentChecks(version: AppVersion, { digests, interrupted }: SeenFile): readonly Judged[] {
  if (digests === undefined) return [judge('Whole download', inBytes(version.size), interrupted === undefined ? 'it broke off' : `it broke off ${interrupted}`, 'placed', 'See that the communication server can be reached without interruption, then verify again.')];
  const other = digests.chunks.findIndex((digest, index) => digest !== version.chunkDigests[index]);
  return [
    judge('Whole download', inBytes(version.size), inBytes(digests.size), 'mismatched', registerAgain(version)),
    judge('Digest', version.digest, digests.whole, 'mismatched', registerAgain(version)),
    judge('Digests of the parts', 'as in the manifest', other < 0 && digests.chunks.length === version.chunkDigests.length ? 'as in the manifest' : `part ${Math.max(0, other) + 1} is another`, 'mismatched', registerAgain(version)),
  ];
}

function packageChecks(version: AppVersion, says: SeenPackage, now: Instant): readonly Judged[] {
  // A profile that was renewed reaches devices beside the package, which keeps the former one.
  const ends = version.renewal === undefined ? says.profileExpiresAt : version.profileExpiresAt;
  const expected = `valid after ${day(now)}`;
  return [
    judge('Package name in the file', version.bundleId, says.bundleId, 'mismatched', registerAgain(version)),
    judge('Version in the file', `${version.shortVersion} (${version.version})`, `${says.shortVersion} (${says.version})`, 'mismatched', registerAgain(version)),
    judge('Title in the file', version.title, says.title, 'mismatched', registerAgain(version)),
    passing('Provisioning profile', ends !== undefined && ends > now, expected, ends === undefined ? 'no profile' : `valid until ${day(ends)}`, 'placed', 'Build the app with a valid provisioning profile and a higher build number, and register that.'),
  ];
}

/** Address, certificate and answer of one server. What cannot be seen for what failed before is left out. */
function serverChecks(what: 'Manifest' | 'Package', at: Whereabouts, answer: Answered, remedy: string): readonly Judged[] {
  const problem = answer.problem === undefined ? undefined : reachProblem(answer.problem);
  const address = passing(`${what} address`, isPublic(at) && problem?.of !== 'name', 'https, by a name that devices can resolve', addressFound(at, problem?.of === 'name' ? problem.words : undefined), 'placed',
    problem?.of === 'name' ? problem.remedy : 'Deploy with a public name and its certificate (apiDomain, edgeDomain), then verify again.');
  const certificate = at.secure && (answer.certificateUntil !== undefined || problem?.of === 'certificate')
    ? [passing(`${what} certificate`, problem?.of !== 'certificate', 'trusted, valid, for this name', problem?.of === 'certificate' ? problem.words : `trusted, valid until ${day(answer.certificateUntil ?? 0)}`, 'placed', problem?.remedy ?? '')]
    : [];
  const answered = problem === undefined
    ? [judge(`${what} download`, 'status 200', `status ${answer.status}`, 'placed', remedy)]
    : problem.of === 'connection' ? [judge(`${what} download`, 'status 200', problem.words, 'placed', problem.remedy)] : [];
  return [address, ...certificate, ...answered];
}

function addressFound({ secure, host }: Whereabouts, problem: string | undefined): string {
  const address = `${secure ? 'https' : 'http'}, ${host}`;
  if (isLoopback(host)) return `${address}: devices outside this machine could not fetch it; accepted in its local cloud only`;
  return problem === undefined ? address : `${address}, with ${problem}`;
}

/** This machine's own cloud, which nobody else can reach: there is no name to check, nor a wire. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}

function isPublic({ secure, host }: Whereabouts): boolean {
  if (isLoopback(host)) return true;
  return secure && /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.[\p{L}-][\p{L}\p{N}-]+$/u.test(host) && !/\.(local|internal|localhost|home\.arpa|lan)$/i.test(host);
}

function judge(name: CheckName, expected: string, found: string, fault: Fault, remedy: string): Judged {
  return passing(name, expected === found, expected, found, fault, remedy);
}

function passing(name: CheckName, passed: boolean, expected: string, found: string, fault: Fault, remedy: string): Judged {
  return passed ? { name, passed, expected, found } : { name, passed, expected, found, remedy, fault };
}

function inBytes(size: number): string {
  return `${size} bytes`;
}

/** The beginning of a digest is enough to tell files apart by eye; they are compared whole. */
function contentOf({ size, digest }: { readonly size: number; readonly digest: string }): string {
  return `${size} bytes, SHA-256 ${digest.slice(0, 16)}…`;
}

function baseType(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}

function lasting(until: Instant, now: Instant): string {
  return `${Math.round((until - now) / MINUTE)} min`;
}

function day(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
