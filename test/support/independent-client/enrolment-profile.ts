/** The enrolment profile, as Apple's "Device Management" describes its keys: each of the type that is said there, and the required ones present. */
import type { Keychain } from './openssl.ts';
import { boolean, data, dict, integer, list, read, string, type Dict, type Value } from './property-list.ts';

export interface ScepPayload {
  readonly url: string;
  readonly name: string;
  /** Pairs of type and value. */
  readonly subject: readonly (readonly [string, string])[];
  readonly challenge: string;
  readonly keySize: number;
  readonly keyUsage: number;
  readonly fingerprint: Buffer;
  readonly retries: number;
}

export interface MdmPayload {
  readonly topic: string;
  readonly serverUrl: string;
  readonly checkInUrl: string;
  readonly signsMessages: boolean;
  readonly checksOutWhenRemoved: boolean;
  readonly accessRights: number;
}

export interface InstalledProfile {
  readonly identifier: string;
  readonly scep: ScepPayload;
  readonly mdm: MdmPayload;
}

const UUID = /^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}$/;

/** What a `.mobileconfig` says, signed or not. Throws where Apple's documents are not kept to. */
export async function readProfile(bytes: Buffer, keychain: Keychain): Promise<InstalledProfile> {
  const profile = read(bytes[0] === 0x30 ? await keychain.unwrapped(bytes) : bytes);
  checkPayload(profile);
  if (string(profile['PayloadType']) !== 'Configuration') throw new Error('A profile is of the type Configuration.');
  const payloads = list(profile['PayloadContent'], 'PayloadContent').map((payload) => dict(payload));
  payloads.forEach(checkPayload);
  const uuids = [profile, ...payloads].map((payload) => string(payload['PayloadUUID']));
  if (new Set(uuids).size < uuids.length) throw new Error('Payloads share a PayloadUUID.');
  const one = (type: string): Dict => {
    const found = payloads.filter((payload) => payload['PayloadType'] === type);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`The profile has ${found.length} payloads ${type}.`);
    return found[0];
  };
  const [scep, mdm] = [one('com.apple.security.scep'), one('com.apple.mdm')];
  if (string(mdm['IdentityCertificateUUID'], 'IdentityCertificateUUID') !== scep['PayloadUUID']) throw new Error('The identity of the MDM payload is not that of the SCEP payload.');
  return { identifier: string(profile['PayloadIdentifier']), scep: scepPayload(dict(scep['PayloadContent'], 'PayloadContent')), mdm: mdmPayload(mdm) };
}

function checkPayload(payload: Dict): void {
  for (const key of ['PayloadIdentifier', 'PayloadType']) string(payload[key], key);
  if (!UUID.test(string(payload['PayloadUUID'], 'PayloadUUID'))) throw new Error('PayloadUUID is no UUID.');
  if (integer(payload['PayloadVersion'], 'PayloadVersion') !== 1) throw new Error('PayloadVersion is 1.');
  for (const key of ['PayloadDisplayName', 'PayloadDescription', 'PayloadOrganization']) if (payload[key] !== undefined) string(payload[key], key);
}

function scepPayload(content: Dict): ScepPayload {
  const subject = optional(content['Subject'], (value) => list(value, 'Subject').map((names) => {
    const [pair, ...more] = list(names, 'Subject');
    const [type, value_, ...rest] = list(pair, 'Subject');
    if (more.length + rest.length > 0) throw new Error('A relative name of Subject is one pair.');
    return [string(type, 'Subject'), string(value_, 'Subject')] as const;
  })) ?? [];
  const keyType = optional(content['Key Type'], (value) => string(value, 'Key Type')) ?? 'RSA';
  const keySize = optional(content['Keysize'], (value) => integer(value, 'Keysize')) ?? 1024;
  if (keyType !== 'RSA' || ![1024, 2048, 4096].includes(keySize)) throw new Error('Key Type is RSA, and Keysize 1024, 2048 or 4096.');
  return {
    url: string(content['URL'], 'URL'), name: string(content['Name'], 'Name'), subject, challenge: string(content['Challenge'], 'Challenge'), keySize,
    keyUsage: optional(content['Key Usage'], (value) => integer(value, 'Key Usage')) ?? 0, fingerprint: data(content['CAFingerprint'], 'CAFingerprint'),
    retries: optional(content['Retries'], (value) => integer(value, 'Retries')) ?? 3,
  };
}

function mdmPayload(payload: Dict): MdmPayload {
  const serverUrl = string(payload['ServerURL'], 'ServerURL');
  const topic = string(payload['Topic'], 'Topic');
  if (!topic.startsWith('com.apple.mgmt.')) throw new Error('Topic begins with com.apple.mgmt.');
  return {
    topic, serverUrl, checkInUrl: optional(payload['CheckInURL'], (value) => string(value, 'CheckInURL')) ?? serverUrl,
    signsMessages: optional(payload['SignMessage'], (value) => boolean(value, 'SignMessage')) ?? false,
    checksOutWhenRemoved: optional(payload['CheckOutWhenRemoved'], (value) => boolean(value, 'CheckOutWhenRemoved')) ?? false,
    accessRights: integer(payload['AccessRights'], 'AccessRights'),
  };
}

function optional<T>(value: Value | undefined, read_: (value: Value) => T): T | undefined {
  return value === undefined ? undefined : read_(value);
}
