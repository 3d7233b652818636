/** Which devices an export of the distribution status covers, and which of them a plan is going to instruct. */
import { WavecastError } from '../errors.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { BranchStore, DeviceStore } from '../device/store.ts';
import type { BranchId, BundleId, DeviceId } from '../ids.ts';
import type { Plan, PlanBranch } from '../rollout/plan.ts';
import type { PlanStore, RunStore } from '../rollout/store.ts';
import { branchesAsked } from './branch-place.ts';
import type { StatusScope, WantedVersion } from './status-rows.ts';

export interface ScopeServices {
  readonly branches: Pick<BranchStore, 'branch' | 'branches'>;
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly plans: Pick<PlanStore, 'plans' | 'branchesOf' | 'targetsOf'>;
  readonly runs: Pick<RunStore, 'runs'>;
}

/** Plans that are looked at for devices still to be instructed, newest first. */
const RECENT_PLANS = 50;
const PAGE = 500;

/** The devices of a plan: with its version, or of a removal with whatever versions are left on them. `only`: of one of its branches. */
export async function scopeOfPlan(services: ScopeServices, plan: Plan, version: AppVersion | undefined, only?: BranchId): Promise<StatusScope> {
  const branches = branchesOfPlan(await services.plans.branchesOf(plan.id), only);
  const going = new Set(await branchesGoing(services, plan, branches));
  return {
    bundleId: plan.bundleId, version, branchIds: branches.map(({ branchId }) => branchId),
    ...(plan.targets === 'list' ? { devicesOf: (branchId: BranchId, after: string | undefined, limit: number) => services.plans.targetsOf(plan, branchId, after, limit) } : {}),
    // By the branch that the plan has it in, not the one that a listed device may have moved to.
    scheduledFor: (_, branchId) => (version !== undefined && going.has(branchId) ? [version] : []),
  };
}

/** Of a plan, one or all. Throws `not-found` for one that the plan is not for. */
export function branchesOfPlan(branches: readonly PlanBranch[], only: BranchId | undefined): readonly PlanBranch[] {
  if (only === undefined) return branches;
  const one = branches.filter(({ branchId }) => branchId === only);
  if (one.length === 0) throw new WavecastError('not-found', `The plan is not for the branch "${only}".`, { remedy: 'Name one that `wavecast plan show` lists.' });
  return one;
}

/** All devices, or those of one branch, for one version or for every version of the app. */
export async function scopeOfApp(services: ScopeServices, bundleId: BundleId, version: AppVersion | undefined, only?: BranchId): Promise<StatusScope> {
  const branchIds = await branchesAsked(services, only);
  const scheduled = new Map<BranchId | DeviceId, readonly WantedVersion[]>();
  const add = (key: BranchId | DeviceId, wanted: WantedVersion): void => {
    scheduled.set(key, distinct([...(scheduled.get(key) ?? []), wanted]));
  };
  const { items } = await services.plans.plans(undefined, RECENT_PLANS);
  for (const plan of items.filter((plan) => plan.operation === 'install' && plan.bundleId === bundleId && (version === undefined || plan.versionId === version.id))) {
    for (const branchId of await branchesGoing(services, plan, await services.plans.branchesOf(plan.id))) {
      const wanted = { id: plan.versionId, shortVersion: plan.shortVersion, version: plan.version };
      if (plan.targets === 'branches') add(branchId, wanted);
      else for await (const deviceId of targetsOf(services, plan, branchId)) add(deviceId, wanted);
    }
  }
  return { bundleId, version, branchIds, scheduledFor: ({ id }, branchId) => distinct([...(scheduled.get(branchId) ?? []), ...(scheduled.get(id) ?? [])]) };
}

function distinct(versions: readonly WantedVersion[]): readonly WantedVersion[] {
  return [...new Map(versions.map((version) => [version.id, version])).values()];
}

/** Throws unless the version belongs to the app that is exported. */
export function checkSameApp(bundleId: BundleId, version: Pick<AppVersion, 'bundleId'>): void {
  if (version.bundleId !== bundleId) throw new WavecastError('invalid-input', 'The version is of another app.', { remedy: 'Name a version of the app, or leave the version out.' });
}

/** Branches of a plan under way in which waves are still to come. */
export async function branchesGoing(services: Pick<ScopeServices, 'runs'>, plan: Plan, branches: readonly PlanBranch[]): Promise<readonly BranchId[]> {
  if (plan.status !== 'live' && plan.status !== 'paused') return [];
  const ids = branches.map(({ branchId }) => branchId);
  const over = new Set((await services.runs.runs(plan.id, ids, [plan.operation])).filter(({ status }) => status === 'finished' || status === 'cancelled').map(({ branchId }) => branchId));
  return ids.filter((id) => !over.has(id));
}

async function* targetsOf(services: ScopeServices, plan: Plan, branchId: BranchId): AsyncGenerator<DeviceId, undefined> {
  let after: string | undefined;
  for (;;) {
    const page = await services.plans.targetsOf(plan, branchId, after, PAGE);
    yield* page.map(({ id }) => id);
    if (page.length < PAGE) return undefined;
    after = page.at(-1)?.order;
  }
}
