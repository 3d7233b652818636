import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStage } from '../../bench/stage.ts';
import { everyItem } from '../../cli/every-item.ts';
import { DAY, HOUR, MINUTE } from '../../core/ambient.ts';
import { parseBranchId, parsePlanId } from '../../core/ids.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import { app } from '../../local/demo/scenario.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet, type DeviceAccount } from '../../simulator/fleet.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { openBranches } from '../support/open-branches.ts';

/** An app reaches a small fleet, and is taken away again in waves: on the bundles, machine and policies that go to AWS. */
const startAt = Date.parse('2026-11-23T08:00:00Z');
const windows = [{ from: '08:00', to: '20:00' }];
const sites = [{ id: 'berlin', timeZone: 'Europe/Berlin', devices: 24 }, { id: 'lisbon', timeZone: 'Europe/Lisbon', devices: 16 }];
const waveSize = 8;

let test: TestCloud;
let clock: SimulatorClock;
let installed: readonly DeviceAccount[];
let removed: readonly DeviceAccount[];
let planId: string;
let progress: AnswerOf<'getPlan'>;
let instructions: AnswerOf<'listInstructions'>['items'];
let waves: AnswerOf<'listWaves'>['items'];
let status: string;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'max', startAt });
  const { cloud } = test;
  await withStage(cloud, () => undefined, async (stage) => {
    const { api } = stage;
    const preparing = cloud.clock.hold('preparing the test');
    await test.stores.setPushCertificate();
    const branches = await openBranches(api, sites);
    const version = await placeApp(stage, 500_000);
    clock = await followClock(cloud.ports.clock, 'fleet');
    const mix = { supervised: 0.3, rejects: 0.15, locked: 0.1, 'unmanaged-copy': 0.15, ignores: 0.1 };
    const fleet = await Fleet.assemble({ seed: 'remove', mix, branches, clock, courierPort: cloud.ports.courier, present: { bundleId: app.bundleId, version: app } });
    await fleet.enrol(() => undefined);
    const rollOut = async (body: object): Promise<string> => {
      const { id } = await api.call('createPlan', { body: { name: 'Fieldwork', waveSize, branches: sites.map((site) => ({ branchId: site.id, windows })), ...body } });
      // What is proven here is the plan; no test device comes first.
      await api.call('startPlan', { id, body: { unproven: true } });
      return id;
    };
    await rollOut({ versionId: version.id });
    preparing();
    await cloud.clock.until(startAt + 4 * HOUR);
    const planning = cloud.clock.hold('planning the removal');
    installed = fleet.accounts(app.bundleId);
    planId = await rollOut({ operation: 'remove', bundleId: app.bundleId });
    planning();
    await cloud.clock.until(startAt + 7 * HOUR);
    removed = fleet.accounts(app.bundleId);
    progress = await api.call('getPlan', { id: planId });
    instructions = await everyItem((query) => api.call('listInstructions', { id: planId, query }));
    waves = await everyItem((query) => api.call('listWaves', { id: planId, query }));
    const { link = '' } = await api.call('exportDistributionStatus', { body: { bundleId: app.bundleId, planId } });
    status = await (await fetch(link)).text();
  });
});

afterAll(async () => {
  clock.close();
  await test.cloud.stop();
});

const has = ({ account }: DeviceAccount): boolean => account === 'installed' || account === 'present';

describe('an app that is removed in waves', () => {
  it('was on many devices before, and not on all', () => {
    const count = installed.filter(has).length;
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(40);
  });

  it('is gone from every device that had it, by the devices\' own account and the server\'s', () => {
    const states = new Map(instructions.map(({ deviceName, state }) => [deviceName, state]));
    const differing = removed.filter((device, index) => {
      const before = installed[index];
      const expected = before !== undefined && has(before) ? ['removed', 'removed'] : [before?.account, 'skipped'];
      return device.account !== expected[0] || states.get(device.serialNumber) !== expected[1];
    });
    expect(differing.map((device) => ({ ...device, server: states.get(device.serialNumber) }))).toEqual([]);
    expect(instructions).toHaveLength(40);
    expect(new Set(instructions.map(({ deviceId }) => deviceId)).size).toBe(40);
  });

  it('is proven gone by what each device said after it was instructed', () => {
    for (const { history, issuedAt } of instructions.filter(({ state }) => state === 'removed')) {
      expect(history.map(({ state }) => state)).toContain('acknowledged');
      expect(history.at(-1)?.at).toBeGreaterThanOrEqual(issuedAt);
    }
    // Some were slow: what was asked right behind the command still showed the app.
    const took = instructions.filter(({ state }) => state === 'removed').map(({ history }) => (history.at(-1)?.at ?? 0) - (history.find(({ state }) => state === 'acknowledged')?.at ?? 0));
    expect(took.some((milliseconds) => milliseconds < MINUTE)).toBe(true);
    expect(took.some((milliseconds) => milliseconds >= MINUTE)).toBe(true);
  });

  it('is left alone on devices that do not have it, or do not manage it, with the reason', () => {
    const reasons = new Set(instructions.filter(({ state }) => state === 'skipped').map(({ reason }) => reason?.code));
    expect([...reasons].every((code) => code === 'not-installed' || code === 'not-managed' || code === 'other-instruction-live')).toBe(true);
    // Who has not answered the prompt yet is in the middle of an installation.
    expect(reasons).toContain('other-instruction-live');
    expect(reasons).toContain('not-installed');
  });

  it('goes in waves of the size, pace and windows that were planned', () => {
    const opened = waves.filter(({ devices }) => devices > 0);
    expect(opened.every(({ kind, devices }) => kind === 'remove' && devices <= waveSize)).toBe(true);
    for (const { id } of sites) {
      const own = opened.filter(({ branchId }) => branchId === id);
      expect(own.length).toBeGreaterThan(0);
      for (const [index, { openedAt }] of own.entries()) if (index > 0) expect(openedAt - (own[index - 1]?.openedAt ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
      const hour = (instant: number, timeZone: string): number => Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(instant));
      for (const { openedAt } of own) expect(hour(openedAt, sites.find((site) => site.id === id)?.timeZone ?? '')).toSatisfy((at: number) => at >= 8 && at < 20);
    }
  });

  it('is told of as a removal, with totals that equal the instructions', () => {
    const count = (state: string): number => instructions.filter((each) => each.state === state).length;
    expect(progress).toMatchObject({ operation: 'remove', bundleId: app.bundleId, state: 'collecting', totals: { removed: count('removed'), skipped: count('skipped') } });
    expect(progress.branches.every(({ install, remove }) => install === undefined && remove?.status === 'finished')).toBe(true);
  });

  it('is on no device any more in the plan\'s distribution status', () => {
    const rows = status.trimEnd().split('\n').slice(1).map((line) => line.split(','));
    expect(rows).toHaveLength(40);
    const stillThere = rows.filter(([, code]) => code === '1').map(([name]) => name);
    expect(stillThere).toEqual([]);
  });

  it('is asked about once more about a day later', async () => {
    const inventory = await test.stores.runs.runs(parsePlanId(planId), sites.map(({ id }) => parseBranchId(id)), ['inventory']);
    expect(inventory.map((run) => run.status)).toEqual(['waiting', 'waiting']);
    expect(inventory.every(({ window }) => window.opensAt >= startAt + DAY)).toBe(true);
  });

  it('needs no permission that a function does not have', () => {
    expect(test.faults).toEqual([]);
  });
});
