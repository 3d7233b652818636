import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { wavecast } from './support/wavecast.ts';

const at = Date.parse('2026-11-26T09:00:00Z');
const version = { versionId: 'v1', bundleId: 'com.example.fieldwork', title: 'Fieldwork', shortVersion: '2.1.0' };
const quiet: AnswerOf<'getOverview'> = {
  asOf: at, devices: 10, expected: 2, authenticated: 1, enrolled: 6, left: 1, unreachable: 0, branches: 1, installs: [{ day: '2026-11-25', installed: 4 }, { day: '2026-11-26', installed: 3 }], rollouts: [], lately: [], reasons: {}, attention: [],
};
const told = async (of: Partial<AnswerOf<'getOverview'>> = {}): Promise<string> => (await wavecast({ getOverview: { ...quiet, ...of } }, ['overview'])).world.out();

describe('the overview', () => {
  it('tells the fleet by state and what was installed', async () => {
    const out = await told();
    expect(out).toContain('10 devices in 1 branch: 6 enrolled (0 of them cannot be woken), 1 enrolling, 2 expected, 1 left.');
    expect(out).toContain('7 installations in the last 2 days, 3 of them today (UTC).');
    expect(out).toContain('No rollout is under way.');
    expect(out).toContain('Nothing needs you.');
  });

  it('tells the rollouts, and failures by how often they are', async () => {
    const rollout = { planId: 'p1', name: 'Autumn', operation: 'install', bundleId: 'com.example.fieldwork', shortVersion: '2.1.0', version: '210', state: 'running', devices: 40, branches: 2, totals: { installed: 12, failed: 1, timedOut: 2 } } as const;
    const out = await told({ rollouts: [rollout], reasons: { 'install-failed': 1, 'not-finished': 2 } });
    expect(out).toMatch(/Autumn +running +40 +12 +3/);
    expect(await told({ lately: [{ ...rollout, state: 'finished' }] })).toMatch(/No rollout is under way\.[^]*Autumn +finished +40 +12 +3/);
    expect(out.indexOf('not-finished')).toBeLessThan(out.indexOf('install-failed'));
  });

  it.each<[AnswerOf<'getOverview'>['attention'][number], RegExp]>([
    [{ kind: 'push-certificate-missing' }, /push-certificate set/], [{ kind: 'push-certificate-ends', at }, /ends on 2026-11-26/], [{ kind: 'push-refused', reason: 'BadCertificate' }, /BadCertificate/],
    [{ kind: 'plan-paused', planId: 'p1', name: 'Autumn', because: 'too many failures' }, /Autumn is paused: too many failures .*plan show p1/], [{ kind: 'brake', branchId: 'berlin', name: 'Berlin' }, /branch show berlin/],
    [{ kind: 'devices-unreachable', devices: 3 }, /cannot be woken: 3/], [{ kind: 'placement-broken', ...version }, /app verify com\.example\.fieldwork@2\.1\.0/],
    [{ kind: 'version-ends', ...version, at }, /provisioning ends on 2026-11-26/], [{ kind: 'placement-unproven', ...version }, /app test-install com\.example\.fieldwork@2\.1\.0/],
  ])('says what needs a person, and what leads on: $kind', async (item, says) => {
    expect(await told({ attention: [item] })).toMatch(says);
  });

  it('is one document for programs', async () => {
    const { world } = await wavecast({ getOverview: quiet }, ['overview', '--json']);
    expect(JSON.parse(world.out())).toEqual(quiet);
  });
});

describe('the installation', () => {
  it('is told as it was set up', async () => {
    const { world } = await wavecast({ getInstallation: { organisation: 'Example Ltd', apiUrl: 'https://api.example', mdmUrl: 'https://mdm.example', edgeUrl: 'https://edge.example', eventBus: 'wavecast-live', notificationTopic: 'arn:aws:sns:eu-central-1:111122223333:topic', linkGeneration: 2 } }, ['installation']);
    for (const said of ['Example Ltd', 'https://mdm.example', 'wavecast-live', 'arn:aws:sns:eu-central-1:111122223333:topic', 'generation 2']) expect(world.out()).toContain(said);
  });
});
