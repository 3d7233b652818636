/** What a device sends to the command endpoint: its status, and its answer to the command before. */
import { WavecastError } from '../core/errors.ts';
import { parseCommandId, type CommandId, type EnrolmentId } from '../core/ids.ts';
import { enrolmentIdOf } from './check-in.ts';
import type { PlistDict, PlistValue } from './plist.ts';
import { dictOf, isDict, optionalArray, optionalBoolean, optionalDict, optionalNumber, optionalText, text } from './plist-fields.ts';

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

function statusOf(said: string): ReportStatus {
  const status = reportStatuses.find((known) => known === said);
  if (status === undefined) throw new WavecastError('invalid-input', 'A report must have a Status that Apple defines.');
  return status;
}

function errorCodes(dict: PlistDict): readonly string[] {
  return (optionalArray(dict, 'ErrorChain') ?? []).slice(0, LONGEST_CHAIN).flatMap((link) => {
    if (!isDict(link)) return [];
    const code = optionalNumber(link, 'ErrorCode');
    return [`${optionalText(link, 'ErrorDomain') ?? 'unknown'} ${code ?? 0}`];
  });
}

function installPart(dict: PlistDict): { install?: { state?: string; rejectionReason?: string } } {
  const state = optionalText(dict, 'State');
  const rejectionReason = optionalText(dict, 'RejectionReason');
  if (state === undefined && rejectionReason === undefined) return {};
  return { install: { ...(state === undefined ? {} : { state }), ...(rejectionReason === undefined ? {} : { rejectionReason }) } };
}

function managedPart(list: PlistDict): ReadonlyMap<string, ManagedEntry> {
  const entries = new Map<string, ManagedEntry>();
  for (const [bundleId, entry] of Object.entries(list)) {
    if (!isDict(entry)) continue;
    const isValidated = optionalBoolean(entry, 'IsValidated');
    entries.set(bundleId, { status: text(entry, 'Status'), ...(isValidated === undefined ? {} : { isValidated }) });
  }
  return entries;
}

function installedPart(list: readonly PlistValue[]): ReadonlyMap<string, InstalledEntry> {
  const entries = new Map<string, InstalledEntry>();
  for (const entry of list) {
    if (!isDict(entry)) continue;
    const identifier = optionalText(entry, 'Identifier');
    if (identifier === undefined) continue;
    const shortVersion = optionalText(entry, 'ShortVersion');
    const version = optionalText(entry, 'Version');
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
  const osVersion = optionalText(answers, 'OSVersion');
  const productName = optionalText(answers, 'ProductName');
  const serialNumber = optionalText(answers, 'SerialNumber');
  const supervised = optionalBoolean(answers, 'IsSupervised');
  return {
    ...(osVersion === undefined ? {} : { osVersion }), ...(productName === undefined ? {} : { productName }),
    ...(serialNumber === undefined ? {} : { serialNumber }), ...(supervised === undefined ? {} : { supervised }),
  };
}
