/**
 * Status reports of declarative management: JSON, full or what has changed. Form: Apple's device-management schema,
 * `declarative/protocol/statusreport` and `declarative/status`. Unknown items are passed over, of whatever form.
 */
import { WavecastError } from '../core/errors.ts';
import type { DeviceFacts, InstalledEntry, ManagedEntry } from './connect.ts';
import { isDict, LONGEST_TEXT, optionalArray, optionalDict } from './plist-fields.ts';
import type { PlistDict, PlistValue } from './plist.ts';

export interface StatusReport {
  /** By package name: what the device says of each app that MDM installed; of those that changed, where the report is not full. */
  readonly managed: ReadonlyMap<string, ManagedEntry>;
  /** By package name, where the state says that the version told is the one on the device; null: it is gone. */
  readonly installed: ReadonlyMap<string, InstalledEntry | null>;
  readonly device: DeviceFacts;
  /** Declarations that the device does not take, with its own codes: `identifier code`. */
  readonly refused: readonly string[];
}

/** Apps of one report; a device has some dozens. */
const MOST_APPS = 1_000;
const MOST_REFUSALS = 20;

/** Apple's words for the same states in ManagedApplicationList. */
const statuses: ReadonlyMap<string, string> = new Map(Object.entries({
  queued: 'Queued', 'needs-redemption': 'NeedsRedemption', redeeming: 'Redeeming', prompting: 'Prompting', 'prompting-for-login': 'PromptingForLogin', 'validating-purchase': 'ValidatingPurchase',
  'prompting-for-update': 'PromptingForUpdate', 'prompting-for-update-login': 'PromptingForUpdateLogin', 'prompting-for-management': 'PromptingForManagement', 'validating-update': 'ValidatingUpdate',
  updating: 'Updating', installing: 'Installing', managed: 'Managed', 'managed-but-uninstalled': 'ManagedButUninstalled', unknown: 'Unknown', 'user-installed-app': 'UserInstalledApp',
  'user-rejected': 'UserRejected', 'update-rejected': 'UpdateRejected', 'management-rejected': 'ManagementRejected', failed: 'Failed',
}));

/** States in which the version is that of the app on the device; while one is fetched it may be of no meaning. */
const settledStates: ReadonlySet<string> = new Set(['managed', 'prompting-for-update', 'prompting-for-update-login', 'validating-update']);

/** Throws `invalid-input` for what is no status report. */
export function decodeStatusReport(bytes: Uint8Array): StatusReport {
  const items = optionalDict(parse(bytes), 'StatusItems');
  if (items === undefined) throw refused();
  const managed = new Map<string, ManagedEntry>();
  const installed = new Map<string, InstalledEntry | null>();
  for (const entry of dictsAt(optionalDict(items, 'mdm'), 'app', MOST_APPS)) {
    const [identifier, state, version, shortVersion] = ['identifier', 'state', 'version', 'short-version'].map((key) => textAt(entry, key));
    if (identifier === undefined) continue;
    if (entry['_removed'] === true) {
      managed.set(identifier, { status: 'Absent' });
      installed.set(identifier, null);
      continue;
    }
    if (state === undefined) continue;
    // A word that we do not know is kept as it is.
    managed.set(identifier, { status: statuses.get(state) ?? state });
    if (settledStates.has(state) && version !== undefined && shortVersion !== undefined) installed.set(identifier, { version, shortVersion, installing: false });
    if (state === 'managed-but-uninstalled') installed.set(identifier, null);
  }
  return { managed, installed, device: factsOf(optionalDict(items, 'device')), refused: refusalsOf(declarationsOf(items)) };
}

/** JSON has fewer kinds of values than a property list, and none that one has not. */
function parse(bytes: Uint8Array): PlistDict {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as PlistValue;
    if (isDict(value)) return value;
  } catch {
    // Refused like what is JSON and no report.
  }
  throw refused();
}

function refused(): WavecastError {
  return new WavecastError('invalid-input', 'This is no status report.');
}

/** What is of another form than Apple's counts as not said. */
function textAt(dict: PlistDict | undefined, key: string): string | undefined {
  const value = dict !== undefined && Object.hasOwn(dict, key) ? dict[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT ? value : undefined;
}

function dictsAt(dict: PlistDict | undefined, key: string, most: number): readonly PlistDict[] {
  return (dict === undefined ? [] : (optionalArray(dict, key) ?? [])).slice(0, most).filter(isDict);
}

function factsOf(device: PlistDict | undefined): DeviceFacts {
  const part = (key: string): PlistDict | undefined => (device === undefined ? undefined : optionalDict(device, key));
  const [osVersion, productName, serialNumber] = [textAt(part('operating-system'), 'version'), textAt(part('model'), 'identifier'), textAt(part('identifier'), 'serial-number')];
  return { ...(osVersion === undefined ? {} : { osVersion }), ...(productName === undefined ? {} : { productName }), ...(serialNumber === undefined ? {} : { serialNumber }) };
}

function refusalsOf(declarations: PlistDict | undefined): readonly string[] {
  return ['activations', 'configurations'].flatMap((key) => dictsAt(declarations, key, MOST_REFUSALS)).filter((each) => textAt(each, 'valid') === 'invalid')
    .flatMap((each) => dictsAt(each, 'reasons', MOST_REFUSALS).map((why) => `${textAt(each, 'identifier') ?? 'unknown'} ${textAt(why, 'code') ?? 'unknown'}`)).slice(0, MOST_REFUSALS);
}

function declarationsOf(items: PlistDict): PlistDict | undefined {
  const management = optionalDict(items, 'management');
  return management === undefined ? undefined : optionalDict(management, 'declarations');
}
