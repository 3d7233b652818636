import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import type { EmbeddedProfile, IpaFacts, PackageKind } from '../../../core/catalog/package-facts.ts';
import { coversBundle, judgePackage } from '../../../core/catalog/package-verdict.ts';

const now = Date.UTC(2026, 10, 23);
const main = 'Payload/Good.app/embedded.mobileprovision';
const nested = 'Payload/Good.app/PlugIns/Widget.appex/embedded.mobileprovision';

function profile(changes: Partial<EmbeddedProfile> = {}): EmbeddedProfile {
  return {
    path: main, bundleId: 'com.example.good', name: 'Good', uuid: 'u', teamIdentifier: 'TEAM123456', teamName: 'Team', provisionsAllDevices: true, deviceList: undefined,
    provisionedDevices: changes.deviceList ?? [], getTaskAllow: false, applicationIdentifier: 'TEAM123456.com.example.good', createdAt: now - 30 * DAY, expiresAt: now + 300 * DAY,
    certificatesExpireAt: [now + 600 * DAY], certificateDigests: ['c1'], signatureHolds: true, ...changes,
  };
}

const adHoc = { provisionsAllDevices: false, deviceList: ['A', 'B', 'C'] } as const;
const development = { ...adHoc, getTaskAllow: true } as const;
const appStore = { provisionsAllDevices: false } as const;
const inWidget = { path: nested, bundleId: 'com.example.good.widget', applicationIdentifier: 'TEAM123456.com.example.good.widget' } as const;

function facts(profiles: readonly EmbeddedProfile[], changes: Partial<IpaFacts> = {}): IpaFacts {
  return {
    appFolder: 'Payload/Good.app', bundleId: 'com.example.good', version: '7', shortVersion: '1.2', title: 'Good', minimumOsVersion: '16.0', deviceFamilies: [1], supportedPlatforms: ['iPhoneOS'],
    icons: [], icon: undefined, profiles, storeTraces: [], cryptid: 0, entries: 4, reads: { requests: 1, bytes: 1 }, ...changes,
  };
}

const judge = (given: IpaFacts, allowDevelopment = false): ReturnType<typeof judgePackage> => judgePackage(given, now, { allowDevelopment });

