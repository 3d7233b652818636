/** The request that a draft is edited by: what it says today, under what the flags say. */
import type { BodyInputOf } from '../protocol/admin/asked.ts';
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { ApiClient } from './api-client.ts';
import { everyItem } from './every-item.ts';
import { wrongUsage } from './failure.ts';
import { bodyOver, readPlanFile, type PlanOptions } from './plan-body.ts';
import type { World } from './world.ts';

type Plan = AnswerOf<'getPlan'>;
type PlanBody = BodyInputOf<'createPlan'>;

/** `false`: the flag takes away what there is. */
export interface EditOptions extends Omit<PlanOptions, 'canary'> {
  readonly canary?: PlanOptions['canary'] | false;
  readonly abortRule?: boolean;
  readonly allDevices?: true;
}

/** The body of PUT /v1/plans/ID, over the revision that is read here. Throws `wrong-usage` naming the flag that is missing or wrong. */
export async function editBody(api: ApiClient, id: string, edit: EditOptions, world: Pick<World, 'readStdin'>): Promise<BodyInputOf<'editPlan'>> {
  const { canary, abortRule, allDevices, ...rest } = edit;
  if (abortRule === false && (rest.abortShare !== undefined || rest.abortMinimum !== undefined)) throw wrongUsage('--no-abort-rule takes away what --abort-share gives.', 'Leave out one of them.');
  if (allDevices === true && (rest.tag ?? rest.device ?? rest.devices) !== undefined) throw wrongUsage('--all-devices takes away what --tag, --device and --devices give.', 'Leave out one of them.');
  const plan = await api.call('getPlan', { id });
  // A file says all of it, as for a new plan.
  const base = rest.file === undefined ? saidBy(plan, plan.targets === 'list' ? await everyItem((query) => api.call('listTargets', { id, query })) : []) : await readPlanFile(rest.file);
  const options: PlanOptions = { ...rest, ...(canary === undefined || canary === false ? {} : { canary }), ...(rest.remove === true && rest.packageName === undefined ? { packageName: plan.bundleId } : {}) };
  const without = new Set([...overruled(options), ...(canary === false ? ['canary'] : []), ...(abortRule === false ? ['abortRule'] : []), ...(allDevices === true ? ['tags', 'devices'] : [])]);
  const kept = Object.fromEntries(Object.entries(base).filter(([field]) => !without.has(field)));
  return { ...await bodyOver(api, withOwn(kept, options), branchesOver(plan, options), world), revision: plan.revision };
}

/** What a plan says, as the request that it would be made by. */
export function saidBy({ name, operation, versionId, bundleId, waveSize, intervalMinutes, deadlineHours, abortRule, canary, reissueTimes, tags, targets, seed, branches }: Plan, listed: readonly { readonly name: string }[]): PlanBody {
  return {
    name, ...(operation === 'install' ? { versionId } : { operation, bundleId }), waveSize, intervalMinutes, deadlineHours,
    ...(abortRule === undefined ? {} : { abortRule }), ...(canary === undefined ? {} : { canary }), ...(reissueTimes === undefined ? {} : { reissueTimes }),
    ...(tags === undefined ? {} : { tags }), ...(targets === 'list' ? { devices: listed.map((device) => device.name) } : {}),
    // One that chance gave stays by itself.
    ...(seed !== undefined && /^[0-9a-f]{1,32}$/.test(seed) ? { seed } : {}),
    branches: branches.map(({ branchId, windows, inventoryWindow, pace, openLimit }) => ({ branchId, windows: [...windows], inventoryWindow, ...(pace === undefined ? {} : { pace }), ...(operation === 'install' ? { openLimit: openLimit ?? null } : {}) })),
  };
}

/** Fields that a flag says something else instead of. */
function overruled({ version, remove, tag, device, devices }: PlanOptions): readonly string[] {
  return [...(version === undefined ? [] : ['operation', 'bundleId']), ...(remove === true ? ['versionId'] : []), ...(tag === undefined ? [] : ['devices']), ...(device === undefined && devices === undefined ? [] : ['tags'])];
}

/** A limit for all branches, or none of a removal, takes the place of each branch's own. */
function withOwn(base: Readonly<Record<string, unknown>>, { openLimit, remove }: PlanOptions): Readonly<Record<string, unknown>> {
  const { branches } = base;
  if ((openLimit === undefined && remove !== true) || !Array.isArray(branches)) return base;
  return { ...base, branches: branches.map((branch: unknown) => (typeof branch === 'object' && branch !== null ? Object.fromEntries(Object.entries(branch).filter(([field]) => field !== 'openLimit')) : branch)) };
}

/** Branches that are named instead of the draft's keep what else they had there: pace, limit, inventory. */
function branchesOver(plan: Plan, options: PlanOptions): PlanOptions {
  if (options.branch === undefined || options.file !== undefined) return options;
  const { branches } = saidBy(plan, []);
  const own = new Map(branches.map((branch) => [branch.branchId, branch]));
  return { ...options, branch: options.branch.map((branch) => {
    const { openLimit, ...had } = own.get(branch.branchId) ?? {};
    return { ...had, ...(openLimit === undefined || options.openLimit !== undefined || options.remove === true ? {} : { openLimit }), ...branch };
  }) };
}
