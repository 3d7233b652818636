import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE } from '../../core/ambient.ts';
import type { Device } from '../../core/device/device.ts';
import type { Plan, PlanBranch } from '../../core/rollout/plan.ts';
import { refusalOf, throughAtOnce } from '../support/outcomes.ts';
import { aBranchId, aDevice, changed, summaryOf } from '../support/samples/device.ts';
import { aBundleId, anApp, aVersion } from '../support/samples/catalogue.ts';
import { aPlan, aPlanBranch } from '../support/samples/plan.ts';
import { many, MORNING, uniqueEnrolmentId, uniqueName, uniqueUuid } from '../support/samples/unique.ts';
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
      expect(await stores.plans.targetsOf(plan, branch.branchId, undefined, 10)).toEqual([summaryOf(device)]);
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
      await stores.plans.putBranches(plan, paced);
      await stores.plans.putBranches(plan, []);
      const byId = (found: readonly PlanBranch[]): readonly PlanBranch[] => found.toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
      expect(byId(await stores.plans.branchesOf(plan.id))).toEqual(byId([...paced, ...branches.slice(28)]));
    });

    const edited = (plan: Plan, facts: Partial<Plan> = {}) => ({ ...plan, revision: plan.revision + 1, edition: uniqueUuid('edition'), ...facts });
    /** What is seen of a plan, with the names of the devices that it lists. */
    const whole = async ({ id }: Plan) => {
      const [plan, branches] = [await stores.plans.plan(id), await stores.plans.branchesOf(id)];
      const listed = await Promise.all(branches.map(async ({ branchId }) => (await stores.plans.targetsOf(plan ?? { id }, branchId, undefined, 100)).map(({ name }) => name)));
      return { plan, branches, listed: listed.flat() };
    };
    const inOrder = (branches: readonly PlanBranch[]): readonly PlanBranch[] => branches.toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));

    it('that are drafts become others, with branches that come, stay and go, as often as somebody saves', async () => {
      const plan = aPlan({ targets: 'branches' });
      const [stays, goes] = [aPlanBranch(plan), aPlanBranch(plan)];
      await stores.plans.addPlan(plan, [stays, goes], []);
      let before = plan;
      for (const name of ['Second', 'Third']) {
        const after = edited(before, { name, waveSize: 7, abortRule: { share: 0.1, minimum: 3 } });
        const branches = inOrder([{ ...stays, windows: [{ from: '03:00', to: '04:00' }], openLimit: 3 }, ...many(40, () => aPlanBranch(plan))]);
        await stores.plans.replaceDraft(before, after, branches, []);
        expect(await whole(plan)).toEqual({ plan: after, branches, listed: [] });
        before = after;
      }
    });

    it('that are drafts list other devices, none, and some again', async () => {
      const [a, b, c] = await devices(3);
      if (a === undefined || b === undefined || c === undefined) throw new Error('There are three devices.');
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: a.branchId, targets: 2 });
      await stores.plans.addPlan(plan, [branch], [a, b]);
      const other = edited(plan);
      await stores.plans.replaceDraft(plan, other, [branch], [b, c]);
      expect((await whole(plan)).listed).toEqual([b.name, c.name]);
      const all = edited(other, { targets: 'branches' });
      await stores.plans.replaceDraft(other, all, [branch], []);
      expect((await whole(plan)).listed).toEqual([]);
      const again = edited(all, { targets: 'list' });
      await stores.plans.replaceDraft(all, again, [branch], [c]);
      expect((await whole(plan)).listed).toEqual([c.name]);
    });

    it('that are drafts stay as they are, wholly, where they have changed since they were read', async () => {
      const [a, b] = await devices(2);
      if (a === undefined || b === undefined) throw new Error('There are two devices.');
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: a.branchId });
      await stores.plans.addPlan(plan, [branch], [a]);
      const started: Plan = { ...plan, status: 'live', revision: 2 };
      await stores.plans.replacePlan(plan, started);
      expect(await refusalOf(stores.plans.replaceDraft(plan, edited(plan, { name: 'Too late' }), [{ ...branch, timeZone: 'Asia/Tokyo' }, aPlanBranch(plan)], [b]))).toBe('conflict');
      expect(await whole(plan)).toEqual({ plan: started, branches: [branch], listed: [a.name] });
    });

    it('that are drafts go wholly to one of six who save at once', async () => {
      const plan = await added();
      const drafts = many(6, (n) => ({ after: edited(plan, { name: `Saver ${n}` }), branches: inOrder(many(n + 1, () => aPlanBranch(plan))) }));
      const through = await throughAtOnce(6, async (n) => {
        const draft = drafts[n];
        if (draft !== undefined) await stores.plans.replaceDraft(plan, draft.after, draft.branches, []);
      });
      expect(through).toHaveLength(1);
      const winner = drafts[through[0] ?? -1];
      expect(await whole(plan)).toEqual({ plan: winner?.after, branches: winner?.branches, listed: [] });
    });

    it('that were edited are found by the version that they are for now', async () => {
      const [version, other] = many(2, () => aVersion(anApp()).id);
      if (version === undefined || other === undefined) throw new Error('There are two versions.');
      const plan = await added({ versionId: version });
      const after = edited(plan, { versionId: other });
      await stores.plans.replaceDraft(plan, after, [aPlanBranch(plan)], []);
      expect(await stores.plans.plansOfVersion(version)).toEqual([]);
      expect(await stores.plans.plansOfVersion(other)).toEqual([after]);
    });

    it('that were edited have branches that are changed, known to their runs, and edited again like any', async () => {
      const plan = aPlan();
      const [one, two] = [aPlanBranch(plan), aPlanBranch(plan)];
      await stores.plans.addPlan(plan, [one, two], []);
      const after = edited(plan);
      const saved = { ...one, openLimit: 3 };
      await stores.plans.replaceDraft(plan, after, [saved, two], []);
      const paced = { ...saved, pace: { waveSize: 5, intervalMinutes: 1 } };
      await stores.plans.putBranches(after, [paced]);
      expect((await whole(plan)).branches).toEqual(inOrder([paced, two]));
      const live = { ...after, status: 'live' as const, revision: 3 };
      await stores.plans.replacePlan(after, live);
      // As it was read before somebody changed it: what is known stays.
      for (const branch of [saved, two]) await stores.plans.settleBranch(live, branch);
      expect(await stores.plans.branchOf(plan.id, one.branchId)).toEqual(paced);
      expect(await stores.plans.branchOf(plan.id, two.branchId)).toEqual(two);
      const key = { planId: plan.id, branchId: two.branchId, kind: 'install' as const };
      expect((await stores.runs.runAndPlan(key)).branch).toEqual(two);
      const slower = { ...two, pace: { waveSize: 1, intervalMinutes: 60 } };
      await stores.plans.putBranches(live, [slower]);
      await stores.plans.settleBranch(live, two);
      expect((await stores.runs.runAndPlan(key)).branch).toEqual(slower);
      expect((await whole(plan)).branches).toEqual(inOrder([paced, slower]));
      const again = edited(live, { status: 'draft' });
      await stores.plans.replaceDraft(live, again, [one], []);
      expect(await whole(plan)).toEqual({ plan: again, branches: [one], listed: [] });
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
      const first = await stores.plans.targetsOf(plan, branch.branchId, undefined, 50);
      expect(first).toEqual(expected.slice(0, 50));
      expect(await stores.plans.targetsOf(plan, branch.branchId, first.at(-1)?.order, 200)).toEqual(expected.slice(50));
      expect(await stores.plans.targetsOf(plan, branch.branchId, expected.at(-1)?.order, 50)).toEqual([]);
      expect(await stores.plans.targetsOf(plan, aBranchId(), undefined, 50)).toEqual([]);
    });

    it('that list devices tell of them as they are now, at the place that they had when they were listed', async () => {
      const [device] = await devices(1);
      if (device === undefined) throw new Error('There is a device.');
      const plan = aPlan({ targets: 'list' });
      await stores.plans.addPlan(plan, [aPlanBranch(plan, { branchId: device.branchId })], [device, aDevice({ branchId: device.branchId })]);
      const now = changed(device, { name: uniqueName('device'), branchId: aBranchId(), order: '0#elsewhere', status: 'enrolled', enrolmentId: uniqueEnrolmentId() });
      await stores.devices.replaceDevice(device, now);
      // The other one is in no store: nothing can be told of it.
      expect(await stores.plans.targetsOf(plan, device.branchId, undefined, 10)).toEqual([{ ...summaryOf(now), order: device.order }]);
    });

    it('that list devices pass over those that were deleted, and say that there are no more only where there are none', async () => {
      const targets = await devices(9);
      const plan = aPlan({ targets: 'list' });
      const branch = aPlanBranch(plan, { branchId: targets[0]?.branchId ?? aBranchId() });
      await stores.plans.addPlan(plan, [branch], targets);
      for (const device of targets.slice(0, 5)) await stores.devices.removeDevice(device, undefined, []);
      const left = targets.slice(5).map(summaryOf);
      for (const limit of [1, 3, 4, 9]) expect(await stores.plans.targetsOf(plan, branch.branchId, undefined, limit)).toEqual(left.slice(0, limit));
    });

    it('for whole branches list no devices', async () => {
      const [device] = await devices(1);
      if (device === undefined) throw new Error('There is a device.');
      const plan = aPlan({ targets: 'branches' });
      await stores.plans.addPlan(plan, [aPlanBranch(plan, { branchId: device.branchId })], [device]);
      expect(await stores.plans.targetsOf(plan, device.branchId, undefined, 10)).toEqual([]);
    });
  });
}
