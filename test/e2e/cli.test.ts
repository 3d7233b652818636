import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../cli/program.ts';
import { DAY, MINUTE } from '../../core/ambient.ts';
import { parseVersionId } from '../../core/ids.ts';
import { writeSampleIpa, type SampleKind } from '../../local/demo/sample-ipa.ts';
import { operations, type AnswerOf, type OperationName } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import { testWorld, type TestWorld, type WorldOptions } from '../cli/support/world.ts';
import { Browser } from '../support/browser.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** An administrator's day at the command line, against the real API: what is made here is used further down. */
const startAt = Date.parse('2026-03-10T11:50:00Z');
const bundleId = 'com.example.fieldwork';
const nowhere = '11111111-1111-4111-8111-111111111111';
const folder = mkdtempSync(join(tmpdir(), 'wavecast-e2e-cli-'));
const inFolder = (name: string): string => join(folder, name);
/** By number: the test device, one that answers instructions with an error, one that installs without a prompt. */
const fleetSeed = 'cli-10';

let test: TestCloud;
let clock: SimulatorClock;
let automation: Readonly<Record<string, string>>;
const known = { invitation: '', profiles: [''], version: '', device: '', failing: '', registration: '', plan: '', again: '' };

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** When it has waited long enough is the local cloud's to say. */
const patiently: typeof fetch = (address, init) => fetch(address, { ...init, signal: null });

/** Surroundings of the program whose credentials are in the environment, unless `options` say otherwise. */
function surroundings(options: WorldOptions = {}): TestWorld {
  return testWorld({ env: automation, fetch: patiently, configFolder: inFolder('automation'), sleep: (milliseconds) => pause(Math.min(milliseconds, 100)), ...options });
}

async function wavecast(args: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const world = surroundings(options);
  const status = await run(args, world, '1.0.0');
  return { status, out: world.out(), err: world.err() };
}

/** The one JSON document of a command that succeeds, in the form of the operation's answer. */
async function json<N extends OperationName>(name: N, ...args: readonly string[]): Promise<AnswerOf<N>> {
  const { status, out, err } = await wavecast([...args, '--json']);
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  const value: unknown = JSON.parse(out);
  expect(operations[name].answer.safeParse(value).error).toBeUndefined();
  return value as AnswerOf<N>;
}

/** A command that fails says so in words and as JSON, and what to do. */
async function refusal(args: readonly string[], options?: WorldOptions): Promise<{ readonly status: number; readonly code: string; readonly message: string }> {
  const { status, out, err } = await wavecast([...args, '--json'], options);
  const { error } = JSON.parse(out) as { readonly error: { readonly code: string; readonly message: string; readonly remedy?: string } };
  expect(err).toContain(`error: ${error.message}`);
  expect(error.remedy).toBeTruthy();
  return { status, code: error.code, message: error.message };
}

/** The surroundings of a person, by the name of the local user. */
const home = (name: string): WorldOptions => ({ env: {}, configFolder: inFolder(name) });

/** Lets time pass at once. No command runs meanwhile: its token would not live through it. */
async function letPass(milliseconds: number): Promise<void> {
  const { clock: time } = test.cloud;
  time.setPace('max');
  await time.until(time.now() + milliseconds);
  time.setPace('real');
}

async function ipa(name: string, shortVersion: string, kind: SampleKind = 'enterprise'): Promise<string> {
  return (await writeSampleIpa({ path: inFolder(name), bundleId, version: '7', shortVersion, title: 'Sample', sizeBytes: 300_000, kind, signedAt: startAt - DAY })).path;
}

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  const [client] = Object.entries(test.cloud.issuer.clientSecrets);
  automation = { WAVECAST_URL: test.cloud.apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' };
  clock = await followClock(test.cloud.ports.clock, 'fleet');
});
afterAll(async () => {
  clock.close();
  await test.cloud.stop();
  rmSync(folder, { recursive: true });
});

const rows = (csv: string): readonly string[] => csv.trimEnd().split('\n').slice(1).sort();

