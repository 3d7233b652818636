import { parseBranchId, parseDeviceId, parseEnrolmentId, parsePlanId, parseWaveId } from '../../../core/ids.ts';
import { instructionKinds, instructionStates } from '../../../core/instruction/instruction.ts';
import type { OpenWindow, Run, RunKey, Verdict, Wave } from '../../../core/rollout/plan.ts';
import { runId } from '../../../core/rollout/store.ts';
import type { Totals } from '../../../core/result/totals.ts';
import type { Item, Key } from '../batch.ts';
import { list, number, oneOf, optional, record, text, yes, type Read } from '../read.ts';

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

const keyFields = { planId: parsePlanId, branchId: parseBranchId, kind: oneOf(instructionKinds) };
const readWindow: Read<OpenWindow> = record({ opensAt: number, closesAt: number });
const readVerdict: Read<Verdict> = record({ decision: oneOf(['advance', 'wait', 'pause', 'finish', 'exit']), words: text, at: number, places: optional(record({ limit: number, open: number, waiting: number })) });

export const readRun: Read<Run> = record({
  ...keyFields, status: oneOf(['waiting', 'running', 'paused', 'finished', 'cancelled']), pass: oneOf(['first', 'reconciling']), epoch: number, nextSeq: number,
  cursor: optional(text), nextAt: number, window: readWindow, finishedAt: optional(number), baseline: optional(readTotals), rebase: optional(yes), lastVerdict: optional(readVerdict),
});

export const readWave: Read<Wave> = record({
  id: parseWaveId, runKey: record(keyFields), seq: number, state: oneOf(['opening', 'open']), pass: oneOf(['first', 'reconciling']), openedAt: number,
  targets: list(record({ deviceId: parseDeviceId, deviceName: text, enrolmentId: parseEnrolmentId })),
  skips: list(record({ deviceId: parseDeviceId, deviceName: text, code: text, words: text })),
});

export const readTally: Read<{ readonly totals: Totals; readonly version: number }> = record({ totals: readTotals, version: number });
