import { parseBranchId } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { pageOfInstructions, pageOfWaves, planProgress } from '../../core/result/plan-progress.ts';
import { pageOfVerdicts } from '../../core/result/verdicts.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { Handler } from './admin-call.ts';
import { planOf, versionWarning } from './plans.ts';

export const getPlan: Handler<'getPlan'> = async (call) => {
  const plan = await planOf(call);
  const [progress, version] = await Promise.all([planProgress(call.services, plan), plan.operation === 'install' ? call.services.catalogue.version(plan.versionId) : undefined]);
  return { ...plan, ...progress, ...versionWarning(version, call.now), asOf: call.now };
};

export const listWaves: Handler<'listWaves'> = async (call) => {
  const { after, limit, branchId, kind } = call.query;
  const plan = await planOf(call);
  const { items, next } = await pageOfWaves(call.services, plan.id, { branchId: branchId === undefined ? undefined : parseBranchId(branchId), kind: kind ?? plan.operation }, after, limit);
  return {
    items: items.map(({ id, runKey, seq, state, openedAt, targets, skips, totals }) => ({ id, branchId: runKey.branchId, kind: runKey.kind, seq, state, openedAt, devices: targets.length, skipped: skips.length, totals })),
    next,
  };
};

export const listVerdicts: Handler<'listVerdicts'> = async (call) => {
  const { after, limit, branchId, kind } = call.query;
  const plan = await planOf(call);
  return pageOfVerdicts(call.services, plan.id, { branchId: branchId === undefined ? undefined : parseBranchId(branchId), kind: kind ?? plan.operation }, after, limit);
};

export const listInstructions: Handler<'listInstructions'> = async (call) => {
  const { after, limit, branchId, state } = call.query;
  const plan = await planOf(call);
  const { items, next } = await pageOfInstructions(call.services, plan, { branchId: branchId === undefined ? undefined : parseBranchId(branchId), state }, after, limit);
  return { items: items.map(instructionAnswer), next };
};

/** Which logs tell of a download is nobody's business but theirs. */
export function instructionAnswer({ download, ...instruction }: Instruction): AnswerOf<'listInstructions'>['items'][number] {
  if (download === undefined) return instruction;
  const { startedAt, endedAt, bytes } = download;
  return { ...instruction, download: { startedAt, endedAt, bytes } };
}
