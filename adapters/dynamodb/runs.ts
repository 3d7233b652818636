/** Runs with their waves and totals: one partition per run, so that branches never wait for each other. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Run, RunKey, Wave } from '../../core/rollout/plan.ts';
import { verdictToKeep } from '../../core/rollout/kept-verdict.ts';
import { runId, type RunStore } from '../../core/rollout/store.ts';
import { placeOfWave } from '../../core/rollout/wave-id.ts';
import { addReasons, type InstallsByDay, type Tally } from '../../core/result/totals.ts';
import { atOnce, batchGet, type Item } from './batch.ts';
import { planBranchKey, planKey, readPlan, readPlanBranch } from './codec/plan.ts';
import { PUSH_FAULT, readPushFault } from './codec/push-fault.ts';
import { installsEnd, installsKey, installsKeysOf, numbered, readInstalls, readKeptVerdict, readReasons, readRun, readTally, readTotals, readWave, runItem, runKeyOf, runPartition, runTotalsKey, shardOf, TALLY, tallyKey, VERDICT, verdictItem, WAVE, waveItem, waveKey } from './codec/run.ts';
import type { Table } from './document-client.ts';
import { getItem, query, queryPartition } from './query.ts';
import { conditionally, names, transact, type Action } from './transaction.ts';

export function createRunStore(plans: Table): RunStore {
  const { client, table } = plans;
  const wave = async (key: RunKey, seq: number): Promise<Wave | undefined> => {
    const item = await getItem(plans, waveKey(key, seq));
    return item === undefined ? undefined : readWave(item);
  };

  const runOf = async (key: RunKey): Promise<Run | undefined> => {
    const item = await getItem(plans, runKeyOf(key));
    return item === undefined ? undefined : readRun(item);
  };

  const tallies = async (keys: readonly RunKey[]): Promise<ReadonlyMap<string, Tally>> => {
    const items = await batchGet(plans, keys.map(runTotalsKey));
    const found = new Map(items.map((item) => [item['pk'], { totals: readTotals(item), reasons: readReasons(item) }]));
    return new Map(keys.map((key) => [runId(key), found.get(runPartition(key)) ?? { totals: {}, reasons: {} }]));
  };

  return {
    /** 1 read. */
    run: runOf,

    /** 1 call. Each item is consistent; a snapshot of them would cost twice as much and clash with writers. */
    async runAndPlan(key) {
      const keys = { run: runKeyOf(key), plan: planKey(key.planId), branch: planBranchKey(key.planId, key.branchId), fault: PUSH_FAULT };
      const items = await batchGet(plans, Object.values(keys));
      const at = ({ pk, sk }: { readonly pk: string; readonly sk: string }): unknown => items.find((item) => item['pk'] === pk && item['sk'] === sk);
      const [run, plan, branch, fault] = [at(keys.run), at(keys.plan), at(keys.branch), at(keys.fault)];
      return {
        run: run === undefined ? undefined : readRun(run),
        plan: plan === undefined ? undefined : readPlan(plan),
        branch: branch === undefined ? undefined : readPlanBranch(branch),
        fault: fault === undefined ? undefined : readPushFault(fault),
      };
    },

    /** 1 call per 100 runs. */
    async runs(planId, branchIds, kinds) {
      const keys = branchIds.flatMap((branchId) => kinds.map((kind) => runKeyOf({ planId, branchId, kind })));
      return (await batchGet(plans, keys)).map(readRun);
    },

    /** 1 write each; 1 read for each that was there. */
    async addRuns(runs) {
      return atOnce(runs, async (run) => {
        const put = { TableName: table, Item: runItem(run), ConditionExpression: 'attribute_not_exists(pk)' };
        const verdict = verdictToKeep(undefined, run);
        // Hardly any has a verdict before its first turn.
        if (verdict !== undefined) await transact(client, [{ Put: put }, { Put: { TableName: table, Item: verdictItem(run, verdict) } }]);
        const done = await conditionally(() => client.send(new PutCommand(put)));
        return done === undefined ? ((await runOf(run)) ?? run) : run;
      });
    },

    /** 1 transaction of 3 items; some 150 write units for 500 targets. */
    async openWave(before, after, opened) {
      const failed = await transact(client, [
        { Put: { TableName: table, Item: waveItem(opened), ConditionExpression: 'attribute_not_exists(pk)' } },
        ...replacement(table, before, after),
      ]);
      return failed.size === 0;
    },

    /** 1 transaction of 1 or 2 items. */
    async replaceRun(before, after) {
      return (await transact(client, replacement(table, before, after))).size === 0;
    },

    /** 1 query, eventually consistent: some 20 verdicts a read unit. */
    async verdicts(key, after, limit) {
      const items = await query(plans, {
        ScanIndexForward: false, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        // What is after the page before in this order is less than it; `~` is behind every key.
        ExpressionAttributeValues: { ':pk': runPartition(key), ':first': VERDICT, ':last': after === undefined ? `${VERDICT}~` : `${VERDICT}${after}` },
      }, limit + (after === undefined ? 1 : 2));
      const found = items.filter(({ sk }) => sk !== `${VERDICT}${after ?? ''}`);
      const last = found[limit - 1];
      return { items: found.slice(0, limit).map(readKeptVerdict), ...(found.length > limit && last !== undefined ? { next: String(last['sk']).slice(VERDICT.length) } : {}) };
    },

    /** 1 read. */
    wave,

    /** 1 read. */
    async waveById(id) {
      const place = placeOfWave(id);
      return place === undefined ? undefined : wave(place.key, place.seq);
    },

    /** 2 queries; some 10 read units per wave of 50 devices. */
    async waves(key, range) {
      const [waves, tallies] = await Promise.all([WAVE, TALLY].map((prefix) => queryPartition(plans, runPartition(key), prefix, range === undefined ? undefined : { first: numbered(range.from), last: numbered(range.from + range.count - 1) })));
      const totals = new Map((tallies ?? []).map((item) => [seqOf(item), readTally(item).totals]));
      return (waves ?? []).map(readWave).map((found) => {
        const counted = totals.get(found.seq);
        return counted === undefined ? found : { ...found, totals: counted };
      });
    },

    /** 1 query; some 20 waves a read unit. */
    async countedWaves(key) {
      const items = await queryPartition(plans, runPartition(key), TALLY);
      return new Map(items.map((item) => [seqOf(item), readTally(item).totals]));
    },

    /** 1 write, as large as the wave. */
    async finishWave({ runKey, seq }) {
      await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: waveKey(runKey, seq), UpdateExpression: 'SET #state = :open', ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: names('state'), ExpressionAttributeValues: { ':open': 'open' },
      })));
    },

    /** 1 transaction of 2 items; one more for each month in which an installation was proven, or no longer is. */
    async setWaveTotals(key, seq, version, counted, difference) {
      const failed = await transact(client, [tallyPut(table, key, seq, version, counted), ...addition(table, key, difference), ...installsAdded(table, key, difference.installs ?? {})]);
      return failed.size === 0;
    },

    /** 1 read. */
    async waveTotals(key, seq) {
      const item = await getItem(plans, tallyKey(key, seq));
      return item === undefined ? { totals: {}, reasons: {}, version: 0 } : readTally(item);
    },

    /** 1 call per 100 runs. */
    async runTotals(keys) {
      return new Map([...(await tallies(keys))].map(([id, { totals }]) => [id, totals]));
    },

    /** 1 call per 100 runs. */
    runTallies: tallies,

    /** 1 call: 8 items for each month that the days are in. */
    async installsOn(days) {
      const wanted = new Set(days);
      const months = new Set(days.map(monthOf));
      const counted = addReasons((await batchGet(plans, [...months].flatMap(installsKeysOf))).map(readInstalls));
      return Object.fromEntries(Object.entries(counted).filter(([day]) => wanted.has(day)));
    },
  };
}

