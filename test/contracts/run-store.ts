import { beforeAll, describe, expect, it } from 'vitest';
import type { KeptVerdict, Run, Verdict } from '../../core/rollout/plan.ts';
import { runId } from '../../core/rollout/store.ts';
import { waveIdOf } from '../../core/rollout/wave-id.ts';
import { answersAtOnce } from '../support/outcomes.ts';
import { aBranchId, aDevice } from '../support/samples/device.ts';
import { aWaveId } from '../support/samples/instruction.ts';
import { afterWave, aPlan, aPlanBranch, aRun, keyOf, nextWave } from '../support/samples/plan.ts';
import { many, MORNING, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function runStoreContract(open: OpenStores): void {
  describe('runs', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const added = async (facts: Partial<Run> = {}): Promise<Run> => {
      const run = aRun(facts);
      await stores.runs.addRuns([run]);
      return run;
    };

    it('come back as they were added, alone and with their plan, and not at all where none was', async () => {
      const plan = aPlan();
      const branch = aPlanBranch(plan);
      const key = { planId: plan.id, branchId: branch.branchId };
      expect(await stores.runs.runAndPlan({ ...key, kind: 'install' })).toEqual({ run: undefined, plan: undefined, branch: undefined });
      await stores.plans.addPlan(plan, [branch], []);
      const run = await added({ ...key, cursor: '1#x', stage: { name: 'soak', instructed: 3, size: 5, until: MORNING, stopped: true }, finishedAt: MORNING, lastVerdict: { decision: 'finish', words: 'Done.', at: MORNING }, status: 'finished', pass: 'reconciling' });
      expect(await stores.runs.run(keyOf(run))).toEqual(run);
      expect(await stores.runs.runAndPlan(keyOf(run))).toEqual({ run, plan, branch });
      expect(await stores.runs.runAndPlan({ ...key, kind: 'inventory' })).toEqual({ run: undefined, plan, branch });
      expect(await stores.runs.run({ ...key, kind: 'inventory' })).toBeUndefined();
    });

    it('are added where they are absent; those that are there stay', async () => {
      const there = await added();
      const [absent, later] = [aRun(), aRun()];
      expect(await stores.runs.addRuns([absent, { ...there, epoch: 9 }, later])).toEqual([absent, there, later]);
      expect(await stores.runs.run(keyOf(there))).toEqual(there);
      expect(await stores.runs.run(keyOf(absent))).toEqual(absent);
      expect(await stores.runs.run(keyOf(later))).toEqual(later);
    });

    it('of a plan are read for many branches at once, of the kinds asked for', async () => {
      const { planId } = aRun();
      const branchIds = many(70, () => aBranchId());
      const all = branchIds.flatMap((branchId, n) => [aRun({ planId, branchId }), ...(n % 2 === 0 ? [aRun({ planId, branchId, kind: 'inventory' })] : [])]);
      await stores.runs.addRuns(all);
      const read = await stores.runs.runs(planId, [...branchIds, aBranchId()], ['install', 'inventory']);
      expect(read.toSorted(byKey)).toEqual(all.toSorted(byKey));
      expect((await stores.runs.runs(planId, branchIds, ['inventory'])).map(({ kind }) => kind)).toEqual(many(35, () => 'inventory'));
      expect(await stores.runs.runs(planId, branchIds, ['remove'])).toEqual([]);
      expect(await stores.runs.runs(planId, [], ['install'])).toEqual([]);
    });

    it('are replaced while status, epoch and number are as they were read, and not otherwise', async () => {
      const run = await added();
      const after: Run = { ...run, status: 'running', cursor: '1#x' };
      for (const stale of [{ ...run, status: 'paused' as const }, { ...run, epoch: 2 }, { ...run, nextSeq: 2 }]) expect(await stores.runs.replaceRun(stale, after)).toBe(false);
      expect(await stores.runs.run(keyOf(run))).toEqual(run);
      expect(await stores.runs.replaceRun({ ...run, cursor: 'unread', nextAt: 0 }, after)).toBe(true);
      expect(await stores.runs.run(keyOf(run))).toEqual(after);
      const absent = aRun();
      expect(await stores.runs.replaceRun(absent, absent)).toBe(false);
      expect(await stores.runs.run(keyOf(absent))).toBeUndefined();
    });

    it('are moved on by one of ten who do it at once', async () => {
      const run = await added();
      expect(await answersAtOnce(10, (n) => stores.runs.replaceRun(run, { ...run, epoch: 2, cursor: `1#${n}` }))).toEqual({ true: 1, false: 9 });
    });

    it('keep the verdicts that came with their changes, newest first and page by page, and none of a change that was not made', async () => {
      const numbers = { succeeded: 17, failed: 2, rejected: 1, timedOut: 0, open: 30, rule: { share: 0.1, minimum: 20 }, pushFault: 'BadCertificate' };
      const verdict = (n: number, decision: Verdict['decision']): Verdict => ({ decision, words: `Because of ${n}.`, at: MORNING + n, numbers });
      let run = await added({ lastVerdict: verdict(0, 'pause'), status: 'paused' });
      const move = async (after: Run, opens: boolean): Promise<void> => {
        expect(opens ? await stores.runs.openWave(run, after, nextWave(run)) : await stores.runs.replaceRun(run, after)).toBe(true);
        run = after;
      };
      for (const n of [1, 2, 3]) await move({ ...afterWave(run), lastVerdict: verdict(n, 'advance') }, true);
      // At one instant, and in the order in which they were given.
      await move({ ...afterWave(run), lastVerdict: verdict(3, 'advance') }, true);
      await move({ ...run, status: 'finished', lastVerdict: verdict(4, 'finish') }, false);
      expect(await stores.runs.replaceRun({ ...run, epoch: 7 }, { ...run, lastVerdict: verdict(9, 'pause') })).toBe(false);
      const kept = [verdict(4, 'finish'), { ...verdict(3, 'advance'), seq: 4 }, { ...verdict(3, 'advance'), seq: 3 }, { ...verdict(2, 'advance'), seq: 2 }, { ...verdict(1, 'advance'), seq: 1 }, verdict(0, 'pause')];
      expect(await stores.runs.verdicts(keyOf(run), undefined, 6)).toEqual({ items: kept });
      const pages: KeptVerdict[][] = [];
      for (let after: string | undefined, more = true; more; ) {
        const { items, next } = await stores.runs.verdicts(keyOf(run), after, 2);
        pages.push([...items]);
        [after, more] = [next, next !== undefined];
      }
      expect(pages).toEqual([kept.slice(0, 2), kept.slice(2, 4), kept.slice(4)]);
      expect(await stores.runs.verdicts(keyOf(aRun()), undefined, 2)).toEqual({ items: [] });
    });

    it('have totals that are empty until something is counted, for many of them at once', async () => {
      const keys = many(110, () => keyOf(aRun()));
      const [counted = keyOf(aRun())] = keys;
      await stores.runs.setWaveTotals(counted, 1, 0, { totals: { issued: 2 }, reasons: {} }, { totals: { issued: 2 }, reasons: {} });
      const totals = await stores.runs.runTotals(keys);
      expect(totals.size).toBe(110);
      expect(totals.get(runId(counted))).toEqual({ issued: 2 });
      expect([...totals.values()].filter((each) => Object.keys(each).length > 0)).toHaveLength(1);
    });
  });

  describe('a wave', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const added = async (): Promise<Run> => {
      const run = aRun();
      await stores.runs.addRuns([run]);
      return run;
    };

    it('is opened together with its run moving on, however many devices it names', async () => {
      const run = await added();
      const skips = many(500, () => ({ deviceId: aDevice().id, deviceName: uniqueName('a device with a name as long as names may be'), code: 'other-instruction-live', words: 'Another instruction for the app is under way.' }));
      const wave = { ...nextWave(run, 500), skips };
      expect(await stores.runs.wave(keyOf(run), 1)).toBeUndefined();
      expect(await stores.runs.openWave(run, afterWave(run), wave)).toBe(true);
      expect(await stores.runs.wave(keyOf(run), 1)).toEqual(wave);
      expect(await stores.runs.waveById(wave.id)).toEqual(wave);
      expect((await stores.runs.run(keyOf(run)))?.nextSeq).toBe(2);
      expect(await stores.runs.waveById(waveIdOf(run, 2))).toBeUndefined();
      expect(await stores.runs.waveById(aWaveId())).toBeUndefined();
    });

    it('is not opened where the run is another than was read, or the wave is there; then neither is written', async () => {
      const run = await added();
      const wave = nextWave(run);
      for (const stale of [{ ...run, status: 'paused' as const }, { ...run, epoch: 2 }, { ...run, nextSeq: 2 }]) expect(await stores.runs.openWave(stale, afterWave(run), wave)).toBe(false);
      expect(await stores.runs.wave(keyOf(run), 1)).toBeUndefined();
      expect(await stores.runs.run(keyOf(run))).toEqual(run);
      const absent = aRun();
      expect(await stores.runs.openWave(absent, afterWave(absent), nextWave(absent))).toBe(false);
      expect(await stores.runs.wave(keyOf(absent), 1)).toBeUndefined();
      const opened = afterWave(run);
      await stores.runs.openWave(run, opened, wave);
      expect(await stores.runs.openWave(opened, { ...opened, nextSeq: 9 }, wave)).toBe(false);
      expect(await stores.runs.run(keyOf(run))).toEqual(opened);
    });

    it('is opened by one of ten executions that turn at once', async () => {
      const run = await added();
      const waves = many(10, () => nextWave(run));
      expect(await answersAtOnce(10, (n) => stores.runs.openWave(run, { ...afterWave(run), cursor: `1#${n}` }, waves[n] ?? nextWave(run)))).toEqual({ true: 1, false: 9 });
      const [winner, cursor] = [await stores.runs.wave(keyOf(run), 1), (await stores.runs.run(keyOf(run)))?.cursor];
      expect(winner).toEqual(waves[Number(cursor?.slice(2))]);
    });

    it('is open once it is finished, as often as that is said; one that is not there is not made by it', async () => {
      const run = await added();
      const wave = nextWave(run);
      await stores.runs.openWave(run, afterWave(run), wave);
      for (let n = 0; n < 2; n += 1) {
        await stores.runs.finishWave(wave);
        expect(await stores.runs.wave(keyOf(run), 1)).toEqual({ ...wave, state: 'open' });
      }
      await stores.runs.finishWave({ ...wave, id: waveIdOf(run, 7), seq: 7 });
      expect(await stores.runs.wave(keyOf(run), 7)).toBeUndefined();
    });

    it('is listed with the others of its run, oldest first, with its totals; or those of a range', async () => {
      let run = await added();
      for (let n = 0; n < 12; n += 1) {
        const after = afterWave(run);
        await stores.runs.openWave(run, after, nextWave(run));
        run = after;
      }
      await stores.runs.setWaveTotals(keyOf(run), 10, 0, { totals: { installed: 2 }, reasons: {} }, { totals: { installed: 2 }, reasons: {} });
      const waves = await stores.runs.waves(keyOf(run));
      expect(waves.map(({ seq, totals }) => [seq, totals])).toEqual(many(12, (n) => [n + 1, n === 9 ? { installed: 2 } : undefined]));
      expect((await stores.runs.waves(keyOf(run), { from: 9, count: 3 })).map(({ seq, totals }) => [seq, totals])).toEqual([[9, undefined], [10, { installed: 2 }], [11, undefined]]);
      expect(await stores.runs.waves(keyOf(run), { from: 13, count: 3 })).toEqual([]);
      expect(await stores.runs.waves(keyOf(aRun()))).toEqual([]);
      expect([...await stores.runs.countedWaves(keyOf(run))]).toEqual([[10, { installed: 2 }]]);
      expect([...await stores.runs.countedWaves(keyOf(aRun()))]).toEqual([]);
    });

    it('has totals by version: what was counted at an older one is not written, and the run keeps the sum', async () => {
      const [key, other] = [keyOf(aRun()), 2];
      expect(await stores.runs.waveTotals(key, 1)).toEqual({ totals: {}, reasons: {}, version: 0 });
      expect(await stores.runs.setWaveTotals(key, 1, 0, { totals: { issued: 5 }, reasons: {} }, { totals: { issued: 5 }, reasons: {} })).toBe(true);
      expect(await stores.runs.setWaveTotals(key, 1, 0, { totals: { issued: 9 }, reasons: {} }, { totals: { issued: 9 }, reasons: {} })).toBe(false);
      expect(await stores.runs.waveTotals(key, 1)).toEqual({ totals: { issued: 5 }, reasons: {}, version: 1 });
      await stores.runs.setWaveTotals(key, other, 0, { totals: { issued: 3, failed: 1 }, reasons: {} }, { totals: { issued: 3, failed: 1 }, reasons: {} });
      expect(await stores.runs.setWaveTotals(key, 1, 1, { totals: { installed: 4, failed: 1 }, reasons: {} }, { totals: { issued: -5, installed: 4, failed: 1 }, reasons: {} })).toBe(true);
      expect(await stores.runs.setWaveTotals(key, 1, 3, { totals: {}, reasons: {} }, { totals: {}, reasons: {} })).toBe(false);
      expect(await stores.runs.waveTotals(key, 1)).toEqual({ totals: { installed: 4, failed: 1 }, reasons: {}, version: 2 });
      expect((await stores.runs.runTotals([key])).get(runId(key))).toEqual({ issued: 3, installed: 4, failed: 2 });
    });

    it('has totals by reason as well, and none of a reason that nothing has any more', async () => {
      const key = keyOf(aRun());
      const first = { totals: { failed: 2 }, reasons: { 'failed/left-management': 2 } };
      await stores.runs.setWaveTotals(key, 1, 0, first, first);
      expect((await stores.runs.runTallies([key])).get(runId(key))).toEqual(first);
      const second = { totals: { failed: 1, installed: 1 }, reasons: { 'failed/device-error': 1 } };
      await stores.runs.setWaveTotals(key, 1, 1, second, { totals: { failed: -1, installed: 1 }, reasons: { 'failed/left-management': -2, 'failed/device-error': 1 } });
      expect(await stores.runs.waveTotals(key, 1)).toEqual({ ...second, version: 2 });
      expect((await stores.runs.runTallies([key])).get(runId(key))).toEqual(second);
      expect((await stores.runs.runTallies([keyOf(aRun())])).size).toBe(1);
    });

    it('adds the installations of its waves to those of their days, together with its totals or not at all', async () => {
      const { runs } = await open();
      const days = ['2026-11-29', '2026-11-30', '2026-12-01', '2027-01-01'];
      const counted = { totals: { installed: 3 }, reasons: {}, installs: { '2026-11-30': 1, '2026-12-01': 2 } };
      expect(await runs.installsOn(days)).toEqual({});
      const keys = many(12, () => keyOf(aRun()));
      await Promise.all(keys.flatMap((key) => [1, 2].map(() => runs.setWaveTotals(key, 1, 0, counted, counted))));
      expect(await runs.installsOn(days)).toEqual({ '2026-11-30': 12, '2026-12-01': 24 });
      expect(await runs.installsOn(['2026-12-01'])).toEqual({ '2026-12-01': 24 });
      const [key] = keys;
      if (key === undefined) throw new Error('There are 12 runs.');
      expect(await runs.waveTotals(key, 1)).toEqual({ ...counted, version: 1 });
      expect((await runs.runTallies([key])).get(runId(key))).toEqual({ totals: { installed: 3 }, reasons: {} });
      await Promise.all(keys.map((each) => runs.setWaveTotals(each, 1, 1, { totals: {}, reasons: {} }, { totals: { installed: -3 }, reasons: {}, installs: { '2026-11-30': -1, '2026-12-01': -2 } })));
      expect(await runs.installsOn(days)).toEqual({});
    });

    it('counts a state that nothing is in any more as none', async () => {
      const key = keyOf(aRun());
      await stores.runs.setWaveTotals(key, 1, 0, { totals: { issued: 2 }, reasons: {} }, { totals: { issued: 2 }, reasons: {} });
      await stores.runs.setWaveTotals(key, 1, 1, { totals: { installed: 2 }, reasons: {} }, { totals: { issued: -2, installed: 2 }, reasons: {} });
      await stores.runs.setWaveTotals(key, 1, 2, { totals: { installed: 2 }, reasons: {} }, { totals: {}, reasons: {} });
      expect((await stores.runs.runTotals([key])).get(runId(key))).toEqual({ installed: 2 });
      expect(await stores.runs.waveTotals(key, 1)).toEqual({ totals: { installed: 2 }, reasons: {}, version: 3 });
    });

    it('has its totals written, and added, by one of ten recounts at once', async () => {
      const key = keyOf(aRun());
      expect(await answersAtOnce(10, () => stores.runs.setWaveTotals(key, 1, 0, { totals: { issued: 5 }, reasons: {} }, { totals: { issued: 5 }, reasons: {} }))).toEqual({ true: 1, false: 9 });
      expect((await stores.runs.runTotals([key])).get(runId(key))).toEqual({ issued: 5 });
    });
  });
}

function byKey(a: Run, b: Run): number {
  return runId(a) < runId(b) ? -1 : 1;
}
