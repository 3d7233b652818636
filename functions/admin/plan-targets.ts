import { parseBranchId, type BranchId } from '../../core/ids.ts';
import { branchesFrom, placeText, readPlace } from '../../core/result/branch-place.ts';
import { branchesOfPlan } from '../../core/result/status-scope.ts';
import { branchesToCome, foreseeTargets, Forecast, type BranchForecast, type ForeseenPlan } from '../../core/rollout/foresee-targets.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { planOf } from './plans.ts';

export const foreseePlanTargets: Handler<'foreseeTargets'> = async (call) => {
  const { services, now, body: { branchId } } = call;
  const plan = await planOf(call);
  const asked = branchesOfPlan(await services.plans.branchesOf(plan.id), branchId === undefined ? undefined : parseBranchId(branchId));
  return { branches: await forecastOf(services, plan, await branchesToCome(services, plan, asked.map((branch) => branch.branchId)), now) };
};

/** The list as it was given, so far as its devices are still there; where it goes on is a branch and a place in it. */
export const listTargets: Handler<'listTargets'> = async (call) => {
  const { services, query: { after, limit } } = call;
  const plan = await planOf(call);
  if (plan.targets !== 'list') return { items: [] };
  const place = after === undefined ? undefined : readPlace(after);
  const branchIds = (await services.plans.branchesOf(plan.id)).map(({ branchId }) => branchId);
  const items: AnswerOf<'listTargets'>['items'][number][] = [];
  for (const branchId of branchesFrom(branchIds, place)) {
    const wanted = limit - items.length;
    const page = await services.plans.targetsOf(plan, branchId, branchId === place?.branchId ? place.order : undefined, wanted);
    items.push(...page.map(({ id, name }) => ({ deviceId: id, name, branchId })));
    const last = page.at(-1);
    if (page.length === wanted && last !== undefined) return { items, next: placeText({ branchId, order: last.order }) };
  }
  return { items };
};

/** Looks at every device. */
export async function forecastOf(services: AdminServices, plan: ForeseenPlan, branchIds: readonly BranchId[], now: number): Promise<readonly BranchForecast[]> {
  const forecast = new Forecast(branchIds);
  for await (const { targets } of foreseeTargets(services, plan, branchIds, now)) forecast.add(targets);
  return forecast.branches();
}