describe('setting up', () => {
  it('has the push certificate set', async () => {
    expect(await refusal(['push-certificate', 'show'])).toMatchObject({ status: 1, code: 'push-certificate-missing' });
    writeFileSync(inFolder('mdm.pem'), test.cloud.trust.push.certificate);
    writeFileSync(inFolder('mdm.key'), test.cloud.trust.push.key);
    expect(await refusal(['push-certificate', 'set', '--certificate', inFolder('mdm.key'), '--key', inFolder('mdm.key')])).toMatchObject({ status: 1, code: 'invalid-input' });
    expect((await json('setPushCertificate', 'push-certificate', 'set', '--certificate', inFolder('mdm.pem'), '--key', inFolder('mdm.key'))).topic).toBe(test.cloud.trust.push.topic);
    expect((await wavecast(['push-certificate', 'show'])).out).toContain(test.cloud.trust.push.topic);
    execFileSync('openssl', ['pkcs12', '-export', '-in', inFolder('mdm.pem'), '-inkey', inFolder('mdm.key'), '-out', inFolder('mdm.p12'), '-passout', 'pass:two words'], { stdio: 'pipe' });
    writeFileSync(inFolder('mdm.password'), 'two words\n');
    expect(await refusal(['push-certificate', 'set', '--pkcs12', inFolder('mdm.p12')])).toMatchObject({ status: 1, code: 'invalid-input' });
    expect(await refusal(['push-certificate', 'set', '--pkcs12', inFolder('mdm.p12'), '--key', inFolder('mdm.key')])).toMatchObject({ status: 2, code: 'wrong-usage' });
    expect((await json('setPushCertificate', 'push-certificate', 'set', '--pkcs12', inFolder('mdm.p12'), '--password-file', inFolder('mdm.password'))).topic).toBe(test.cloud.trust.push.topic);
  });

  it('makes branches and changes them', async () => {
    expect((await wavecast(['branch', 'list'])).err).toContain('There are no branches');
    expect(await json('putBranch', 'branch', 'set', 'berlin', '--name', 'Berlin Mitte', '--time-zone', 'Europe/Berlin', '--link', '50')).toMatchObject({ id: 'berlin', linkMbps: 50, revision: 0 });
    await json('putBranch', 'branch', 'set', 'tokyo', '--time-zone', 'Asia/Tokyo', '--link', '100');
    expect(await json('putBranch', 'branch', 'set', 'berlin', '--brake', 'on')).toMatchObject({ name: 'Berlin Mitte', linkMbps: 50, brake: true, revision: 1 });
    expect((await wavecast(['branch', 'set', 'berlin', '--brake', 'off'])).out).toMatch(/Brake +off/);
    expect(await refusal(['branch', 'set', 'mars', '--time-zone', 'Mars/Olympus', '--link', '1'])).toMatchObject({ status: 1, code: 'invalid-input' });
    expect(await refusal(['branch', 'show', 'nowhere'])).toMatchObject({ status: 1, code: 'not-found' });
  });

  it('invites devices, which enrol', async () => {
    const lab = await json('invite', 'device', 'invite', '--branch', 'berlin', '--name', 'lab-1', '--test');
    const tills = await json('invite', 'device', 'invite', '--branch', 'berlin', '--uses', '2', '--days', '14');
    expect(await refusal(['device', 'invite', '--branch', 'nowhere'])).toMatchObject({ status: 1, code: 'not-found' });
    const site = { name: 'berlin', timeZone: 'Europe/Berlin', linkMbps: 50 };
    const fleet = await Fleet.assemble({
      seed: fleetSeed, mix: { supervised: 0.5, refuses: 0.5 }, clock, courierPort: test.cloud.ports.courier,
      branches: [{ ...site, devices: 1, profileUrl: `${lab.link}/profile` }, { ...site, devices: 2, profileUrl: `${tills.link}/profile` }],
    });
    await fleet.enrol(() => undefined);
    known.failing = fleet.accounts(bundleId).find(({ temper }) => temper === 'refuses')?.serialNumber ?? '';
    known.invitation = tills.id;
    expect(await json('getInvitation', 'device', 'invitation', tills.id)).toMatchObject({ uses: 2, used: 2, expiresAt: tills.expiresAt });
    const devices = JSON.parse((await wavecast(['device', 'list', '--branch', 'berlin', '--json'])).out) as AnswerOf<'listDevices'>['items'];
    expect(devices.map(({ status, testDevice }) => [status, testDevice])).toEqual([['enrolled', true], ['enrolled', false], ['enrolled', false]]);
    known.device = devices[0]?.id ?? '';
  });

  it('finds, changes and moves a device', async () => {
    expect((await wavecast(['device', 'list', '--name', 'lab-1'])).out).toContain(known.device);
    expect((await wavecast(['device', 'list', '--serial-number', known.failing])).out).toContain(known.failing);
    expect(await json('changeDevice', 'device', 'update', known.device, '--name', 'lab-2', '--tags', 'lab,ground-floor')).toMatchObject({ name: 'lab-2', tags: ['ground-floor', 'lab'] });
    expect(await json('changeDevice', 'device', 'move', known.device, 'tokyo')).toMatchObject({ branchId: 'tokyo' });
    expect(await json('changeDevice', 'device', 'move', known.device, 'berlin')).toMatchObject({ branchId: 'berlin', testDevice: true });
    expect(await refusal(['device', 'move', known.device, 'nowhere'])).toMatchObject({ status: 1, code: 'not-found' });
    expect(await refusal(['device', 'update', known.device, '--name', known.failing])).toMatchObject({ status: 1, code: 'conflict' });
    expect(await refusal(['device', 'invitation', nowhere])).toMatchObject({ status: 1, code: 'not-found' });
    expect(await refusal(['device', 'show', nowhere])).toMatchObject({ status: 1, code: 'not-found' });
    expect(await json('getDevice', 'device', 'show', 'lab-2')).toMatchObject({ id: known.device });
    expect(await json('getDevice', 'device', 'show', known.failing)).toMatchObject({ serialNumber: known.failing });
    expect((await wavecast(['device', 'list', '--search', 'lab', '--branch', 'berlin'])).out).toContain(known.device);
    expect((await wavecast(['device', 'list', '--search', 'lab', '--branch', 'tokyo'])).err).toContain('There is no such device');
    expect(await refusal(['device', 'show', 'lab-1'])).toMatchObject({ status: 1, code: 'not-found', message: 'No device has the name or serial number "lab-1".' });
  });
});

