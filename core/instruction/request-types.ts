/**
 * What may be sent to a device by hand. Apple's request types with the access right that each needs (device-management
 * schema, `accessrights`) and the keys that it cannot do without; our profile's rights are fixed when a device enrols.
 */
import { WavecastError } from '../errors.ts';
import type { PlainDict, PlainValue } from './plain-value.ts';

/** Bits of AccessRights, `com.apple.mdm`. */
const rights = {
  'inspect profiles': 1, 'install and remove profiles': 2, 'lock and clear the passcode': 4, 'erase': 8, 'device information': 16, 'network information': 32,
  'inspect provisioning profiles': 64, 'install and remove provisioning profiles': 128, 'inspect apps': 256, 'inspect restrictions': 512, 'inspect security': 1024,
  'change settings': 2048, 'manage apps': 4096,
} as const;
type Right = keyof typeof rights;

interface Known {
  readonly right?: Right;
  /** Keys that a device would call the command malformed without. */
  readonly needs?: Readonly<Record<string, 'text' | 'data' | 'list'>>;
  /** Why it is never sent, where it is not for want of a right. */
  readonly never?: string;
}

const takesOut = 'it puts the device out of its user\'s hands, which Wavecast never does';
const needsId = { Identifier: 'text' } as const;

const known: Readonly<Record<string, Known>> = {
  ProfileList: { right: 'inspect profiles' },
  CertificateList: { right: 'inspect profiles' },
  InstallProfile: { right: 'install and remove profiles', needs: { Payload: 'data' } },
  RemoveProfile: { right: 'install and remove profiles', needs: needsId },
  DeviceLock: { right: 'lock and clear the passcode' },
  ClearPasscode: { right: 'lock and clear the passcode' },
  RequestUnlockToken: { right: 'lock and clear the passcode' },
  RestartDevice: { right: 'lock and clear the passcode' },
  ShutDownDevice: { right: 'lock and clear the passcode' },
  EraseDevice: { right: 'erase' },
  DeviceInformation: { right: 'device information', needs: { Queries: 'list' } },
  ProvisioningProfileList: { right: 'inspect provisioning profiles' },
  InstallProvisioningProfile: { right: 'install and remove provisioning profiles', needs: { ProvisioningProfile: 'data' } },
  RemoveProvisioningProfile: { right: 'install and remove provisioning profiles', needs: { UUID: 'text' } },
  InstalledApplicationList: { right: 'inspect apps' },
  Restrictions: { right: 'inspect restrictions' },
  SecurityInfo: { right: 'inspect security' },
  Settings: { right: 'change settings', needs: { Settings: 'list' } },
  InstallApplication: { right: 'manage apps' },
  RemoveApplication: { right: 'manage apps', needs: needsId },
  ManagedApplicationList: { right: 'manage apps' },
  ManagedApplicationAttributes: { right: 'manage apps', needs: { Identifiers: 'list' } },
  ManagedApplicationConfiguration: { right: 'manage apps', needs: { Identifiers: 'list' } },
  ManagedApplicationFeedback: { right: 'manage apps', needs: { Identifiers: 'list' } },
  ValidateApplications: { right: 'manage apps' },
  EnableLostMode: { never: takesOut },
  ClearRestrictionsPassword: { never: 'it clears what the user has set' },
  DeleteUser: { never: 'it deletes what is the user\'s' },
};

export interface SentByHand {
  readonly requestType: string;
  readonly keys: PlainDict;
}

export interface Grounds {
  /** AccessRights of our enrolment profile. */
  readonly accessRights: number;
  /** Whether a PayloadIdentifier is that of our enrolment profile: who removes it has lost the device. */
  readonly isOurProfile: (identifier: string) => boolean;
  /** Whether a profile (base64) has a payload that manages the device. */
  readonly managesDevice: (profile: string) => boolean;
}

/** Throws `invalid-input` for what the device would refuse or call malformed, `forbidden` for what would lose the device. */
export function checkSentByHand({ requestType, keys }: SentByHand, { accessRights, isOurProfile, managesDevice }: Grounds): void {
  const { right, needs = {}, never } = known[requestType] ?? {};
  if (never !== undefined) throw new WavecastError('forbidden', `${requestType} is not sent: ${never}.`, { remedy: 'Use another tool for it, on a device that is managed by it.' });
  if (right !== undefined && (accessRights & rights[right]) === 0) {
    throw new WavecastError('forbidden', `${requestType} needs the access right "${right}" (${rights[right]}), which the enrolment profile does not have.`, {
      remedy: `The profile has ${accessRights}; rights cannot be added to devices that have enrolled.`,
    });
  }
  for (const [key, form] of Object.entries(needs)) {
    if (!hasForm(keys[key], form)) throw new WavecastError('invalid-input', `${requestType} needs ${key}, ${words[form]}.`, { remedy: 'Add it beside requestType.' });
  }
  if (requestType === 'InstallApplication') checkInstall(keys);
  if (requestType === 'RemoveProfile' && typeof keys['Identifier'] === 'string' && isOurProfile(keys['Identifier'])) {
    throw losesDevice('It would remove the profile by which the device is managed.');
  }
  if (requestType === 'InstallProfile' && managesDevice(dataOf(keys['Payload']) ?? '')) throw losesDevice('The profile holds a payload of com.apple.mdm: it would take the place of the one by which the device is managed.');
}

const words = { text: 'a text', data: 'as {"$data": base64}', list: 'a list' } as const;

function hasForm(value: PlainValue | undefined, form: 'text' | 'data' | 'list'): boolean {
  if (form === 'text') return typeof value === 'string' && value !== '';
  if (form === 'list') return Array.isArray(value);
  return dataOf(value) !== undefined;
}

/** In-house apps come by plans and test installs: a device never has two live instructions for one app. */
function checkInstall(keys: PlainDict): void {
  const sources = ['ManifestURL', 'iTunesStoreID', 'Identifier'].filter((key) => Object.hasOwn(keys, key));
  if (sources.includes('ManifestURL')) throw new WavecastError('invalid-input', 'An app of a manifest is not installed by hand.', { remedy: 'Register the app, and instruct the device by a plan or a test install.' });
  if (sources.length !== 1) throw new WavecastError('invalid-input', 'InstallApplication needs exactly one of iTunesStoreID and Identifier.', { remedy: 'Name one of them.' });
}

function dataOf(value: PlainValue | undefined): string | undefined {
  const data = typeof value === 'object' && !Array.isArray(value) && '$data' in value ? value['$data'] : undefined;
  return typeof data === 'string' ? data : undefined;
}

function losesDevice(message: string): WavecastError {
  return new WavecastError('forbidden', message, { remedy: 'Where that is meant: `wavecast device unenrol`, or remove the profile on the device.' });
}
