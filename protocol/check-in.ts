/** Check-in messages of Apple's MDM: the device introduces itself, says where to push, and leaves. */
import { WavecastError } from '../core/errors.ts';
import { parseEnrolmentId, type EnrolmentId } from '../core/ids.ts';
import type { PlistDict, PlistValue } from './plist.ts';
import { data, dictOf, optionalData, optionalText, text } from './plist-fields.ts';

interface Message {
  readonly enrolmentId: EnrolmentId;
  readonly topic: string;
}

export interface AuthenticateMessage extends Message {
  readonly type: 'Authenticate';
  readonly serialNumber?: string;
  readonly productName?: string;
  readonly osVersion?: string;
}

export interface TokenUpdateMessage extends Message {
  readonly type: 'TokenUpdate';
  /** Lower-case hex. */
  readonly token: string;
  readonly pushMagic: string;
}

export interface CheckOutMessage extends Message {
  readonly type: 'CheckOut';
}

export interface DeclarativeMessage {
  readonly type: 'DeclarativeManagement';
  readonly enrolmentId: EnrolmentId;
  /** `tokens`, `declaration-items`, `declaration/<kind>/<identifier>` or `status`. */
  readonly endpoint: string;
  /** JSON: a status report. */
  readonly data?: Uint8Array;
}

/** Messages that devices of ours do not need: answered harmlessly, nothing of them is kept. */
export interface OtherMessage {
  /** `user channel`: any message about a user of a shared device, which has a token and a queue of its own. */
  readonly type: 'SetBootstrapToken' | 'GetBootstrapToken' | 'GetToken' | 'UserAuthenticate' | 'user channel';
  readonly enrolmentId: EnrolmentId;
}

export type CheckInMessage = AuthenticateMessage | TokenUpdateMessage | CheckOutMessage | DeclarativeMessage | OtherMessage;

/** Throws `invalid-input` for anything that is no check-in message. */
export function decodeCheckIn(value: PlistValue): CheckInMessage {
  const dict = dictOf(value, 'A check-in message');
  const type = text(dict, 'MessageType');
  const enrolmentId = enrolmentIdOf(dict);
  if (type !== 'UserAuthenticate' && isOfUser(dict)) return { type: 'user channel', enrolmentId };
  switch (type) {
    case 'Authenticate':
      return { type, enrolmentId, topic: text(dict, 'Topic'), ...present('serialNumber', serialNumber(dict)), ...present('productName', optionalText(dict, 'ProductName')), ...present('osVersion', optionalText(dict, 'OSVersion')) };
    case 'TokenUpdate':
      return { type, enrolmentId, topic: text(dict, 'Topic'), token: Buffer.from(data(dict, 'Token')).toString('hex'), pushMagic: text(dict, 'PushMagic') };
    case 'CheckOut':
      return { type, enrolmentId, topic: text(dict, 'Topic') };
    case 'SetBootstrapToken':
    case 'GetBootstrapToken':
    case 'GetToken':
    case 'UserAuthenticate':
      return { type, enrolmentId };
    case 'DeclarativeManagement': {
      const report = optionalData(dict, 'Data');
      return { type, enrolmentId, endpoint: text(dict, 'Endpoint'), ...present('data', report) };
    }
    default:
      throw new WavecastError('invalid-input', 'The check-in message is of no known type.');
  }
}

/** Apple's are 8 to 14 letters and digits. It becomes part of a key, and perhaps the device's name. */
export function isSerialNumber(text: string): boolean {
  return /^[0-9A-Za-z-]{1,40}$/.test(text);
}

function serialNumber(dict: PlistDict): string | undefined {
  const said = optionalText(dict, 'SerialNumber');
  // Some that have none say nothing rather than not say it.
  if (said === undefined || said === '') return undefined;
  if (isSerialNumber(said)) return said;
  throw new WavecastError('invalid-input', 'SerialNumber must be 1 to 40 letters and digits.');
}

/** Whether a message is about a user of a shared device: what it says of tokens and commands is not the device's. */
export function isOfUser(dict: PlistDict): boolean {
  return optionalText(dict, 'UserID') !== undefined || optionalText(dict, 'EnrollmentUserID') !== undefined;
}

/** UDID, or EnrollmentID where the device has none to give. */
export function enrolmentIdOf(dict: PlistDict): EnrolmentId {
  return parseEnrolmentId(optionalText(dict, 'UDID') ?? optionalText(dict, 'EnrollmentID'));
}

/** The device's side, for clients of this protocol. */
export function encodeCheckIn(message: AuthenticateMessage | TokenUpdateMessage | CheckOutMessage | DeclarativeMessage): PlistDict {
  if (message.type === 'DeclarativeManagement') {
    return { MessageType: message.type, UDID: message.enrolmentId, Endpoint: message.endpoint, ...(message.data === undefined ? {} : { Data: new Uint8Array(message.data) }) };
  }
  const common = { MessageType: message.type, Topic: message.topic, UDID: message.enrolmentId };
  switch (message.type) {
    case 'Authenticate':
      return { ...common, ...present('SerialNumber', message.serialNumber), ...present('ProductName', message.productName), ...present('OSVersion', message.osVersion) };
    case 'TokenUpdate':
      return { ...common, Token: new Uint8Array(Buffer.from(message.token, 'hex')), PushMagic: message.pushMagic };
    case 'CheckOut':
      return common;
  }
}

function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const entry: Partial<Record<K, V>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
