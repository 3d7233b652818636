/** What devices send, and whoever says that it is one: property lists, status reports, links. */
import { createHash } from 'node:crypto';
import { buildBinary, type PlistValue as LibraryValue } from 'plist';
import { parseDeviceId, parseEnrolmentId, parseWaveId } from '../../core/ids.ts';
import { decodeCheckIn } from '../../protocol/check-in.ts';
import { commandIdIn, decodeReport } from '../../protocol/connect.ts';
import { decodeInstallLink, encodeInstallLink } from '../../protocol/install-link.ts';
import { decodePlist, encodePlist, type PlistValue } from '../../protocol/plist.ts';
import { decodeStatusReport } from '../../protocol/status-report.ts';
import { decodeWakeMessage, encodeWakeMessage } from '../../protocol/wake-message.ts';
import type { Decoder } from './decoder.ts';
import { NOW } from './identities.ts';
import { binaryPlist, jsonLike, xmlPlist } from './generate.ts';
import type { Dice } from './dice.ts';

const UDID = '00008120-000A1B2C3D4E5F60';
const chain = [{ ErrorDomain: 'MCMDMErrorDomain', ErrorCode: 12018, LocalizedDescription: 'It cannot be installed.', USEnglishDescription: 'It cannot be installed.' }];

const checkIns: readonly [Record<string, PlistValue>, ...Record<string, PlistValue>[]] = [
  { MessageType: 'Authenticate', Topic: 'com.apple.mgmt.External.fuzz', UDID, SerialNumber: 'F2LXK0ABCD', ProductName: 'iPhone15,4', OSVersion: '18.6', BuildVersion: '22G86' },
  { MessageType: 'TokenUpdate', Topic: 'com.apple.mgmt.External.fuzz', UDID, Token: new Uint8Array(32).fill(7), PushMagic: 'A1B2', AwaitingConfiguration: false },
  { MessageType: 'CheckOut', Topic: 'com.apple.mgmt.External.fuzz', EnrollmentID: UDID },
  { MessageType: 'DeclarativeManagement', UDID, Endpoint: 'status', Data: new Uint8Array(Buffer.from('{"StatusItems":{}}')) },
  { MessageType: 'UserAuthenticate', UDID, UserID: UDID },
];
const reports: readonly [Record<string, PlistValue>, ...Record<string, PlistValue>[]] = [
  { UDID, Status: 'Idle' },
  { UDID, Status: 'NotNow', CommandUUID: UDID },
  { UDID, Status: 'Error', CommandUUID: UDID, ErrorChain: chain, RejectionReason: 'AppAlreadyQueued' },
  { UDID, Status: 'Acknowledged', CommandUUID: UDID, Identifier: 'com.example.field', State: 'Installing' },
  { UDID, Status: 'Acknowledged', CommandUUID: UDID, ManagedApplicationList: { 'com.example.field': { Status: 'Managed', ManagementFlags: 5, IsValidated: true }, 'com.example.other': { Status: 'UserRejected' } } },
  { UDID, Status: 'Acknowledged', CommandUUID: UDID, InstalledApplicationList: Array.from({ length: 12 }, (_, n) => ({ Identifier: `com.example.app${n}`, Version: `${n}`, ShortVersion: '1.2', Installing: false, BundleSize: 1_000_000 * n })) },
  { UDID, Status: 'Acknowledged', CommandUUID: UDID, QueryResponses: { OSVersion: '18.6', ProductName: 'iPhone15,4', SerialNumber: 'F2LXK0ABCD', IsSupervised: true, AvailableDeviceCapacity: 12.5, LastBackup: new Date(NOW) } },
];
const KEYS = ['MessageType', 'UDID', 'Status', 'CommandUUID', 'Topic', 'Token', 'PushMagic', 'EnrollmentID', 'ErrorChain', 'ManagedApplicationList', 'InstalledApplicationList', 'QueryResponses', '__proto__', 'constructor', 'toString', ''] as const;
const XML_WORDS = ['<dict>', '</dict>', '<array>', '</array>', '<array/>', '<key>__proto__</key>', '<integer>99999999999999999999</integer>', '<date>x</date>', '<data>====</data>', '<![CDATA[', ']]>', '<!--', '-->', '<!DOCTYPE plist [<!ENTITY a "b">]>', '&a;', '&#0;', '&#xD800;', '<?x', '\u0000', '\uFEFF', '\uFFFD', '\uD800', '<string>'] as const;
const BINARY_WORDS = ['bplist00', '\u0000\u0000\u0000\u0000', '__proto__', '\u007f\u007f'] as const;

