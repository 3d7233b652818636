/** Is a package an app for internal use that can be distributed? Decided from what it says of itself, with the evidence. */
import { DAY, type Instant } from '../ambient.ts';
import type { EmbeddedProfile, IpaFacts, PackageKind, ProvisioningFacts } from './package-facts.ts';
import { endOfProfile } from './version-end.ts';

export interface PackageVerdict {
  readonly kind: PackageKind;
  readonly accepted: boolean;
  /** What the verdict rests on, one fact each; of a refusal, every reason. */
  readonly evidence: readonly string[];
  /** What will go wrong later. */
  readonly warnings: readonly string[];
  /** Of the main app's profile; empty where there is none. */
  readonly teamIdentifier: string;
  /** When the first of the embedded profiles ends, or the last developer certificate of one. */
  readonly expiresAt: Instant | undefined;
  /** UDIDs that every profile with a list names: only these may be targets. Undefined: any device. */
  readonly allowedDevices: readonly string[] | undefined;
}

export interface JudgeOptions {
  /** Accept development builds, for test devices. */
  readonly allowDevelopment: boolean;
}

type ProfileKind = Extract<PackageKind, 'enterprise' | 'ad-hoc' | 'development' | 'app-store'>;

/** From the widest audience to none: the narrowest of a package's profiles decides. */
const narrowing: readonly ProfileKind[] = ['enterprise', 'ad-hoc', 'development', 'app-store'];

const warningDays = [7, 30, 60] as const;

/**
 * The evidence table: `ProvisionsAllDevices` = enterprise; a device list without `get-task-allow` = ad hoc; with it =
 * development; neither = App Store build; no profile = download from the store, or unsigned. Every embedded profile counts.
 */
export function judgePackage(facts: IpaFacts, now: Instant, { allowDevelopment }: JudgeOptions): PackageVerdict {
  const [main] = facts.profiles;
  const kind = kindOf(facts);
  const reasons = [...reasonsByKind(facts, kind, allowDevelopment), ...platformReasons(facts), ...facts.profiles.flatMap((profile) => profileReasons(profile, now))];
  const allowedDevices = devicesInEveryList(facts.profiles);
  if (kind !== 'app-store' && allowedDevices?.length === 0) reasons.push('No device is in the device lists of all embedded profiles, so the app could be installed nowhere.');
  return {
    kind,
    accepted: reasons.length === 0,
    evidence: reasons.length === 0 ? facts.profiles.map(describeProfile) : reasons,
    warnings: [...facts.profiles.flatMap((profile) => profileWarnings(profile, now)), ...traceWarnings(facts, kind)],
    teamIdentifier: main?.teamIdentifier ?? '',
    expiresAt: main === undefined ? undefined : Math.min(...facts.profiles.map(endOfProfile)),
    allowedDevices,
  };
}

/** The kind that one profile alone makes. */
export function kindOfProfile(profile: Pick<ProvisioningFacts, 'provisionsAllDevices' | 'deviceList' | 'getTaskAllow'>): ProfileKind {
  if (profile.provisionsAllDevices) return 'enterprise';
  if (profile.deviceList === undefined) return 'app-store';
  return profile.getTaskAllow ? 'development' : 'ad-hoc';
}

/** Does `<prefix>.<bundle id or wildcard>` cover a bundle identifier? A wildcard is `*`, or ends in `.*`. */
export function coversBundle(applicationIdentifier: string, bundleId: string): boolean {
  const dot = applicationIdentifier.indexOf('.');
  if (dot <= 0) return false;
  const pattern = applicationIdentifier.slice(dot + 1);
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? bundleId.startsWith(pattern.slice(0, -1)) && bundleId.length > pattern.length - 1 : pattern === bundleId;
}

function kindOf(facts: IpaFacts): PackageKind {
  if (facts.cryptid !== undefined && facts.cryptid !== 0) return 'store-download';
  const [main] = facts.profiles;
  if (main === undefined || !isMain(facts, main)) return facts.storeTraces.length > 0 ? 'store-download' : 'unsigned';
  const kinds = facts.profiles.map(kindOfProfile);
  return narrowing.findLast((kind) => kinds.includes(kind)) ?? 'unsigned';
}

function isMain(facts: IpaFacts, { path }: EmbeddedProfile): boolean {
  return path === `${facts.appFolder}/embedded.mobileprovision`;
}

