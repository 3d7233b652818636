/** What a device sends to the command endpoint: its status, and its answer to the command before. */
import { WavecastError } from '../core/errors.ts';
import { parseCommandId, type CommandId, type EnrolmentId } from '../core/ids.ts';
import { enrolmentIdOf, isSerialNumber } from './check-in.ts';
import { decodePlist, type PlistDict, type PlistValue } from './plist.ts';
import { dictOf, isDict, optionalArray, optionalBoolean, optionalDict, optionalNumber, optionalText, shortText, text } from './plist-fields.ts';

export const reportStatuses = ['Idle', 'Acknowledged', 'Error', 'CommandFormatError', 'NotNow'] as const;
export type ReportStatus = (typeof reportStatuses)[number];

export interface ManagedEntry {
  /** Apple's word; a word that we do not know is kept as it is. */
  readonly status: string;
  readonly isValidated?: boolean;
}

export interface InstalledEntry {
  readonly shortVersion?: string;
  readonly version?: string;
  readonly installing?: boolean;
  readonly isValidated?: boolean;
}

export interface DeviceFacts {
  readonly osVersion?: string;
  readonly productName?: string;
  readonly serialNumber?: string;
  readonly supervised?: boolean;
}

export interface DeviceReport {
  readonly enrolmentId: EnrolmentId;
  readonly status: ReportStatus;
  readonly commandId?: CommandId;
  /** `domain code` of each link of the error chain. */
  readonly errorCodes: readonly string[];
  readonly install?: { readonly state?: string; readonly rejectionReason?: string };
  readonly managed?: ReadonlyMap<string, ManagedEntry>;
  readonly installed?: ReadonlyMap<string, InstalledEntry>;
  readonly device?: DeviceFacts;
}

/** Longest error chain that is looked at. */
const LONGEST_CHAIN = 20;

/** Throws `invalid-input` for anything that is no report. */
export function decodeReport(value: PlistValue): DeviceReport {
  const dict = dictOf(value, 'A report');
  const status = statusOf(text(dict, 'Status'));
  const commandId = optionalText(dict, 'CommandUUID');
  if (status !== 'Idle' && commandId === undefined) throw new WavecastError('invalid-input', 'A report must name its CommandUUID.');
  const managed = optionalDict(dict, 'ManagedApplicationList');
  const installed = optionalArray(dict, 'InstalledApplicationList');
  const about = optionalDict(dict, 'QueryResponses');
  return {
    enrolmentId: enrolmentIdOf(dict), status, errorCodes: errorCodes(dict),
    ...(commandId === undefined ? {} : { commandId: parseCommandId(commandId) }),
    ...installPart(dict),
    ...(managed === undefined ? {} : { managed: managedPart(managed) }),
    ...(installed === undefined ? {} : { installed: installedPart(installed) }),
    ...(about === undefined ? {} : { device: devicePart(about) }),
  };
}

/** The text of a report's CommandUUID in XML. */
const COMMAND_UUID = /<key>\s*CommandUUID\s*<\/key>\s*<string>\s*([0-9A-Za-z-]{1,64})\s*<\/string>/;
/** Devices write it before or behind the lists: both ends are looked at. */
const LOOKED_AT = 64 * 1024;

/** The command that an undecodable report is on, as far as it can be made out. Never throws. */
export function commandIdIn(body: Uint8Array): CommandId | undefined {
  const text = [body.subarray(0, LOOKED_AT), body.subarray(-LOOKED_AT)].map((part) => Buffer.from(part).toString('latin1')).join('\n');
  const [, id] = COMMAND_UUID.exec(text) ?? [];
  return id === undefined ? inDict(body) : parseCommandId(id);
}

/** In a list that is whole but says the wrong things. */
function inDict(body: Uint8Array): CommandId | undefined {
  try {
    return parseCommandId(optionalText(dictOf(decodePlist(body), 'A report'), 'CommandUUID'));
  } catch {
    return undefined;
  }
}

function statusOf(said: string): ReportStatus {
  const status = reportStatuses.find((known) => known === said);
  if (status === undefined) throw new WavecastError('invalid-input', 'A report must have a Status that Apple defines.');
  return status;
}

function errorCodes(dict: PlistDict): readonly string[] {
  return (optionalArray(dict, 'ErrorChain') ?? []).slice(0, LONGEST_CHAIN).flatMap((link) => {
    if (!isDict(link)) return [];
    const code = optionalNumber(link, 'ErrorCode');
    return [`${shortText(link, 'ErrorDomain') ?? 'unknown'} ${code ?? 0}`];
  });
}

function installPart(dict: PlistDict): { install?: { state?: string; rejectionReason?: string } } {
  const state = shortText(dict, 'State');
  const rejectionReason = shortText(dict, 'RejectionReason');
  if (state === undefined && rejectionReason === undefined) return {};
  return { install: { ...(state === undefined ? {} : { state }), ...(rejectionReason === undefined ? {} : { rejectionReason }) } };
}

function managedPart(list: PlistDict): ReadonlyMap<string, ManagedEntry> {
  const entries = new Map<string, ManagedEntry>();
  for (const [bundleId, entry] of Object.entries(list)) {
    if (!isDict(entry)) continue;
    const status = shortText(entry, 'Status');
    const isValidated = optionalBoolean(entry, 'IsValidated');
    if (status !== undefined) entries.set(bundleId, { status, ...(isValidated === undefined ? {} : { isValidated }) });
  }
  return entries;
}

function installedPart(list: readonly PlistValue[]): ReadonlyMap<string, InstalledEntry> {
  const entries = new Map<string, InstalledEntry>();
  for (const entry of list) {
    if (!isDict(entry)) continue;
    const identifier = shortText(entry, 'Identifier');
    if (identifier === undefined) continue;
    const shortVersion = shortText(entry, 'ShortVersion');
    const version = shortText(entry, 'Version');
    const installing = optionalBoolean(entry, 'Installing');
    const isValidated = optionalBoolean(entry, 'IsValidated');
    entries.set(identifier, {
      ...(shortVersion === undefined ? {} : { shortVersion }), ...(version === undefined ? {} : { version }),
      ...(installing === undefined ? {} : { installing }), ...(isValidated === undefined ? {} : { isValidated }),
    });
  }
  return entries;
}

function devicePart(answers: PlistDict): DeviceFacts {
  const osVersion = shortText(answers, 'OSVersion');
  const productName = shortText(answers, 'ProductName');
  const serialNumber = serialIn(answers);
  const supervised = optionalBoolean(answers, 'IsSupervised');
  return {
    ...(osVersion === undefined ? {} : { osVersion }), ...(productName === undefined ? {} : { productName }),
    ...(serialNumber === undefined ? {} : { serialNumber }), ...(supervised === undefined ? {} : { supervised }),
  };
}

/** One of another form than Apple's is passed over: it is part of a key. */
function serialIn(answers: PlistDict): string | undefined {
  const said = shortText(answers, 'SerialNumber');
  return said !== undefined && isSerialNumber(said) ? said : undefined;
}