describe('people', () => {
  it.each(['viewer', 'operator', 'admin'])('sign in as %s in the browser', async (name) => {
    const openBrowser = async (address: string): Promise<boolean> => {
      const browser = new Browser(test.cloud.issuer.issuer);
      const callback = await browser.open(await browser.open(address), { username: name, password: test.cloud.passwords[name] ?? '' });
      return (await fetch(callback)).ok;
    };
    const { status, out } = await wavecast(['login', '--url', test.cloud.apiUrl, '--callback-port', '0'], { ...home(name), openBrowser });
    expect({ status, out }).toEqual({ status: 0, out: `Signed in to ${test.cloud.apiUrl} as ${name} (${name}).\n` });
    expect((await wavecast(['whoami'], home(name))).out).toMatch(new RegExp(`^Name +${name}\nRole +${name}\n`));
  });
});

describe('apps', () => {
  it('registers a file in one step (simple distribution)', async () => {
    const { status, out, err } = await wavecast(['app', 'register', await ipa('Fieldwork-2.1.ipa', '2.1'), '--package-name', bundleId, '--version', '2.1', '--title', 'Fieldwork', '--description', 'Orders in the field', '--wait']);
    expect({ status, err }).toEqual({ status: 0, err: 'Sending Fieldwork-2.1.ipa (300.0 kB) ...\nVerifying Fieldwork-2.1.ipa ...\n' });
    known.version = /It is version 2\.1 \(7\) of com\.example\.fieldwork, ([0-9a-f]{32})\./.exec(out)?.[1] ?? '';
    expect(out).toContain('  ok  Resumable download: status 206\n');
  });

  it('places a file, then registers its name (standard distribution)', async () => {
    const { out } = await wavecast(['files', 'put', await ipa('b.ipa', '2.2'), '--as', 'Field work (2).ipa']);
    expect(out).toContain('wavecast app register --file-name "Field work (2).ipa"');
    const registration = await json('register', 'app', 'register', '--file-name', 'Field work (2).ipa');
    known.registration = registration.id;
    expect(await json('getRegistration', 'app', 'registration', registration.id, '--wait')).toMatchObject({ state: 'verified', bundleId });
  });

  it('keeps what was once said of the app', async () => {
    const [app] = JSON.parse((await wavecast(['app', 'list', '--json'])).out) as AnswerOf<'listApps'>['items'];
    expect(app).toMatchObject({ bundleId, title: 'Fieldwork', description: 'Orders in the field' });
    expect((await json('getApp', 'app', 'show', bundleId)).versions.map(({ shortVersion, placement }) => [shortVersion, placement])).toEqual([['2.2', 'verified'], ['2.1', 'verified']]);
  });

  it.each<[string, () => Promise<readonly string[]>, string]>([
    ['a package for the App Store', async () => [await ipa('Store.ipa', '2.3', 'app-store')], 'it is for the App Store'],
    ['a file that is no package', () => Promise.resolve([inFolder('mdm.pem')]), 'no IPA'],
    ['a name without a file', () => Promise.resolve(['--file-name', 'none.ipa']), 'There is no file "none.ipa"'],
    ['another version than the file\'s', () => Promise.resolve(['--file-name', 'Field work (2).ipa', '--version', '9']), 'expected 9, found 2.2'],
  ])('refuses %s and says why', async (_, args, words) => {
    const refused = await refusal(['app', 'register', ...await args(), '--wait']);
    expect(refused).toMatchObject({ status: 1, code: 'package-refused' });
    expect(refused.message).toContain(words);
    expect(refused.message).not.toContain('..');
  });

  it('proves a version on the test device', async () => {
    expect(await refusal(['app', 'test-install', `${bundleId}@9`])).toMatchObject({ status: 1, code: 'not-found' });
    expect(await refusal(['app', 'test-install', `${bundleId}@2.1`, '--device', nowhere])).toMatchObject({ status: 1, code: 'not-found' });
    expect((await wavecast(['app', 'test-install', `${bundleId}@2.1`])).out).toBe('Instructed: lab-2.\n');
    await letPass(40 * MINUTE);
    expect((await wavecast(['app', 'show', bundleId])).out).toMatch(new RegExp(`${known.version}  2\\.1 \\(7\\) +proven`));
  });
});