function reasonsByKind(facts: IpaFacts, kind: PackageKind, allowDevelopment: boolean): string[] {
  switch (kind) {
    case 'enterprise':
    case 'ad-hoc':
      return [];
    case 'development':
      if (allowDevelopment) return [];
      return ofKind(facts, kind).map(({ path }) => `${path} is a development profile (device list and get-task-allow).`);
    case 'app-store':
      return ofKind(facts, kind).map(({ path }) => `${path} has neither ProvisionsAllDevices nor ProvisionedDevices: it is for the App Store.`);
    case 'store-download':
      return [
        ...(facts.cryptid === undefined || facts.cryptid === 0 ? [] : [`The executable is encrypted by the App Store (cryptid ${facts.cryptid}).`]),
        ...facts.storeTraces.map((path) => `${path} comes with downloads from the App Store.`),
        ...(facts.profiles.length === 0 ? ['There is no embedded.mobileprovision.'] : []),
      ];
    case 'unsigned':
      return [`There is no ${facts.appFolder}/embedded.mobileprovision: the app was not signed for distribution.`];
  }
}

function ofKind(facts: IpaFacts, kind: ProfileKind): readonly EmbeddedProfile[] {
  return facts.profiles.filter((profile) => kindOfProfile(profile) === kind);
}

function platformReasons({ supportedPlatforms }: IpaFacts): readonly string[] {
  if (supportedPlatforms.length === 0 || supportedPlatforms.includes('iPhoneOS')) return [];
  return [`It was built for ${supportedPlatforms.join(', ')}, not for iPhoneOS.`];
}

function profileReasons(profile: EmbeddedProfile, now: Instant): readonly string[] {
  const reasons: string[] = [];
  if (profile.expiresAt <= now) reasons.push(`${profile.path} expired on ${day(profile.expiresAt)}.`);
  if (profile.certificatesExpireAt.length > 0 && profile.certificatesExpireAt.every((end) => end <= now)) {
    reasons.push(`Every developer certificate in ${profile.path} has expired, the last on ${day(Math.max(...profile.certificatesExpireAt))}.`);
  }
  if (profile.bundleId === undefined) reasons.push(`The bundle that holds ${profile.path} names no CFBundleIdentifier.`);
  else if (!coversBundle(profile.applicationIdentifier, profile.bundleId)) {
    reasons.push(`${profile.path} is for application-identifier "${profile.applicationIdentifier}", which does not cover "${profile.bundleId}".`);
  }
  return reasons;
}

function profileWarnings(profile: EmbeddedProfile, now: Instant): readonly string[] {
  const warnings: string[] = [];
  const within = nearest(profile.expiresAt, now);
  if (within !== undefined) warnings.push(`${profile.path} expires on ${day(profile.expiresAt)}, within ${within} days of its registration: the app stops working then.`);
  const lastCertificate = profile.certificatesExpireAt.length === 0 ? undefined : Math.max(...profile.certificatesExpireAt);
  if (lastCertificate !== undefined && lastCertificate < profile.expiresAt) {
    const soon = nearest(lastCertificate, now);
    if (soon !== undefined) warnings.push(`The last developer certificate in ${profile.path} expires on ${day(lastCertificate)}, within ${soon} days of its registration: the app stops working then.`);
  }
  if (!profile.signatureHolds) warnings.push(`The signature around ${profile.path} does not hold: devices will refuse the app if the profile was changed after Apple signed it.`);
  return warnings;
}

function nearest(end: Instant, now: Instant): number | undefined {
  return end <= now ? undefined : warningDays.find((days) => end - now <= days * DAY);
}

function traceWarnings(facts: IpaFacts, kind: PackageKind): readonly string[] {
  if (facts.storeTraces.length === 0 || kind === 'store-download') return [];
  return [`The package still holds ${facts.storeTraces.join(', ')} from an App Store download: make sure that you may distribute it.`];
}

function describeProfile(profile: EmbeddedProfile): string {
  const kind = kindOfProfile(profile);
  const audience = profile.deviceList === undefined || kind === 'enterprise' ? 'all devices' : `${profile.deviceList.length} listed devices`;
  return `${profile.path}: ${kind} profile "${profile.name}" of team ${profile.teamIdentifier}, for ${audience}, until ${day(profile.expiresAt)}.`;
}

function devicesInEveryList(profiles: readonly EmbeddedProfile[]): readonly string[] | undefined {
  const lists = profiles.filter(({ provisionsAllDevices }) => !provisionsAllDevices).flatMap(({ deviceList }) => (deviceList === undefined ? [] : [deviceList]));
  const [first, ...others] = lists;
  if (first === undefined) return undefined;
  const sets = others.map((list) => new Set(list));
  return first.filter((udid) => sets.every((set) => set.has(udid)));
}

function day(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}
