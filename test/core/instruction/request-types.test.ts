import { describe, expect, it } from 'vitest';
import type { PlainDict } from '../../../core/instruction/plain-value.ts';
import { checkSentByHand } from '../../../core/instruction/request-types.ts';
import { ACCESS_RIGHTS, isOurProfile, managesDevice } from '../../../protocol/profile.ts';
import { encodePlist } from '../../../protocol/plist.ts';

const check = (requestType: string, keys: PlainDict = {}): void => {
  checkSentByHand({ requestType, keys }, { accessRights: ACCESS_RIGHTS, isOurProfile, managesDevice: (profile) => managesDevice(Buffer.from(profile, 'base64')) });
};
const profileWith = (type: string): PlainDict => ({ Payload: { $data: Buffer.from(encodePlist({ PayloadType: 'Configuration', PayloadContent: [{ PayloadType: type }] })).toString('base64') } });

describe('a command by hand', () => {
  it.each<[string, PlainDict]>([
    ['ProfileList', {}], ['CertificateList', {}], ['ValidateApplications', {}], ['ProvisioningProfileList', {}], ['InstalledApplicationList', { Identifiers: [] }],
    ['DeviceInformation', { Queries: ['UDID'] }], ['RemoveApplication', { Identifier: 'com.example.old' }], ['InstallProvisioningProfile', { ProvisioningProfile: { $data: 'YQ==' } }],
    ['Settings', { Settings: [] }], ['InstallApplication', { iTunesStoreID: 361309726 }], ['InstallProfile', profileWith('com.apple.wifi.managed')], ['RemoveProfile', { Identifier: 'com.example.wifi' }],
    ['SomethingThatAppleAddsLater', { Anything: 1 }],
  ])('%s is sent', (requestType, keys) => {
    expect(() => { check(requestType, keys); }).not.toThrow();
  });

  it.each([['EraseDevice', 'erase'], ['DeviceLock', 'lock and clear the passcode'], ['ClearPasscode', 'lock and clear the passcode'], ['RestartDevice', 'lock and clear the passcode'], ['ShutDownDevice', 'lock and clear the passcode'], ['SecurityInfo', 'inspect security'], ['Restrictions', 'inspect restrictions']])('%s is refused, and it is said which right it lacks', (requestType, right) => {
    expect(() => { check(requestType); }).toThrow(expect.objectContaining({ code: 'forbidden', message: expect.stringContaining(`the access right "${right}"`) as string }));
  });

  it.each<[string, string, PlainDict]>([
    ['puts the device out of use', 'EnableLostMode', { Message: 'x' }],
    ['removes the management', 'RemoveProfile', { Identifier: 'wavecast.com.apple.mgmt.External.0a' }],
    ['brings another management', 'InstallProfile', profileWith('com.apple.mdm')],
  ])('that %s is refused', (_, requestType, keys) => {
    expect(() => { check(requestType, keys); }).toThrow(expect.objectContaining({ code: 'forbidden', remedy: expect.any(String) as string }));
  });

  it.each<[string, string, PlainDict]>([
    ['without what it removes', 'RemoveApplication', {}],
    ['with a list where a text belongs', 'RemoveApplication', { Identifier: ['a'] }],
    ['with text where data belongs', 'InstallProvisioningProfile', { ProvisioningProfile: 'YQ==' }],
    ['without its settings', 'Settings', {}],
    ['by a manifest: that is an instruction', 'InstallApplication', { ManifestURL: 'https://example.com/m.plist' }],
    ['of two apps at once', 'InstallApplication', { Identifier: 'a.b', iTunesStoreID: 1 }],
    ['of no app', 'InstallApplication', {}],
  ])('%s is refused before a device would call it malformed', (_, requestType, keys) => {
    expect(() => { check(requestType, keys); }).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.any(String) as string }));
  });
});
