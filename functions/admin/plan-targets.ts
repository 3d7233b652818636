import { parseBranchId, type BranchId } from '../../core/ids.ts';
import { branchesOfPlan } from '../../core/result/status-scope.ts';
import { branchesToCome, foreseeTargets, Forecast, type BranchForecast, type ForeseenPlan } from '../../core/rollout/foresee-targets.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { planOf } from './plans.ts';

export const foreseePlanTargets: Handler<'foreseeTargets'> = async (call) => {
  const { services, now, body: { branchId } } = call;
  const plan = await planOf(call);
  const asked = branchesOfPlan(await services.plans.branchesOf(plan.id), branchId === undefined ? undefined : parseBranchId(branchId));
  return { branches: await forecastOf(services, plan, await branchesToCome(services, plan, asked.map((branch) => branch.branchId)), now) };
};

/** Looks at every device. */
export async function forecastOf(services: AdminServices, plan: ForeseenPlan, branchIds: readonly BranchId[], now: number): Promise<readonly BranchForecast[]> {
  const forecast = new Forecast(branchIds);
  for await (const { targets } of foreseeTargets(services, plan, branchIds, now)) forecast.add(targets);
  return forecast.branches();
}
