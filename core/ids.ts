/**
 * Identifiers. Each is a string with a brand, so that one kind cannot be passed where another belongs.
 * Values enter through the `parse…` functions at the doors (API, wire, store) and are trusted within.
 */
import { WavecastError } from './errors.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Our own name of a device record: a UUID, given when the device is first known (invitation or Authenticate). */
export type DeviceId = Branded<'DeviceId'>;
/** Apple's UDID or EnrollmentID: the key of a device's MDM standing and of its command queue. */
export type EnrolmentId = Branded<'EnrolmentId'>;
/** Short name of a site, `[a-z0-9-]{1,40}`. */
export type BranchId = Branded<'BranchId'>;
/** Package name: CFBundleIdentifier. */
export type BundleId = Branded<'BundleId'>;
/** One immutable build: the lower-case hex SHA-256 of its file, first 32 characters. */
export type VersionId = Branded<'VersionId'>;
export type PlanId = Branded<'PlanId'>;
export type WaveId = Branded<'WaveId'>;
export type InstructionId = Branded<'InstructionId'>;
/** CommandUUID on the wire. */
export type CommandId = Branded<'CommandId'>;
export type InvitationId = Branded<'InvitationId'>;
/** When a job was asked for and something of chance: ids in order are jobs in order of time. */
export type JobId = Branded<'JobId'>;
/** Lower-case hex SHA-256 (64 characters). */
export type Sha256 = Branded<'Sha256'>;

/** The one place where a string gets a brand: the caller names it, the pattern warrants it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the brand exists in the result alone
function parser<T extends string>(what: string, pattern: RegExp, allowed: string): (value: unknown) => T {
  const matches = (value: unknown): value is T => typeof value === 'string' && pattern.test(value);
  return (value) => {
    if (matches(value)) return value;
    throw new WavecastError('invalid-input', `This is not a valid ${what}.`, { remedy: `Use ${allowed}.` });
  };
}

const bundleIdPattern = /^[0-9A-Za-z][0-9A-Za-z.-]{0,154}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const parseDeviceId = parser<DeviceId>('device id', uuid, 'the id that `wavecast device list` shows');
/** Devices send anything; what we keep as a key is bounded and printable (Apple's own are hex and hyphens). */
export const parseEnrolmentId = parser<EnrolmentId>('UDID', /^[0-9A-Za-z-]{8,64}$/, '8 to 64 letters, digits and hyphens');
export const parseBranchId = parser<BranchId>('branch id', /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, '1 to 40 lower-case letters, digits and inner hyphens');
export const parseBundleId = parser<BundleId>('package name', bundleIdPattern, 'a bundle identifier: letters, digits, hyphens and dots, at most 155 characters');
/** `<planId>.<branchId>.<kind>.<seq>` for a plan's waves, `direct.<uuid>` and `single.<uuid>` for instructions outside a plan. */
export const parseWaveId = parser<WaveId>('wave id', /^[0-9a-z.-]{8,120}$/, 'the id that the API gave');
export const parseVersionId = parser<VersionId>('version id', /^[0-9a-f]{32}$/, 'the id that `wavecast app show` prints');
export const parsePlanId = parser<PlanId>('plan id', uuid, 'the id that `wavecast plan list` shows');
export const parseInstructionId = parser<InstructionId>('instruction id', uuid, 'the id that the API gave');
export const parseCommandId = parser<CommandId>('CommandUUID', /^[0-9A-Za-z-]{1,64}$/, 'the CommandUUID of a command of ours');
export const parseInvitationId = parser<InvitationId>('invitation id', uuid, 'the id that `wavecast device invite` printed');
export const parseJobId = parser<JobId>('job id', /^\d{8}T\d{9}-[0-9a-f]{8}$/, 'the id that `wavecast job list` shows');
export const parseSha256 = parser<Sha256>('SHA-256 digest', /^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');

/** For package names that devices report: what is none of ours is passed over. */
export function isBundleId(text: string): text is BundleId {
  return bundleIdPattern.test(text);
}

/** A build's id is a prefix of its file's digest: the same bytes are always the same build. */
export function versionIdOf(digest: Sha256): VersionId {
  return parseVersionId(digest.slice(0, 32));
}
