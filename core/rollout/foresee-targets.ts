/** Whom a plan would instruct and whom not, before its waves open: by the very decision that opens them, on what is known now. */
import type { Instant } from '../ambient.ts';
import type { AppVersion } from '../catalog/app.ts';
import type { CatalogueStore } from '../catalog/store.ts';
import type { DeviceSummary } from '../device/device.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId } from '../ids.ts';
import type { Reason } from '../instruction/instruction.ts';
import { branchesFrom, type BranchPlace } from '../result/branch-place.ts';
import { candidatesOf, decidePage, type DecideServices } from './decide-page.ts';
import type { Plan } from './plan.ts';
import type { Selection } from './select.ts';
import type { RunStore } from './store.ts';

/** What becomes of a device when its wave opens; `instructed`: this plan has instructed it already. */
export type Foreseen = 'instruct' | 'instructed' | 'skip';

export interface ForeseenTarget {
  readonly name: string;
  readonly branchId: BranchId;
  readonly foreseen: Foreseen;
  /** Of a skip. */
  readonly reason?: Reason;
}

/** Devices in a row of one branch. */
export interface ForeseenPage {
  readonly branchId: BranchId;
  /** With where each stands in its branch. */
  readonly targets: readonly (ForeseenTarget & Pick<DeviceSummary, 'order'>)[];
  readonly place: BranchPlace;
}

export interface BranchForecast {
  readonly branchId: BranchId;
  readonly devices: number;
  readonly instruct: number;
  readonly instructed: number;
  /** The most frequent reason first. */
  readonly skipped: readonly SkipCount[];
}

export interface SkipCount extends Pick<Reason, 'code' | 'words'> {
  readonly devices: number;
}

export type ForeseenPlan = Pick<Plan, 'id' | 'operation' | 'bundleId' | 'versionId' | 'targets' | 'tags' | 'seed' | 'status'>;

export interface ForeseeServices extends DecideServices {
  readonly catalogue: Pick<CatalogueStore, 'version'>;
}

/** Devices whose facts are read together. */
const PAGE = 500;

/**
 * Devices by branch, in the order of its waves, a page at a time, from behind `from` on. Reads for each 100 devices: a query, and the last
 * instruction and the inventory of each; of a plan under way also the instructions of devices that others have instructed since.
 */
export async function* foreseeTargets(services: ForeseeServices, plan: ForeseenPlan, branchIds: readonly BranchId[], now: Instant, from?: BranchPlace): AsyncGenerator<ForeseenPage, undefined> {
  const version = plan.operation === 'install' ? await wantedVersion(services, plan) : undefined;
  for (const branchId of branchesFrom(branchIds, from)) {
    let after = branchId === from?.branchId ? from.order : undefined;
    for (let read = PAGE; read === PAGE;) {
      const page = await candidatesOf(services, plan, branchId, after, PAGE);
      const selections = await decidePage(services, plan, version, page, plan.status !== 'draft', now);
      const targets = page.flatMap(({ name, order }, index) => (selections[index]?.kind === 'other' ? [] : [{ name, branchId, order, ...foreseen(selections[index]) }]));
      after = page.at(-1)?.order;
      read = page.length;
      if (after !== undefined) yield { branchId, targets, place: { branchId, order: after } };
    }
  }
  return undefined;
}

async function wantedVersion({ catalogue }: ForeseeServices, plan: ForeseenPlan): Promise<AppVersion> {
  const version = await catalogue.version(plan.versionId);
  if (version === undefined) throw new WavecastError('not-found', 'The plan\'s version is no longer registered.', { remedy: 'Register it again, or cancel the plan.' });
  return version;
}

function foreseen(selection: Selection | undefined): Pick<ForeseenTarget, 'foreseen' | 'reason'> {
  if (selection?.kind === 'target') return { foreseen: 'instruct' };
  if (selection?.kind !== 'skip') return { foreseen: 'instructed' };
  return { foreseen: 'skip', reason: { code: selection.skip.code, words: selection.skip.words } };
}

/** Counts by branch and reason, in the branches' order: those without devices are in it, too. */
export class Forecast {
  readonly #counts: ReadonlyMap<BranchId, { instruct: number; instructed: number; skipped: Map<string, SkipCount> }>;

  constructor(branchIds: readonly BranchId[]) {
    this.#counts = new Map(branchIds.map((branchId) => [branchId, { instruct: 0, instructed: 0, skipped: new Map() }]));
  }

  add(targets: readonly ForeseenTarget[]): void {
    for (const { branchId, foreseen, reason } of targets) {
      const counts = this.#counts.get(branchId);
      if (counts === undefined) continue;
      if (foreseen !== 'skip') counts[foreseen] += 1;
      else if (reason !== undefined) counts.skipped.set(reason.code, { code: reason.code, words: reason.words, devices: (counts.skipped.get(reason.code)?.devices ?? 0) + 1 });
    }
  }

  branches(): readonly BranchForecast[] {
    return [...this.#counts].map(([branchId, { instruct, instructed, skipped }]) => {
      const reasons = [...skipped.values()].sort((a, b) => b.devices - a.devices || (a.code < b.code ? -1 : 1));
      return { branchId, devices: instruct + instructed + reasons.reduce((sum, { devices }) => sum + devices, 0), instruct, instructed, skipped: reasons };
    });
  }
}

/**
 * The branches in which waves are still to come. Throws `conflict` where none will: whom a plan has left out for good is
 * recorded with its instructions. Costs a read for each 100 branches.
 */
export async function branchesToCome({ runs }: { readonly runs: Pick<RunStore, 'runs'> }, plan: ForeseenPlan, branchIds: readonly BranchId[]): Promise<readonly BranchId[]> {
  if (plan.status === 'draft') return branchIds;
  const over = new Set((await runs.runs(plan.id, branchIds, [plan.operation])).filter(({ status }) => status === 'finished' || status === 'cancelled').map(({ branchId }) => branchId));
  const going = plan.status === 'cancelled' ? [] : branchIds.filter((id) => !over.has(id));
  if (going.length === 0) {
    throw new WavecastError('conflict', 'No wave of the plan is to come any more.', { remedy: 'See what became of each device with `wavecast plan instructions`.' });
  }
  return going;
}
