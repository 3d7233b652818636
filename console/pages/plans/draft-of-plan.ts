/** A plan that is made, as a draft to go on from. Pure. */
import type { Pace } from '../../../core/rollout/pace.ts';
import type { AbortRule } from '../../../core/rollout/plan.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { emptyDraft, NO_LIMIT, type Draft } from './draft.ts';
import { usualInventory, usualWindow, type DraftWindow } from './local-window.ts';

type PlanDetail = AnswerOf<'getPlan'>;
/** What of a plan is taken over. */
export type CopiedPlan = Pick<PlanDetail, 'name' | 'operation' | 'versionId' | 'bundleId' | 'waveSize' | 'intervalMinutes' | 'deadlineHours' | 'reissueTimes' | 'abortRule' | 'canary' | 'tags' | 'targets' | 'seed'>
  & { readonly branches: readonly Pick<PlanDetail['branches'][number], 'branchId' | 'timeZone' | 'windows' | 'inventoryWindow' | 'pace' | 'openLimit'>[] };

/**
 * `devices`: names of those that it lists; `usual`: ids of branches with an open limit of their own, which the plan may have lifted. Name and seed are those of a plan that is edited, and not
 * of a copy: two plans of one name cannot be told apart.
 */
export function draftOf(plan: CopiedPlan, devices: readonly string[], how: 'edit' | 'copy', usual: ReadonlySet<string> = new Set()): Draft {
  const { branches, canary, openLimit } = { ...plan, ...sharedLimit(plan) };
  const windows = new Map<string, readonly DraftWindow[]>();
  for (const branch of branches) if (!windows.has(branch.timeZone)) windows.set(branch.timeZone, branch.windows);
  const inventory = branches[0]?.inventoryWindow ?? usualInventory;
  return {
    ...emptyDraft,
    operation: plan.operation, versionId: plan.operation === 'install' ? plan.versionId : '', bundleId: plan.bundleId, branchIds: branches.map(({ branchId }) => branchId),
    ...(how === 'edit' ? { name: plan.name, seed: seedOf(plan.seed) } : {}),
    windows: Object.fromEntries(windows),
    own: Object.fromEntries(branches.flatMap(({ branchId, timeZone, windows: own }) => (same(own, windows.get(timeZone) ?? [usualWindow]) ? [] : [[branchId, own]]))),
    inventory, ownInventory: Object.fromEntries(branches.flatMap(({ branchId, inventoryWindow }) => (same(inventoryWindow, inventory) ? [] : [[branchId, inventoryWindow]]))),
    paces: Object.fromEntries(branches.flatMap(({ branchId, pace }) => (pace === undefined ? [] : [[branchId, paceTyped(pace)]]))),
    openLimit, limits: openLimit !== '' ? {} : Object.fromEntries(branches.flatMap(({ branchId, openLimit: own }): readonly [string, string][] => (own !== undefined || (usual.has(branchId) && plan.operation === 'install') ? [[branchId, String(own ?? NO_LIMIT)]] : []))),
    whom: plan.targets === 'list' ? 'devices' : plan.tags === undefined ? 'all' : 'tags', tags: (plan.tags ?? []).join(', '), devices: devices.join('\n'),
    waveSize: String(plan.waveSize), intervalMinutes: String(plan.intervalMinutes), deadlineHours: String(plan.deadlineHours), reissueTimes: String(plan.reissueTimes ?? 0),
    abortShare: '', ...rule(plan.abortRule, 'abortShare', 'abortMinimum'),
    ...(canary === undefined ? {} : { canary: canary.of.kind, canarySize: canary.of.kind === 'count' ? String(canary.of.devices) : canary.of.kind === 'share' ? perCent(canary.of.share) : '', soakHours: String(canary.soakHours), ...rule(canary.abortRule, 'canaryAbortShare', 'canaryAbortMinimum') }),
  };
}

export function paceTyped({ waveSize, intervalMinutes }: Pace): Draft['paces'][string] {
  return { waveSize: String(waveSize), intervalMinutes: String(intervalMinutes) };
}

/** A limit that all branches have is the plan's. */
function sharedLimit({ branches }: Pick<CopiedPlan, 'branches'>): { readonly openLimit: string } {
  const [first] = branches;
  return { openLimit: first?.openLimit !== undefined && branches.every(({ openLimit }) => openLimit === first.openLimit) ? String(first.openLimit) : '' };
}

function rule(of: AbortRule | undefined, share: 'abortShare' | 'canaryAbortShare', minimum: 'abortMinimum' | 'canaryAbortMinimum'): Partial<Draft> {
  return of === undefined ? {} : { [share]: perCent(of.share), [minimum]: String(of.minimum) };
}

/** One that chance gave stays by itself where nothing is asked for. */
function seedOf(seed = ''): string {
  return /^[0-9a-f]{1,32}$/.test(seed) ? seed : '';
}

/** 0.07 times 100 is 7.000000000000001. */
function perCent(share: number): string {
  return String(Number((share * 100).toFixed(6)));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
