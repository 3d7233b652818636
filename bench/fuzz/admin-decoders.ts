/** What administrators send: JSON bodies of the API, CSV files, a command's keys. */
import { decodeBulkInstructions } from '../../protocol/csv/bulk-instructions.ts';
import { decodeDevices } from '../../protocol/csv/devices.ts';
import { decodeInvitations } from '../../protocol/csv/invitations.ts';
import { LINES_PER_REQUEST } from '../../protocol/admin/device-file.ts';
import { operationNames, operations, type OperationName } from '../../protocol/admin/operations.ts';
import type { Operation } from '../../protocol/admin/operation.ts';
import { parseBody } from '../../protocol/admin/request.ts';
import { plainDict, plistOf } from '../../protocol/plain-plist.ts';
import { encodePlist } from '../../protocol/plist.ts';
import { parseTurnInput } from '../../protocol/turn-input.ts';
import type { Decoder } from './decoder.ts';
import { jsonLike } from './generate.ts';

const window = { from: '22:00', to: '24:00', days: ['mon', 'tue'] };
/** Good bodies of those operations whose form is more than a field or two. */
const bodies: Partial<Record<OperationName, unknown>> = {
  putBranch: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 100, brake: false },
  changeDevice: { name: 'van-7', displayName: '七', branchId: 'berlin', tags: ['vans'], revision: 3 },
  importDevices: { csv: 'Name,Branch\nvan-7,berlin\n', firstLine: 2, check: true },
  sendCommand: { requestType: 'Settings', Settings: [{ Item: 'DeviceName', DeviceName: 'van-7' }], at: { $date: '2026-11-25T10:00:00Z' }, blob: { $data: 'AAAA' } },
  invite: { branchId: 'berlin', deviceName: 'van-7', tags: ['vans'], uses: 1, days: 7 },
  setPushCertificate: { pkcs12: 'AAAA', password: 'wavecast', force: true },
  register: { fileName: 'field-4.1.ipa', bundleId: 'com.example.field', version: '4.1', title: 'Field', description: 'For technicians' },
  completeUpload: { fileName: 'field.ipa', parts: [{ partNumber: 1, etag: '"a"' }, { partNumber: 2, etag: '"b"' }] },
  putAppSettings: { removeWithManagement: true, attributes: { Removable: false, AssociatedDomains: ['applinks:www.example.com'] }, configuration: { url: 'https://example.com', retries: 3 } },
  createPlan: { name: 'Field 4.1', versionId: 'ab'.repeat(16), branches: [{ branchId: 'berlin', windows: [window], inventoryWindow: window }], waveSize: 50, intervalMinutes: 5, abortRule: { share: 0.1, minimum: 10 } },
};
const named = operationNames.flatMap((name): readonly [OperationName, string][] => (bodies[name] === undefined ? [] : [[name, JSON.stringify(bodies[name])]]));
const WORDS = ['null', '{', '}', '[', ']', '"', '1e999', '"__proto__":{},', '\\u0000', '\\ud800', '[[[[[[[[', '\n', '{"$data":"AA"}'] as const;
const CSV_WORDS = ['"', '""', ',', ',,,,,,,,', '\n', '\r', '\r\n', '=1+1', "'", '\uFEFF', '\uFFFD', '\u0000', 'true', '99999999999999999999', 'x'.repeat(300), ';', 'Name', 'Branch'] as const;

/** The operation's name stands before its body. */
function decodeBody(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\n');
  const name = operationNames.find((each) => each === text.slice(0, end)) ?? 'createPlan';
  const { body }: Pick<Operation, 'body'> = operations[name];
  return parseBody(body, text.slice(end + 1));
}

const csv = (name: string, share: number, decode: (text: string) => unknown, ...samples: readonly [string, ...string[]]): Decoder => {
  const [first, ...rest] = samples;
  return { name, share, corpus: { samples: [Buffer.from(first), ...rest.map((each) => Buffer.from(each))], words: CSV_WORDS }, decode: (bytes) => decode(bytes.toString('utf8')) };
};

const command = { Settings: [{ Item: 'DeviceName', DeviceName: 'van-7' }], at: { $date: '2026-11-25T10:00:00Z' }, blob: { $data: 'AAAA' }, deep: { a: { b: [1, 2.5, true] } } };
const turn = { format: 1, kind: 'install', planId: '0b0e2f5e-1c1c-4f6e-9d0a-3f0f6f1f2f3f', branchId: 'berlin', epoch: 2, window: { opensAt: 1, closesAt: 2 } };
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) as string | undefined ?? '');
const [[firstName, firstBody] = ['createPlan', '{}'], ...others] = named;

export const adminDecoders: readonly Decoder[] = [
  {
    name: 'admin-json', share: 30, corpus: { samples: [Buffer.from(`${firstName}\n${firstBody}`), ...others.map(([name, body]) => Buffer.from(`${name}\n${body}`))], words: WORDS }, decode: decodeBody,
    generate: (dice) => {
      const [name, body] = named[dice.below(named.length)] ?? ['createPlan', '{}'];
      return Buffer.from(`${name}\n${json(jsonLike(dice, JSON.parse(body) as unknown)).toString()}`);
    },
  },
  { name: 'command-keys', share: 20, corpus: { samples: [json(command)], words: WORDS }, generate: (dice) => json(jsonLike(dice, command)), decode: (bytes) => encodePlist(plistOf(plainDict(parsed(bytes), 'The command'))) },
  csv('csv-devices', 15, (text) => decodeDevices(text, 2, LINES_PER_REQUEST), 'Name,Serial number,Branch,Display name,Tags,Test\nvan-7,F2LXK0ABCD,berlin,"Van, 7",vans;north,yes\nvan-8,,berlin,,,\n', 'Serial number,Branch\r\nF2LXK0ABCD,berlin\r\n'),
  csv('csv-invitations', 15, (text) => decodeInvitations(text, 2, LINES_PER_REQUEST), 'Name,Branch,Uses,Days\nvan-7,berlin,1,7\n,berlin,50,30\n'),
  csv('csv-instructions', 15, (text) => decodeBulkInstructions(text, LINES_PER_REQUEST), 'Operation,OS type,Distributed application,Version,Smart device name,Comment\ninstall,iOS,com.example.field,4.1,van-7,"said ""yes"""\ninstall,iOS,Field,4.1,van-8\n'),
  { name: 'turn-input', share: 15, corpus: { samples: [json(turn)], words: WORDS }, generate: (dice) => json(jsonLike(dice, turn)), decode: (bytes) => parseTurnInput(parsed(bytes)) },
];

/** What AWS or the framework has parsed already; what is no JSON does not come here. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
