/** A draft is edited: what it says from then on, under the same id, and what has changed by that. */
import { WavecastError } from '../errors.ts';
import type { DeviceId } from '../ids.ts';
import type { DraftedPlan } from './new-plan.ts';
import type { Plan, PlanBranch, PlanStatus } from './plan.ts';
import type { EditedPlan, PlanStore } from './store.ts';

/** A draft with the devices that it lists. */
export interface ListedDraft extends DraftedPlan {
  readonly targets: readonly ListedDevice[];
}

export interface ListedDevice {
  readonly id: DeviceId;
  readonly name: string;
}

/** Facts that are others, as they were and as they are: for the audit log. */
export interface DraftChange {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

const UNDER_WAY = 'Change its pace with `wavecast plan pace` or its windows with `wavecast plan extend`; for anything else cancel it, and make another plan.';
const remedies: Readonly<Record<Exclude<PlanStatus, 'draft'>, string>> = {
  live: UNDER_WAY,
  paused: UNDER_WAY,
  cancelled: 'Make another plan.',
};
/** What a record of the audit log holds; beyond it they are counted. */
const [MOST_BRANCHES, MOST_NAMES] = [500, 100];
const PAGE = 500;

/** Throws `conflict` for a plan that is no draft any more. */
export function checkIsDraft({ status }: Pick<Plan, 'status'>): void {
  if (status !== 'draft') throw new WavecastError('conflict', `The plan is ${status}: only a draft can be edited.`, { remedy: remedies[status] });
}

/** Throws `conflict` where the draft is not the one that was read any more. */
export function checkUnchanged({ revision }: Pick<Plan, 'revision'>, read: number): void {
  if (revision !== read) throw new WavecastError('conflict', `The draft has changed since it was read: it is at revision ${revision}, not ${read}.`, { remedy: 'Read it again, and repeat the change.' });
}

/** Where its waves begin: as it is asked; else where chance had them begin before. A seed that somebody chose, and nobody asks for any more, gives way to chance. */
export function seedOfEdit({ seed }: Pick<Plan, 'seed'>, asked: string | undefined): string | undefined {
  return asked ?? (seed !== undefined && /^[0-9a-f]{1,32}$/.test(seed) ? undefined : seed);
}

/**
 * `drafted`: what the request comes to under the draft's id. Who made it and when stays; so does what it is another attempt of, as long as
 * it does the same with the same app. `edition` is one that there never was.
 */
export function editDraft(before: Plan, drafted: Plan, edition: string): EditedPlan {
  const { createdBy, createdAt, attempt, formerPlanId } = before;
  const isAttempt = formerPlanId !== undefined && before.operation === drafted.operation && before.bundleId === drafted.bundleId;
  return { ...drafted, createdBy, createdAt, revision: before.revision + 1, edition, ...(isAttempt ? { attempt, formerPlanId } : {}) };
}

/** The devices that a plan lists, as they are now. */
export async function devicesListed({ plans }: { readonly plans: Pick<PlanStore, 'targetsOf'> }, { plan, branches }: DraftedPlan): Promise<readonly ListedDevice[]> {
  const found: ListedDevice[] = [];
  for (const { branchId } of plan.targets === 'list' ? branches : []) {
    for (let after: string | undefined; ;) {
      const page = await plans.targetsOf(plan, branchId, after, PAGE);
      found.push(...page.map(({ id, name }) => ({ id, name })));
      after = page.at(-1)?.order;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

/** Undefined where it says the same. How many devices carry a tag is no part of what it says. */
export function changeOfDraft(before: ListedDraft, after: ListedDraft): DraftChange | undefined {
  const [was, is] = [factsOf(before), factsOf(after)];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => textOf(was[key]) !== textOf(is[key]));
  const some = (facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => Object.fromEntries(keys.flatMap((key) => (facts[key] === undefined ? [] : [[key, facts[key]]])));
  const change = { before: { ...some(was), ...branchesThatDiffer(before, after), ...devicesMissing(before, after, 'leftOut') }, after: { ...some(is), ...branchesThatDiffer(after, before), ...devicesMissing(after, before, 'added') } };
  return Object.keys(change.before).length + Object.keys(change.after).length === 0 ? undefined : change;
}

function factsOf({ plan, targets }: ListedDraft): Readonly<Record<string, unknown>> {
  const { revision: _, edition: __, ...facts } = plan;
  return { ...facts, ...(plan.targets === 'list' ? { devices: targets.length } : {}) };
}

/** Those of `one` that the other does not have, or not so. */
function branchesThatDiffer({ branches }: DraftedPlan, other: DraftedPlan): { readonly branches?: readonly unknown[]; readonly moreBranches?: number } {
  const known = new Set(other.branches.map((branch) => textOf(factsOfBranch(branch))));
  const differing = branches.map(factsOfBranch).filter((facts) => !known.has(textOf(facts)));
  return { ...(differing.length === 0 ? {} : { branches: differing.slice(0, MOST_BRANCHES) }), ...(differing.length > MOST_BRANCHES ? { moreBranches: differing.length - MOST_BRANCHES } : {}) };
}

function factsOfBranch({ branchId, timeZone, windows, inventoryWindow, pace, openLimit }: PlanBranch): Readonly<Record<string, unknown>> {
  return { branchId, timeZone, windows, inventoryWindow, ...(pace === undefined ? {} : { pace }), ...(openLimit === undefined ? {} : { openLimit }) };
}

/** Names of devices that `one` lists and the other does not; where both list any. */
function devicesMissing(one: ListedDraft, other: ListedDraft, called: 'leftOut' | 'added'): Readonly<Record<string, readonly string[]>> {
  if (one.plan.targets !== 'list' || other.plan.targets !== 'list') return {};
  const known = new Set(other.targets.map(({ id }) => id));
  const names = one.targets.flatMap(({ id, name }) => (known.has(id) ? [] : [name]));
  return names.length === 0 ? {} : { [called]: names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `and ${names.length - MOST_NAMES} more`] : names };
}

/** The same for the same facts, in whatever order they are. */
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));
}
