import { WavecastError } from '../../core/errors.ts';
import type { BranchId } from '../../core/ids.ts';
import { countTagged, countTestDevices } from '../../core/rollout/count-devices.ts';
import { paceOf } from '../../core/rollout/pace.ts';
import { previewPlan as foresee, type BranchNow } from '../../core/rollout/preview.ts';
import { rivalsOf } from '../../core/rollout/start-plan.ts';
import type { PlanStore } from '../../core/rollout/store.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { MOST_PREVIEWED } from '../../protocol/admin/plan-targets.ts';
import type { AdminContext, Handler } from './admin-call.ts';
import { forecastOf } from './plan-targets.ts';
import { draft, type Drafted } from './draft-plan.ts';
import { planOf } from './plans.ts';

export const previewNewPlan: Handler<'previewNewPlan'> = async (call) => {
  const { budget, at, asStarted: _, ...body } = call.body;
  const drafted = await draft({ ...call, body });
  // What it lists is not stored: it is read from the draft.
  const services = drafted.plan.targets === 'list' ? { ...call.services, plans: { ...call.services.plans, targetsOf: listOf(drafted, call.services.plans) } } : call.services;
  return preview({ ...call, services }, drafted, { budget, at });
};

export const previewPlan: Handler<'previewPlan'> = async (call) => {
  const { services, body } = call;
  const plan = await planOf(call);
  const [branches, known, version] = await Promise.all([services.plans.branchesOf(plan.id), services.branches.branches(), services.catalogue.version(plan.versionId)]);
  // Of tags it is counted anew: devices may have got them, or lost them, since the plan was made.
  const counts = plan.tags === undefined ? undefined : await countTagged(services, plan.tags, branches.map(({ branchId }) => branchId));
  const counted = counts === undefined ? branches : branches.map((branch) => ({ ...branch, targets: counts.get(branch.branchId) ?? 0 }));
  return preview(call, { plan, branches: counted, known, version }, body);
};

function listOf({ plan, targets }: Drafted, plans: PlanStore): PlanStore['targetsOf'] {
  const inOrder = targets.toSorted((a, b) => (a.order < b.order ? -1 : 1));
  return (of, branchId, after, limit) => of.id !== plan.id ? plans.targetsOf(of, branchId, after, limit) : Promise.resolve(inOrder.filter((device) => device.branchId === branchId && (after === undefined || device.order > after)).slice(0, limit));
}

/** What fits an answer; a plan with more waves is larger than any fleet that its branches can hold. */
const MAX_WAVES = 40_000;

async function preview({ services, now }: Pick<AdminContext, 'services' | 'now'>, { plan, branches, known, version }: Omit<Drafted, 'targets'>, { budget, at, asStarted = false }: { readonly budget: number; readonly at?: number | undefined; readonly asStarted?: boolean }): Promise<AnswerOf<'previewPlan'>> {
  const branchIds = branches.map(({ branchId }) => branchId);
  const counts = await services.branches.deviceCounts(branchIds);
  const testDevices = plan.canary?.of.kind === 'test-devices' ? await countTestDevices(services, branchIds, plan) : undefined;
  const sites = new Map(known.map((branch) => [branch.id, branch]));
  const present = new Map(branches.map(({ branchId, targets }): [BranchId, BranchNow] => {
    const { linkMbps = 0, acceptance } = sites.get(branchId) ?? {};
    return [branchId, { devices: targets ?? counts.get(branchId)?.enrolled ?? 0, linkMbps, ...(acceptance === undefined ? {} : { acceptance }), ...(testDevices === undefined ? {} : { testDevices: testDevices.get(branchId) ?? 0 }) }];
  }));
  const waves = branches.reduce((sum, branch) => sum + Math.ceil((present.get(branch.branchId)?.devices ?? 0) / paceOf(plan, branch).waveSize), 0);
  if (waves > MAX_WAVES) throw new WavecastError('too-large', `The plan has ${waves} waves: more than a preview can show.`, { remedy: 'Choose larger waves, or preview fewer branches.' });
  // A plan that was started for later goes no sooner; one that is made may be looked at as if it were.
  const begun = asStarted && plan.startedAt !== undefined ? Math.max(plan.startsAt ?? 0, plan.startedAt) : undefined;
  const startsAt = begun ?? Math.max(plan.startsAt ?? at ?? 0, now);
  const later = startsAt > now ? { startsAt } : {};
  const previewed = { ...foresee(plan, branches, present, { size: plan.operation === 'install' ? version?.size ?? 0 : 0, budget }, startsAt), ...later };
  // Devices that are not enrolled are looked at, too.
  const looked = branches.reduce((sum, { branchId, targets }) => sum + ((plan.tags === undefined ? targets : undefined) ?? counts.get(branchId)?.devices ?? 0), 0);
  if (plan.status !== 'draft') return previewed;
  const [rivals, targets] = await Promise.all([rivalsOf(services, plan, branchIds), looked > MOST_PREVIEWED ? undefined : forecastOf(services, plan, branchIds, now)]);
  const meets = rivals.map((rival) => ({ planId: rival.plan.id, name: rival.plan.name, branches: rival.branchIds }));
  return { ...previewed, ...(meets.length === 0 ? {} : { meets }), ...(targets === undefined ? {} : { targets }) };
}
