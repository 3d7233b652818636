/** Wave ids say where their wave is, so that finding it needs no index. */
import { parseBranchId, parsePlanId, parseWaveId, type PlanId, type WaveId } from '../ids.ts';
import type { Identifiers } from '../ambient.ts';
import { isInstructionKind } from '../instruction/instruction.ts';
import type { RunKey } from './plan.ts';

const DIRECT = 'direct';
const SINGLE = 'single';

export function waveIdOf(key: RunKey, seq: number): WaveId {
  return parseWaveId(`${key.planId}.${key.branchId}.${key.kind}.${seq}`);
}

/** A wave outside any plan: a test install, or inventory asked for at once. The same for the same `name`; by chance without one. */
export function directWaveId(ids: Pick<Identifiers, 'fresh' | 'named'>, name?: string): WaveId {
  return parseWaveId(`${DIRECT}.${name === undefined ? ids.fresh() : ids.named(name)}`);
}

/** A wave of devices that a person instructed by themselves: what becomes of them proves no version. */
export function singleWaveId(ids: Pick<Identifiers, 'fresh'>): WaveId {
  return parseWaveId(`${SINGLE}.${ids.fresh()}`);
}

/** Whether instructions to install in this wave are test installs. */
export function isTestWave(id: WaveId): boolean {
  return id.startsWith(`${DIRECT}.`);
}

/** Where a plan's wave is; undefined for one outside any plan. */
export function placeOfWave(id: WaveId): { readonly key: RunKey; readonly seq: number } | undefined {
  const [planId, branchId, kind, seq] = id.split('.');
  if (planId === DIRECT || planId === SINGLE || !isInstructionKind(kind)) return undefined;
  return { key: { planId: parsePlanId(planId), branchId: parseBranchId(branchId), kind }, seq: Number(seq) };
}

export function isWaveOf(id: WaveId, planId: PlanId): boolean {
  return id.startsWith(`${planId}.`);
}
