/** The one enrolment profile, for who enrols and for who renews: the same identifiers and addresses, or devices would refuse the second. */
import type { Identifiers, Instant } from '../core/ambient.ts';
import { authorityName, type KnownAuthority } from '../core/device/authority.ts';
import type { ProfileSigner } from '../core/device/profile-signer.ts';
import { encodeEnrolmentProfile, profileFingerprint, profileIdentifier } from '../protocol/profile.ts';
import { signProfile } from '../protocol/profile-signer.ts';
import { apiUrl, mdmUrl, organisation } from './services.ts';

export interface ProfileParts {
  /** The enrolment's where there is one: it must not change. */
  readonly topic: string;
  readonly challenge: string;
  readonly authority: KnownAuthority;
  /** Undefined: the profile is plain. */
  readonly signer: ProfileSigner | undefined;
}

/** As it is handed out: DER where it is signed, else XML. */
export function enrolmentProfile(ids: Pick<Identifiers, 'named'>, { topic, challenge, authority, signer }: ProfileParts, now: Instant): Uint8Array {
  const identifier = profileIdentifier(topic);
  const xml = encodeEnrolmentProfile({
    organisation: organisation(), identifier, topic, commonName: 'wavecast device', challenge,
    uuids: { profile: ids.named(`${identifier}/profile`), scep: ids.named(`${identifier}/scep`), mdm: ids.named(`${identifier}/mdm`) },
    scepUrl: `${apiUrl()}/scep`, checkInUrl: `${mdmUrl()}/mdm/check-in`, serverUrl: `${mdmUrl()}/mdm/command`,
    // Under a name of their own, devices show by their TLS who they are.
    signMessage: mdmUrl() === apiUrl(),
    authorityName: authorityName(authority.fingerprint), authorityFingerprint: profileFingerprint(authority.certificate),
  });
  return signProfile(xml, signer, now);
}
