/**
 * Drafts that are edited. A draft with its branches and targets is more than a transaction holds: what is saved is written beside
 * what there is, under an edition of its own, and one conditional write of the plan says that it is the one that counts. What is
 * cut off before that write is seen by nobody, and goes with the next edit; so does what is left of the former edition after it.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DeviceSummary } from '../../core/device/device.ts';
import type { BranchId } from '../../core/ids.ts';
import type { Plan, PlanBranch, PlanPlace } from '../../core/rollout/plan.ts';
import type { EditedPlan } from '../../core/rollout/store.ts';
import { atOnce, batchWrite, type Item, type Key } from './batch.ts';
import { DRAFT_BRANCH, draftBranchItem, draftBranchKey, PLAN, PLAN_BRANCH, planBranchItem, planBranchKey, planKey, readBranchPlace, readEdition, readPlanBranch, targetItem, targetsPartition, versionPlanItem } from './codec/plan.ts';
import type { Table } from './document-client.ts';
import { changedMeanwhile, replacement } from './plan-revision.ts';
import { queryPartition } from './query.ts';
import { conditionally, names, putKnowingly } from './transaction.ts';

/** The branches that count, from the whole of a plan's partition. What was changed since it was saved stands at the key that runs know, and goes before. */
export function branchesAmong(items: readonly Item[]): readonly PlanBranch[] {
  const plan = items.find(({ sk }) => sk === PLAN);
  const edition = plan === undefined ? undefined : readEdition(plan).edition;
  const found = new Map<BranchId, PlanBranch>();
  for (const item of branchItems(items)) {
    const branch = readPlanBranch(item);
    if (readEdition(item).edition === edition && !found.has(branch.branchId)) found.set(branch.branchId, branch);
  }
  return [...found.values()].sort((a, b) => (a.branchId < b.branchId ? -1 : 1));
}

/** 1 query, 1 call per 25 branches and targets, 1 transaction of 1 item; then 1 call per 25 that are removed, and 1 query for each branch that had targets. */
export async function replaceDraft(tables: Table, before: Plan, after: EditedPlan, branches: readonly PlanBranch[], targets: readonly DeviceSummary[]): Promise<void> {
  // Looked at before the plan is replaced: whoever saves over what this makes of it has not written yet, and loses nothing.
  const former = branchItems(await queryPartition(tables, planKey(before.id).pk)).map(readBranchPlace);
  const listed = after.targets === 'list' ? targets : [];
  await batchWrite(tables, [
    // A pointer that leads to a plan for another version is passed over; a plan without one would be missed.
    ...(before.versionId === after.versionId ? [] : [{ put: versionPlanItem(after) }]),
    ...branches.map((branch) => ({ put: draftBranchItem(after.edition, branch) })),
  ]);
  // After the branches, by which they are found again where this is cut off.
  await batchWrite(tables, listed.map((target) => ({ put: targetItem(after, target) })));
  if (!(await putKnowingly(tables.client, replacement(tables.table, before, after)))) {
    await remove(tables, [...listed.map((target) => targetItem(after, target)), ...branches.map(({ branchId }) => draftBranchKey(after.id, after.edition, branchId))].map(keyOf));
    throw changedMeanwhile();
  }
  await removeFormer(tables, after, former.filter(({ edition }) => edition !== after.edition), new Set(branches.map(({ branchId }) => branchId)));
}

/** 1 write; of a plan that was never edited none. */
export async function settleBranch({ client, table }: Table, plan: PlanPlace, branch: PlanBranch): Promise<void> {
  if (plan.edition === undefined) return;
  await conditionally(() => client.send(new PutCommand({
    TableName: table, Item: planBranchItem(plan, branch), ConditionExpression: 'attribute_not_exists(#edition) OR #edition <> :edition', ExpressionAttributeNames: names('edition'), ExpressionAttributeValues: { ':edition': plan.edition },
  })));
}

type BranchPlace = ReturnType<typeof readBranchPlace>;

/** Targets first: they are found by the branches. */
async function removeFormer(tables: Table, plan: EditedPlan, former: readonly BranchPlace[], kept: ReadonlySet<BranchId>): Promise<void> {
  const partitions = new Set(former.filter(({ targets }) => targets !== undefined).map(({ edition, branchId }) => targetsPartition({ id: plan.id, ...(edition === undefined ? {} : { edition }) }, branchId)));
  const targets = await atOnce([...partitions], (partition) => queryPartition(tables, partition));
  await remove(tables, targets.flat().map(keyOf));
  // What runs know is left where the draft has the branch: somebody may be changing it, and it does not count until it says the edition.
  const gone = former.filter(({ sk, branchId }) => sk.startsWith(DRAFT_BRANCH) || !kept.has(branchId));
  await remove(tables, gone.map(({ sk, branchId, edition }) => (edition !== undefined && sk.startsWith(DRAFT_BRANCH) ? draftBranchKey(plan.id, edition, branchId) : planBranchKey(plan.id, branchId))));
}

function branchItems(items: readonly Item[]): readonly Item[] {
  return items.filter(({ sk }) => String(sk).startsWith(PLAN_BRANCH) || String(sk).startsWith(DRAFT_BRANCH));
}

function keyOf(item: Item | Key): Key {
  return { pk: String(item.pk), sk: String(item.sk) };
}

async function remove(tables: Table, keys: readonly Key[]): Promise<void> {
  await batchWrite(tables, keys.map((key) => ({ delete: key })));
}
