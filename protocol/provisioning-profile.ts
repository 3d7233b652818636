/**
 * Provisioning profiles: a property list inside a CMS SignedData (RFC 5652). What it says is taken from the signed content.
 * Whether Apple signed it is not decided here: that needs Apple's roots, and every device checks it. What is checked is
 * whether the content is still what was signed.
 */
import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { ProvisioningFacts } from '../core/catalog/package-facts.ts';
import { WavecastError } from '../core/errors.ts';
import { faultWords } from './fault-words.ts';
import { plainText } from './ipa/plain-text.ts';
import { openSignedContent, type SignedContent } from './ipa/signed-content.ts';
import { decodePlist } from './plist.ts';

/** Apple lets a team have 100 devices of each family; a version with 3,000 still fits into the 400 KB of its item. */
const MAX_DEVICES = 3_000;
/** A development profile lists one of each developer; parsing one takes a tenth of a millisecond. */
const MAX_CERTIFICATES = 1_000;

const profileSchema = z.looseObject({
  Name: plainText(255).default(''),
  UUID: plainText(100).default(''),
  TeamIdentifier: z.array(plainText(100)).max(20).default([]),
  TeamName: plainText(255).default(''),
  ProvisionsAllDevices: z.boolean().default(false),
  ProvisionedDevices: z.array(plainText(100)).max(MAX_DEVICES).optional(),
  Entitlements: z.looseObject({ 'application-identifier': plainText(255).default(''), 'get-task-allow': z.boolean().default(false) }),
  CreationDate: z.date(),
  ExpirationDate: z.date(),
  DeveloperCertificates: z.array(z.instanceof(Uint8Array)).max(MAX_CERTIFICATES).default([]),
});

/** Reads `embedded.mobileprovision`. Throws `package-unreadable` where it is no profile. */
export function decodeProvisioningProfile(bytes: Uint8Array): ProvisioningFacts {
  const signed = unwrap(bytes);
  const profile = readProfile(signed.content);
  return {
    name: profile.Name,
    uuid: profile.UUID,
    teamIdentifier: profile.TeamIdentifier[0] ?? '',
    teamName: profile.TeamName,
    provisionsAllDevices: profile.ProvisionsAllDevices,
    deviceList: profile.ProvisionedDevices,
    provisionedDevices: profile.ProvisionedDevices ?? [],
    getTaskAllow: profile.Entitlements['get-task-allow'],
    applicationIdentifier: profile.Entitlements['application-identifier'],
    createdAt: profile.CreationDate.getTime(),
    expiresAt: profile.ExpirationDate.getTime(),
    certificatesExpireAt: profile.DeveloperCertificates.map(certificateEnd),
    certificateDigests: profile.DeveloperCertificates.map((der) => createHash('sha256').update(der).digest('hex')),
    signatureHolds: signed.signatureHolds,
  };
}

function unwrap(bytes: Uint8Array): SignedContent {
  try {
    return openSignedContent(bytes);
  } catch (error) {
    throw noProfile('it is not a signed message', error);
  }
}

function readProfile(content: Uint8Array): z.infer<typeof profileSchema> {
  let value: unknown;
  try {
    value = decodePlist(content);
  } catch (error) {
    throw noProfile('what is signed is not a property list', error);
  }
  const parsed = profileSchema.safeParse(value, { error: faultWords });
  if (parsed.success) return parsed.data;
  throw noProfile(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).slice(0, 5).join('; '), parsed.error);
}

function certificateEnd(der: Uint8Array): number {
  try {
    return new X509Certificate(Buffer.from(der)).validToDate.getTime();
  } catch (error) {
    throw noProfile('a developer certificate in it cannot be read', error);
  }
}

function noProfile(why: string, cause: unknown): WavecastError {
  return new WavecastError('package-unreadable', 'The embedded provisioning profile cannot be read.', {
    evidence: [why],
    remedy: 'Download the profile from the developer portal again, and export the app with it.',
    cause,
  });
}