describe('plans', () => {
  const where = ['--branch', 'berlin=12:00-24:00,01:00-02:00', '--branch', 'tokyo=13:00-14:00'];

  it.each<[string, readonly string[], number, string]>([
    ['an unknown branch', ['--version', `${bundleId}@2.1`, '--branch', 'nowhere=01:00-02:00'], 1, 'not-found'],
    ['an unknown version', ['--version', '0'.repeat(32), ...where], 1, 'not-found'],
    ['a window without length', ['--version', `${bundleId}@2.1`, '--branch', 'berlin=01:00-01:00'], 1, 'invalid-input'],
    ['a wave size beyond the limit', ['--version', `${bundleId}@2.1`, ...where, '--wave-size', '501'], 2, 'wrong-usage'],
  ])('are not made of %s', async (_, flags, status, code) => {
    expect(await refusal(['plan', 'create', ...flags])).toMatchObject({ status, code });
  });

  it('are not made of a version that has no verified file', async () => {
    const { versions } = await json('getApp', 'app', 'show', bundleId);
    const unplaced = parseVersionId(versions.find(({ shortVersion }) => shortVersion === '2.2')?.id);
    await test.stores.catalogue.movePlacement(unplaced, 'verified', { placement: 'missing', checks: [] });
    expect(await refusal(['plan', 'create', '--version', `${bundleId}@2.2`, ...where])).toMatchObject({ status: 1, code: 'placement-missing' });
    expect(await refusal(['app', 'test-install', unplaced])).toMatchObject({ status: 1, code: 'placement-missing' });
    writeFileSync(inFolder('plan.json'), JSON.stringify({ name: 'Autumn', versionId: unplaced, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] }));
    expect(await refusal(['plan', 'create', '--file', inFolder('plan.json')])).toMatchObject({ status: 1, code: 'placement-missing' });
    expect(await refusal(['plan', 'create', '--file', inFolder('plan.json'), '--wave-size', '501'])).toMatchObject({ status: 2, code: 'wrong-usage' });
  });

  it('are previewed, made and started', async () => {
    const terms = ['--version', `${bundleId}@2.1`, ...where, '--wave-size', '2', '--abort-share', '90%'];
    expect(await json('previewNewPlan', 'plan', 'preview', ...terms)).toMatchObject({ devices: 3, waves: 2 });
    const plan = await json('createPlan', 'plan', 'create', ...terms);
    expect(plan).toMatchObject({ name: 'Fieldwork 2.1', status: 'draft', waveSize: 2, abortRule: { share: 0.9, minimum: 20 } });
    known.plan = plan.id;
    expect((await wavecast(['plan', 'preview', plan.id])).out).toContain('3 devices in 2 waves; the last one goes 2026-03-10');
    // What became of them is below: one was skipped.
    expect(await json('foreseeTargets', 'plan', 'targets', plan.id)).toMatchObject({
      branches: [{ branchId: 'berlin', devices: 3, instruct: 2, skipped: [{ code: 'already-installed', devices: 1 }] }, { branchId: 'tokyo', devices: 0 }],
    });
    expect((await wavecast(['plan', 'targets', plan.id, '--output', inFolder('targets.csv')])).out).toContain('Of 3 devices 2 would be instructed now, 1 skipped.');
    expect(rows(readFileSync(inFolder('targets.csv'), 'utf8'))).toHaveLength(3);
    expect(await refusal(['plan', 'reissue', plan.id])).toMatchObject({ status: 1, code: 'conflict' });
    expect(await refusal(['plan', 'resume', plan.id])).toMatchObject({ status: 1, code: 'conflict' });
    expect(await json('startPlan', 'plan', 'start', plan.id)).toMatchObject({ status: 'live' });
    await letPass(45 * MINUTE);
  });

  it('say what became of every device, and why', async () => {
    const instructions = JSON.parse((await wavecast(['plan', 'instructions', known.plan, '--json'])).out) as AnswerOf<'listInstructions'>['items'];
    expect(instructions.map(({ state }) => state).sort()).toEqual(['failed', 'installed', 'skipped']);
    expect(instructions.filter(({ manifestAt }) => manifestAt !== undefined).map(({ state, issuedAt, manifestAt = 0 }) => [state, manifestAt >= issuedAt])).toContainEqual(['installed', true]);
    expect(instructions.find(({ state }) => state === 'skipped')).not.toHaveProperty('manifestAt');
    expect(await json('recountPlan', 'plan', 'recount', known.plan)).toMatchObject({ state: 'done', rows: 0, counts: { instructions: 3, differences: 0 } });
    expect((await wavecast(['plan', 'instructions', known.plan, '--branch', 'berlin', '--state', 'failed'])).out).toMatch(new RegExp(`${known.failing}  berlin  failed .*The device answered with an error: .*\\. MCMDMErrorDomain 12018`));
    const { out } = await wavecast(['plan', 'show', known.plan, '--waves']);
    expect(out).toMatch(/^Fieldwork 2\.1: com\.example\.fieldwork 2\.1 \(7\) {2}running\n/);
    expect(out).toContain('berlin  install     1  2026-03-10 12:');
  });

  it('are re-issued to the devices on which they did not succeed', async () => {
    const again = await json('reissuePlan', 'plan', 'reissue', known.plan, '--window', '00:00-24:00', '--start');
    expect(again).toMatchObject({ name: 'Fieldwork 2.1 (attempt 2)', formerPlanId: known.plan, devices: 1, prompted: 0, unreachable: 0, status: 'live' });
    known.again = again.id;
    expect((JSON.parse((await wavecast(['plan', 'list', '--json'])).out) as AnswerOf<'listPlans'>['items']).map(({ id }) => id)).toEqual([again.id, known.plan]);
    expect(JSON.parse((await wavecast(['plan', 'list', '--limit', '1', '--json'])).out)).toHaveLength(1);
  });

  it('are watched until they are over', async () => {
    const watcher = surroundings();
    const watching = run(['plan', 'watch', known.again, '--every', '0.2'], watcher, '1.0.0');
    // What is over before it looks again it never sees.
    const saw = (words: string): Promise<void> => vi.waitFor(() => { expect(watcher.out()).toContain(words); }, { timeout: 60_000, interval: 50 });
    await saw('Fieldwork 2.1 (attempt 2): ');
    expect(await json('pausePlan', 'plan', 'pause', known.again)).toMatchObject({ status: 'paused' });
    await saw('Fieldwork 2.1 (attempt 2): paused: Paused by ');
    expect(await json('resumePlan', 'plan', 'resume', known.again)).toMatchObject({ status: 'live' });
    expect((await wavecast(['plan', 'cancel', known.again])).out).toBe('Fieldwork 2.1 (attempt 2) is cancelled.\n');
    expect(await watching).toBe(0);
    expect(watcher.out()).toContain('Fieldwork 2.1 (attempt 2): cancelled\n');
    expect(await refusal(['plan', 'start', known.again])).toMatchObject({ status: 1, code: 'conflict' });
    expect(await json('getPlan', 'plan', 'watch', known.again)).toMatchObject({ id: known.again, state: 'cancelled' });
  });
});

