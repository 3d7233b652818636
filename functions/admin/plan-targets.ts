import { HOUR, SECOND } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, type BranchId } from '../../core/ids.ts';
import { branchesToCome, foreseeTargets, Forecast, type BranchForecast, type ForeseenPlan, type ForeseenTarget } from '../../core/rollout/foresee-targets.ts';
import type { Plan } from '../../core/rollout/plan.ts';
import { planTargetLine, planTargetsHeader } from '../../protocol/csv/plan-targets.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { planOf } from './plans.ts';

const LINK_LIFE = HOUR / 4;

export const foreseePlanTargets: Handler<'foreseeTargets'> = async (call) => {
  const { services, now, body: { branchId, file } } = call;
  const plan = await planOf(call);
  const branchIds = await branchesToCome(services, plan, await branchesAsked(services, plan, branchId));
  if (!file) return { branches: await forecastOf(services, plan, branchIds, now) };
  const forecast = new Forecast(branchIds);
  const key = `exports/${services.ids.fresh()}.csv`;
  const fileName = `plan-targets-${plan.bundleId}-${new Date(now).toISOString().slice(0, 10)}.csv`;
  await services.exports.write(key, 'text/csv; charset=utf-8', lines(foreseeTargets(services, plan, branchIds, now), forecast));
  const branches = forecast.branches();
  const rows = branches.reduce((sum, { devices }) => sum + devices, 0);
  return { branches, file: { link: await services.exports.link(key, fileName, LINK_LIFE / SECOND), fileName, rows, expiresAt: now + LINK_LIFE } };
};

/** Looks at every device. */
export async function forecastOf(services: AdminServices, plan: ForeseenPlan, branchIds: readonly BranchId[], now: number): Promise<readonly BranchForecast[]> {
  const forecast = new Forecast(branchIds);
  for await (const targets of foreseeTargets(services, plan, branchIds, now)) forecast.add(targets);
  return forecast.branches();
}

async function branchesAsked({ plans }: Pick<AdminServices, 'plans'>, plan: Plan, asked: string | undefined): Promise<readonly BranchId[]> {
  const branchIds = (await plans.branchesOf(plan.id)).map(({ branchId }) => branchId);
  if (asked === undefined) return branchIds;
  const branchId = parseBranchId(asked);
  if (!branchIds.includes(branchId)) throw new WavecastError('not-found', `The plan is not for the branch "${branchId}".`, { remedy: 'Name one that `wavecast plan show` lists.' });
  return [branchId];
}

async function* lines(pages: AsyncIterable<readonly ForeseenTarget[]>, forecast: Forecast): AsyncGenerator<string, undefined> {
  yield planTargetsHeader;
  for await (const targets of pages) {
    forecast.add(targets);
    yield targets.map(planTargetLine).join('');
  }
  return undefined;
}