/** The number of the wave that was counted. */
function seqOf(tally: Item): number {
  return Number(String(tally['sk']).slice(TALLY.length));
}

/** The run, only over the one that was read (the same status, epoch and next number), and the verdict that comes with the change. */
function replacement(table: string, before: Run, after: Run): readonly Action[] {
  const verdict = verdictToKeep(before, after);
  const run: Action = {
    Put: {
      TableName: table, Item: runItem(after), ConditionExpression: '#status = :status AND #epoch = :epoch AND #nextSeq = :nextSeq',
      ExpressionAttributeNames: names('status', 'epoch', 'nextSeq'), ExpressionAttributeValues: { ':status': before.status, ':epoch': before.epoch, ':nextSeq': before.nextSeq },
    },
  };
  return verdict === undefined ? [run] : [run, { Put: { TableName: table, Item: verdictItem(after, verdict) } }];
}

function tallyPut(table: string, key: RunKey, seq: number, version: number, tally: Tally): Action {
  const condition = version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: '#version = :version', ExpressionAttributeNames: names('version'), ExpressionAttributeValues: { ':version': version } };
  return { Put: { TableName: table, Item: { ...tallyKey(key, seq), ...tally, version: version + 1 }, ...condition } };
}

/** The difference, by state and by reason, added to the run's counters: fields of one item, named as they are counted. */
function addition(table: string, key: RunKey, { totals, reasons }: Tally): readonly Action[] {
  const parts = Object.entries({ ...totals, ...reasons }).filter(([, count]) => count !== 0);
  if (parts.length === 0) return [];
  return [{ Update: { TableName: table, Key: runTotalsKey(key), ...adding(parts) } }];
}

/** The difference by day, added to the counters of all plans. They go with the wave's tally or not at all: whatever is told twice is counted once. */
function installsAdded(table: string, key: RunKey, difference: InstallsByDay): readonly Action[] {
  const parts = Object.entries(difference).filter(([, count]) => count !== 0);
  return [...new Set(parts.map(([day]) => monthOf(day)))].map((month) => {
    const { UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } = adding(parts.filter(([day]) => monthOf(day) === month));
    return {
      Update: {
        TableName: table, Key: installsKey(shardOf(key), month), UpdateExpression: `${UpdateExpression} SET #ttl = :ttl`,
        ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names('ttl') }, ExpressionAttributeValues: { ...ExpressionAttributeValues, ':ttl': installsEnd(month) },
      },
    };
  });
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

function adding(parts: readonly (readonly [name: string, count: number])[]) {
  return {
    UpdateExpression: `ADD ${parts.map((_, index) => `#n${index} :n${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(parts.map(([name], index) => [`#n${index}`, name])), ExpressionAttributeValues: Object.fromEntries(parts.map(([, count], index) => [`:n${index}`, count])),
  };
}
