import { parseBranchId, parseDeviceId, parseEnrolmentId, parsePlanId, parseWaveId } from '../../../core/ids.ts';
import { instructionKinds, instructionStates } from '../../../core/instruction/instruction.ts';
import type { Stage } from '../../../core/rollout/canary.ts';
import type { KeptVerdict, OpenWindow, Run, RunKey, Verdict, VerdictNumbers, Wave } from '../../../core/rollout/plan.ts';
import { runId } from '../../../core/rollout/store.ts';
import type { InstallsByDay, ReasonTotals, Tally, Totals } from '../../../core/result/totals.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, otherwise, record, text, yes, type Read } from '../read.ts';

export function runPartition(key: RunKey): string {
  return `run#${runId(key)}`;
}

export function runKeyOf(key: RunKey): Key {
  return { pk: runPartition(key), sk: 'run' };
}

export function runTotalsKey(key: RunKey): Key {
  return { pk: runPartition(key), sk: 'totals' };
}

export const WAVE = 'wave#';
export const TALLY = 'tally#';

export function waveKey(key: RunKey, seq: number): Key {
  return { pk: runPartition(key), sk: `${WAVE}${numbered(seq)}` };
}

/** A wave's totals, beside the wave: it holds up to 500 devices, and its totals are written for every change of one. */
export function tallyKey(key: RunKey, seq: number): Key {
  return { pk: runPartition(key), sk: `${TALLY}${numbered(seq)}` };
}

/** In order as texts, too. */
export function numbered(seq: number): string {
  return String(seq).padStart(6, '0');
}

/** Parts of the counters of installations: waves of all branches settle at once, and one item would take all their writes. */
const SHARDS = 8;

/** Installations by UTC day, a month of them in one item; `shard` from 0. */
export function installsKey(shard: number, month: string): Key {
  return { pk: `installs#${shard}`, sk: month };
}

export function installsKeysOf(month: string): readonly Key[] {
  return Array.from({ length: SHARDS }, (_, shard) => installsKey(shard, month));
}

/** The same for all waves of a run. */
export function shardOf(key: RunKey): number {
  return Array.from(runId(key)).reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521, 0) % SHARDS;
}

/** Epoch seconds at which a month's counters may go. */
export function installsEnd(month: string): number {
  return Math.ceil((Date.parse(`${month}-01T00:00:00Z`) + 31 * 86_400_000 + KEPT) / 1_000);
}

export const VERDICT = 'verdict#';
/** Long after the plan, and not for ever: DynamoDB removes it then. Milliseconds. */
const KEPT = 366 * 86_400_000;

/** In the order in which they were given: turns of one run follow each other, at one instant by epoch and number. */
export function verdictItem(run: Run, verdict: KeptVerdict): Item {
  return { pk: runPartition(run), sk: `${VERDICT}${new Date(verdict.at).toISOString()}#${numbered(run.epoch)}#${numbered(run.nextSeq)}#${verdict.decision}`, ...verdict, ttl: Math.ceil((verdict.at + KEPT) / 1_000) };
}

export function runItem(run: Run): Item {
  return { ...runKeyOf(run), ...run };
}

export function waveItem(wave: Wave): Item {
  return { ...waveKey(wave.runKey, wave.seq), ...wave };
}

/** States with none are absent, also where a counter came down to nothing. */
export const readTotals: Read<Totals> = (value) => {
  const totals: Record<string, number> = {};
  for (const state of instructionStates) {
    const count: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, state) : undefined;
    if (count !== undefined && number(count) !== 0) totals[state] = number(count);
  }
  return totals;
};

/** Fields named `state/code`. Those that came down to nothing are absent. */
export const readReasons: Read<ReasonTotals> = (value) => {
  const entries: readonly (readonly [string, unknown])[] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([key]) => key.includes('/')).map(([key, count]) => [key, number(count)] as const).filter(([, count]) => count !== 0));
};

const keyFields = { planId: parsePlanId, branchId: parseBranchId, kind: oneOf(instructionKinds) };
const readWindow: Read<OpenWindow> = record({ opensAt: number, closesAt: number });
const readNumbers: Read<VerdictNumbers> = record({
  succeeded: number, failed: number, rejected: number, timedOut: number, open: number, rule: optional(record({ share: number, minimum: number })), pushFault: optional(text),
});
const verdictFields = { decision: oneOf(['advance', 'wait', 'pause', 'finish', 'exit']), words: text, at: number, numbers: optional(readNumbers), places: optional(record({ limit: number, open: number, waiting: number })) };
const readVerdict: Read<Verdict> = record(verdictFields);
export const readKeptVerdict: Read<KeptVerdict> = record({ ...verdictFields, seq: optional(number) });

const readStage: Read<Stage> = record({ name: oneOf(['canary', 'soak', 'rest']), instructed: number, size: optional(number), until: optional(number), stopped: optional(flag) });

export const readRun: Read<Run> = record({
  ...keyFields, status: oneOf(['waiting', 'running', 'paused', 'finished', 'cancelled']), pass: oneOf(['first', 'reconciling']), stage: optional(readStage), epoch: number, nextSeq: number,
  cursor: optional(text), nextAt: number, window: readWindow, finishedAt: optional(number), baseline: optional(readTotals), rebase: optional(yes), lastVerdict: optional(readVerdict),
});

export const readWave: Read<Wave> = record({
  id: parseWaveId, runKey: record(keyFields), seq: number, state: oneOf(['opening', 'open']), pass: oneOf(['first', 'reconciling']), openedAt: number,
  targets: list(record({ deviceId: parseDeviceId, deviceName: text, enrolmentId: parseEnrolmentId })),
  skips: list(record({ deviceId: parseDeviceId, deviceName: text, code: text, words: text })),
});

/** Fields named by days. Those that came down to nothing are absent. */
export const readInstalls: Read<InstallsByDay> = (value) => {
  const entries: readonly (readonly [string, unknown])[] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([key]) => /^\d{4}-\d\d-\d\d$/.test(key)).map(([day, count]) => [day, number(count)] as const).filter(([, count]) => count !== 0));
};

/** Tallies of an earlier release have no reasons and no days. */
export const readTally: Read<Tally & { readonly version: number }> = record({ totals: readTotals, reasons: otherwise(readReasons, {}), installs: optional(readInstalls), version: number });
