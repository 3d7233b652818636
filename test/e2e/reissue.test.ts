import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStage } from '../../bench/stage.ts';
import { everyItem } from '../../cli/every-item.ts';
import { HOUR } from '../../core/ambient.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { followClock, type SimulatorClock } from '../../simulator/clock.ts';
import { Fleet } from '../../simulator/fleet.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';
import { openBranches } from '../support/open-branches.ts';
import { present } from '../support/present.ts';

/**
 * Users who decline the first prompt and accept the next, and a plan that is tried again by itself; beside it one device that is
 * instructed by a person: on the bundles, machine and policies that go to AWS.
 */
const startAt = Date.parse('2026-11-23T08:00:00Z');
const windows = [{ from: '08:00', to: '20:00' }];
const sites = [{ id: 'berlin', timeZone: 'Europe/Berlin', devices: 4, obliging: false }, { id: 'lisbon', timeZone: 'Europe/Lisbon', devices: 3, obliging: true }, { id: 'athens', timeZone: 'Europe/Athens', devices: 1, obliging: true }];

let test: TestCloud;
let clock: SimulatorClock;
let before: AnswerOf<'getPlan'>;
let former: AnswerOf<'getPlan'>;
let next: AnswerOf<'getPlan'>;
let again: AnswerOf<'listInstructions'>['items'];
let audited: AnswerOf<'listAudit'>['items'];
let plans: AnswerOf<'listPlans'>['items'];
let single: AnswerOf<'instructDevices'>;
let timeline: AnswerOf<'getTimeline'>['items'];
let outcomes: AnswerOf<'listVersionDevices'>['items'];
let version: AnswerOf<'getVersion'>;

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'max', startAt });
  const { cloud } = test;
  await withStage(cloud, () => undefined, async (stage) => {
    const { api } = stage;
    const preparing = cloud.clock.hold('preparing the test');
    await test.stores.setPushCertificate();
    const branches = await openBranches(api, sites);
    const { id: versionId } = await placeApp(stage, 500_000);
    clock = await followClock(cloud.ports.clock, 'fleet');
    const fleet = await Fleet.assemble({ seed: 'again', mix: { reconsiders: 1 }, branches, clock, courierPort: cloud.ports.courier });
    await fleet.enrol(() => undefined);
    const { id } = await api.call('createPlan', { body: { name: 'Fieldwork', versionId, reissueTimes: 2, branches: ['berlin', 'lisbon'].map((branchId) => ({ branchId, windows })) } });
    await api.call('startPlan', { id, body: { unproven: true } });
    const { items: [alone] } = await api.call('listDevices', { query: { branchId: 'athens' } });
    single = await api.call('instructDevices', { id: versionId, body: { deviceIds: [present(alone).id], unproven: true } });
    preparing();
    await cloud.clock.until(startAt + HOUR / 2);
    const looking = cloud.clock.hold('looking at the first attempt');
    before = await api.call('getPlan', { id });
    looking();
    await cloud.clock.until(startAt + 15 * HOUR);
    const reading = cloud.clock.hold('reading what became of it');
    former = await api.call('getPlan', { id });
    next = await api.call('getPlan', { id: former.reissued?.planId ?? '' });
    again = await everyItem((query) => api.call('listInstructions', { id: next.id, query }));
    audited = (await api.call('listAudit', { query: { day: '2026-11-23' } })).items.filter(({ who }) => who === 'the engine');
    plans = (await api.call('listPlans')).items;
    timeline = (await api.call('getTimeline', { id: present(alone).id })).items;
    outcomes = (await api.call('listVersionDevices', { id: versionId, query: { branchId: 'athens' } })).items;
    version = await api.call('getVersion', { id: versionId });
    reading();
  });
});

afterAll(async () => {
  clock.close();
  await test.cloud.stop();
});

describe('a plan that is tried again by itself', () => {
  it('is so when it is over: for the devices whose users declined, and for no others', () => {
    expect(before.reissued).toBeUndefined();
    expect(former).toMatchObject({ totals: { installed: 3, rejected: 4 }, reissued: { planId: next.id, words: 'Re-issued as "Fieldwork (attempt 2)" for 4 devices.' } });
    expect(next).toMatchObject({ name: 'Fieldwork (attempt 2)', attempt: 2, formerPlanId: former.id, status: 'live', createdBy: 'the engine', reissueTimes: 1 });
    expect(next.branches.map(({ branchId, devices }) => [branchId, devices])).toEqual([['berlin', 4]]);
  });

  it('instructs them once more, and now they accept', () => {
    expect(again.filter(({ kind }) => kind === 'install').map(({ branchId, state, attempt }) => [branchId, state, attempt])).toEqual(Array.from({ length: 4 }, () => ['berlin', 'installed', 2]));
    expect(new Set(again.map(({ deviceId }) => deviceId)).size).toBe(4);
  });

  it('ends there: nobody is left, and the plan says so', () => {
    expect(next.reissued).toMatchObject({ words: 'Not tried again: no device failed.' });
    expect(next.reissued?.planId).toBeUndefined();
    expect(plans).toHaveLength(2);
  });

  it('is in the audit log as the engine\'s doing', () => {
    expect(audited.map(({ role, action, subject }) => [role, action, subject]).toSorted()).toEqual([['engine', 'plan.reissue', former.id], ['engine', 'plan.start', next.id]]);
  });
});

describe('a device that is instructed by itself', () => {
  it('has the version, outside any plan; its timeline and its version say so', () => {
    expect(single.instructed).toHaveLength(1);
    expect(timeline.map(({ instruction }) => instruction?.waveId)).toContain(single.waveId);
    expect(outcomes).toMatchObject([{ state: 'installed' }]);
  });

  it('proves nothing: it is no test device', () => {
    expect(version.placement).toBe('verified');
  });
});

it('no function needs a permission that it does not have', () => {
  expect(test.faults).toEqual([]);
});
