/** Provisioning profiles of sample packages: the real structure (CMS around a property list), signed by a throwaway identity. */
import { createHash } from 'node:crypto';
import { DAY, type Instant } from '../../core/ambient.ts';
import { signData } from '../../protocol/cms.ts';
import { encodePlist } from '../../protocol/plist.ts';
import { sampleIdentity } from './sample-identity.ts';

export type SampleProfileKind = 'enterprise' | 'ad-hoc' | 'development' | 'app-store';

export interface SampleProfile {
  readonly kind: SampleProfileKind;
  /** Covered by the profile: a bundle identifier, or a wildcard such as `com.example.*`. */
  readonly covers: string;
  readonly teamId: string;
  readonly signedAt: Instant;
  readonly expiresAt: Instant;
  /** UDIDs of an ad hoc or development profile. */
  readonly provisionedDevices: readonly string[];
  readonly seed: string;
  /** When the profile that this one renews was signed, and when it expires: with the same certificate, which lasts 30 days longer than that one. */
  readonly renews?: Pick<SampleProfile, 'signedAt' | 'expiresAt'>;
}

/** `embedded.mobileprovision`. The same arguments give the same bytes. */
export async function sampleProfile(profile: SampleProfile): Promise<Buffer> {
  const applicationIdentifier = `${profile.teamId}.${profile.covers}`;
  const listsDevices = profile.kind === 'ad-hoc' || profile.kind === 'development';
  const role = profile.kind === 'development' ? 'iPhone Developer' : 'iPhone Distribution';
  const signedWith = profile.renews ?? profile;
  const developer = await sampleIdentity(profile.seed, `CN=${role}: Sample Organisation (${profile.teamId}), OU=${profile.teamId}, O=Sample Organisation, C=US`, { notBefore: signedWith.signedAt, notAfter: signedWith.expiresAt + 30 * DAY });
  const signer = await sampleIdentity(profile.seed, 'CN=Sample Provisioning Profile Signing, O=Sample Authority, C=US', { notBefore: profile.signedAt, notAfter: profile.expiresAt + 365 * DAY });
  const content = encodePlist({
    AppIDName: 'Sample', ApplicationIdentifierPrefix: [profile.teamId], CreationDate: new Date(profile.signedAt), Platform: ['iOS'], IsXcodeManaged: false,
    DeveloperCertificates: [new Uint8Array(developer.certificate.raw)],
    Entitlements: {
      'application-identifier': applicationIdentifier, 'com.apple.developer.team-identifier': profile.teamId,
      'get-task-allow': profile.kind === 'development', 'keychain-access-groups': [`${profile.teamId}.*`],
    },
    ExpirationDate: new Date(profile.expiresAt), Name: `Sample ${profile.kind} ${profile.covers}`,
    ...(profile.kind === 'enterprise' ? { ProvisionsAllDevices: true } : {}),
    ...(listsDevices ? { ProvisionedDevices: [...profile.provisionedDevices] } : {}),
    TeamIdentifier: [profile.teamId], TeamName: 'Sample Organisation', TimeToLive: Math.round((profile.expiresAt - profile.signedAt) / DAY),
    UUID: uuidOf(`${profile.seed}/${profile.kind}/${applicationIdentifier}${profile.renews === undefined ? '' : `/until ${profile.expiresAt}`}`), Version: 1,
  });
  return Buffer.from(signData(Buffer.from(content, 'utf8'), { certificate: signer.certificate, key: signer.key, time: profile.signedAt }, false));
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
