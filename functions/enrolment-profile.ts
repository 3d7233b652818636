/** The one enrolment profile, for who enrols and for who renews: the same identifiers and addresses, or devices would refuse the second. */
import type { Identifiers } from '../core/ambient.ts';
import { authorityName, type KnownAuthority } from '../core/device/authority.ts';
import { encodeEnrolmentProfile, profileFingerprint } from '../protocol/profile.ts';
import { apiUrl, organisation } from './services.ts';

/** The topic is the enrolment's where there is one: it must not change. */
export function enrolmentProfile(ids: Pick<Identifiers, 'named'>, topic: string, challenge: string, { fingerprint, certificate }: KnownAuthority): string {
  const identifier = `wavecast.${topic}`;
  return encodeEnrolmentProfile({
    organisation: organisation(), identifier, topic, commonName: 'wavecast device', challenge,
    uuids: { profile: ids.named(`${identifier}/profile`), scep: ids.named(`${identifier}/scep`), mdm: ids.named(`${identifier}/mdm`) },
    scepUrl: `${apiUrl()}/scep`, checkInUrl: `${apiUrl()}/mdm/check-in`, serverUrl: `${apiUrl()}/mdm/command`,
    authorityName: authorityName(fingerprint), authorityFingerprint: profileFingerprint(certificate),
  });
}