describe('the distribution status', () => {
  it('is written to standard output, of all devices or of a plan\'s', async () => {
    const { status, out } = await wavecast(['export-distribution-status', '--package-name', bundleId, '--version', '2.1']);
    expect(status).toBe(0);
    expect(out.split('\n')[0]).toBe('Name,Status,Package name,Version');
    expect(rows(out)).toHaveLength(3);
    expect(rows(out)).toEqual(expect.arrayContaining([`${known.failing},4,${bundleId},2.1`, `lab-2,1,${bundleId},2.1`]));
    expect(rows((await wavecast(['export-distribution-status', '--plan', known.again])).out)).toEqual([`${known.failing},4,${bundleId},2.1`]);
  });

  it('is written to a file', async () => {
    const file = inFolder('status.csv');
    const { status, out } = await wavecast(['export-distribution-status', '--package-name', bundleId, '--output', file, '--json']);
    expect({ status, said: JSON.parse(out) as unknown }).toMatchObject({ status: 0, said: { file, rows: 3 } });
    expect(rows(readFileSync(file, 'utf8'))).toHaveLength(3);
  });

  it('is of one branch where that is asked, and stays to be fetched', async () => {
    expect(rows((await wavecast(['export-distribution-status', '--package-name', bundleId, '--branch', 'tokyo'])).out)).toEqual([]);
    const [newest, ...others] = JSON.parse((await wavecast(['job', 'list', '--json'])).out) as AnswerOf<'listJobs'>['items'];
    expect(newest).toMatchObject({ kind: 'distribution-status', branchId: 'tokyo', state: 'done', rows: 0 });
    expect(others.map(({ kind }) => kind)).toContain('plan-targets');
    const before = others.find(({ kind, branchId, rows: count }) => kind === 'distribution-status' && branchId === undefined && count === 3);
    expect((await json('getJob', 'job', 'show', before?.id ?? '')).link).toBeUndefined();
    expect(rows((await wavecast(['job', 'fetch', before?.id ?? ''])).out)).toHaveLength(3);
  });

  it('is not there for an app or plan that does not exist', async () => {
    expect(await refusal(['export-distribution-status', '--package-name', 'com.example.none'])).toMatchObject({ status: 1, code: 'not-found' });
    expect(await refusal(['export-distribution-status', '--plan', nowhere])).toMatchObject({ status: 1, code: 'not-found' });
  });
});