const xml = (messages: readonly [PlistValue, ...PlistValue[]]): [Buffer, ...Buffer[]] => mapped(messages, (message) => Buffer.from(encodePlist(message), 'utf8'));
const binary = (messages: readonly [PlistValue, ...PlistValue[]]): [Buffer, ...Buffer[]] => mapped(messages, (message) => Buffer.from(buildBinary(message satisfies LibraryValue)));

function mapped<T, U>([first, ...rest]: readonly [T, ...T[]], change: (value: T) => U): [U, ...U[]] {
  return [change(first), ...rest.map(change)];
}

/** Endpoints of devices take either form of property list. */
const both = (dice: Dice): Buffer => (dice.once(3) ? binaryPlist(dice, KEYS) : xmlPlist(dice, KEYS));

const statusReport = {
  StatusItems: {
    device: { identifier: { 'serial-number': 'F2LXK0ABCD', udid: UDID }, model: { identifier: 'iPhone15,4' }, 'operating-system': { version: '18.6' } },
    mdm: { app: [{ identifier: 'com.example.field', state: 'managed', version: '412', 'short-version': '4.1' }, { identifier: 'com.example.other', _removed: true }] },
    management: { declarations: { activations: [{ identifier: 'a', valid: 'invalid', reasons: [{ code: 'Error.X' }] }], configurations: [] } },
  },
  Errors: [], FullReport: true,
};
const JSON_WORDS = ['null', '{', '}', '[', ']', ',', '"', '1e999', '-', '"__proto__":{}', '\\u0000', '\\ud800', '[[[[[[[[[[[[[[[[', '\uFEFF'] as const;

const key = createHash('sha256').update('fuzz link key').digest();
const link = encodeInstallLink({ waveId: parseWaveId('0b0e2f5e-1c1c-4f6e-9d0a-3f0f6f1f2f3f.berlin.install.7'), deviceId: parseDeviceId('0b0e2f5e-1c1c-4f6e-9d0a-3f0f6f1f2f3f') }, key);
const wake = { enrolmentIds: [parseEnrolmentId(UDID), parseEnrolmentId('00008120-FFFFFFFFFFFFFFFF')], tries: 2 };

export const deviceDecoders: readonly Decoder[] = [
  { name: 'plist-xml', share: 150, corpus: { samples: xml([...checkIns, ...reports]), words: XML_WORDS }, generate: (dice) => xmlPlist(dice, KEYS), decode: (bytes) => decodePlist(bytes) },
  { name: 'plist-binary', share: 220, corpus: { samples: binary([...checkIns, ...reports]), words: BINARY_WORDS, tail: 96 }, generate: (dice) => binaryPlist(dice, KEYS), decode: (bytes) => decodePlist(bytes) },
  { name: 'check-in', share: 110, corpus: { samples: [...xml(checkIns), ...binary(checkIns)], words: XML_WORDS }, generate: both, decode: (bytes) => decodeCheckIn(decodePlist(bytes)) },
  { name: 'report', share: 120, corpus: { samples: [...xml(reports), ...binary(reports)], words: XML_WORDS }, generate: both, decode: (bytes) => decodeReport(decodePlist(bytes)) },
  { name: 'report-command', share: 40, corpus: { samples: xml(reports), words: XML_WORDS }, decode: commandIdIn },
  { name: 'status-report', share: 90, corpus: { samples: [Buffer.from(JSON.stringify(statusReport))], words: JSON_WORDS }, generate: (dice) => Buffer.from(JSON.stringify(jsonLike(dice, statusReport)) as string | undefined ?? ''), decode: decodeStatusReport },
  { name: 'install-link', share: 40, corpus: { samples: [Buffer.from(link)], words: ['.', '/', '%2e', '=', ' ', '\u0000'] }, decode: (bytes) => decodeInstallLink(bytes.toString('latin1'), [key]) },
  { name: 'wake-message', share: 40, corpus: { samples: [Buffer.from(encodeWakeMessage(wake))], words: JSON_WORDS }, generate: (dice) => Buffer.from(JSON.stringify(jsonLike(dice, wake)) as string | undefined ?? ''), decode: (bytes) => decodeWakeMessage(bytes.toString('utf8')) },
];
