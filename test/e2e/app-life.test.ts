import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { DAY, MINUTE } from '../../core/ambient.ts';
import { writeSampleIpa } from '../../local/demo/sample-ipa.ts';
import { sampleProfile } from '../../local/demo/sample-profile.ts';
import type { AnswerOf, OperationName } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import { testWorld } from '../cli/support/world.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** A version from its first warning to its withdrawal and back, at the command line, with a device that has it. */
const startAt = Date.parse('2026-03-10T09:00:00Z');
const bundleId = 'com.example.fieldwork';
const build = { bundleId, seed: bundleId, signedAt: startAt - 345 * DAY, expiresAt: startAt + 20.5 * DAY };
const folder = mkdtempSync(join(tmpdir(), 'wavecast-e2e-life-'));
const packageFile = join(folder, 'Fieldwork.ipa');

let test: TestCloud;
let clock: SimulatorClock;
let env: Readonly<Record<string, string>>;
/** Where the package was fetched last: by the verification, then by the test device. */
let link = '';

async function wavecast(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const world = testWorld({ env, configFolder: join(folder, 'config'), sleep: (milliseconds) => pause(Math.min(milliseconds, 100)) });
  return { status: await run(args, world, '1.0.0'), out: world.out(), err: world.err() };
}

async function json<N extends OperationName>(_: N, ...args: readonly string[]): Promise<AnswerOf<N>> {
  const { status, out, err } = await wavecast(...args, '--json');
  expect({ args, status, err: status === 0 ? '' : err }).toEqual({ args, status: 0, err: '' });
  return JSON.parse(out) as AnswerOf<N>;
}

async function letPass(milliseconds: number): Promise<void> {
  const { clock: time } = test.cloud;
  time.setPace('max');
  await time.until(time.now() + milliseconds);
  time.setPace('real');
}

let deviceLink = '';
const linkAnswers = async (): Promise<number> => (await fetch(deviceLink)).status;

