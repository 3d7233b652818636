/** A profile that takes the place of one inside a build, without the build being sent again. Decided from what both say. */
import type { Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { AppVersion, VersionProfile } from './app.ts';
import type { ProvisioningFacts } from './package-facts.ts';
import { coversBundle, kindOfProfile } from './package-verdict.ts';
import { endOfProfile } from './version-end.ts';

export interface Renewed {
  readonly version: AppVersion & Required<Pick<AppVersion, 'renewal'>>;
  /** Listed devices that the new profile no longer lists: the version is instructed to them no more. */
  readonly leftOut: number;
  /** Devices that it lists and the build does not: they need a new build. */
  readonly needBuild: number;
}

/** Throws `invalid-input` with every reason why devices would not run the build by this profile; `conflict` for a version that was withdrawn. */
export function renewProfile(version: AppVersion, profile: ProvisioningFacts, { again, by, now }: { readonly again: boolean; readonly by: string; readonly now: Instant }): Renewed {
  if (version.withdrawn !== undefined) throw new WavecastError('conflict', 'The version was withdrawn.', { remedy: 'Register its file again first.' });
  const embedded = profilesOf(version);
  const covered = embedded.filter(({ bundleId }) => coversBundle(profile.applicationIdentifier, bundleId));
  // The same profile once more: nobody is to be told that it does not end later than itself.
  const former = version.renewal?.uuid === profile.uuid ? version.renewal : undefined;
  const reasons = [...reasonsAgainst(version, profile, embedded, covered, now), ...(former !== undefined ? [] : covered.flatMap((each) => tooEarly(each, profile)))];
  if (reasons.length > 0) throw new WavecastError('invalid-input', 'The profile cannot take the place of the one in the build.', { evidence: reasons, remedy: 'Renew the very profile that the build was exported with in the developer portal, with the same certificate, and download it.' });
  const renewedEnd = endOfProfile(profile);
  const profiles = embedded.map((each) => (covered.includes(each) ? { ...each, uuid: profile.uuid, name: profile.name, endsAt: renewedEnd } : each));
  const listed = profile.deviceList === undefined ? undefined : new Set(profile.deviceList);
  const kept = listed === undefined ? version.provisionedDevices : version.provisionedDevices.filter((udid) => listed.has(udid));
  const round = former === undefined ? 1 : former.round + (again ? 1 : 0);
  return {
    version: {
      ...version, profiles, profileExpiresAt: Math.min(...profiles.map(({ endsAt }) => endsAt)), provisionedDevices: kept,
      renewal: { uuid: profile.uuid, name: profile.name, endsAt: renewedEnd, round, at: now, by },
    },
    leftOut: version.provisionedDevices.length - kept.length, needBuild: listed === undefined ? 0 : listed.size - kept.length,
  };
}

/** Of a version that an earlier release registered no more is known than when it ends. */
function profilesOf({ profiles, bundleId, profileExpiresAt }: AppVersion): readonly VersionProfile[] {
  return profiles ?? [{ bundleId, uuid: '', name: '', applicationIdentifier: '', endsAt: profileExpiresAt, certificates: [] }];
}

function reasonsAgainst(version: AppVersion, profile: ProvisioningFacts, embedded: readonly VersionProfile[], covered: readonly VersionProfile[], now: Instant): readonly string[] {
  const kind = kindOfProfile(profile);
  return [
    ...(profile.signatureHolds ? [] : ['The signature around the profile does not hold: it was changed after it was signed.']),
    ...(endOfProfile(profile) > now ? [] : [`The profile has ended on ${day(endOfProfile(profile))}.`]),
    ...(profile.teamIdentifier === version.teamId ? [] : [`The profile is of team ${profile.teamIdentifier}, the build of team ${version.teamId}.`]),
    ...(kind === version.kind ? [] : [`The profile is of the kind ${kind}, the build of the kind ${version.kind}.`]),
    ...(covered.length > 0 ? [] : [`The profile is for application-identifier "${profile.applicationIdentifier}", which covers none of ${embedded.map(({ bundleId }) => bundleId).join(', ')}.`]),
    ...covered.flatMap((each) => [
      ...(each.applicationIdentifier === '' || prefixOf(each.applicationIdentifier) === prefixOf(profile.applicationIdentifier) ? [] : [`The prefix of the application-identifier is ${prefixOf(profile.applicationIdentifier)}, in the build it is ${prefixOf(each.applicationIdentifier)}.`]),
      ...(each.certificates.length === 0 || each.certificates.some((digest) => profile.certificateDigests.includes(digest)) ? [] : [`The profile holds no certificate that can have signed ${each.bundleId}: devices would not start the app.`]),
    ]),
    ...(version.kind !== 'ad-hoc' || profile.deviceList === undefined || version.provisionedDevices.some((udid) => profile.deviceList?.includes(udid)) ? [] : ['The profile lists none of the devices that the build is for.']),
  ];
}

function tooEarly({ bundleId, endsAt }: VersionProfile, profile: ProvisioningFacts): readonly string[] {
  const end = endOfProfile(profile);
  return end > endsAt ? [] : [`The profile ends on ${day(end)}, not after the ${day(endsAt)} on which that of ${bundleId} does.`];
}

function prefixOf(applicationIdentifier: string): string {
  return applicationIdentifier.slice(0, Math.max(0, applicationIdentifier.indexOf('.')));
}

function day(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}
