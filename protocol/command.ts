/** Commands on the wire. Keys: Apple's device-management schema, `mdm/commands`. */
import type { CommandId } from '../core/ids.ts';
import { parseCommandId } from '../core/ids.ts';
import { encodePlist, type PlistDict, type PlistValue } from './plist.ts';
import { data, dictOf, optionalArray, optionalData, optionalDict, optionalNumber, optionalText, text } from './plist-fields.ts';

/** A command as it leaves us: everything that the device needs is in it. */
export type WireCommand =
  | { readonly requestType: 'InstallApplication'; readonly manifestUrl: string; readonly managementFlags: number; readonly configuration?: PlistDict; readonly attributes?: PlistDict }
  | { readonly requestType: 'ManagedApplicationList'; readonly identifiers: readonly string[] }
  | { readonly requestType: 'InstalledApplicationList'; readonly identifiers: readonly string[] }
  | { readonly requestType: 'DeviceInformation'; readonly queries: readonly string[] }
  /** `data`: sync tokens, JSON. */
  | { readonly requestType: 'DeclarativeManagement'; readonly data: string }
  /** `payload`: a configuration profile. */
  | { readonly requestType: 'InstallProfile'; readonly payload: Uint8Array }
  /** Any other request type by its own name, with the keys beside it. */
  | { readonly requestType: 'Other'; readonly name: string; readonly keys: PlistDict };

/** Settings/OrganizationInfo: who is named in the prompt that an app is to be installed. */
export function organisationInfo(name: string): WireCommand {
  return { requestType: 'Other', name: 'Settings', keys: { Settings: [{ Item: 'OrganizationInfo', OrganizationInfo: { OrganizationName: name } }] } };
}

/** A device removes only what it manages, and asks nobody. */
export function removeApplication(bundleId: string): WireCommand {
  return { requestType: 'Other', name: 'RemoveApplication', keys: { Identifier: bundleId } };
}

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
      return {
        RequestType: command.requestType, ManifestURL: command.manifestUrl, ManagementFlags: command.managementFlags, ChangeManagementState: 'Managed',
        ...(command.configuration === undefined ? {} : { Configuration: command.configuration }), ...(command.attributes === undefined ? {} : { Attributes: command.attributes }),
      };
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
    case 'Other':
      return { ...command.keys, RequestType: command.name };
  }
}

/** The device's side. Throws `invalid-input` for what is no command. */
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
      return { requestType, manifestUrl: text(dict, 'ManifestURL'), managementFlags: optionalNumber(dict, 'ManagementFlags') ?? 0, ...part('configuration', dict, 'Configuration'), ...part('attributes', dict, 'Attributes') };
    case 'ManagedApplicationList':
    case 'InstalledApplicationList':
      return { requestType, identifiers: texts('Identifiers') };
    case 'DeviceInformation':
      return { requestType, queries: texts('Queries') };
    case 'DeclarativeManagement':
      return { requestType, data: Buffer.from(optionalData(dict, 'Data') ?? []).toString('utf8') };
    case 'InstallProfile':
      return { requestType, payload: data(dict, 'Payload') };
    default: {
      const { RequestType: _, ...keys } = dict;
      return { requestType: 'Other', name: requestType, keys };
    }
  }
}

function part<K extends string>(name: K, dict: PlistDict, key: string): Partial<Record<K, PlistDict>> {
  const value = optionalDict(dict, key);
  const found: Partial<Record<K, PlistDict>> = {};
  if (value !== undefined) found[name] = value;
  return found;
}