beforeAll(async () => {
  test = await bootTestCloud({
    pace: 'real', startAt,
    onAccess: ({ 'cs(Host)': host, 'cs-uri-stem': path, 'cs-uri-query': query, 'sc-status': status, 'cs-method': method }) => {
      if (path.includes('packages/') && method === 'GET' && status < 300) link = `https://${host}${path}?${query}`;
    },
  });
  const [client] = Object.entries(test.cloud.issuer.clientSecrets);
  env = { WAVECAST_URL: test.cloud.apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' };
  clock = await followClock(test.cloud.ports.clock, 'fleet');
  await test.stores.setPushCertificate();
  await json('putBranch', 'branch', 'set', 'berlin', '--time-zone', 'Europe/Berlin', '--link', '100');
  const profiles: string[] = [];
  for (const flags of [['--name', 'lab-1', '--test'], ['--name', 'till-1']]) profiles.push(`${(await json('invite', 'device', 'invite', '--branch', 'berlin', ...flags)).link}/profile`);
  const fleet = await Fleet.assemble({
    seed: 'life', mix: { supervised: 1 }, clock, courierPort: test.cloud.ports.courier, branches: profiles.map((profileUrl) => ({ name: 'berlin', timeZone: 'Europe/Berlin', linkMbps: 100, devices: 1, profileUrl })),
  });
  await fleet.enrol(() => undefined);
  await writeSampleIpa({ ...build, path: packageFile, version: '7', shortVersion: '2.1', title: 'Fieldwork', sizeBytes: 300_000, kind: 'enterprise' });
});
afterAll(async () => {
  clock.close();
  await test.cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('a version that ends in twenty days', () => {
  const ends = 'The version\'s provisioning ends on 2026-03-30, in 20 days';

  it('says so wherever it is met', async () => {
    expect((await wavecast('app', 'register', packageFile, '--wait')).status).toBe(0);
    expect((await wavecast('app', 'list')).err).toContain(ends);
    expect((await wavecast('app', 'show', bundleId)).out).toContain(ends);
    expect((await wavecast('plan', 'create', '--version', `${bundleId}@2.1`, '--branch', 'berlin=20:00-21:00')).err).toContain(ends);
    await wavecast('app', 'test-install', `${bundleId}@2.1`);
    await letPass(40 * MINUTE);
    deviceLink = link;
    expect((await json('getApp', 'app', 'show', bundleId)).versions).toMatchObject([{ placement: 'proven' }]);
  });

  it('lives on by a renewed profile, which goes to the device that has it and to no other', async () => {
    const renewed = { kind: 'enterprise', covers: bundleId, teamId: 'SAMPLE1234', provisionedDevices: [], seed: build.seed, signedAt: startAt - DAY, expiresAt: startAt + 49.5 * DAY, renews: build } as const;
    const file = join(folder, 'Fieldwork.mobileprovision');
    writeFileSync(file, await sampleProfile({ ...renewed, seed: 'another certificate' }));
    expect((await wavecast('app', 'renew-profile', `${bundleId}@2.1`, '--profile', file)).err).toContain('holds no certificate that can have signed com.example.fieldwork');
    writeFileSync(file, await sampleProfile(renewed));
    const { out } = await wavecast('app', 'renew-profile', `${bundleId}@2.1`, '--profile', file, '--send');
    expect(out).toContain('works until 2026-04-28');
    expect(out).toContain('Sent to 1 device.');
    await letPass(5 * MINUTE);
    expect((await wavecast('app', 'profile-devices', `${bundleId}@2.1`)).out).toMatch(/lab-1 +berlin +acknowledged/);
    expect((await wavecast('app', 'send-profile', `${bundleId}@2.1`)).out).toBe('Sent to 0 devices.\n1 device had been sent it before.\n');
    expect((await wavecast('app', 'list')).err).toContain('ends on 2026-04-28, in 49 days');
  });
});

describe('a version that is withdrawn', () => {
  it('is not while a plan goes on with it, unless it is forced', async () => {
    const [{ id } = { id: '' }] = await json('listPlans', 'plan', 'list').then((plans: unknown) => plans as AnswerOf<'listPlans'>['items']);
    await json('startPlan', 'plan', 'start', id);
    expect(await linkAnswers()).toBe(200);
    const refused = await wavecast('app', 'withdraw', `${bundleId}@2.1`, '--reason', 'Crashes when it starts');
    expect(refused.status).toBe(1);
    expect(refused.err).toContain(`Fieldwork 2.1 (${id})`);
    expect(await json('withdrawVersion', 'app', 'withdraw', `${bundleId}@2.1`, '--reason', 'Crashes when it starts', '--force')).toMatchObject({ cancelled: [{ id }] });
    expect(await json('getPlan', 'plan', 'show', id)).toMatchObject({ status: 'cancelled' });
  });

  it('has no links any more, cannot be distributed, and is on record', async () => {
    expect(await linkAnswers()).toBe(await fetch(deviceLink.replace(/packages\/[0-9a-f]/, 'packages/x')).then(({ status }) => status));
    expect((await wavecast('plan', 'create', '--version', `${bundleId}@2.1`, '--branch', 'berlin=20:00-21:00')).err).toContain('was withdrawn on 2026-03-10: Crashes when it starts');
    expect((await wavecast('app', 'show', bundleId)).out).toContain('Crashes when it starts');
    expect((await wavecast('app', 'delete', `${bundleId}@2.1`)).err).toContain('Test installs of version 2.1 (7) may be open until');
    expect(await json('getStorage', 'app', 'storage')).toMatchObject({ bytes: 0, versions: [{ standing: 'withdrawn' }] });
  });

  it('is back when its file is registered again', async () => {
    expect((await wavecast('app', 'register', packageFile, '--wait')).status).toBe(0);
    const [version] = (await json('getApp', 'app', 'show', bundleId)).versions;
    expect(version).toMatchObject({ placement: 'verified' });
    expect(version).not.toHaveProperty('withdrawn');
    expect(await linkAnswers()).toBe(200);
  });

  it('needed no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
