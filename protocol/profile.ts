/** The enrolment profile: a SCEP payload for the identity and an MDM payload that uses it. */
import { createHash, X509Certificate } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { decodePlist, encodePlist, type PlistDict, type PlistValue } from './plist.ts';
import { verifySignedData } from './signed-data.ts';
import { data, dictOf, isDict, optionalArray, optionalDict, optionalText, text } from './plist-fields.ts';

export interface EnrolmentProfile {
  readonly organisation: string;
  /** Unique to the deployment; the same for every device, so that a new profile replaces the old one. */
  readonly identifier: string;
  /** UUIDs of the profile and its two payloads. */
  readonly uuids: { readonly profile: string; readonly scep: string; readonly mdm: string };
  readonly scepUrl: string;
  readonly challenge: string;
  /** What the device asks for the authority's certificate by. */
  readonly authorityName: string;
  /** `profileFingerprint` of the authority's certificate, so that the device knows whom it asks. */
  readonly authorityFingerprint: Uint8Array;
  readonly commonName: string;
  readonly checkInUrl: string;
  readonly serverUrl: string;
  /** `com.apple.mgmt.External.…`, from the push certificate. */
  readonly topic: string;
  /** Whether the device signs what it sends: not where its TLS shows who it is. */
  readonly signMessage: boolean;
}

/** Profiles, device information, provisioning, apps, settings, app management; no erase, no lock. Cannot be widened later. */
export const ACCESS_RIGHTS = 6611;

/** PayloadIdentifier of the enrolment profile for a push topic: one profile for an installation, which a renewed one replaces. */
export function profileIdentifier(topic: string): string {
  return `wavecast.${topic}`;
}

/** Whether a PayloadIdentifier is that of an enrolment profile of ours (functions/enrol.ts), or of a payload in it. */
export function isOurProfile(identifier: string): boolean {
  return identifier.startsWith('wavecast.com.apple.mgmt.');
}

/** Whether a profile has a payload that manages the device. Signed or not, XML or binary: it shows unless it is encrypted. */
export function managesDevice(profile: Uint8Array): boolean {
  return /com\.apple\.mdm(?![.\w-])/.test(Buffer.from(profile).toString('latin1'));
}

/**
 * CAFingerprint of a certificate (PEM or DER). SHA-1: devices tell the digest by its length and know MD5 and SHA-1 alone (Apple's
 * Security framework, SecSCEP.h); with any other they refuse the authority. Besides it there is the TLS of the server.
 */
export function profileFingerprint(certificate: string | Uint8Array): Buffer {
  return createHash('sha1').update(new X509Certificate(certificate).raw).digest();
}

/** XML of a `.mobileconfig`. */
export function encodeEnrolmentProfile(profile: EnrolmentProfile): string {
  const payload = (type: string, part: 'scep' | 'mdm', name: string): { [key: string]: PlistValue } => ({
    PayloadType: type, PayloadVersion: 1, PayloadIdentifier: `${profile.identifier}.${part}`, PayloadUUID: profile.uuids[part], PayloadDisplayName: name, PayloadOrganization: profile.organisation,
  });
  return encodePlist({
    PayloadType: 'Configuration', PayloadVersion: 1, PayloadIdentifier: profile.identifier, PayloadUUID: profile.uuids.profile,
    PayloadDisplayName: `${profile.organisation}: device management`, PayloadOrganization: profile.organisation,
    PayloadDescription: 'Lets your organisation offer its own apps on this device.',
    PayloadContent: [
      {
        ...payload('com.apple.security.scep', 'scep', 'Device identity'),
        PayloadContent: {
          URL: profile.scepUrl, Name: profile.authorityName, Subject: [[['CN', profile.commonName]]], Challenge: profile.challenge, CAFingerprint: new Uint8Array(profile.authorityFingerprint),
          Keysize: 2048, 'Key Type': 'RSA', 'Key Usage': 5, Retries: 3, RetryDelay: 10,
        },
      },
      {
        ...payload('com.apple.mdm', 'mdm', 'Device management'),
        IdentityCertificateUUID: profile.uuids.scep, Topic: profile.topic, ServerURL: profile.serverUrl, CheckInURL: profile.checkInUrl,
        SignMessage: profile.signMessage, CheckOutWhenRemoved: true, AccessRights: ACCESS_RIGHTS,
      },
    ],
  });
}

/** The property list in a profile as it was handed out, signed or plain. Throws `invalid-input` or `identity-refused` where it is none. */
export function openProfile(bytes: Uint8Array): PlistValue {
  // DER begins with a SEQUENCE, XML never does.
  return decodePlist(bytes[0] === 0x30 ? verifySignedData(bytes).content : bytes);
}

/** What a device takes from a profile. Throws `invalid-input` where a part is missing. */
export function decodeEnrolmentProfile(value: PlistValue): Pick<EnrolmentProfile, 'scepUrl' | 'challenge' | 'authorityName' | 'authorityFingerprint' | 'commonName' | 'checkInUrl' | 'serverUrl' | 'topic'> {
  const payloads = (optionalArray(dictOf(value, 'A profile'), 'PayloadContent') ?? []).filter((entry) => isDict(entry));
  const scep = optionalDict(payloadOf(payloads, 'com.apple.security.scep'), 'PayloadContent');
  const mdm = payloadOf(payloads, 'com.apple.mdm');
  if (scep === undefined) throw new WavecastError('invalid-input', 'The profile has no SCEP payload.');
  return {
    scepUrl: text(scep, 'URL'), challenge: text(scep, 'Challenge'), commonName: commonNameOf(scep),
    authorityName: optionalText(scep, 'Name') ?? '', authorityFingerprint: data(scep, 'CAFingerprint'),
    checkInUrl: optionalText(mdm, 'CheckInURL') ?? text(mdm, 'ServerURL'), serverUrl: text(mdm, 'ServerURL'), topic: text(mdm, 'Topic'),
  };
}

function payloadOf(payloads: readonly PlistDict[], type: string): PlistDict {
  const found = payloads.find((payload) => optionalText(payload, 'PayloadType') === type);
  if (found === undefined) throw new WavecastError('invalid-input', `The profile has no payload ${type}.`);
  return found;
}

function commonNameOf(scep: PlistDict): string {
  const parts = (optionalArray(scep, 'Subject') ?? []).flat(2);
  const value = parts[parts.indexOf('CN') + 1];
  return typeof value === 'string' ? value : 'device';
}
