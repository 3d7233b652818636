import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../core/ambient.ts';
import { parseBranchId, parseBundleId, parseInvitationId, parsePlanId, parseSha256 } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import type { Run, Wave } from '../../core/rollout/plan.ts';
import { present } from '../support/present.ts';
import { nextWindow } from '../../core/rollout/window.ts';
import type { AccessRecord } from '../../local/edge/access-record.ts';
import { writeSampleIpa } from '../../local/demo/sample-ipa.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet, type DeviceAccount, type FleetBranch } from '../../simulator/fleet.ts';
import { usualMix } from '../../simulator/temper.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** The whole job, on the bundles, machine and policies that go to AWS: 200 devices, three zones, two days of local time: the last deadline and the last inventory window are over by then. */
const startAt = Date.parse('2026-03-27T20:00:00Z');
const bundleId = parseBundleId('com.example.field');
const sites = [
  // Berlin's clocks go forward in the night to Sunday, 29 March 2026.
  { id: 'berlin', timeZone: 'Europe/Berlin', devices: 80, window: { from: '01:00', to: '02:00' } },
  { id: 'tokyo', timeZone: 'Asia/Tokyo', devices: 70, window: { from: '13:00', to: '14:00' } },
  { id: 'new-york', timeZone: 'America/New_York', devices: 50, window: { from: '23:30', to: '00:30' } },
];
const waveSize = 25;
const folder = mkdtempSync(join(tmpdir(), 'wavecast-e2e-'));

let test: TestCloud;
let packageSize = 0;
let clock: SimulatorClock;
let fleet: Fleet;
let accounts: readonly DeviceAccount[];
let runs: readonly Run[];
/** What the communication server says that it sent. */
const served: AccessRecord[] = [];
const waves = new Map<string, readonly Wave[]>();
const instructions: Instruction[] = [];

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'max', startAt, onAccess: (record) => { served.push(record); } });
  const { cloud, stores } = test;
  // Time stands until the fleet is there.
  const preparing = cloud.clock.hold('preparing the test');
  await stores.setPushCertificate();
  const branches: FleetBranch[] = [];
  for (const { id, timeZone, devices } of sites) {
    await stores.branches.putBranch({ id: parseBranchId(id), name: id, timeZone, linkMbps: 50, brake: false, revision: 0 });
    const secret = `a secret for ${id}`;
    await stores.invitations.addInvitation(
      { id: parseInvitationId(crypto.randomUUID()), branchId: parseBranchId(id), testDevice: false, uses: devices, used: 0, createdAt: startAt, expiresAt: startAt + 30 * DAY },
      parseSha256(createHash('sha256').update(secret).digest('hex')),
    );
    branches.push({ name: id, timeZone, linkMbps: 50, devices, profileUrl: `${cloud.apiUrl}/enrol/${encodeURIComponent(secret)}/profile` });
  }
  const { path, size } = await writeSampleIpa({ path: join(folder, 'field.ipa'), bundleId, version: '7', shortVersion: '1.2', title: 'Field', sizeBytes: 4_000_000, kind: 'enterprise', signedAt: startAt - DAY });
  packageSize = size;
  await new Upload({ client: stores.s3, params: { Bucket: test.name('AWS::S3::Bucket', 'BucketsPackages'), Key: 'incoming/field.ipa', Body: createReadStream(path) } }).done();
  await stores.catalogue.putRegistration({ id: 'registration', fileName: 'field.ipa', expected: { bundleId, version: '1.2' }, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: startAt, updatedAt: startAt });
  await test.invoke('Placement', { registrationId: 'registration' });
  const registration = await stores.catalogue.registration('registration');
  const version = registration?.versionId === undefined ? undefined : await stores.catalogue.version(registration.versionId);
  if (version === undefined) throw new Error(`The package was not verified: ${registration?.reason ?? ''}`);

  clock = await followClock(cloud.ports.clock, 'fleet');
  fleet = await Fleet.assemble({ seed: 'e2e', mix: usualMix, branches, clock, courierPort: cloud.ports.courier, present: { bundleId, version: { shortVersion: '1.2', version: '7' } } });
  await fleet.enrol(() => undefined);

  const planId = parsePlanId(crypto.randomUUID());
  await stores.plans.addPlan(
    { id: planId, name: 'Field 1.2', operation: 'install', bundleId, versionId: version.id, shortVersion: '1.2', version: '7', waveSize, intervalMinutes: 5, deadlineHours: 24, targets: 'branches', attempt: 1, status: 'live', createdBy: 'ada', createdAt: startAt, startedAt: startAt, revision: 1 },
    sites.map(({ id, timeZone, window }) => ({ planId, branchId: parseBranchId(id), timeZone, windows: [window], inventoryWindow: { from: '22:00', to: '24:00' } })), [],
  );
  fleet.rolloutBegins();
  await test.invoke('Launch', { planId });
  preparing();
  await cloud.clock.until(startAt + 2 * DAY);

  accounts = fleet.accounts(bundleId);
  runs = await stores.runs.runs(planId, sites.map(({ id }) => parseBranchId(id)), ['install', 'inventory']);
  for (const run of runs) {
    const opened = await stores.runs.waves(run);
    waves.set(`${run.branchId} ${run.kind}`, opened);
    if (run.kind === 'install') for (const wave of opened) instructions.push(...(await stores.instructions.instructionsOfWave(wave.id)));
  }
});