describe('permissions of self-service', () => {
  it('come from a file, are listed, and go into one that gives them back', async () => {
    const file = inFolder('permissions.csv');
    writeFileSync(file, `OS Type,Application Name,Version,Type of the target allowed to be distributed (always 0),Name of the target...\r\niOS,Fieldwork,2.1,0,${known.failing}\r\n`);
    expect((await wavecast(['self-service', 'import', file, '--mode', 'all'])).out).toBe('1 permission of 1 app and 1 device granted, 0 taken away.\n');
    expect((await wavecast(['self-service', 'list', '--device', known.failing])).out).toContain(`${bundleId}  2.1`);
    const backup = (await wavecast(['self-service', 'export'])).out;
    expect(rows(backup)).toEqual([`iOS,${bundleId},2.1,0,${known.failing}`]);
    writeFileSync(inFolder('empty.csv'), `OS Type\niOS,${bundleId}\n`);
    expect((await wavecast(['self-service', 'import', inFolder('empty.csv'), '--mode', 'app'])).out).toContain('1 taken away');
    writeFileSync(file, backup);
    await wavecast(['self-service', 'import', file, '--mode', 'device']);
    expect((await wavecast(['self-service', 'export'])).out).toBe(backup);
    expect(await refusal(['self-service', 'list', '--device', 'nobody'])).toMatchObject({ status: 1, code: 'not-found' });
  });
});

