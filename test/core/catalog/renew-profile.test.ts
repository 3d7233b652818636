import { describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion, VersionProfile } from '../../../core/catalog/app.ts';
import type { ProvisioningFacts } from '../../../core/catalog/package-facts.ts';
import { renewProfile } from '../../../core/catalog/renew-profile.ts';
import { anApp, aVersion } from '../../support/samples/catalogue.ts';
import { MORNING } from '../../support/samples/unique.ts';
import { parseBundleId } from '../../../core/ids.ts';

const now = MORNING;
const app = anApp({ bundleId: parseBundleId('com.example.field') });
const embedded: VersionProfile = { bundleId: 'com.example.field', uuid: 'p1', name: 'Field', applicationIdentifier: 'TEAM123456.com.example.field', endsAt: now + 20 * DAY, certificates: ['c1', 'c2'] };
const widget: VersionProfile = { ...embedded, bundleId: 'com.example.field.widget', uuid: 'w1', applicationIdentifier: 'TEAM123456.com.example.field.widget', endsAt: now + 10 * DAY };

function version(facts: Partial<AppVersion> = {}): AppVersion {
  return aVersion(app, { profiles: [embedded], profileExpiresAt: now + 20 * DAY, placement: 'proven', ...facts });
}

function profile(facts: Partial<ProvisioningFacts> = {}): ProvisioningFacts {
  return {
    name: 'Field 2027', uuid: 'p2', teamIdentifier: 'TEAM123456', teamName: 'Team', provisionsAllDevices: true, deviceList: undefined, provisionedDevices: [], getTaskAllow: false,
    applicationIdentifier: 'TEAM123456.com.example.field', createdAt: now, expiresAt: now + 380 * DAY, certificatesExpireAt: [now + 600 * DAY], certificateDigests: ['c2'], signatureHolds: true, ...facts,
  };
}

const renew = (of: AppVersion, by: ProvisioningFacts, again = false) => renewProfile(of, by, { again, by: 'ada', now });

describe('a renewed profile', () => {
  it('puts the end of the version off, and says who renewed it', () => {
    expect(renew(version(), profile())).toMatchObject({
      version: { profileExpiresAt: now + 380 * DAY, profiles: [{ uuid: 'p2', name: 'Field 2027', endsAt: now + 380 * DAY, certificates: ['c1', 'c2'] }], renewal: { uuid: 'p2', round: 1, at: now, by: 'ada' }, placement: 'proven' }, leftOut: 0, needBuild: 0,
    });
  });

  it('counts until the last of its certificates ends', () => {
    expect(renew(version(), profile({ certificatesExpireAt: [now + 50 * DAY, now + 90 * DAY] })).version.profileExpiresAt).toBe(now + 90 * DAY);
  });

  it('of the app alone leaves the version to end with its extension; one for both puts off both', () => {
    const both = version({ profiles: [embedded, widget], profileExpiresAt: now + 10 * DAY });
    expect(renew(both, profile()).version.profileExpiresAt).toBe(now + 10 * DAY);
    expect(renew(both, profile({ applicationIdentifier: 'TEAM123456.com.example.*' })).version.profileExpiresAt).toBe(now + 380 * DAY);
  });

  it('may come a second time: nothing changes, unless it is to be sent again', () => {
    const once = renew(version(), profile()).version;
    expect(renew(once, profile()).version.renewal.round).toBe(1);
    expect(renew(once, profile(), true).version.renewal.round).toBe(2);
    expect(renew(once, profile({ uuid: 'p3', expiresAt: now + 381 * DAY }), true).version.renewal).toMatchObject({ uuid: 'p3', round: 1 });
  });

  it('of an ad hoc build instructs those alone that both list, and says how many are left out or need a build', () => {
    const listed = version({ kind: 'ad-hoc', provisionedDevices: ['A', 'B'] });
    const { version: after, leftOut, needBuild } = renew(listed, profile({ provisionsAllDevices: false, deviceList: ['B', 'C', 'D'] }));
    expect({ devices: after.provisionedDevices, leftOut, needBuild }).toEqual({ devices: ['B'], leftOut: 1, needBuild: 2 });
  });

  it('fits a version of which an earlier release kept no more than its end', () => {
    const { profiles: _, ...old } = version();
    expect(renew(old, profile()).version.profileExpiresAt).toBe(now + 380 * DAY);
    expect(() => renew(old, profile({ applicationIdentifier: 'TEAM123456.com.example.other' }))).toThrow();
  });

  it.each<[string, Partial<ProvisioningFacts>, RegExp, Partial<AppVersion>?]>([
    ['of another team', { teamIdentifier: 'OTHERTEAM1' }, /of team OTHERTEAM1, the build of team TEAM123456/],
    ['for another app', { applicationIdentifier: 'TEAM123456.com.example.other' }, /"TEAM123456\.com\.example\.other", which covers none of com\.example\.field/],
    ['with another prefix', { applicationIdentifier: 'OLDPREFIX1.com.example.field' }, /prefix of the application-identifier is OLDPREFIX1, in the build it is TEAM123456/],
    ['of another kind', { provisionsAllDevices: false, deviceList: ['A'] }, /of the kind ad-hoc, the build of the kind enterprise/],
    ['without the certificate that signed the build', { certificateDigests: ['c3'] }, /no certificate that can have signed com\.example\.field/],
    ['that does not end later', { expiresAt: now + 20 * DAY }, /ends on .*, not after the/],
    ['that ends sooner by its certificate', { certificatesExpireAt: [now + 5 * DAY] }, /not after the/],
    ['that has ended', { expiresAt: now }, /has ended on/],
    ['that was changed after it was signed', { signatureHolds: false }, /changed after it was signed/],
    ['that lists none of the devices of an ad hoc build', { provisionsAllDevices: false, deviceList: ['C'] }, /lists none of the devices/, { kind: 'ad-hoc', provisionedDevices: ['A'] }],
  ])('%s is refused, with the reason', (_, facts, says, of) => {
    expect(() => renew(version(of), profile(facts))).toThrow(expect.objectContaining({ code: 'invalid-input', evidence: expect.arrayContaining([expect.stringMatching(says)]) as string[] }));
  });

  it('is refused with every reason at once, and for a version that was withdrawn', () => {
    expect(() => renew(version(), profile({ teamIdentifier: 'OTHERTEAM1', certificateDigests: [], expiresAt: now }))).toThrow(expect.objectContaining({ evidence: expect.objectContaining({ length: 4 }) as string[] }));
    expect(() => renew(version({ withdrawn: { at: 1, by: 'ada', reason: 'It crashed.' } }), profile())).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
