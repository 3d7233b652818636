import { DAY } from '../../../core/ambient.ts';
import type { App, AppVersion, PlacementCheck, ProfileRenewal, Registration, VersionProfile, Withdrawal } from '../../../core/catalog/app.ts';
import { packageKinds } from '../../../core/catalog/package-facts.ts';
import { parseBundleId, parseSha256, parseVersionId, type BundleId, type VersionId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, otherwise, record, text, type Read } from '../read.ts';

export const APPS = 'apps';
/** A registration that nobody took further. */
const REGISTRATION_LIFE = 30 * DAY;

export function appKey(bundleId: BundleId): Key {
  return { pk: APPS, sk: bundleId };
}

export function versionKey(id: VersionId): Key {
  return { pk: `version#${id}`, sk: 'version' };
}

export function appPartition(bundleId: BundleId): string {
  return `app#${bundleId}`;
}

/** What lists an app's versions in order of time: a pointer, so that a version is in one place only. */
export const LISTED = 'version#';

export function listedKey({ bundleId, createdAt, id }: Pick<AppVersion, 'bundleId' | 'createdAt' | 'id'>): Key {
  return { pk: appPartition(bundleId), sk: `${LISTED}${new Date(createdAt).toISOString()}#${id}` };
}

/** Versions are free text: encoded, so that no two pairs have one key. */
export function claimKey({ bundleId, shortVersion, version }: Pick<AppVersion, 'bundleId' | 'shortVersion' | 'version'>): Key {
  return { pk: appPartition(bundleId), sk: `claim#${encodeURIComponent(shortVersion)}#${encodeURIComponent(version)}` };
}

/** What leads from a file name to the version that was registered last under it. */
export function fileKey(fileName: string): Key {
  return { pk: `file#${fileName}`, sk: 'file' };
}

export function registrationKey(id: string): Key {
  return { pk: `registration#${id}`, sk: 'registration' };
}

export function registrationItem(registration: Registration): Item {
  return { ...registrationKey(registration.id), ...registration, ttl: Math.ceil((registration.updatedAt + REGISTRATION_LIFE) / 1000) };
}

export const readApp: Read<App> = record({ bundleId: parseBundleId, title: text, description: text, createdAt: number });

const readCheck: Read<PlacementCheck> = record({ name: text, passed: flag, expected: text, found: text, remedy: optional(text) });

const readProfile: Read<VersionProfile> = record({ bundleId: text, uuid: text, name: text, applicationIdentifier: text, endsAt: number, certificates: list(text) });
const readRenewal: Read<ProfileRenewal> = record({ uuid: text, name: text, endsAt: number, round: number, at: number, by: text });
const readWithdrawal: Read<Withdrawal> = record({ at: number, by: text, reason: text });

/** The profile itself, as it came: what is sent to devices. */
export function renewedProfileKey(id: VersionId, uuid: string): Key {
  return { pk: versionKey(id).pk, sk: `profile#${uuid}` };
}

export const readRenewedProfile = record({ profile: text });

export const readVersion: Read<AppVersion> = record({
  id: parseVersionId, bundleId: parseBundleId, version: text, shortVersion: text, title: text, fileName: text, fileEtag: optional(text), copyEtag: optional(text), digest: parseSha256, size: number,
  chunkDigests: list(parseSha256), chunkSize: number, minimumOsVersion: text, deviceFamilies: list(number), kind: oneOf(packageKinds), teamId: text,
  applicationIdentifier: optional(text), iconWidth: optional(number), warnings: otherwise(list(text), []),
  profileExpiresAt: number, provisionedDevices: list(text), placement: oneOf(['missing', 'placed', 'mismatched', 'verified', 'proven']), checks: list(readCheck),
  verifiedAt: optional(number), createdAt: number, profiles: optional(list(readProfile)), renewal: optional(readRenewal), withdrawn: optional(readWithdrawal),
  deleted: optional(record({ at: number, by: text })),
});

export const readVersionPointer = record({ versionId: parseVersionId });

export const readRegistration: Read<Registration> = record({
  id: text, fileName: text,
  expected: record({ bundleId: optional(parseBundleId), version: optional(text), title: optional(text), description: optional(text) }),
  state: oneOf(['awaiting-file', 'verifying', 'verified', 'refused']), versionId: optional(parseVersionId), bundleId: optional(parseBundleId), checks: list(readCheck), warnings: optional(list(text)),
  reason: optional(text), remedy: optional(text), requestedBy: text, createdAt: number, updatedAt: number,
});