describe('a device', () => {
  it('is asked at once what it has, and says so', async () => {
    const asked = await json('collectInventory', 'device', 'collect', known.device);
    expect(asked.apps).toBeGreaterThan(0);
    await letPass(5 * MINUTE);
    const items = JSON.parse((await wavecast(['device', 'inventory', known.device, '--json'])).out) as AnswerOf<'getInventory'>['items'];
    expect(items.map((item) => [item.bundleId, item.installed?.present, item.managed?.status])).toContainEqual([bundleId, true, 'Managed']);
    expect((await wavecast(['device', 'inventory', known.device])).out).toContain(bundleId);
    expect(await refusal(['device', 'inventory', nowhere])).toMatchObject({ status: 1, code: 'not-found' });
  });
});

describe('the audit log', () => {
  it('is narrowed down to a person, an action and a subject, and written as CSV', async () => {
    const told = async (...flags: readonly string[]) => JSON.parse((await wavecast(['audit', '--day', '2026-03-10', ...flags, '--json'])).out) as AnswerOf<'listAudit'>['items'];
    const all = await told();
    const moves = await told('--action', 'device.change', '--subject', known.device);
    expect(moves.map(({ action, subject }) => [action, subject])).toEqual(moves.map(() => ['device.change', known.device]));
    expect([moves.length > 0, moves.length < all.length]).toEqual([true, true]);
    const [{ who } = { who: '' }] = all;
    expect(await told('--who', who)).toEqual(all.filter((each) => each.who === who));
    expect(await told('--who', 'nobody-of-that-name')).toEqual([]);
    const { status, err } = await wavecast(['audit', '--day', '2026-03-10', '--action', 'device.change', '--subject', known.device, '--output', inFolder('audit.csv')]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = readFileSync(inFolder('audit.csv'), 'utf8').trimEnd().split('\n');
    expect([lines[0], lines.length]).toEqual(['Time (UTC),Who,Role,Action,Subject,Before,After', moves.length + 1]);
  });
});

describe('every command that shows something', () => {
  const commands: readonly (() => readonly string[])[] = [
    () => ['whoami'], () => ['overview'], () => ['installation'], () => ['device', 'inventory', known.device], () => ['push-certificate', 'show'], () => ['branch', 'list'], () => ['branch', 'show', 'berlin'], () => ['device', 'list'], () => ['device', 'show', known.device], () => ['authority', 'show'],
    () => ['device', 'invitation', known.invitation], () => ['app', 'list'], () => ['app', 'show', bundleId], () => ['app', 'settings', bundleId], () => ['app', 'storage'], () => ['app', 'registration', known.registration], () => ['plan', 'list'],
    () => ['plan', 'show', known.plan, '--waves'], () => ['plan', 'preview', known.plan], () => ['plan', 'instructions', known.plan], () => ['self-service', 'list', '--package-name', bundleId], () => ['audit'], () => ['audit', '--day', '2026-03-10'],
  ];

  it('fits a terminal of 80 columns, and prints JSON when asked to', async () => {
    for (const args of commands.map((command) => command())) {
      const people = await wavecast(args, { isTTY: true, columns: 80, env: { ...automation, NO_COLOR: '1' } });
      expect({ args, status: people.status, wide: people.out.split('\n').filter((line) => line.length > 80) }).toEqual({ args, status: 0, wide: [] });
      const program = await wavecast([...args, '--json']);
      expect({ args, status: program.status, err: program.err, empty: JSON.stringify(JSON.parse(program.out)).length < 3 }).toEqual({ args, status: 0, err: '', empty: false });
    }
  });

  it('works as a process of its own', async () => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', '..', 'cli', 'wavecast.ts'), 'audit', '--json'], { env: { ...automation, XDG_CONFIG_HOME: folder }, stdio: ['ignore', 'pipe', 'inherit'] });
    const records = JSON.parse(await text(child.stdout)) as AnswerOf<'listAudit'>['items'];
    expect(new Set(records.map(({ action }) => action))).toEqual(new Set([
      'push-certificate.set', 'branch.put', 'invitation.create', 'device.change', 'device.collect', 'file.upload', 'file.place', 'registration.create', 'version.test-install',
      'plan.create', 'plan.start', 'plan.reissue', 'plan.recount', 'status.export', 'targets.export', 'plan.pause', 'plan.resume', 'plan.cancel', 'self-service.import', 'self-service.remove',
    ]));
  });
});

