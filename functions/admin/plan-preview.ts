import type { AppVersion } from '../../core/catalog/app.ts';
import type { Branch } from '../../core/device/branch.ts';
import { WavecastError } from '../../core/errors.ts';
import type { BranchId } from '../../core/ids.ts';
import type { DraftedPlan } from '../../core/rollout/new-plan.ts';
import { countTestDevices } from '../../core/rollout/count-devices.ts';
import { paceOf } from '../../core/rollout/pace.ts';
import { previewPlan as foresee, type BranchNow } from '../../core/rollout/preview.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { MOST_PREVIEWED } from '../../protocol/admin/plan-targets.ts';
import type { AdminContext, Handler } from './admin-call.ts';
import { forecastOf } from './plan-targets.ts';
import { draft, planOf } from './plans.ts';

/** A plan with what is known of its branches and of its version. */
interface Looked extends DraftedPlan {
  readonly known: readonly Branch[];
  readonly version: AppVersion | undefined;
}

export const previewNewPlan: Handler<'previewNewPlan'> = async (call) => {
  const { budget, ...body } = call.body;
  return preview(call, await draft({ ...call, body }), budget);
};

export const previewPlan: Handler<'previewPlan'> = async (call) => {
  const { services, body } = call;
  const plan = await planOf(call);
  const [branches, known, version] = await Promise.all([services.plans.branchesOf(plan.id), services.branches.branches(), services.catalogue.version(plan.versionId)]);
  return preview(call, { plan, branches, known, version }, body.budget);
};

/** What fits an answer; a plan with more waves is larger than any fleet that its branches can hold. */
const MAX_WAVES = 40_000;

async function preview({ services, now }: Pick<AdminContext, 'services' | 'now'>, { plan, branches, known, version }: Looked, budget: number): Promise<AnswerOf<'previewPlan'>> {
  const branchIds = branches.map(({ branchId }) => branchId);
  const counts = await services.branches.deviceCounts(branchIds);
  const testDevices = plan.canary?.of.kind === 'test-devices' ? await countTestDevices(services, branchIds) : undefined;
  const sites = new Map(known.map((branch) => [branch.id, branch]));
  const present = new Map(branches.map(({ branchId, targets }): [BranchId, BranchNow] => {
    const { linkMbps = 0, acceptance } = sites.get(branchId) ?? {};
    return [branchId, { devices: targets ?? counts.get(branchId)?.enrolled ?? 0, linkMbps, ...(acceptance === undefined ? {} : { acceptance }), ...(testDevices === undefined ? {} : { testDevices: testDevices.get(branchId) ?? 0 }) }];
  }));
  const waves = branches.reduce((sum, branch) => sum + Math.ceil((present.get(branch.branchId)?.devices ?? 0) / paceOf(plan, branch).waveSize), 0);
  if (waves > MAX_WAVES) throw new WavecastError('too-large', `The plan has ${waves} waves: more than a preview can show.`, { remedy: 'Choose larger waves, or preview fewer branches.' });
  const previewed = foresee(plan, branches, present, { size: plan.operation === 'install' ? version?.size ?? 0 : 0, budget }, now);
  // Devices that are not enrolled are looked at, too.
  const looked = branches.reduce((sum, { branchId, targets }) => sum + (targets ?? counts.get(branchId)?.devices ?? 0), 0);
  if (plan.status !== 'draft' || looked > MOST_PREVIEWED) return previewed;
  return { ...previewed, targets: await forecastOf(services, plan, branchIds, now) };
}