describe('the verdict on a package', () => {
  const rows: readonly [string, IpaFacts, PackageKind, boolean, RegExp][] = [
    ['an enterprise build', facts([profile()]), 'enterprise', true, /enterprise profile "Good" of team TEAM123456, for all devices/],
    ['an ad hoc build', facts([profile(adHoc)]), 'ad-hoc', true, /ad-hoc profile .* for 3 listed devices/],
    ['a development build', facts([profile(development)]), 'development', false, /development profile/],
    ['an App Store build', facts([profile(appStore)]), 'app-store', false, /neither ProvisionsAllDevices nor ProvisionedDevices/],
    ['a download with SC_Info', facts([], { storeTraces: ['Payload/Good.app/SC_Info/'] }), 'store-download', false, /SC_Info/],
    ['a download with iTunesMetadata', facts([], { storeTraces: ['iTunesMetadata.plist'] }), 'store-download', false, /iTunesMetadata/],
    ['an encrypted executable', facts([], { cryptid: 1 }), 'store-download', false, /cryptid 1/],
    ['an encrypted executable signed again', facts([profile()], { cryptid: 1 }), 'store-download', false, /cryptid 1/],
    ['an unsigned build', facts([]), 'unsigned', false, /not signed for distribution/],
    ['an unsigned build with a signed extension', facts([profile(inWidget)]), 'unsigned', false, /no Payload\/Good\.app\/embedded/],
    ['an enterprise app with an App Store extension', facts([profile(), profile({ ...appStore, ...inWidget })]), 'app-store', false, /Widget\.appex.*neither/],
    ['an enterprise app with an ad hoc extension', facts([profile(), profile({ ...adHoc, ...inWidget })]), 'ad-hoc', true, /Widget\.appex.*ad-hoc/],
    ['a build for the simulator', facts([profile()], { supportedPlatforms: ['iPhoneSimulator'] }), 'enterprise', false, /iPhoneSimulator/],
    ['an expired profile', facts([profile({ expiresAt: now })]), 'enterprise', false, /expired on 2026-11-23/],
    ['an expired profile of an extension', facts([profile(), profile({ ...inWidget, expiresAt: now - DAY })]), 'enterprise', false, /Widget\.appex.*expired on 2026-11-22/],
    ['a profile whose certificates have all expired', facts([profile({ certificatesExpireAt: [now - 2 * DAY, now - DAY] })]), 'enterprise', false, /certificate .* expired, the last on 2026-11-22/],
    ['a profile of another app', facts([profile({ applicationIdentifier: 'TEAM123456.com.example.other' })]), 'enterprise', false, /does not cover "com\.example\.good"/],
    ['an extension without a name', facts([profile(), profile({ ...inWidget, bundleId: undefined })]), 'enterprise', false, /names no CFBundleIdentifier/],
    ['an ad hoc profile without devices', facts([profile({ ...adHoc, deviceList: [] })]), 'ad-hoc', false, /No device/],
    ['device lists with nobody in common', facts([profile(adHoc), profile({ ...adHoc, ...inWidget, deviceList: ['D'] })]), 'ad-hoc', false, /No device/],
  ];
  it.each(rows)('on %s', (_, given, kind, accepted, says) => {
    const verdict = judge(given);
    expect(verdict).toMatchObject({ kind, accepted });
    expect(verdict.evidence.join('\n')).toMatch(says);
  });

  it('lets a development build pass where that is allowed', () => {
    expect(judge(facts([profile(development)]), true)).toMatchObject({ kind: 'development', accepted: true, allowedDevices: ['A', 'B', 'C'] });
  });

  it('gives every reason of a refusal', () => {
    expect(judge(facts([profile({ ...appStore, expiresAt: now - DAY, applicationIdentifier: '' })])).evidence).toHaveLength(3);
  });

  it('allows the devices that every list names, and any where there is no list', () => {
    expect(judge(facts([profile(adHoc), profile({ ...adHoc, ...inWidget, deviceList: ['C', 'B', 'X'] })])).allowedDevices).toEqual(['B', 'C']);
    expect(judge(facts([profile()])).allowedDevices).toBeUndefined();
  });

  it('names the first expiry among all profiles', () => {
    expect(judge(facts([profile(), profile({ ...inWidget, expiresAt: now + 90 * DAY })])).expiresAt).toBe(now + 90 * DAY);
  });

  it.each([
    [61, undefined], [60, 60], [31, 60], [30, 30], [8, 30], [7, 7], [1, 7],
  ])('warns of a profile that ends in %i days: within %s', (days, within) => {
    const { accepted, warnings } = judge(facts([profile({ expiresAt: now + days * DAY })]));
    expect(accepted).toBe(true);
    if (within === undefined) expect(warnings).toEqual([]);
    else expect(warnings).toEqual([expect.stringContaining(`within ${within} days of its registration`)]);
  });

  it.each([
    ['a certificate that ends before the profile', facts([profile({ certificatesExpireAt: [now + 5 * DAY] })]), /certificate .* within 7 days of its registration/],
    ['a signature that does not hold', facts([profile({ signatureHolds: false })]), /signature around .* does not hold/],
    ['traces of a store download', facts([profile()], { storeTraces: ['iTunesMetadata.plist'] }), /iTunesMetadata\.plist from an App Store download/],
  ])('warns of %s', (_, given, says) => {
    const { accepted, warnings } = judge(given);
    expect(accepted).toBe(true);
    expect(warnings.join('\n')).toMatch(says);
  });

  it('never accepts when any one profile is refused alone', () => {
    const arbitrary = fc.record({
      provisionsAllDevices: fc.boolean(), deviceList: fc.constantFrom(undefined, ['A', 'B']), getTaskAllow: fc.boolean(),
      expiresAt: fc.constantFrom(now - 1, now + 400 * DAY), applicationIdentifier: fc.constantFrom('T.com.example.good', 'T.*', 'T.com.other'),
    });
    fc.assert(fc.property(fc.array(arbitrary, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, allowDevelopment) => {
      const profiles = changes.map((change, index) => profile({ ...change, path: index === 0 ? main : `${nested}${index}` }));
      const alone = profiles.map((each) => judge(facts([{ ...each, path: main }]), allowDevelopment).accepted);
      expect(judge(facts(profiles), allowDevelopment).accepted).toBe(alone.every(Boolean));
    }));
  });
});

describe('an application-identifier', () => {
  it.each([
    ['T.com.example.good', 'com.example.good', true],
    ['T.com.example.good', 'com.example.goods', false],
    ['T.com.example.good', 'com.example.Good', false],
    ['T.*', 'com.example.good', true],
    ['T.com.example.*', 'com.example.good', true],
    ['T.com.example.*', 'com.example.', false],
    ['T.com.example.*', 'com.example', false],
    ['T.com.example.*', 'com.examples.good', false],
    ['com.example.good', 'com.example.good', false],
    ['', 'com.example.good', false],
    ['.com.example.good', 'com.example.good', false],
  ])('%s covers %s: %s', (identifier, bundleId, expected) => {
    expect(coversBundle(identifier, bundleId)).toBe(expected);
  });
});