describe('people', () => {
  it('stay signed in though their tokens have ended meanwhile', async () => {
    const { expiresAt } = JSON.parse((await wavecast(['whoami', '--json'], home('admin'))).out) as { readonly expiresAt: number };
    expect(expiresAt).toBeLessThan(test.cloud.clock.now());
    expect((await wavecast(['branch', 'list'], home('admin'))).status).toBe(0);
  });

  it('who may only look change nothing', async () => {
    const viewer = home('viewer');
    expect((await wavecast(['branch', 'list'], viewer)).status).toBe(0);
    expect((await wavecast(['export-distribution-status', '--package-name', bundleId], viewer)).status).toBe(0);
    expect((await wavecast(['plan', 'preview', known.plan], viewer)).status).toBe(0);
    const before = (await wavecast(['audit', '--json'])).out;
    const changes: readonly (readonly string[])[] = [
      ['branch', 'set', 'berlin', '--brake', 'on'], ['device', 'invite', '--branch', 'berlin'], ['device', 'update', known.device, '--test', 'no'], ['device', 'move', known.device, 'tokyo'], ['device', 'revoke', known.device], ['authority', 'rotate'],
      ['push-certificate', 'set', '--certificate', inFolder('mdm.pem'), '--key', inFolder('mdm.key')], ['files', 'put', inFolder('b.ipa')], ['app', 'register', '--file-name', 'Field work (2).ipa'],
      ['app', 'test-install', known.version], ['plan', 'create', '--version', known.version, '--branch', 'berlin=01:00-02:00'], ['plan', 'pause', known.plan], ['plan', 'cancel', known.plan], ['plan', 'reissue', known.plan],
    ];
    for (const args of changes) expect({ args, ...(await refusal(args, viewer)) }).toMatchObject({ args, status: 1, code: 'forbidden' });
    expect((await wavecast(['audit', '--json'])).out).toBe(before);
  });

  it('who operate plans leave the sites alone', async () => {
    const operator = home('operator');
    expect(await refusal(['branch', 'set', 'berlin', '--brake', 'on'], operator)).toMatchObject({ status: 1, code: 'forbidden', message: 'This needs the role admin; yours is operator.' });
    expect((await wavecast(['plan', 'pause', known.plan], operator)).status).toBe(0);
    expect((await wavecast(['plan', 'resume', known.plan], operator)).status).toBe(0);
    expect((await wavecast(['branch', 'set', 'tokyo', '--link', '30'], home('admin'))).status).toBe(0);
  });

  it('are signed out by logout', async () => {
    expect((await wavecast(['logout'], home('admin'))).out).toBe(`Signed out of ${test.cloud.apiUrl}.\n`);
    expect(await refusal(['branch', 'list'], home('admin'))).toMatchObject({ status: 3, code: 'not-signed-in' });
  });

  it('are told what is wrong with what they sign in by', async () => {
    expect(await refusal(['branch', 'list'], { configFolder: inFolder('nobody'), env: { ...automation, WAVECAST_CLIENT_SECRET: 'wrong' } })).toMatchObject({ status: 3, code: 'not-signed-in' });
    expect(await refusal(['branch', 'list'], { configFolder: inFolder('nobody'), env: { WAVECAST_URL: test.cloud.apiUrl, WAVECAST_TOKEN: 'x.y.z' } })).toMatchObject({ status: 3, code: 'not-signed-in' });
  });
});

it('tells a device to leave, which then does', async () => {
  await json('unenrolDevice', 'device', 'unenrol', known.device);
  await letPass(60_000);
  expect(await json('getDevice', 'device', 'show', known.device)).toMatchObject({ status: 'left', push: 'none' });
  expect(await refusal(['device', 'unenrol', known.device])).toMatchObject({ status: 1, code: 'conflict' });
});

it('needs no permission that a function does not have', () => {
  expect(test.faults).toEqual([]);
});
