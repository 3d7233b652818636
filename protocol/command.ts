/** Commands on the wire. Keys: Apple's device-management schema, `mdm/commands`. */
import type { CommandId } from '../core/ids.ts';
import { parseCommandId } from '../core/ids.ts';
import { WavecastError } from '../core/errors.ts';
import { encodePlist, type PlistDict, type PlistValue } from './plist.ts';
import { data, dictOf, optionalArray, optionalData, optionalNumber, optionalText, text } from './plist-fields.ts';

/** A command as it leaves us: everything that the device needs is in it. */
export type WireCommand =
  | { readonly requestType: 'InstallApplication'; readonly manifestUrl: string; readonly managementFlags: number }
  | { readonly requestType: 'ManagedApplicationList'; readonly identifiers: readonly string[] }
  | { readonly requestType: 'InstalledApplicationList'; readonly identifiers: readonly string[] }
  | { readonly requestType: 'DeviceInformation'; readonly queries: readonly string[] }
  /** `data`: sync tokens, JSON. */
  | { readonly requestType: 'DeclarativeManagement'; readonly data: string }
  /** `payload`: a configuration profile. */
  | { readonly requestType: 'InstallProfile'; readonly payload: Uint8Array };

/** 1: removed with the MDM profile; 4: not in backups. */
export const MANAGEMENT_FLAGS = 1 + 4;

/** What is asked of a device right after it enrolled: what Authenticate does not say on iOS, and what may have changed. */
export const DEVICE_QUERIES: readonly string[] = ['UDID', 'DeviceName', 'OSVersion', 'BuildVersion', 'ModelName', 'ProductName', 'SerialNumber', 'IsSupervised', 'AvailableDeviceCapacity'];

/** Only what we read of each app: the answer stays small. */
const INSTALLED_ITEMS = ['Identifier', 'Version', 'ShortVersion', 'Installing', 'IsValidated'];

/** The XML that answers a device's request. */
export function encodeCommand(id: CommandId, command: WireCommand): string {
  return encodePlist({ CommandUUID: id, Command: commandDict(command) });
}

function commandDict(command: WireCommand): { [key: string]: PlistValue } {
  switch (command.requestType) {
    case 'InstallApplication':
      return { RequestType: command.requestType, ManifestURL: command.manifestUrl, ManagementFlags: command.managementFlags, ChangeManagementState: 'Managed' };
    case 'ManagedApplicationList':
      return { RequestType: command.requestType, Identifiers: [...command.identifiers] };
    case 'InstalledApplicationList':
      return { RequestType: command.requestType, Identifiers: [...command.identifiers], Items: INSTALLED_ITEMS };
    case 'DeviceInformation':
      return { RequestType: command.requestType, Queries: [...command.queries] };
    case 'DeclarativeManagement':
      return { RequestType: command.requestType, Data: new Uint8Array(Buffer.from(command.data, 'utf8')) };
    case 'InstallProfile':
      return { RequestType: command.requestType, Payload: new Uint8Array(command.payload) };
  }
}

/** The device's side. Throws `invalid-input` for a command that it does not know. */
export function decodeCommand(value: PlistValue): { readonly id: CommandId; readonly command: WireCommand } {
  const envelope = dictOf(value, 'A command');
  const dict = dictOf(envelope['Command'], 'Command');
  return { id: parseCommandId(optionalText(envelope, 'CommandUUID')), command: wireCommand(dict) };
}

function wireCommand(dict: PlistDict): WireCommand {
  const requestType = text(dict, 'RequestType');
  const texts = (key: string): readonly string[] => (optionalArray(dict, key) ?? []).filter((entry) => typeof entry === 'string');
  switch (requestType) {
    case 'InstallApplication':
      return { requestType, manifestUrl: text(dict, 'ManifestURL'), managementFlags: optionalNumber(dict, 'ManagementFlags') ?? 0 };
    case 'ManagedApplicationList':
    case 'InstalledApplicationList':
      return { requestType, identifiers: texts('Identifiers') };
    case 'DeviceInformation':
      return { requestType, queries: texts('Queries') };
    case 'DeclarativeManagement':
      return { requestType, data: Buffer.from(optionalData(dict, 'Data') ?? []).toString('utf8') };
    case 'InstallProfile':
      return { requestType, payload: data(dict, 'Payload') };
    default:
      throw new WavecastError('invalid-input', 'The command is of no known type.');
  }
}
