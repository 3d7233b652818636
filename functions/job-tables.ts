/** What each kind of job writes, as lines of CSV. */
import { WavecastError } from '../core/errors.ts';
import type { AppVersion } from '../core/catalog/app.ts';
import type { CatalogueStore } from '../core/catalog/store.ts';
import type { PlanId, VersionId } from '../core/ids.ts';
import { addCounts, type Counts, type JobAsk } from '../core/job/job.ts';
import type { JobPage, JobServices, JobTable } from '../core/job/carry-out.ts';
import { placeText } from '../core/result/branch-place.ts';
import { recountPlan, type RecountServices } from '../core/result/recount.ts';
import { movedMeanwhile, statusPages } from '../core/result/status-file.ts';
import type { StatusScope, StatusServices } from '../core/result/status-rows.ts';
import { branchesOfPlan, checkSameApp, scopeOfApp, scopeOfPlan, type ScopeServices } from '../core/result/status-scope.ts';
import { branchesToCome } from '../core/rollout/foresee-targets.ts';
import { foreseeWaves, type ForeseeWavesServices, type PlacedTarget } from '../core/rollout/foresee-waves.ts';
import type { Plan } from '../core/rollout/plan.ts';
import type { PlanStore, RunStore } from '../core/rollout/store.ts';
import { distributionStatusHeader, distributionStatusLine } from '../protocol/csv/distribution-status.ts';
import { planRecountHeader, planRecountLine } from '../protocol/csv/plan-recount.ts';
import { planTargetLine, planTargetsHeader } from '../protocol/csv/plan-targets.ts';

export interface TableServices extends Omit<StatusServices & ScopeServices & ForeseeWavesServices & RecountServices, 'branches' | 'plans' | 'runs' | 'catalogue' | 'instructions'> {
  readonly branches: ScopeServices['branches'] & ForeseeWavesServices['branches'];
  readonly plans: Pick<PlanStore, 'plan'> & ScopeServices['plans'];
  readonly runs: Pick<RunStore, 'runs'> & ForeseeWavesServices['runs'] & RecountServices['runs'];
  readonly catalogue: Pick<CatalogueStore, 'app' | 'version'>;
  readonly instructions: StatusServices['instructions'] & ForeseeWavesServices['instructions'] & RecountServices['instructions'];
}

/** Throws `not-found`, `invalid-input` or `conflict` where there is nothing to write. */
export function openTable(services: TableServices): JobServices['open'] {
  return (ask, asOf) => {
    switch (ask.kind) {
      case 'distribution-status': return openStatus(services, ask);
      case 'plan-targets': return openTargets(services, ask, asOf);
      case 'plan-recount': return openRecount(services, ask);
    }
  };
}

type Ask<K extends JobAsk['kind']> = Extract<JobAsk, { readonly kind: K }>;

async function openStatus(services: TableServices, ask: Ask<'distribution-status'>): Promise<JobTable> {
  const scope = await scopeOf(services, ask);
  return {
    header: distributionStatusHeader,
    async *pages(place) {
      for await (const page of statusPages(services, scope, place)) yield pageOf(page.rows, distributionStatusLine, page.counts, placeText(page.place));
    },
    end: (counts) => movedMeanwhile(services, scope, counts),
  };
}

async function scopeOf(services: TableServices, { bundleId, versionId, planId, branchId }: Ask<'distribution-status'>): Promise<StatusScope> {
  if (planId !== undefined) {
    const plan = await planOf(services, planId);
    checkSameApp(bundleId, plan);
    return scopeOfPlan(services, plan, plan.operation === 'install' ? await versionOf(services, plan.versionId) : undefined, branchId);
  }
  const version = versionId === undefined ? undefined : await versionOf(services, versionId);
  if (version !== undefined) checkSameApp(bundleId, version);
  else if ((await services.catalogue.app(bundleId)) === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Name one that `wavecast app list` shows.' });
  return scopeOfApp(services, bundleId, version, branchId);
}

async function openTargets(services: TableServices, { planId, branchId }: Ask<'plan-targets'>, asOf: number): Promise<JobTable> {
  const plan = await planOf(services, planId);
  const branches = branchesOfPlan(await services.plans.branchesOf(planId), branchId);
  const going = new Set(await branchesToCome(services, plan, branches.map((branch) => branch.branchId)));
  const ahead = branches.filter((branch) => going.has(branch.branchId));
  return {
    header: planTargetsHeader,
    async *pages(place) {
      for await (const page of foreseeWaves(services, plan, ahead, asOf, place)) yield pageOf(page.targets, planTargetLine, countTargets(page.targets), page.place);
    },
  };
}

/** `skipped`, and for each reason of a skip its code. */
function countTargets(targets: readonly PlacedTarget[]): Counts {
  const names = { instruct: 'instruct', instructed: 'instructed', skip: 'skipped' } as const;
  return targets.reduce<Counts>((counts, { foreseen, reason }) => addCounts(counts, { [names[foreseen]]: 1, ...(foreseen === 'skip' && reason !== undefined ? { [`skipped/${reason.code}`]: 1 } : {}) }), { devices: targets.length });
}

async function openRecount(services: TableServices, { planId, mend }: Ask<'plan-recount'>): Promise<JobTable> {
  const plan = await planOf(services, planId);
  const branchIds = (await services.plans.branchesOf(planId)).map(({ branchId }) => branchId);
  return {
    header: planRecountHeader,
    async *pages(place) {
      for await (const page of recountPlan(services, planId, branchIds, [plan.operation, 'inventory'], mend, place)) yield pageOf(page.differences, planRecountLine, page.counts, page.place);
    },
  };
}

function pageOf<Row>(rows: readonly Row[], line: (row: Row) => string, counts: Counts, place: string): JobPage {
  return { text: rows.map(line).join(''), rows: rows.length, counts, place };
}

async function planOf({ plans }: Pick<TableServices, 'plans'>, id: PlanId): Promise<Plan> {
  const plan = await plans.plan(id);
  if (plan === undefined) throw new WavecastError('not-found', `There is no plan ${id}.`, { remedy: 'Use an id that `wavecast plan list` shows.' });
  return plan;
}

async function versionOf({ catalogue }: Pick<TableServices, 'catalogue'>, id: VersionId): Promise<AppVersion> {
  const version = await catalogue.version(id);
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return version;
}
