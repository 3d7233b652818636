import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBundleId, parseDeviceId } from '../../../core/ids.ts';
import type { AppFacts, InstalledFacts, ManagedFacts } from '../../../core/inventory/inventory.ts';
import { evidenceOf, holdingOf, mayProve, removalEvidenceOf, type Holding } from '../../../core/inventory/proof.ts';
import { compareVersions } from '../../../core/catalog/version-order.ts';

const asked = { shortVersion: '1.10', version: '42', issuedAt: 1000 };
const facts = (managed?: Omit<ManagedFacts, 'reportedAt'>, installed?: Omit<InstalledFacts, 'reportedAt'>, at = 2000): AppFacts => ({
  deviceId: parseDeviceId('00000000-0000-4000-8000-000000000001'), bundleId: parseBundleId('com.example.app'),
  ...(managed === undefined ? {} : { managed: { ...managed, reportedAt: at } }), ...(installed === undefined ? {} : { installed: { ...installed, reportedAt: at } }),
});
const wanted = { present: true, shortVersion: '1.10', version: '42' };

describe('the device\'s lists', () => {
  it.each<[string, AppFacts, string | undefined]>([
    ['prove an installation together', facts({ status: 'Managed' }, wanted), 'installed'],
    ['prove nothing while the app is being installed', facts({ status: 'Managed' }, { ...wanted, installing: true }), undefined],
    ['prove nothing with another build of the same short version', facts({ status: 'Managed' }, { ...wanted, version: '41' }), undefined],
    ['prove nothing with one list alone', facts({ status: 'Managed' }), undefined],
    ['prove nothing when they were reported before the instruction', facts({ status: 'Managed' }, wanted, 999), undefined],
    ['prove nothing by absence', facts({ status: 'Absent' }, { present: false }), undefined],
    ['prove nothing of an app that is not managed', facts({ status: 'Absent' }, wanted), undefined],
    ['say that a newer version took its place', facts({ status: 'Managed' }, { present: true, shortVersion: '1.11', version: '1' }), 'superseded'],
    ['say once that the user declined', facts({ status: 'UserRejected' }), 'rejected'],
    ['say that it is coming', facts({ status: 'Installing' }, { present: true, shortVersion: '0', version: '0', installing: true }), 'installing'],
    ['say that it failed', facts({ status: 'Failed' }), 'failed'],
    ['leave a waiting prompt as it is', facts({ status: 'Prompting' }), undefined],
  ])('%s', (_, given, state) => {
    expect(evidenceOf(asked, given)?.to).toBe(state);
  });

  it('are looked at no further only where they could move no instruction whatever', () => {
    const version = fc.constantFrom('1.10', '1.9', '42', '41', '');
    const status = fc.constantFrom('Managed', 'Prompting', 'Queued', 'Absent', 'Installing', 'Updating', 'UserRejected', 'Failed', 'UserInstalledApp', 'ManagedButUninstalled', 'Some day');
    const installed = fc.option(fc.record({ present: fc.boolean(), shortVersion: version, version, installing: fc.boolean() }), { nil: undefined });
    fc.assert(fc.property(fc.option(status, { nil: undefined }), installed, version, version, fc.integer({ min: 0, max: 3000 }), (said, found, shortVersion, build, issuedAt) => {
      const given = facts(said === undefined ? undefined : { status: said }, found);
      if (evidenceOf({ shortVersion, version: build, issuedAt }, given) !== undefined || removalEvidenceOf({ issuedAt }, given) !== undefined) expect(mayProve(given)).toBe(true);
    }));
    expect(mayProve(facts({ status: 'Prompting' }, wanted))).toBe(false);
    expect(mayProve(facts({ status: 'Managed' }))).toBe(false);
    expect(mayProve(facts({ status: 'Absent' }))).toBe(false);
  });

  it('flag an app that is installed and cannot run yet', () => {
    expect(evidenceOf(asked, facts({ status: 'Managed', isValidated: false }, wanted))).toEqual({ to: 'installed', cannotRunYet: true });
  });
});

describe('that an app is removed', () => {
  const later = (status: string, gone: AppFacts): AppFacts => ({ ...gone, managed: { status, reportedAt: 3000 } });
  const absent = facts({ status: 'Absent' }, { present: false });
  it.each<[string, AppFacts, 'removed' | undefined]>([
    ['is proven by a list without it', absent, 'removed'],
    ['is proven by that list alone', facts(undefined, { present: false }), 'removed'],
    ['is proven where the other list is older and still has it', facts({ status: 'Managed' }, { present: false }), 'removed'],
    ['is not proven by a list from before the instruction', facts({ status: 'Absent' }, { present: false }, 999), undefined],
    ['is not proven while it is there', facts({ status: 'Absent' }, wanted), undefined],
    ['is not proven by its no longer being managed', facts({ status: 'Absent' }), undefined],
    ['is not proven where it is being put there again', later('Installing', absent), undefined],
    ['is proven where the device has since forgotten about it', later('ManagedButUninstalled', absent), 'removed'],
  ])('%s', (_, given, state) => {
    expect(removalEvidenceOf({ issuedAt: 1000 }, given)?.to).toBe(state);
  });
});

describe('what is known of an app on a device', () => {
  it.each<[Holding, string, AppFacts | undefined]>([
    ['unknown', 'of a device that never reported', undefined],
    ['managed', 'where both lists have it', facts({ status: 'Managed' }, wanted)],
    ['managed', 'where one list has it and the other was never reported', facts(undefined, wanted)],
    ['managed', 'where only the list of managed apps is known, and has it', facts({ status: 'PromptingForUpdate' })],
    ['absent', 'where only that list is known, and has it not', facts({ status: 'ManagedButUninstalled' })],
    ['absent', 'where the list of installed apps has it not', facts({ status: 'Managed' }, { present: false })],
    ['unmanaged', 'where it is there and not managed', facts({ status: 'Absent' }, wanted)],
    ['unmanaged', 'where the user declined that it be managed', facts({ status: 'ManagementRejected' }, wanted)],
    ['managed', 'where an update of it was declined', facts({ status: 'UpdateRejected' }, wanted)],
  ])('is %s %s', (holding, _, given) => {
    expect(holdingOf(given)).toBe(holding);
  });
});

it.each([['1.10', '1.9', 1], ['1.0', '1', 0], ['2.0', '10.0', -1], ['1.0b2', '1.0b1', 1], ['17.4.1', '17.4', 1]])('orders %s and %s', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
  expect(compareVersions(b, a)).toBe(order === 0 ? 0 : -order);
});