afterAll(async () => {
  clock.close();
  await test.cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('200 devices in three time zones', () => {
  it('are each instructed once', () => {
    expect(instructions).toHaveLength(200);
    expect(new Set(instructions.map(({ deviceId }) => deviceId)).size).toBe(200);
  });

  it('end as they themselves say, device by device', () => {
    const states = new Map(instructions.map(({ deviceName, state }) => [deviceName, state]));
    const expected = { installed: 'installed', rejected: 'rejected', failed: 'failed', waiting: 'timedOut', untouched: 'timedOut', present: 'skipped', removed: 'removed' } as const;
    const differing = accounts.filter(({ serialNumber, account }) => states.get(serialNumber) !== expected[account]);
    expect(differing.map((device) => ({ ...device, server: states.get(device.serialNumber) }))).toEqual([]);
    // The fleet is one of every kind, or the comparison would prove little.
    expect(new Set(instructions.map(({ state }) => state))).toEqual(new Set(['installed', 'rejected', 'failed', 'timedOut', 'skipped']));
    expect(new Set(accounts.map(({ temper }) => temper)).size).toBe(12);
  });

  it('are instructed in waves within their branch\'s window, no larger and no nearer than planned', () => {
    for (const { id, timeZone, window, devices } of sites) {
      // A wave that instructs nobody only records who was left out.
      const opened = (waves.get(`${id} install`) ?? []).filter(({ targets }) => targets.length > 0);
      const instructed = opened.reduce((sum, { targets }) => sum + targets.length, 0);
      expect(instructed).toBeGreaterThan(0.9 * devices);
      expect(opened).toHaveLength(Math.ceil(instructed / waveSize));
      for (const [index, wave] of opened.entries()) {
        expect(wave.targets.length).toBeLessThanOrEqual(waveSize);
        const { opensAt, closesAt } = present(nextWindow(timeZone, [window], wave.openedAt));
        expect(wave.openedAt).toBeGreaterThanOrEqual(opensAt);
        expect(wave.openedAt).toBeLessThan(closesAt);
        const before = opened[index - 1];
        if (before !== undefined) expect(wave.openedAt - before.openedAt).toBeGreaterThanOrEqual(5 * MINUTE);
      }
    }
  });

  it('are asked for inventory about a day later, in the inventory window', () => {
    for (const { id, timeZone } of sites) {
      const first = waves.get(`${id} inventory`)?.[0];
      const install = waves.get(`${id} install`)?.[0];
      expect((first?.openedAt ?? 0) - (install?.openedAt ?? 0)).toBeGreaterThanOrEqual(20 * HOUR);
      expect(nextWindow(timeZone, [{ from: '22:00', to: '24:00' }], first?.openedAt ?? 0)?.opensAt).toBeLessThanOrEqual(first?.openedAt ?? 0);
    }
  });

  it('fail at their deadline and not before', () => {
    for (const { state, deadline, finishedAt, updatedAt } of instructions.filter((instruction) => instruction.state === 'timedOut')) {
      expect(state).toBe('timedOut');
      expect(finishedAt ?? updatedAt).toBeGreaterThanOrEqual(deadline);
      expect(finishedAt ?? updatedAt).toBeLessThanOrEqual(deadline + 2 * MINUTE);
    }
  });

  it('leave totals that equal a recount', async () => {
    const totals = await test.stores.runs.runTotals(runs);
    for (const run of runs.filter(({ kind }) => kind === 'install')) {
      const counted: Record<string, number> = {};
      for (const { state } of instructions.filter(({ branchId }) => branchId === run.branchId)) counted[state] = (counted[state] ?? 0) + 1;
      expect(totals.get(`${run.planId}.${run.branchId}.install`)).toEqual(counted);
    }
  });

  it('download through their branch\'s line, resuming what broke', () => {
    const links = fleet.linkReports();
    expect(links.every(({ bytes, peakConcurrentDownloads }) => bytes > 0 && peakConcurrentDownloads > 0)).toBe(true);
    expect(accounts.some(({ resumed }) => resumed > 0)).toBe(true);
  });

  it('fetch what the communication server says that it sent, minute by minute', () => {
    const sent = new Map<number, number>();
    for (const { date, time, 'sc-bytes': bytes, 'cs-method': method } of served.filter(({ 'sc-status': status }) => status === 206)) {
      if (method === 'GET') add(sent, Date.parse(`${date}T${time.slice(0, 5)}:00Z`), bytes);
    }
    const fetched = new Map<number, number>();
    for (const { bytesPerMinute } of fleet.linkReports()) for (const [minute, bytes] of bytesPerMinute) add(fetched, minute, bytes);
    // The server knows no line: what takes its time on the way it has sent at once, a chunk for each download under way; and it writes down an answer when that is over.
    const underWay = fleet.linkReports().reduce((sum, { peakConcurrentDownloads }) => sum + peakConcurrentDownloads, 0) * packageSize;
    let ahead = 0;
    for (const minute of [...new Set([...sent.keys(), ...fetched.keys()])].toSorted((a, b) => a - b)) {
      ahead += (sent.get(minute) ?? 0) - (fetched.get(minute) ?? 0);
      expect(Math.abs(ahead)).toBeLessThanOrEqual(underWay);
    }
    // In the end all has arrived; one device looked into the package once, for what is in it.
    expect(Math.round(ahead)).toBeGreaterThan(0);
    expect(ahead).toBeLessThan(1_000_000);
    expect(accounts.filter(({ bytes }) => bytes > 0).every(({ bytes }) => bytes === packageSize)).toBe(true);
  });

  it('answer NotNow while they are locked, and are asked again', () => {
    const locked = new Set(accounts.filter(({ temper }) => temper === 'locked').map(({ serialNumber }) => serialNumber));
    const theirs = instructions.filter(({ deviceName }) => locked.has(deviceName));
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter(({ history }) => !history.some(({ state }) => state === 'deferred'))).toEqual([]);
    expect(new Set(theirs.map(({ state }) => state))).toEqual(new Set(['installed']));
  });

  it('need no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});

function add(sums: Map<number, number>, key: number, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
