import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import type { Device } from '../../core/device/device.ts';
import type { Plan, PlanBranch } from '../../core/rollout/plan.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBranchId, aDevice, changed, summaryOf } from '../support/samples/device.ts';
import { aBundleId, anApp, aVersion } from '../support/samples/catalogue.ts';
import { aPlan, aPlanBranch } from '../support/samples/plan.ts';
import { many, MORNING, uniqueEnrolmentId, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function planStoreContract(open: OpenStores): void {
  describe('plans', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const added = async (facts: Partial<Plan> = {}): Promise<Plan> => {
      const plan = aPlan(facts);
      await stores.plans.addPlan(plan, [], []);
      return plan;
    };
    const devices = async (count: number): Promise<readonly Device[]> => {
      const branchId = aBranchId();
      const made = many(count, () => aDevice({ branchId }));
      await Promise.all(made.map((device) => stores.devices.addDevice(device)));
      return made.toSorted((a, b) => (a.order < b.order ? -1 : 1));
    };

    it('come back as they were added, with all of their branches, and not at all where none was', async () => {
      const plan = aPlan({ operation: 'remove', abortRule: { share: 0.2, minimum: 10 }, tags: ['depot', 'field'], seed: 'abc', canary: { of: { kind: 'share', share: 0.1 }, soakHours: 24, abortRule: { share: 0.05, minimum: 1 } }, formerPlanId: aPlan().id, pausedBecause: 'Paused by ada.', startedAt: MORNING, status: 'paused', startsAt: MORNING + MINUTE,
        holds: [{ branchId: aBranchId(), kind: 'paused', by: 'ada' }, { branchId: aBranchId(), kind: 'superseded', by: 'Winter' }], supersedes: many(2, () => aPlan().id), supersededBy: 'Winter', reissueTimes: 2, reissuingUntil: MORNING, reissued: { at: MORNING, planId: aPlan().id, words: 'It waits.', waits: true } });
      const branches = many(60, (n) => aPlanBranch(plan, n === 0 ? { targets: 7, pace: { waveSize: 5, intervalMinutes: 1 } } : {}));
      await stores.plans.addPlan(plan, branches, []);
      expect(await stores.plans.plan(plan.id)).toEqual(plan);
      expect((await stores.plans.branchesOf(plan.id)).toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1))).toEqual(branches.toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1)));
      const [first = aPlanBranch(plan)] = branches;
      expect(await stores.plans.branchOf(plan.id, first.branchId)).toEqual(first);
      expect(await stores.plans.branchOf(plan.id, aBranchId())).toBeUndefined();
      const absent = aPlan();
      expect(await stores.plans.plan(absent.id)).toBeUndefined();
      expect(await stores.plans.branchesOf(absent.id)).toEqual([]);
    });

    it('are found by their version, all of them and no others, also where they were given another one', async () => {
      const [version, other] = many(2, () => aVersion(anApp()).id);
      if (version === undefined || other === undefined) throw new Error('There are two versions.');
      const plans = await Promise.all(many(3, () => added({ versionId: version })));
      const moved = { ...await added({ versionId: version }), versionId: other, revision: 2 };
      await stores.plans.replacePlan({ ...moved, versionId: version, revision: 1 }, moved);
      const byId = (found: readonly Plan[]) => found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(byId(await stores.plans.plansOfVersion(version))).toEqual(byId(plans));
      expect(await stores.plans.plansOfVersion(other)).toEqual([moved]);
      expect(await stores.plans.plansOfVersion(aVersion(anApp()).id)).toEqual([]);
    });

    it('are added once; what is there keeps its branches and targets', async () => {
      const [device, other] = await devices(2);
      if (device === undefined || other === undefined) throw new Error('There are two devices.');
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: device.branchId });
      await stores.plans.addPlan(plan, [branch], [device]);
      expect(await refusalOf(stores.plans.addPlan({ ...plan, name: 'Another' }, [{ ...branch, timeZone: 'Asia/Tokyo' }, aPlanBranch(plan)], [other]))).toBe('conflict');
      expect(await stores.plans.plan(plan.id)).toEqual(plan);
      expect(await stores.plans.branchesOf(plan.id)).toEqual([branch]);
      expect(await stores.plans.targetsOf(plan.id, branch.branchId, undefined, 10)).toEqual([summaryOf(device)]);
    });

    it('are replaced over the revision that was read alone', async () => {
      const plan = await added();
      const { pausedBecause: _, ...live } = { ...plan, status: 'live' as const, startedAt: MORNING, revision: 2 };
      await stores.plans.replacePlan(plan, live);
      expect(await stores.plans.plan(plan.id)).toEqual(live);
      expect(await refusalOf(stores.plans.replacePlan(plan, { ...plan, status: 'cancelled', revision: 2 }))).toBe('conflict');
      expect(await stores.plans.plan(plan.id)).toEqual(live);
      const absent = aPlan();
      expect(await refusalOf(stores.plans.replacePlan(absent, { ...absent, revision: 2 }))).toBe('conflict');
      expect(await stores.plans.plan(absent.id)).toBeUndefined();
    });

    it('are started together with the note of what is live for their app, and with those that give way', async () => {
      const bundleId = aBundleId();
      const [plan, former] = [await added({ bundleId }), await added({ bundleId, status: 'live' })];
      const nothing = await stores.plans.livePlans(bundleId);
      expect(nothing).toEqual({ bundleId, planIds: [], revision: 0 });
      const [live, gone]: readonly Plan[] = [{ ...plan, status: 'live', revision: 2 }, { ...former, status: 'cancelled', revision: 2 }];
      if (live === undefined || gone === undefined) throw new Error('There are two plans.');
      await stores.plans.startPlan({ plan: { before: plan, after: live }, others: [{ before: former, after: gone }], live: nothing, planIds: [plan.id] });
      expect(await Promise.all([plan.id, former.id].map((id) => stores.plans.plan(id)))).toEqual([live, gone]);
      expect(await stores.plans.livePlans(bundleId)).toEqual({ bundleId, planIds: [plan.id], revision: 1 });
    });

    it('are not started where anything has changed since it was read: the plan, one that gives way, or what is live', async () => {
      const bundleId = aBundleId();
      const [plan, former] = [await added({ bundleId }), await added({ bundleId, status: 'live' })];
      const live = await stores.plans.livePlans(bundleId);
      const start = (planRevision: number, formerRevision: number, noted: number) => stores.plans.startPlan({
        plan: { before: { ...plan, revision: planRevision }, after: { ...plan, status: 'live', revision: 9 } }, others: [{ before: { ...former, revision: formerRevision }, after: { ...former, status: 'cancelled', revision: 9 } }],
        live: { ...live, revision: noted }, planIds: [plan.id],
      });
      for (const [a, b, c] of [[7, 1, 0], [1, 7, 0], [1, 1, 7]] as const) expect(await refusalOf(start(a, b, c))).toBe('conflict');
      expect(await Promise.all([plan.id, former.id].map((id) => stores.plans.plan(id)))).toEqual([plan, former]);
      expect(await stores.plans.livePlans(bundleId)).toEqual(live);
    });

    it('of one app are started one after the other, however many are at once', async () => {
      const bundleId = aBundleId();
      const plans = await Promise.all(many(6, () => added({ bundleId })));
      const live = await stores.plans.livePlans(bundleId);
      const through = await throughAtOnce(6, (n) => {
        const plan = plans[n] ?? aPlan();
        return stores.plans.startPlan({ plan: { before: plan, after: { ...plan, status: 'live', revision: 2 } }, others: [], live, planIds: [plan.id] });
      });
      expect(through).toHaveLength(1);
      const started = (await Promise.all(plans.map(({ id }) => stores.plans.plan(id)))).filter((plan) => plan?.status === 'live').map((plan) => plan?.id);
      expect((await stores.plans.livePlans(bundleId)).planIds).toEqual(started);
    });

    it('have branches that are replaced without the others', async () => {
      const plan = aPlan();
      const branches = many(30, () => aPlanBranch(plan));
      await stores.plans.addPlan(plan, branches, []);
      const paced = branches.slice(0, 28).map((branch, n) => ({ ...branch, pace: { waveSize: n + 1, intervalMinutes: 10 } }));
      await stores.plans.putBranches(paced);
      await stores.plans.putBranches([]);
      const byId = (found: readonly PlanBranch[]): readonly PlanBranch[] => found.toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
      expect(byId(await stores.plans.branchesOf(plan.id))).toEqual(byId([...paced, ...branches.slice(28)]));
    });

    it('go to one of ten who change the same one at once', async () => {
      const plan = await added();
      const [winner, ...more] = await throughAtOnce(10, (n) => stores.plans.replacePlan(plan, { ...plan, name: `Changer ${n}`, revision: 2 }));
      expect(more).toEqual([]);
      expect((await stores.plans.plan(plan.id))?.name).toBe(`Changer ${winner ?? ''}`);
    });

    it('are listed newest first, page by page, also while others are made', async () => {
      const { plans } = await open();
      expect(await plans.plans(undefined, 3)).toEqual({ items: [] });
      const all = many(7, (n) => aPlan({ createdAt: MORNING + ((n * 3) % 7) * MINUTE }));
      for (const plan of all) await plans.addPlan(plan, [aPlanBranch(plan)], []);
      const newestFirst = all.toSorted((a, b) => b.createdAt - a.createdAt);
      const first = await plans.plans(undefined, 3);
      expect(first.items).toEqual(newestFirst.slice(0, 3));
      await plans.addPlan(aPlan({ createdAt: MORNING + 9 * MINUTE }), [], []);
      const second = await plans.plans(first.next, 3);
      expect(second.items).toEqual(newestFirst.slice(3, 6));
      const third = await plans.plans(second.next, 3);
      expect(third).toEqual({ items: newestFirst.slice(6) });
      expect(await plans.plans(first.next, 4)).toEqual({ items: newestFirst.slice(3) });
    });

    it('that list devices keep them in order, page by page, more of them than a batch names', async () => {
      const targets = await devices(130);
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: targets[0]?.branchId ?? aBranchId() });
      await stores.plans.addPlan(plan, [branch], targets.toReversed());
      const expected = targets.map(summaryOf);
      const first = await stores.plans.targetsOf(plan.id, branch.branchId, undefined, 50);
      expect(first).toEqual(expected.slice(0, 50));
      expect(await stores.plans.targetsOf(plan.id, branch.branchId, first.at(-1)?.order, 200)).toEqual(expected.slice(50));
      expect(await stores.plans.targetsOf(plan.id, branch.branchId, expected.at(-1)?.order, 50)).toEqual([]);
      expect(await stores.plans.targetsOf(plan.id, aBranchId(), undefined, 50)).toEqual([]);
    });

    it('that list devices tell of them as they are now, at the place that they had when they were listed', async () => {
      const [device] = await devices(1);
      if (device === undefined) throw new Error('There is a device.');
      const plan = aPlan({ targets: 'list' });
      await stores.plans.addPlan(plan, [aPlanBranch(plan, { branchId: device.branchId })], [device, aDevice({ branchId: device.branchId })]);
      const now = changed(device, { name: uniqueName('device'), branchId: aBranchId(), order: '0#elsewhere', status: 'enrolled', enrolmentId: uniqueEnrolmentId() });
      await stores.devices.replaceDevice(device, now);
      // The other one is in no store: nothing can be told of it.
      expect(await stores.plans.targetsOf(plan.id, device.branchId, undefined, 10)).toEqual([{ ...summaryOf(now), order: device.order }]);
    });

    it('that list devices pass over those that were deleted, and say that there are no more only where there are none', async () => {
      const targets = await devices(9);
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: targets[0]?.branchId ?? aBranchId() });
      await stores.plans.addPlan(plan, [branch], targets);
      for (const device of targets.slice(0, 5)) await stores.devices.removeDevice(device, undefined, []);
      const left = targets.slice(5).map(summaryOf);
      for (const limit of [1, 3, 4, 9]) expect(await stores.plans.targetsOf(plan.id, branch.branchId, undefined, limit)).toEqual(left.slice(0, limit));
    });

    it('for whole branches list no devices', async () => {
      const [device] = await devices(1);
      if (device === undefined) throw new Error('There is a device.');
      const plan = aPlan({ targets: 'branches' });
      await stores.plans.addPlan(plan, [aPlanBranch(plan, { branchId: device.branchId })], [device]);
      expect(await stores.plans.targetsOf(plan.id, device.branchId, undefined, 10)).toEqual([]);
    });
  });
}
