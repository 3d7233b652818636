import { describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import { parseBranchId, parseBundleId, parsePlanId, parseVersionId } from '../../../core/ids.ts';
import { attention, failureReasons, lastDays, type AttentionFacts } from '../../../core/result/overview.ts';
import { uuidOf } from '../../support/memory/ambient.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const plan = (name: string, status: 'live' | 'paused', pausedBecause?: string) => ({ id: parsePlanId(uuidOf(name)), name, status, ...(pausedBecause === undefined ? {} : { pausedBecause }) });
const versionNamed = (digit: string, of: Partial<AttentionFacts['apps'][number]['versions'][number]> = {}) => ({ id: parseVersionId(digit.repeat(32)), bundleId: parseBundleId('com.example.app'), title: 'App', shortVersion: `1.${digit}`, placement: 'proven' as const, profileExpiresAt: now + 300 * DAY, createdAt: now, ...of });
const quiet: AttentionFacts = { branches: [], plans: [plan('live', 'live')], apps: [{ app: { title: 'App' }, versions: [versionNamed('1')] }], push: { topic: 'com.apple.mgmt', expiresAt: now + 300 * DAY }, fault: undefined, unreachable: 0 };
const kinds = (change: Partial<AttentionFacts>) => attention({ ...quiet, ...change }, now).map(({ kind }) => kind);
const withVersions = (...versions: readonly ReturnType<typeof versionNamed>[]): Partial<AttentionFacts> => ({ apps: [{ app: { title: 'App' }, versions }] });

describe('what waits for a person', () => {
  it.each<[string, Partial<AttentionFacts>, readonly string[]]>([
    ['nothing, where all is well', {}, []],
    ['a push certificate that there is not', { push: undefined }, ['push-certificate-missing']],
    ['one that ends within 60 days', { push: { topic: 't', expiresAt: now + 60 * DAY } }, ['push-certificate-ends']],
    ['not one that ends later', { push: { topic: 't', expiresAt: now + 60 * DAY + 1 } }, []],
    ['pushes that are refused', { fault: { reason: 'BadCertificate', until: now + 1 } }, ['push-refused']],
    ['not those that were', { fault: { reason: 'BadCertificate', until: now } }, []],
    ['a plan that is paused', { plans: [plan('live', 'live'), plan('paused', 'paused', 'why')] }, ['plan-paused']],
    ['a branch to which nothing is served', { branches: [{ id: parseBranchId('a'), name: 'A', brake: true }, { id: parseBranchId('b'), name: 'B', brake: false }] }, ['brake']],
    ['devices that cannot be woken', { unreachable: 3 }, ['devices-unreachable']],
    ['a file that is missing', withVersions(versionNamed('1', { placement: 'missing' })), ['placement-broken']],
    ['a file that is another one', withVersions(versionNamed('1', { placement: 'mismatched' })), ['placement-broken']],
    ['a version that no test device has', withVersions(versionNamed('1', { placement: 'verified' })), ['placement-unproven']],
    ['a version that ends soon', withVersions(versionNamed('1', { profileExpiresAt: now + 7 * DAY })), ['version-ends']],
    ['nothing about a version that was replaced', withVersions(versionNamed('2'), versionNamed('1', { createdAt: now - DAY, placement: 'mismatched', profileExpiresAt: now })), []],
    ['nothing about one that was withdrawn', withVersions(versionNamed('2', { createdAt: now + DAY, placement: 'missing', withdrawn: { at: now, by: 'me', reason: 'x' } }), versionNamed('1')), []],
  ])('is %s', (_, change, expected) => {
    expect(kinds(change)).toEqual(expected);
  });

  it('comes with what stops most first', () => {
    expect(kinds({
      push: undefined, fault: { reason: 'x', until: now + 1 }, plans: [plan('p', 'paused')], branches: [{ id: parseBranchId('a'), name: 'A', brake: true }],
      apps: [{ app: { title: 'A' }, versions: [versionNamed('1', { placement: 'verified' })] }, { app: { title: 'B' }, versions: [versionNamed('2', { placement: 'missing' })] }],
    })).toEqual(['push-certificate-missing', 'push-refused', 'plan-paused', 'brake', 'placement-broken', 'placement-unproven']);
  });
});

describe('failures by reason', () => {
  it('are added up over rollouts and over the ways to fail; what is no failure is not among them', () => {
    expect(failureReasons([{ 'failed/install-failed': 2, 'timedOut/not-finished': 1, 'skipped/os-too-old': 9 }, { 'failed/not-finished': 3, 'rejected/user-rejected': 4 }])).toEqual({ 'install-failed': 2, 'not-finished': 4, 'user-rejected': 4 });
  });
});

describe('the days that are looked back on', () => {
  it('are fourteen of UTC, whatever the hour, today last', () => {
    for (const time of ['00:00:00.000', '23:59:59.999']) {
      const days = lastDays(Date.parse(`2026-03-02T${time}Z`));
      expect([days.length, new Set(days).size, days[0], days.at(-1)]).toEqual([14, 14, '2026-02-17', '2026-03-02']);
    }
  });
});
