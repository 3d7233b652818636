import type { Run } from '../../../core/rollout/plan.ts';
import { verdictToKeep } from '../../../core/rollout/kept-verdict.ts';
import { runId, type RunStore } from '../../../core/rollout/store.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { addReasons, addTotals, type Tally } from '../../../core/result/totals.ts';
import { settled } from './device-store.ts';
import { planBranchKey } from './plan-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryRunStore(tables: MemoryTables): RunStore {
  const unchanged = (before: Run): boolean => {
    const stored = tables.runs.get(runId(before));
    return stored?.status === before.status && stored.epoch === before.epoch && stored.nextSeq === before.nextSeq;
  };
  const keep = (before: Run | undefined, after: Run): void => {
    const verdict = verdictToKeep(before, after);
    if (verdict !== undefined) tables.verdicts.set(runId(after), [...(tables.verdicts.get(runId(after)) ?? []), verdict]);
  };
  const tally = (id: string): Tally => ({ totals: tables.runTotals.get(id) ?? {}, reasons: tables.runReasons.get(id) ?? {} });
  return {
    async run(key) {
      await settled();
      return tables.runs.get(runId(key));
    },
    async runAndPlan(key) {
      await settled();
      return { run: tables.runs.get(runId(key)), plan: tables.plans.get(key.planId), branch: tables.planBranches.get(planBranchKey(key.planId, key.branchId)), fault: tables.pushFault };
    },
    async runs(planId, branchIds, kinds) {
      await settled();
      return branchIds.flatMap((branchId) => kinds.flatMap((kind) => tables.runs.get(runId({ planId, branchId, kind })) ?? []));
    },
    async addRuns(runs) {
      await settled();
      for (const run of runs) {
        tables.beforeWrite('runs.add');
        if (tables.runs.has(runId(run))) continue;
        tables.runs.set(runId(run), run);
        keep(undefined, run);
      }
      return runs.map((run) => tables.runs.get(runId(run)) ?? run);
    },
    async openWave(before, after, wave) {
      await settled();
      tables.beforeWrite('runs.openWave');
      if (!unchanged(before) || tables.waves.has(wave.id)) return false;
      tables.waves.set(wave.id, wave);
      tables.runs.set(runId(before), after);
      keep(before, after);
      return true;
    },
    async replaceRun(before, after) {
      await settled();
      tables.beforeWrite('runs.replace');
      if (!unchanged(before)) return false;
      tables.runs.set(runId(before), after);
      keep(before, after);
      return true;
    },
    async verdicts(key, after, limit) {
      await settled();
      const all = (tables.verdicts.get(runId(key)) ?? []).map((verdict, index) => ({ verdict, place: String(index) })).reverse();
      const rest = after === undefined ? all : all.slice(all.findIndex(({ place }) => place === after) + 1);
      const last = rest[limit - 1];
      return { items: rest.slice(0, limit).map(({ verdict }) => verdict), ...(rest.length > limit && last !== undefined ? { next: last.place } : {}) };
    },
    async wave(key, seq) {
      await settled();
      return tables.waves.get(waveIdOf(key, seq));
    },
    async waveById(id) {
      await settled();
      return tables.waves.get(id);
    },
    async waves(key, range) {
      await settled();
      return [...tables.waves.values()]
        .filter((wave) => runId(wave.runKey) === runId(key) && (range === undefined || (wave.seq >= range.from && wave.seq < range.from + range.count)))
        .sort((a, b) => a.seq - b.seq)
        .map((wave) => ({ ...wave, ...(tables.waveTotals.has(wave.id) ? { totals: tables.waveTotals.get(wave.id)?.totals ?? {} } : {}) }));
    },
    async countedWaves(key) {
      await settled();
      const seqs = [...tables.waves.values()].filter(({ runKey }) => runId(runKey) === runId(key)).map(({ seq }) => seq);
      return new Map(seqs.flatMap((seq) => {
        const counted = tables.waveTotals.get(waveIdOf(key, seq));
        return counted === undefined ? [] : [[seq, counted.totals] as const];
      }));
    },
    async finishWave(wave) {
      await settled();
      tables.beforeWrite('runs.finishWave');
      const stored = tables.waves.get(wave.id);
      if (stored !== undefined) tables.waves.set(wave.id, { ...stored, state: 'open' });
    },
    async setWaveTotals(key, seq, version, counted, difference) {
      await settled();
      tables.beforeWrite('runs.setWaveTotals');
      const id = waveIdOf(key, seq);
      if ((tables.waveTotals.get(id)?.version ?? 0) !== version) return false;
      tables.waveTotals.set(id, { ...counted, version: version + 1 });
      const sum = addTotals([tables.runTotals.get(runId(key)) ?? {}, difference.totals]);
      tables.runReasons.set(runId(key), addReasons([tables.runReasons.get(runId(key)) ?? {}, difference.reasons]));
      for (const [day, count] of Object.entries(difference.installs ?? {})) tables.installs.set(day, (tables.installs.get(day) ?? 0) + count);
      tables.runTotals.set(runId(key), Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0)));
      return true;
    },
    async waveTotals(key, seq) {
      await settled();
      return tables.waveTotals.get(waveIdOf(key, seq)) ?? { totals: {}, reasons: {}, version: 0 };
    },
    async runTallies(keys) {
      await settled();
      return new Map(keys.map((key) => [runId(key), tally(runId(key))]));
    },
    async installsOn(days) {
      await settled();
      return Object.fromEntries([...tables.installs].filter(([day, count]) => days.includes(day) && count !== 0));
    },
    async runTotals(keys) {
      await settled();
      return new Map(keys.map((key) => [runId(key), tables.runTotals.get(runId(key)) ?? {}]));
    },
  };
}
