import { describe, expect, it } from 'vitest';
import { decodeCheckIn, encodeCheckIn, type CheckInMessage } from '../../protocol/check-in.ts';
import { parseEnrolmentId } from '../../core/ids.ts';
import type { PlistValue } from '../../protocol/plist.ts';

const enrolmentId = parseEnrolmentId('00008120-0123456789ABCDEF');
const about = { UDID: enrolmentId, Topic: 'com.apple.mgmt.External.ours' };
const decode = (message: Readonly<Record<string, PlistValue>>): CheckInMessage => decodeCheckIn(message);

describe('a check-in message', () => {
  it.each<[string, Parameters<typeof encodeCheckIn>[0]]>([
    ['Authenticate', { type: 'Authenticate', enrolmentId, topic: 'topic', serialNumber: 'F2LX', productName: 'iPhone15,4', osVersion: '18.6' }],
    ['TokenUpdate', { type: 'TokenUpdate', enrolmentId, topic: 'topic', token: 'ab'.repeat(32), pushMagic: 'magic' }],
    ['CheckOut', { type: 'CheckOut', enrolmentId, topic: 'topic' }],
    ['DeclarativeManagement', { type: 'DeclarativeManagement', enrolmentId, endpoint: 'tokens' }],
    ['DeclarativeManagement with a report', { type: 'DeclarativeManagement', enrolmentId, endpoint: 'status', data: new Uint8Array([1, 2]) }],
  ])('comes as it went: %s', (_, message) => {
    expect(decode(encodeCheckIn(message))).toEqual(message);
  });

  it('names a device by its EnrollmentID where that tells no UDID', () => {
    expect(decode({ MessageType: 'CheckOut', Topic: 't', EnrollmentID: 'A1B2C3D4-0000' }).enrolmentId).toBe('A1B2C3D4-0000');
  });

  it.each([['UserID'], ['EnrollmentUserID']])('with a %s is about a user of the device, whatever its type', (key) => {
    for (const MessageType of ['TokenUpdate', 'CheckOut', 'Authenticate', 'DeclarativeManagement']) expect(decode({ ...about, MessageType, [key]: '501' })).toEqual({ type: 'user channel', enrolmentId });
    expect(decode({ ...about, MessageType: 'UserAuthenticate', [key]: '501' }).type).toBe('UserAuthenticate');
  });

  it('without a serial number has none, whichever way it does not say it', () => {
    expect(decode({ ...about, MessageType: 'Authenticate' })).not.toHaveProperty('serialNumber');
    expect(decode({ ...about, MessageType: 'Authenticate', SerialNumber: '' })).not.toHaveProperty('serialNumber');
  });

  it.each<[string, Readonly<Record<string, PlistValue>>]>([
    ['of no type', about], ['of an unknown type', { ...about, MessageType: 'Hello' }], ['without a topic', { MessageType: 'Authenticate', UDID: enrolmentId }], ['of nobody', { MessageType: 'CheckOut', Topic: 't' }],
    ['with a token that is a text', { ...about, MessageType: 'TokenUpdate', Token: 'ab', PushMagic: 'm' }], ['with a serial number that is none', { ...about, MessageType: 'Authenticate', SerialNumber: 'a#b' }],
    ['whose report is a text', { ...about, MessageType: 'DeclarativeManagement', Endpoint: 'status', Data: 'x' }], ['without an endpoint', { ...about, MessageType: 'DeclarativeManagement' }],
  ])('%s is refused', (_, message) => {
    expect(() => decode(message)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
