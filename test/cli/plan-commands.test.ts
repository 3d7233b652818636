import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { answeredApp, answeredDetail, answeredDevice, answeredPlan, answeredPlanBranch, answeredRun, answeredVersion, PLAN, VERSION } from './support/answers.ts';
import { Gateway, type Answers } from './support/api.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const withVersion: Answers = {
  getApp: answeredApp([answeredVersion(), answeredVersion({ id: 'b'.repeat(32), shortVersion: '2.2.0', version: '1' }), answeredVersion({ id: 'c'.repeat(32), shortVersion: '2.2.0', version: '2' })]),
  getVersion: answeredVersion(), createPlan: answeredPlan(),
};

describe('plan show', () => {
  it('counts why instructions are where they are, the most frequent reason first', async () => {
    const { world, status } = await wavecast({ getPlan: answeredDetail({ reasons: { 'failed/device-error': 2, 'skipped/already-installed': 40 } }) }, ['plan', 'show', PLAN]);
    expect(status).toBe(0);
    expect(world.out().split('\n').slice(-4)).toEqual([
      'STATE    DEVICES  REASON             MEANS',
      'skipped       40  already-installed  The device already has this version.',
      'failed         2  device-error       The device answered with an error.',
      '',
    ]);
  });
});

describe('plan create', () => {
  it('sends what the flags say', async () => {
    const { api, status, world } = await wavecast(withVersion, [
      'plan', 'create', '--version', 'com.example.fieldwork@2.1.0', '--branch', 'berlin=01:00-02:00,13:00-14:00', '--branch', 'tokyo=22:00-24:00', '--wave-size', '20', '--interval', '10',
      '--inventory-window', '21:00-22:00', '--deadline', '48', '--reissue-times', '2', '--seed', '7f', '--abort-share', '10%', '--abort-minimum', '5', '--name', 'Autumn',
    ]);
    expect(status).toBe(0);
    const inventoryWindow = { from: '21:00', to: '22:00' };
    expect(api.bodies('createPlan')).toEqual([{
      versionId: VERSION, name: 'Autumn', waveSize: 20, intervalMinutes: 10, deadlineHours: 48, reissueTimes: 2, seed: '7f', abortRule: { share: 0.1, minimum: 5 },
      branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }, { from: '13:00', to: '14:00' }], inventoryWindow }, { branchId: 'tokyo', windows: [{ from: '22:00', to: '24:00' }], inventoryWindow }],
    }]);
    expect(world.out()).toBe(`Plan ${PLAN} (Autumn) is made.\n`);
    expect(world.err()).toContain(`wavecast plan start ${PLAN}`);
  });

  it.each([
    ['test', [], { of: { kind: 'test-devices' }, soakHours: 24 }],
    ['5', ['--soak', '48'], { of: { kind: 'count', devices: 5 }, soakHours: 48 }],
    ['10%', ['--canary-abort-share', '5%'], { of: { kind: 'share', share: 0.1 }, soakHours: 24, abortRule: { share: 0.05, minimum: 1 } }],
    ['2.5%', ['--canary-abort-share', '0', '--canary-abort-minimum', '3'], { of: { kind: 'share', share: 0.025 }, soakHours: 24, abortRule: { share: 0, minimum: 3 } }],
  ])('takes --canary %s %j', async (canary, flags, sent) => {
    const { api, status } = await wavecast(withVersion, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00', '--canary', canary, ...flags]);
    expect(status).toBe(0);
    expect(api.bodies('createPlan')).toMatchObject([{ canary: sent }]);
  });

  it('lets flags overrule the canary of a file', async () => {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, JSON.stringify({ name: 'Autumn', versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }], canary: { of: { kind: 'test-devices' }, soakHours: 12, abortRule: { share: 0.1, minimum: 2 } } }));
    const { api } = await wavecast(withVersion, ['plan', 'create', '--file', path, '--canary', '5', '--canary-abort-share', '1%']);
    expect(api.bodies('createPlan')).toMatchObject([{ canary: { of: { kind: 'count', devices: 5 }, soakHours: 12, abortRule: { share: 0.01, minimum: 2 } } }]);
  });

  it('is for tags, or for devices that are named and that stand in a file', async () => {
    const path = join(temporaryFolder(), 'devices.txt');
    writeFileSync(path, '\ufeffiphone-2\r\n\r\n  SN-3  \n');
    const terms = ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00'];
    const tagged = await wavecast(withVersion, [...terms, '--tag', 'field', '--tag', 'night shift']);
    expect(tagged.api.bodies('createPlan')).toMatchObject([{ tags: ['field', 'night shift'] }]);
    const listed = await wavecast(withVersion, [...terms, '--device', 'iphone-1', '--devices', path]);
    expect(listed.api.bodies('createPlan')).toMatchObject([{ devices: ['iphone-1', 'iphone-2', 'SN-3'] }]);
  });

  it('tells of branches in which nobody is enrolled, and names no more of them than can be read', async () => {
    const made = (emptyBranches: readonly string[]) => wavecast({ ...withVersion, createPlan: { ...answeredPlan(), emptyBranches } }, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00']);
    expect((await made(['tokyo'])).world.err()).toContain('No device is enrolled in tokyo: ');
    expect((await made(Array.from({ length: 12 }, (_, n) => `b${n}`))).world.err()).toContain('No device is enrolled in b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 and 2 more: ');
  });

  it('leaves to the server what the flags do not say, but names the plan', async () => {
    const { api } = await wavecast(withVersion, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00']);
    expect(api.bodies('createPlan')).toEqual([{ versionId: VERSION, name: 'Fieldwork 2.1.0', branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] }]);
  });

  it('reads a plan from a file, and lets flags overrule it', async () => {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, `\ufeff${JSON.stringify({ name: 'Autumn', versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00', days: ['mon'] }] }], waveSize: 10 })}`);
    const { api, status } = await wavecast(withVersion, ['plan', 'create', '--file', path, '--wave-size', '30']);
    expect(status).toBe(0);
    expect(api.bodies('createPlan')).toEqual([{ name: 'Autumn', versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00', days: ['mon'] }] }], waveSize: 30 }]);
  });

  it.each<[string, readonly string[], string]>([
    ['no version', ['--branch', 'berlin=01:00-02:00'], '--version'],
    ['no branch', ['--version', VERSION], '--branch'],
    ['a window that is none', ['--version', VERSION, '--branch', 'berlin=1'], '--branch'],
    ['a wave size in words', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--wave-size', 'many'], '--wave-size'],
    ['a share of two', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--abort-share', '2'], '--abort-share'],
    ['a wave size of none', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--wave-size', '0'], '--wave-size'],
    ['a window that no day has', ['--version', VERSION, '--branch', 'berlin=25:00-26:00'], '--branch'],
    ['an inventory window that no day has', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--inventory-window', '25:00-26:00'], '--inventory-window'],
    ['a minimum without a share', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--abort-minimum', '2'], '--abort-share'],
    ['a canary of everybody', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--canary', '100%'], '--canary'],
    ['a canary of nobody', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--canary', '0'], '--canary'],
    ['a soak of a month', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--canary', 'test', '--soak', '700'], '--soak'],
    ['a soak without a canary', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--soak', '24'], '--canary'],
    ['a canary\'s minimum without a share', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--canary', 'test', '--canary-abort-minimum', '2'], '--canary-abort-share'],
    ['a seed in words', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--seed', 'autumn'], '--seed'],
    ['tags with a list', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--tag', 'field', '--device', 'd1'], '--tag'],
    ['a list that is not there', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--devices', '/nonexistent'], '--devices'],
    ['a list of nobody', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--devices', '/dev/null'], '--devices'],
    ['a file that is not there', ['--file', '/nonexistent/plan.json'], '--file'],
    ['a version that is no name', ['--version', '2.1.0', '--branch', 'berlin=01:00-02:00'], 'PACKAGE-NAME@VERSION'],
    ['a flag that does not exist', ['--wavesize', '3'], '--wave-size'],
    ['an argument too many', ['berlin'], 'plan create --help'],
  ])('takes %s for wrong usage and names the flag', async (_, flags, named) => {
    const { api, status, world } = await wavecast(withVersion, ['plan', 'create', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(world.out()).toBe('');
    expect(api.bodies('createPlan')).toEqual([]);
  });

  it('asks which build is meant where a version has several', async () => {
    const { status, world } = await wavecast(withVersion, ['plan', 'create', '--version', 'com.example.fieldwork@2.2.0', '--branch', 'berlin=01:00-02:00']);
    expect(status).toBe(1);
    expect(world.err()).toContain('2.2.0+2');
  });

  it('says what the server refuses, with the evidence and what to do', async () => {
    const refusal = new WavecastError('placement-missing', 'The file is not verified.', { remedy: 'Register the version first.', evidence: ['it is missing'] });
    const { status, world } = await wavecast({ ...withVersion, createPlan: refusal }, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00', '--json']);
    expect(status).toBe(1);
    expect(world.err()).toBe('error: The file is not verified.\n  - it is missing\nWhat to do: Register the version first.\n');
    expect(JSON.parse(world.out())).toEqual({ error: { code: 'placement-missing', message: 'The file is not verified.', remedy: 'Register the version first.', evidence: ['it is missing'], status: 422, exitCode: 1 } });
  });
});

describe('plan create --remove', () => {
  const branches = [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }];

  it('asks for the removal of an app, and names the plan after it', async () => {
    const { api, status } = await wavecast(withVersion, ['plan', 'create', '--remove', '--package-name', 'com.example.fieldwork', '--branch', 'berlin=01:00-02:00']);
    expect(status).toBe(0);
    expect(api.bodies('createPlan')).toEqual([{ operation: 'remove', bundleId: 'com.example.fieldwork', name: 'Remove Fieldwork', branches }]);
  });

  it('takes it from a file, too', async () => {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, JSON.stringify({ name: 'Away with it', operation: 'remove', bundleId: 'com.example.fieldwork', branches }));
    const { api } = await wavecast(withVersion, ['plan', 'create', '--file', path]);
    expect(api.bodies('createPlan')).toEqual([{ name: 'Away with it', operation: 'remove', bundleId: 'com.example.fieldwork', branches }]);
  });

  it.each<[string, readonly string[], string]>([
    ['no app', ['--remove'], '--package-name'],
    ['a version', ['--remove', '--package-name', 'com.example.fieldwork', '--version', VERSION], '--version'],
    ['an app without --remove', ['--package-name', 'com.example.fieldwork'], '--remove'],
  ])('takes %s for wrong usage and names the flag', async (_, flags, named) => {
    const { api, status, world } = await wavecast(withVersion, ['plan', 'create', '--branch', 'berlin=01:00-02:00', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(api.bodies('createPlan')).toEqual([]);
  });
});

describe('plan create --file', () => {
  const branches = [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }];

  function planFile(plan: unknown): string {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, JSON.stringify(plan));
    return path;
  }

  it('names the plan after the version where the file does not', async () => {
    const { api } = await wavecast(withVersion, ['plan', 'create', '--file', planFile({ versionId: VERSION, branches })]);
    expect(api.bodies('createPlan')).toEqual([{ name: 'Fieldwork 2.1.0', versionId: VERSION, branches }]);
  });

  it('lets flags overrule the inventory window of every branch, and a part of the abort rule', async () => {
    const path = planFile({ name: 'Autumn', versionId: VERSION, branches, abortRule: { share: 0.2, minimum: 30 } });
    const { api } = await wavecast(withVersion, ['plan', 'create', '--file', path, '--inventory-window', '21:00-22:00', '--abort-minimum', '5']);
    expect(api.bodies('createPlan')).toEqual([{ name: 'Autumn', versionId: VERSION, branches: [{ ...branches[0], inventoryWindow: { from: '21:00', to: '22:00' } }], abortRule: { share: 0.2, minimum: 5 } }]);
  });

  it('says what in the file is wrong, all of it, before it asks the server', async () => {
    const path = planFile({ versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '1:00', to: '02:00' }] }], waveSize: 'many', colour: 'red' });
    const { api, status, world } = await wavecast(withVersion, ['plan', 'create', '--file', path]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain(`- --file ${path}: waveSize: `);
    expect(world.err()).toContain(`- --file ${path}: branches.0.windows.0.from: HH:MM`);
    expect(world.err()).toContain('"colour"');
  });

  it('calls a field that a flag has overruled by the flag', async () => {
    const { world } = await wavecast(withVersion, ['plan', 'create', '--file', planFile({ versionId: VERSION, branches, waveSize: 20 }), '--wave-size', '501']);
    expect(world.err()).toMatch(/^error: --wave-size: /);
  });
});

describe('plan import', () => {
  const plans = [{ ...answeredPlan(), devices: 3 }];
  const instructions = (): string => {
    const path = join(temporaryFolder(), 'instructions.csv');
    writeFileSync(path, 'the file as it is');
    return path;
  };

  it('sends the file with the terms, and says which plans were made', async () => {
    const { api, world } = await wavecast({ importPlans: { plans } }, ['plan', 'import', instructions(), '--branch', 'berlin=01:00-02:00', '--wave-size', '20', '--reissue-times', '1', '--abort-share', '10%', '--canary', '5', '--inventory-window', '21:00-22:00']);
    expect(api.bodies('importPlans')).toEqual([{
      csv: 'the file as it is', waveSize: 20, reissueTimes: 1, abortRule: { share: 0.1, minimum: 20 }, canary: { of: { kind: 'count', devices: 5 }, soakHours: 24 },
      branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }], inventoryWindow: { from: '21:00', to: '22:00' } }],
    }]);
    expect(world.out()).toBe(`Plan ${PLAN} (Autumn) is made, for 3 devices.\n`);
  });

  it('only checks where it is told to', async () => {
    const { api, world } = await wavecast({ importPlans: { plans } }, ['plan', 'import', instructions(), '--branch', 'berlin=01:00-02:00', '--check']);
    expect(api.bodies('importPlans')).toMatchObject([{ check: true }]);
    expect(world.out()).toBe('Autumn: a plan for 3 devices; no mistakes.\n');
  });

  it.each<[string, readonly string[], string]>([
    ['no branch', [], '--branch'],
    ['a wave size that no plan has', ['--branch', 'berlin=01:00-02:00', '--wave-size', '501'], '--wave-size'],
    ['a window that no day has', ['--branch', 'berlin=25:00-26:00'], '--branch'],
    ['a soak without a canary', ['--branch', 'berlin=01:00-02:00', '--soak', '3'], '--canary'],
  ])('takes %s for wrong usage', async (_, flags, named) => {
    const { status, world } = await wavecast({}, ['plan', 'import', instructions(), ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
  });
});

describe('plan show', () => {
  const asOf = Date.parse('2030-01-01T12:00:00Z');
  const berlin = answeredPlanBranch({ windows: [{ from: '13:00', to: '14:00' }, { from: '20:00', to: '21:00', days: ['mon', 'fri'] }], install: answeredRun({ nextAt: asOf + 4 * 60_000 }) });

  it('counts from the server\'s present, which need not be this machine\'s', async () => {
    const { world } = await wavecast({ getPlan: answeredDetail({ state: 'waiting', status: 'live', asOf, branches: [berlin] }) }, ['plan', 'show', PLAN]);
    expect(world.out()).toContain('first wave 13:04 (in 4 min)');
  });

  it('shows the terms, and the windows of every branch', async () => {
    const { world } = await wavecast({ getPlan: answeredDetail({ asOf, branches: [berlin], abortRule: { share: 0.1, minimum: 20 }, attempt: 2, formerPlanId: PLAN }) }, ['plan', 'show', PLAN]);
    expect(world.out()).toContain('50 devices every 5 min; failed after 24 h.\nPauses when more than 10 % of at least 20 have failed.\n');
    expect(world.out()).toContain(`Attempt 2, for devices on which plan ${PLAN} did not succeed.`);
    expect(world.out()).toContain('berlin  Europe/Berlin  22:00-24:00  13:00-14:00, 20:00-21:00 mon fri');
  });

  it.each([
    ['what is to come of the failed', { reissueTimes: 1 }, 'What failed is tried again by itself once the plan is over, once.\n'],
    ['that it may be several times', { reissueTimes: 3 }, 'What failed is tried again by itself once the plan is over, at most 3 times.\n'],
    ['what has come of it', { reissueTimes: 1, reissued: { at: asOf, planId: PLAN, words: 'Re-issued as "Autumn (attempt 2)" for 3 devices.' } }, `Re-issued as "Autumn (attempt 2)" for 3 devices. See it with \`wavecast plan show ${PLAN}\`.\n`],
    ['why nothing has', { reissueTimes: 1, reissued: { at: asOf, words: 'Not tried again: no device failed.' } }, 'Not tried again: no device failed.\n'],
  ])('says of a plan that is tried again by itself %s', async (_, facts, words) => {
    const { world } = await wavecast({ getPlan: answeredDetail({ asOf, branches: [berlin], ...facts }) }, ['plan', 'show', PLAN]);
    expect(world.out()).toContain(words);
    const plain = await wavecast({ getPlan: answeredDetail({ asOf, branches: [berlin] }) }, ['plan', 'show', PLAN]);
    expect(plain.world.out()).not.toContain('tried again');
  });

  it('says in which stage a branch is', async () => {
    const canary = { of: { kind: 'share', share: 0.1 }, soakHours: 24, abortRule: { share: 0.05, minimum: 1 } } as const;
    const install = answeredRun({ status: 'waiting', nextSeq: 2, nextAt: asOf + 3_600_000, stage: { name: 'soak', instructed: 5, size: 5, until: asOf + 3_600_000 } });
    const { world } = await wavecast({ getPlan: answeredDetail({ state: 'running', status: 'live', asOf, canary, branches: [{ ...berlin, install }] }) }, ['plan', 'show', PLAN]);
    expect(world.out()).toContain('First 10 % of the devices of each branch, the rest 24 h later, unless more than 5 % of them have failed or fewer than 1 are settled.');
    expect(world.out()).toContain('canary soaks, the rest 14:00 (in 60 min)');
    expect(world.out()).toMatch(/STAGE[^]*soak until 2030-01-01 13:00 UTC, 5 instructed/);
    const stopped = await wavecast({ getPlan: answeredDetail({ status: 'paused', asOf, canary, branches: [{ ...berlin, install: { ...install, stage: { name: 'soak', instructed: 5, stopped: true } } }] }) }, ['plan', 'show', PLAN]);
    expect(stopped.world.out()).toContain('its rule has paused the plan');
  });

  it('shows every wave when told to, those that collect inventory too', async () => {
    const wave = { id: 'w', branchId: 'berlin', seq: 1, state: 'open' as const, openedAt: asOf, devices: 3, skipped: 0, totals: { installed: 3 } };
    const { api, world } = await wavecast({ getPlan: answeredDetail(), listWaves: ({ query: { kind } }) => ({ items: [{ ...wave, kind: kind === 'inventory' ? 'inventory' : 'install' }] }) }, ['plan', 'show', PLAN, '--waves', '--json']);
    expect((JSON.parse(world.out()) as { readonly waves: readonly unknown[] }).waves).toHaveLength(2);
    expect(api.calls('listWaves').map(({ query }) => query['kind'])).toEqual(['install', 'inventory']);
  });
});

describe('plan instructions', () => {
  it('says what each device has fetched: nothing, its manifest, or so much of the package', async () => {
    const at = Date.parse('2026-11-20T09:30:00Z');
    const base = { kind: 'install', waveId: 'w', branchId: 'berlin', attempt: 1, issuedAt: at, deadline: at, updatedAt: at, history: [] } as const;
    const items = [
      { ...base, id: '1', deviceId: '1', deviceName: 'till-1', state: 'issued' as const },
      { ...base, id: '2', deviceId: '2', deviceName: 'till-2', state: 'acknowledged' as const, manifestAt: at },
      { ...base, id: '3', deviceId: '3', deviceName: 'till-3', state: 'installing' as const, manifestAt: at, download: { startedAt: at, endedAt: at, bytes: 30_000_000 } },
    ];
    const { world } = await wavecast({ listInstructions: { items } }, ['plan', 'instructions', PLAN]);
    const lines = world.out().split('\n');
    // Right under its title.
    const end = (lines[0]?.indexOf('FETCHED') ?? -1) + 'FETCHED'.length;
    expect(lines.slice(1, 4).map((line) => line.slice(end - 8, end).trim())).toEqual(['', 'manifest', '30.0 MB']);
  });

  it('knows the states there are', async () => {
    const { status, world } = await wavecast({ listInstructions: { items: [] } }, ['plan', 'instructions', PLAN, '--state', 'faild']);
    expect(status).toBe(2);
    expect(world.err()).toContain('timedOut');
  });
});

describe('a plan\'s control', () => {
  it.each<[string, readonly string[], boolean]>([['a proven version', [], false], ['a version that no test device has, where that is said', ['--unproven'], true]])('start asks the server for it: %s', async (_, flags, unproven) => {
    const { api, status } = await wavecast({ startPlan: answeredPlan() }, ['plan', 'start', PLAN, ...flags]);
    expect(status).toBe(0);
    expect(api.calls('startPlan')).toMatchObject([{ id: PLAN, body: { unproven } }]);
  });

  it.each([['pause', 'pausePlan', {}], ['resume', 'resumePlan', {}], ['cancel', 'cancelPlan', { onlyDraft: false }], ['cancel --only-draft', 'cancelPlan', { onlyDraft: true }]] as const)('%s asks the server for it', async (action, operation, body) => {
    const { api, status } = await wavecast({ [operation]: answeredPlan() }, ['plan', ...action.split(' '), PLAN]);
    expect(status).toBe(0);
    expect(api.calls(operation)).toEqual([expect.objectContaining({ id: PLAN, body })]);
  });

  it.each([['pause', 'pausePlan', 'Autumn is paused in berlin, tokyo.'], ['resume', 'resumePlan', 'Autumn goes on in berlin, tokyo.']] as const)('%s takes branches', async (action, operation, said) => {
    const { api, status, world } = await wavecast({ [operation]: answeredPlan() }, ['plan', action, PLAN, '--branch', 'berlin', '--branch', 'tokyo']);
    expect(status).toBe(0);
    expect(api.calls(operation)).toMatchObject([{ id: PLAN, body: { branches: ['berlin', 'tokyo'] } }]);
    expect(world.out()).toBe(`${said}\n`);
  });

  it('resume says what stands still all the same', async () => {
    const paused = await wavecast({ resumePlan: answeredPlan({ status: 'paused' }) }, ['plan', 'resume', PLAN, '--branch', 'berlin']);
    expect(paused.world.err()).toContain('The plan itself is paused');
    const held = await wavecast({ resumePlan: answeredPlan({ status: 'live', holds: [{ branchId: 'lyon', kind: 'paused', by: 'ada' }] }) }, ['plan', 'resume', PLAN]);
    expect(held.world.err()).toContain('Still paused by itself: lyon.');
  });

  const next = '7c1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';
  const reissued = { ...answeredPlan({ id: next, name: 'Autumn (attempt 2)' }), devices: 3, prompted: 1, unreachable: 2 };

  it('reissue makes a new plan for the failed, says who is left out, and starts it when told to', async () => {
    const { api, status, world } = await wavecast({ reissuePlan: reissued, startPlan: answeredPlan({ id: next, status: 'live' }) }, ['plan', 'reissue', PLAN, '--window', '13:00-14:00', '--start']);
    expect(status).toBe(0);
    expect(api.calls('reissuePlan')).toMatchObject([{ id: PLAN, body: { windows: [{ from: '13:00', to: '14:00' }] } }]);
    expect(world.out()).toBe([
      `Plan ${next} (Autumn (attempt 2)) is made and started, for 3 devices.`, 'Left out, since they were prompted twice for this version within a week: 1. --force takes them in.',
      'Left out, since they are not enrolled: 2.', '',
    ].join('\n'));
  });

  it('reissue takes some of the failed alone, and finds devices by their names', async () => {
    const id = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4c';
    const { api, status } = await wavecast({ reissuePlan: reissued, listDevices: { items: [answeredDevice({ id })] } }, ['plan', 'reissue', PLAN, '--reason', 'user-rejected', '--branch', 'berlin', '--device', 'desk-12', '--device', next, '--reissue-times', '0']);
    expect(status).toBe(0);
    expect(api.bodies('reissuePlan')).toEqual([{ reasons: ['user-rejected'], branches: ['berlin'], deviceIds: [id, next], reissueTimes: 0 }]);
  });

  it('reissue says which flag is wrong where there is no such reason', async () => {
    const { api, status, world } = await wavecast({ reissuePlan: reissued }, ['plan', 'reissue', PLAN, '--reason', 'weather']);
    expect(status).toBe(2);
    expect(world.err()).toContain('--reason');
    expect(api.calls('reissuePlan')).toEqual([]);
  });

  it.each([['2026-12-01T08:00', '2026-12-01T08:00:00Z'], ['2026-12-01 08:00', '2026-12-01T08:00:00Z'], ['2026-12-01T08:00+01:00', '2026-12-01T07:00:00Z'], ['2026-12-01T08:00:30Z', '2026-12-01T08:00:30Z']])('start --at %s is for %s, and says so', async (text, instant) => {
    const at = Date.parse(instant);
    const { api, world } = await wavecast({ startPlan: answeredPlan({ status: 'live', startsAt: at }) }, ['plan', 'start', PLAN, '--at', text, '--supersede']);
    expect(api.bodies('startPlan')).toEqual([{ unproven: false, at, supersede: true }]);
    expect(world.out()).toContain(`is started for ${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`);
  });

  it.each(['tomorrow', '2026-12-01', '2026-13-01T08:00', '08:00'])('start --at %s is refused before anything is asked', async (text) => {
    const { api, status, world } = await wavecast({ startPlan: answeredPlan() }, ['plan', 'start', PLAN, '--at', text]);
    expect(status).toBe(2);
    expect(world.err()).toContain('2026-12-01T08:00');
    expect(api.calls('startPlan')).toEqual([]);
  });

  it('reissue says that the plan is there where it cannot be started', async () => {
    const { status, world } = await wavecast({ reissuePlan: reissued, startPlan: new WavecastError('package-refused', 'The profile has expired.', { remedy: 'Build it again.' }) }, ['plan', 'reissue', PLAN, '--start']);
    expect(status).toBe(1);
    expect(world.err()).toContain(`Plan ${next} is made, but not started.`);
  });

  it('a request that may have been carried out is not repeated', async () => {
    const { api, status } = await wavecast({ startPlan: new Gateway({ status: 503, body: { message: 'Service Unavailable' } }) }, ['plan', 'start', PLAN]);
    expect(status).toBe(4);
    expect(api.calls('startPlan')).toHaveLength(1);
  });
});
