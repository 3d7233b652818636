/** The devices of one version, page by page: which has it, and where the others are. Served by the index of a branch's devices. */
import type { AppVersion } from '../catalog/app.ts';
import type { DeviceSummary } from '../device/device.ts';
import type { BranchStore, DeviceStore, Page } from '../device/store.ts';
import type { BranchId, DeviceId } from '../ids.ts';
import type { InstructionStore } from '../instruction/store.ts';
import type { InventoryStore } from '../inventory/inventory.ts';
import type { PlanStore, RunStore } from '../rollout/store.ts';
import { branchesAsked, branchesFrom, placeText, readPlace } from './branch-place.ts';
import { outcomeOn, type Outcome, type OutcomeState } from './outcome.ts';
import { standingsOf } from './status-rows.ts';
import { branchesGoing } from './status-scope.ts';
import { addTotals, type Totals } from './totals.ts';

export interface VersionDevicesServices {
  readonly branches: Pick<BranchStore, 'branch' | 'branches'>;
  readonly devices: Pick<DeviceStore, 'devicesOfBranch'>;
  readonly plans: Pick<PlanStore, 'plansOfVersion' | 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'runTotals'>;
  readonly instructions: Pick<InstructionStore, 'standings' | 'instructions'>;
  readonly inventory: Pick<InventoryStore, 'facts'>;
}

export interface OutcomeFilter {
  /** All branches where this is absent. */
  readonly branchId: BranchId | undefined;
  readonly state: OutcomeState | undefined;
  /** The code of a reason. */
  readonly reason: string | undefined;
}

export interface DeviceOutcome extends Outcome {
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly branchId: BranchId;
}

/** Devices that one page looks at: where hardly any fits, the page ends early and says where to go on. */
export const LOOKED_AT = 1_000;
const PORTION = 100;

/** By branch, in the order of its waves. A page may be short, or empty, and still have a next one. */
export async function pageOfOutcomes(services: VersionDevicesServices, version: AppVersion, filter: OutcomeFilter, after: string | undefined, limit: number): Promise<Page<DeviceOutcome>> {
  const place = after === undefined ? undefined : readPlace(after);
  const branchIds = branchesFrom(await branchesAsked(services, filter.branchId), place);
  const going = await branchesToCome(services, version, branchIds);
  const items: DeviceOutcome[] = [];
  let looked = 0;
  for (const branchId of branchIds) {
    let order = branchId === place?.branchId ? place.order : undefined;
    for (;;) {
      const portion = await services.devices.devicesOfBranch(branchId, order, PORTION);
      for (const { device, outcome } of await outcomesOf(services, version, portion, going.has(branchId))) {
        order = device.order;
        if (fits(outcome, filter)) items.push({ deviceId: device.id, deviceName: device.name, branchId, ...outcome });
        if (items.length === limit) return { items, next: placeText({ branchId, order }) };
      }
      looked += portion.length;
      if (portion.length < PORTION) break;
      if (looked >= LOOKED_AT) return { items, next: placeText({ branchId, ...(order === undefined ? {} : { order }) }) };
    }
  }
  return { items };
}

async function outcomesOf(services: VersionDevicesServices, version: AppVersion, devices: readonly DeviceSummary[], going: boolean): Promise<readonly { readonly device: DeviceSummary; readonly outcome: Outcome }[]> {
  if (devices.length === 0) return [];
  const standings = await standingsOf(services, version.bundleId, devices, () => (going ? [version] : []));
  return standings.map(({ device, standing }) => ({ device, outcome: outcomeOn(standing, version) }));
}

function fits(outcome: Outcome, { state, reason }: OutcomeFilter): boolean {
  return (state === undefined || outcome.state === state) && (reason === undefined || outcome.reason === reason);
}

/** Branches all of which a plan under way is still going to instruct. Devices that a plan lists one by one are known once they are instructed. */
async function branchesToCome(services: VersionDevicesServices, version: AppVersion, among: readonly BranchId[]): Promise<ReadonlySet<BranchId>> {
  const plans = (await services.plans.plansOfVersion(version.id)).filter(({ operation, targets, status }) => operation === 'install' && targets === 'branches' && (status === 'live' || status === 'paused'));
  const ids = await Promise.all(plans.map(async (plan) => branchesGoing(services, plan, (await services.plans.branchesOf(plan.id)).filter(({ branchId }) => among.includes(branchId)))));
  return new Set(ids.flat());
}

/** Instructions by state, of all plans that install the version. A device that was instructed again counts once in each plan. */
export async function instructionsOfVersion(services: Pick<VersionDevicesServices, 'plans' | 'runs'>, version: AppVersion, branchId: BranchId | undefined): Promise<Totals> {
  const plans = (await services.plans.plansOfVersion(version.id)).filter(({ operation, status }) => operation === 'install' && status !== 'draft');
  const keys = await Promise.all(plans.map(async ({ id }) => (await services.plans.branchesOf(id)).filter((each) => branchId === undefined || each.branchId === branchId).map((each) => ({ planId: id, branchId: each.branchId, kind: 'install' as const }))));
  return addTotals([...(await services.runs.runTotals(keys.flat())).values()]);
}
