import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { answeredApp, answeredBranch, answeredDetail, answeredListedApp, answeredPlan, answeredRegistration, answeredSummary, answeredVersion, BUNDLE, DEVICE, PLAN, REGISTRATION, VERSION } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const at = Date.parse('2026-11-20T09:30:00Z');
const NEXT = 'b'.repeat(32);
const warning = 'The version\'s provisioning ends on 2026-12-01, in 11 days: devices will not start it any more.';
const renewal = { uuid: 'u', name: 'Fieldwork 2027', endsAt: Date.parse('2027-11-20T00:00:00Z'), round: 1, at, by: 'ada' };
const withdrawn = { at, by: 'ada', reason: 'It crashed.' };
const draft = { id: PLAN, name: 'Spring', state: 'draft' as const };
const going = { id: REGISTRATION, name: 'Autumn', state: 'running' as const };
const named = { getApp: answeredApp([answeredVersion(), answeredVersion({ id: NEXT, shortVersion: '2.2.0' })]) };

function profileFile(): string {
  const path = join(temporaryFolder(), 'Fieldwork.mobileprovision');
  writeFileSync(path, 'profile');
  return path;
}

describe('the end of a version is said wherever its app is shown', () => {
  it('by app list', async () => {
    const { world } = await wavecast({ listApps: { items: [answeredListedApp({ ending: [{ versionId: VERSION, shortVersion: '2.1.0', version: '42', warning }] })] } }, ['app', 'list']);
    expect(world.out()).toContain('2.1.0 (42)');
    expect(world.err()).toBe(`${BUNDLE} 2.1.0 (42): ${warning}\n`);
  });

  it('by app show, with renewals and withdrawals', async () => {
    const { world } = await wavecast({ getApp: answeredApp([answeredVersion({ warning, renewal }), answeredVersion({ id: NEXT, shortVersion: '2.2.0', placement: 'missing', withdrawn })]) }, ['app', 'show', BUNDLE]);
    expect(world.out().split('\n').slice(5)).toEqual([
      `2.1.0 (42): ${warning}`,
      '2.1.0 (42): Its profile was renewed by ada on 2026-11-20 09:30 UTC: "Fieldwork 2027", good until 2027-11-20.',
      '2.2.0 (42): It was withdrawn by ada on 2026-11-20 09:30 UTC: It crashed.',
      '',
    ]);
    expect(world.out()).toMatch(/2\.2\.0 \(42\) +withdrawn/);
  });

  it('in lines that a terminal has room for', async () => {
    const { world } = await wavecast({ getApp: answeredApp([answeredVersion({ warning, renewal, withdrawn })]) }, ['app', 'show', BUNDLE], { isTTY: true, columns: 80 });
    expect(world.out().split('\n').filter((line) => line.length > 80 && !line.includes('\u001b'))).toEqual([]);
    expect(world.out()).toContain('in 11 days: devices\nwill not start it any more.');
  });

  it('by plan create and plan show', async () => {
    const made = await wavecast({ ...named, getVersion: answeredVersion(), createPlan: { ...answeredPlan(), versionWarning: warning } }, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00']);
    expect(made.world.err()).toContain(warning);
    const shown = await wavecast({ getPlan: answeredDetail({ versionWarning: warning }) }, ['plan', 'show', PLAN]);
    expect(shown.world.out()).toContain(warning);
  });
});

describe('app renew-profile', () => {
  it('sends the profile\'s bytes, and says how to go on', async () => {
    const { api, status, world } = await wavecast({ ...named, renewProfile: { version: answeredVersion({ renewal, profileExpiresAt: renewal.endsAt }), leftOut: 1, needBuild: 2 } }, ['app', 'renew-profile', `${BUNDLE}@2.1.0`, '--profile', profileFile()]);
    expect(status).toBe(0);
    expect(api.calls('renewProfile')).toMatchObject([{ id: VERSION, body: { profile: Buffer.from('profile').toString('base64') } }]);
    expect(world.out().split('\n')).toEqual([
      `${BUNDLE} 2.1.0 (42) works until 2027-11-20 where devices have profile "Fieldwork 2027".`,
      '1 device of the build\'s list is not in the profile\'s: the version is instructed to it no more.',
      '2 devices of the profile\'s list are not in the build\'s: they need a new build.',
      '',
    ]);
    expect(world.err()).toContain(`wavecast app send-profile ${VERSION}`);
  });

  it('shows every reason of a refusal', async () => {
    const refusal = new WavecastError('invalid-input', 'The profile cannot take the place of the one in the build.', { evidence: ['The profile is of team B, the build of team A.'], remedy: 'Renew the very profile.' });
    const { status, world } = await wavecast({ getVersion: answeredVersion(), renewProfile: () => { throw refusal; } }, ['app', 'renew-profile', VERSION, '--profile', profileFile()]);
    expect(status).toBe(1);
    expect(world.err()).toContain('  - The profile is of team B, the build of team A.\nWhat to do: Renew the very profile.');
  });

  it('sends it to every device that has the version, with --send', async () => {
    const { api, world } = await wavecast({
      getVersion: answeredVersion(), renewProfile: { version: answeredVersion({ renewal }), leftOut: 0, needBuild: 0 }, listBranches: { items: [answeredBranch(), answeredBranch({ id: 'tokyo' })] },
      sendProfile: { sent: [{ deviceId: DEVICE, deviceName: 'till-07', commandUUID: REGISTRATION }], before: 0 },
    }, ['app', 'renew-profile', VERSION, '--profile', profileFile(), '--again', '--send', '--json']);
    expect(api.bodies('renewProfile')).toMatchObject([{ again: true }]);
    expect(api.bodies('sendProfile')).toEqual([{ branchId: 'berlin' }, { branchId: 'tokyo' }]);
    expect(JSON.parse(world.out())).toMatchObject({ version: { id: VERSION }, before: 0, sent: [{ deviceName: 'till-07' }, { deviceName: 'till-07' }] });
  });

  it.each<[string, readonly string[]]>([['no profile', []], ['a profile that is not there', ['--profile', '/nonexistent/a.mobileprovision']]])('takes %s for wrong usage', async (_, flags) => {
    const { api, status, world } = await wavecast({}, ['app', 'renew-profile', VERSION, ...flags]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain('--profile');
  });
});

describe('app send-profile', () => {
  it('goes through the devices of a branch page after page, and adds up', async () => {
    const page = { sent: [{ deviceId: DEVICE, deviceName: 'till-07', commandUUID: REGISTRATION }], before: 3 };
    const { api, world } = await wavecast({ getVersion: answeredVersion(), sendProfile: ({ body }) => (JSON.stringify(body).includes('after') ? page : { ...page, next: 'p2' }) }, ['app', 'send-profile', VERSION, '--branch', 'berlin']);
    expect(api.bodies('sendProfile')).toEqual([{ branchId: 'berlin' }, { branchId: 'berlin', after: 'p2' }]);
    expect(world.out()).toBe('Sent to 2 devices.\n6 devices had been sent it before.\n');
    expect(world.err()).toContain(`wavecast app profile-devices ${VERSION}`);
  });

  it('sends devices that are named in requests of fifty', async () => {
    const flags = Array.from({ length: 51 }, () => ['--device', 'till-07']).flat();
    const { api } = await wavecast({ getVersion: answeredVersion(), listDevices: { items: [answeredSummary()] }, sendProfile: { sent: [], before: 0 } }, ['app', 'send-profile', VERSION, ...flags]);
    expect(api.bodies('sendProfile')).toMatchObject([{ deviceIds: Array.from({ length: 50 }, () => DEVICE) }, { deviceIds: [DEVICE] }]);
  });

  it('takes branches and devices at once for wrong usage', async () => {
    const { api, status, world } = await wavecast({}, ['app', 'send-profile', VERSION, '--branch', 'berlin', '--device', 'till-07']);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain('--branch and --device');
  });
});

describe('app profile-devices', () => {
  it('tells of every device in every branch, in pages that the server allows', async () => {
    const device = { deviceId: DEVICE, deviceName: 'till-07', state: 'failed' as const, reportedAt: at, reason: { code: 'device-error', words: 'The device refused it.', deviceCodes: ['MCProvisioningErrorDomain 25001'] } };
    const { api, world } = await wavecast({
      getVersion: answeredVersion(), listBranches: { items: [answeredBranch(), answeredBranch({ id: 'tokyo' })] },
      listProfileDevices: ({ query }) => (query['branchId'] === 'tokyo' ? { items: [{ deviceId: DEVICE, deviceName: 'till-09', state: 'not-sent' }] } : query['after'] === 'p2' ? { items: [] } : { items: [device], next: 'p2' }),
    }, ['app', 'profile-devices', VERSION]);
    expect(api.calls('listProfileDevices').map(({ query }) => query)).toEqual([{ branchId: 'berlin', limit: '50' }, { branchId: 'berlin', after: 'p2', limit: '50' }, { branchId: 'tokyo', limit: '50' }]);
    expect(world.out()).toMatch(/till-07 +berlin +failed +2026-11-20 09:30 UTC +The device refused it\. MCProvisioningErrorDomain 25001\ntill-09 +tokyo +not-sent/);
  });
});

describe('app withdraw', () => {
  it('says why, and names the plans that it cancelled', async () => {
    const { api, status, world } = await wavecast({ ...named, withdrawVersion: { version: answeredVersion({ placement: 'missing', withdrawn }), cancelled: [going] } }, ['app', 'withdraw', `${BUNDLE}@2.1.0`, '--reason', 'It crashed.', '--force']);
    expect(status).toBe(0);
    expect(api.calls('withdrawVersion')).toMatchObject([{ id: VERSION, body: { reason: 'It crashed.', force: true } }]);
    expect(world.out()).toBe(`${BUNDLE} 2.1.0 (42) is withdrawn.\nCancelled plans, with the state they were in:\n  Autumn (${REGISTRATION}): running\n`);
    expect(world.err()).toContain(`wavecast app delete ${VERSION}`);
  });

  it.each<[string, readonly string[]]>([['no reason', []], ['an empty reason', ['--reason', ' ']], ['a reason that is too long', ['--reason', 'x'.repeat(201)]]])('takes %s for wrong usage, before anything is sent', async (_, flags) => {
    const { api, status, world } = await wavecast({}, ['app', 'withdraw', VERSION, ...flags]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain('--reason');
  });
});

describe('app delete', () => {
  it('takes a version for a version', async () => {
    const { api, world } = await wavecast({ ...named, deleteVersion: { deleted: [VERSION] } }, ['app', 'delete', `${BUNDLE}@2.1.0`]);
    expect(api.calls('deleteVersion')).toMatchObject([{ id: VERSION }]);
    expect(world.out()).toBe(`${BUNDLE} 2.1.0 (42) is deleted.\n`);
  });

  it('takes a package name for the app', async () => {
    const { api, world } = await wavecast({ deleteApp: { deleted: [VERSION, NEXT] } }, ['app', 'delete', BUNDLE]);
    expect(api.calls('deleteApp')).toMatchObject([{ id: BUNDLE }]);
    expect(world.out()).toBe(`${BUNDLE} is deleted, with 2 versions.\n`);
  });
});

describe('app replace', () => {
  it('names the drafts that changed, and the plans that go on with the former version', async () => {
    const { api, world } = await wavecast({ ...named, replaceVersion: { changed: [draft], going: [going] } }, ['app', 'replace', `${BUNDLE}@2.1.0`, '--by', `${BUNDLE}@2.2.0`]);
    expect(api.calls('replaceVersion')).toMatchObject([{ id: VERSION, body: { versionId: NEXT } }]);
    expect(world.out()).toBe(`1 draft changed:\n  Spring (${PLAN}): draft\nStill for the former version, since they go on:\n  Autumn (${REGISTRATION}): running\n`);
  });

  it('is advised where a registration finds drafts for the version before', async () => {
    const supersedes = { versionId: VERSION, shortVersion: '2.1.0', version: '42', plans: [draft] };
    const { world } = await wavecast({ getRegistration: answeredRegistration({ state: 'verified', versionId: NEXT, bundleId: BUNDLE, supersedes }) }, ['app', 'registration', REGISTRATION]);
    expect(world.out().split('\n').slice(2)).toEqual([
      'The version before it is 2.1.0 (42).', `  Plan Spring (${PLAN}), draft, is for that one.`, `Give drafts the new version with \`wavecast app replace ${VERSION} --by ${NEXT}\`.`, '',
    ]);
  });
});

describe('plan set-version', () => {
  it('gives a draft another version', async () => {
    const { api, world } = await wavecast({ ...named, changePlanVersion: answeredPlan({ versionId: NEXT, shortVersion: '2.2.0' }) }, ['plan', 'set-version', PLAN, '--version', `${BUNDLE}@2.2.0`]);
    expect(api.calls('changePlanVersion')).toMatchObject([{ id: PLAN, body: { versionId: NEXT } }]);
    expect(world.out()).toBe(`Autumn is for ${BUNDLE} 2.2.0 (42).\n`);
  });
});

describe('app storage', () => {
  const stored = { bundleId: BUNDLE, version: '42', installed: 0, plans: 0, createdAt: at };
  const answer = {
    bytes: 120_000_000, monthlyCost: 0.00257, pricePerGb: 0.023, leftovers: { files: 0, bytes: 0, monthlyCost: 0 },
    versions: [{ ...stored, id: VERSION, shortVersion: '2.1.0', bytes: 60_000_000, monthlyCost: 0.001285, standing: 'unused' as const }, { ...stored, id: NEXT, shortVersion: '2.2.0', bytes: 60_000_000, monthlyCost: 0.001285, standing: 'in-use' as const }],
  };

  it('tells what each version takes, and what all cost a month', async () => {
    const { api, world } = await wavecast({ getStorage: answer }, ['app', 'storage']);
    expect(api.calls('getStorage').map(({ query }) => query)).toEqual([{ unusedDays: '30', pricePerGb: '0.023' }]);
    expect(world.out()).toMatch(/2\.1\.0 \(42\) +unused +60\.0 MB +0\.0013 /);
    expect(world.out()).toContain('All versions: 120.0 MB, 0.0026 a month at 0.023 per GB.');
    expect(world.err()).toContain('wavecast app withdraw');
    expect(world.out()).not.toContain('Besides');
  });

  it('tells of placed files that no version goes by', async () => {
    const { world } = await wavecast({ getStorage: { ...answer, leftovers: { files: 2, bytes: 60_000_000, monthlyCost: 0.001285 } } }, ['app', 'storage']);
    expect(world.out()).toContain('Besides, 2 placed files that no version goes by: 60.0 MB, 0.0013 a month. `wavecast files list --unused` names them.\n');
  });

  it('lists with --unused only what nobody needs, at a price of one\'s own', async () => {
    const { api, world } = await wavecast({ getStorage: answer }, ['app', 'storage', '--unused', '--price', '0.1', '--unused-after', '90', '--json']);
    expect(api.calls('getStorage').map(({ query }) => query)).toEqual([{ unusedDays: '90', pricePerGb: '0.1' }]);
    expect((JSON.parse(world.out()) as typeof answer).versions.map(({ id }) => id)).toEqual([VERSION]);
  });

  it.each([['--price', 'cheap'], ['--price', '-1'], ['--unused-after', 'soon']])('takes %s %s for wrong usage', async (flag, value) => {
    const { status, world } = await wavecast({}, ['app', 'storage', flag, value]);
    expect(status).toBe(2);
    expect(world.err()).toContain(flag);
  });
});
