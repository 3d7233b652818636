/** Wave ids say where their wave is, so that finding it needs no index. */
import { parseBranchId, parsePlanId, parseWaveId, type PlanId, type WaveId } from '../ids.ts';
import type { Identifiers } from '../ambient.ts';
import { isInstructionKind } from '../instruction/instruction.ts';
import type { RunKey } from './plan.ts';

export function waveIdOf(key: RunKey, seq: number): WaveId {
  return parseWaveId(`${key.planId}.${key.branchId}.${key.kind}.${seq}`);
}

/** A wave of one device outside any plan: a test install, or inventory asked for at once. */
export function directWaveId(ids: Identifiers): WaveId {
  return parseWaveId(`direct.${ids.fresh()}`);
}

/** Where a plan's wave is; undefined for a direct one. */
export function placeOfWave(id: WaveId): { readonly key: RunKey; readonly seq: number } | undefined {
  const [planId, branchId, kind, seq] = id.split('.');
  if (planId === 'direct' || !isInstructionKind(kind)) return undefined;
  return { key: { planId: parsePlanId(planId), branchId: parseBranchId(branchId), kind }, seq: Number(seq) };
}

export function isWaveOf(id: WaveId, planId: PlanId): boolean {
  return id.startsWith(`${planId}.`);
}
