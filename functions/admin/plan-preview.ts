import { WavecastError } from '../../core/errors.ts';
import type { DraftedPlan } from '../../core/rollout/new-plan.ts';
import { previewPlan as foresee } from '../../core/rollout/preview.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { MOST_PREVIEWED } from '../../protocol/admin/plan-targets.ts';
import type { AdminContext, Handler } from './admin-call.ts';
import { forecastOf } from './plan-targets.ts';
import { draft, planOf } from './plans.ts';

export const previewNewPlan: Handler<'previewNewPlan'> = async (call) => preview(call, await draft(call));

export const previewPlan: Handler<'previewPlan'> = async (call) => {
  const plan = await planOf(call);
  return preview(call, { plan, branches: await call.services.plans.branchesOf(plan.id) });
};

/** What fits an answer; a plan with more waves is larger than any fleet that its branches can hold. */
const MAX_WAVES = 40_000;

async function preview({ services, now }: Pick<AdminContext, 'services' | 'now'>, { plan, branches }: DraftedPlan): Promise<AnswerOf<'previewPlan'>> {
  const branchIds = branches.map(({ branchId }) => branchId);
  const counts = await services.branches.deviceCounts(branchIds);
  const devices = new Map(branches.map(({ branchId, targets }) => [branchId, targets ?? counts.get(branchId)?.enrolled ?? 0]));
  const waves = [...devices.values()].reduce((sum, count) => sum + Math.ceil(count / plan.waveSize), 0);
  if (waves > MAX_WAVES) throw new WavecastError('too-large', `The plan has ${waves} waves: more than a preview can show.`, { remedy: 'Choose larger waves, or preview fewer branches.' });
  const previewed = foresee(plan, branches, devices, now);
  // Devices that are not enrolled are looked at, too.
  const looked = branches.reduce((sum, { branchId, targets }) => sum + (targets ?? counts.get(branchId)?.devices ?? 0), 0);
  if (plan.status !== 'draft' || looked > MOST_PREVIEWED) return previewed;
  return { ...previewed, targets: await forecastOf(services, plan, branchIds, now) };
}
