/** A simulated device's way into management: profile, SCEP, Authenticate, TokenUpdate: over HTTP, as a real one. */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { parseEnrolmentId, type EnrolmentId } from '../core/ids.ts';
import { encodeCheckIn } from '../protocol/check-in.ts';
import { STATUS_ENDPOINT } from '../protocol/declarations.ts';
import { encodePlist, type PlistDict } from '../protocol/plist.ts';
import { decodeEnrolmentProfile, openProfile, profileFingerprint } from '../protocol/profile.ts';
import { buildPkcsReq, readCertRep } from '../protocol/scep/client.ts';
import { signMdmBody } from '../protocol/signature.ts';
import { certificatesInSignedData } from '../protocol/signed-data.ts';

/** What enrolment leaves on the device. */
export interface ManagedIdentity {
  readonly enrolmentId: EnrolmentId;
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly topic: string;
  readonly serverUrl: string;
  readonly checkInUrl: string;
}

export interface Hardware {
  readonly udid: string;
  readonly serialNumber: string;
  readonly productName: string;
  readonly osVersion: string;
}

/** Where a device has its private key from; makes one of its own where there is none. */
export type KeySource = () => Promise<KeyObject>;

async function bytesOf(url: string, request?: RequestInit): Promise<Buffer> {
  const response = await fetch(url, request);
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${request?.method ?? 'GET'} ${new URL(url).pathname.split('/').slice(0, 3).join('/')} answered ${response.status}.`);
  return body;
}

/** Installs the profile behind an invitation's link: the device has an identity afterwards, and the server has pinned it. */
export async function enrolDevice(profileUrl: string, hardware: Hardware, now: () => number, keyOf?: KeySource): Promise<ManagedIdentity> {
  const identity = await identityFrom(await bytesOf(profileUrl), hardware.udid, now, keyOf);
  const { serialNumber, productName, osVersion } = hardware;
  await checkIn(identity, { type: 'Authenticate', enrolmentId: identity.enrolmentId, topic: identity.topic, serialNumber, productName, osVersion }, now());
  return identity;
}

/** The identity that a profile's SCEP payload leads to. It is used by nobody yet. */
export async function identityFrom(profileBytes: Uint8Array, udid: string, now: () => number, keyOf?: KeySource): Promise<ManagedIdentity> {
  const profile = decodeEnrolmentProfile(openProfile(profileBytes));
  const authority = await authorityOf(profile);
  const pending = await buildPkcsReq(authority, profile.challenge, profile.commonName, now(), keyOf);
  const answer = await bytesOf(`${profile.scepUrl}?operation=PKIOperation`, { method: 'POST', headers: { 'content-type': 'application/x-pki-message' }, body: new Uint8Array(pending.message) });
  return {
    enrolmentId: parseEnrolmentId(udid), certificate: readCertRep(answer, pending, authority), key: pending.key,
    topic: profile.topic, serverUrl: profile.serverUrl, checkInUrl: profile.checkInUrl,
  };
}

/** By the name in the profile; the certificate must be the one whose digest is there too. One certificate comes alone, several in a bag. */
async function authorityOf({ scepUrl, authorityName, authorityFingerprint }: ReturnType<typeof decodeEnrolmentProfile>): Promise<X509Certificate> {
  const bytes = await bytesOf(`${scepUrl}?operation=GetCACert&message=${encodeURIComponent(authorityName)}`);
  const found = certificatesIn(bytes).find(({ raw }) => profileFingerprint(raw).equals(authorityFingerprint));
  if (found === undefined) throw new Error('The SCEP server has another authority than the profile says.');
  return found;
}

function certificatesIn(bytes: Buffer): readonly X509Certificate[] {
  try {
    return [new X509Certificate(bytes)];
  } catch {
    return certificatesInSignedData(bytes);
  }
}

/** Tells the server where to push. */
export async function sendToken(identity: ManagedIdentity, token: string, pushMagic: string, now: number): Promise<void> {
  await checkIn(identity, { type: 'TokenUpdate', enrolmentId: identity.enrolmentId, topic: identity.topic, token, pushMagic }, now);
}

/** The last word of a device whose profile is gone. */
export async function checkOut(identity: ManagedIdentity, now: number): Promise<void> {
  await checkIn(identity, { type: 'CheckOut', enrolmentId: identity.enrolmentId, topic: identity.topic }, now);
}

/** What the server declares at an endpoint. */
export function askDeclarations(identity: ManagedIdentity, endpoint: string, now: number): Promise<Buffer> {
  return checkIn(identity, { type: 'DeclarativeManagement', enrolmentId: identity.enrolmentId, endpoint }, now);
}

/** A status report, JSON. */
export async function sendStatus(identity: ManagedIdentity, report: string, now: number): Promise<void> {
  await checkIn(identity, { type: 'DeclarativeManagement', enrolmentId: identity.enrolmentId, endpoint: STATUS_ENDPOINT, data: Buffer.from(report, 'utf8') }, now);
}

async function checkIn(identity: ManagedIdentity, message: Parameters<typeof encodeCheckIn>[0], now: number): Promise<Buffer> {
  return put(identity, identity.checkInUrl, 'application/x-apple-aspen-mdm-checkin', encodeCheckIn(message), now);
}

/** One signed request to the command endpoint; the next command's property list, or undefined when there is none. */
export async function connect(identity: ManagedIdentity, report: PlistDict, now: number): Promise<Buffer | undefined> {
  const body = await put(identity, identity.serverUrl, 'application/x-apple-aspen-mdm', report, now);
  return body.length === 0 ? undefined : body;
}

async function put(identity: ManagedIdentity, url: string, contentType: string, message: PlistDict, now: number): Promise<Buffer> {
  const body = Buffer.from(encodePlist({ ...message }), 'utf8');
  return bytesOf(url, { method: 'PUT', headers: { 'content-type': contentType, 'mdm-signature': signMdmBody(body, identity, now) }, body });
}
