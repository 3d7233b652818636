import { parseBranchId, parseBundleId, parseDeviceId, parsePlanId, parseVersionId, type BranchId, type BundleId, type PlanId, type VersionId } from '../../../core/ids.ts';
import type { DeviceSummary } from '../../../core/device/device.ts';
import type { Canary, CanaryDevices } from '../../../core/rollout/canary.ts';
import { planOperations, type AbortRule, type BranchHold, type Plan, type PlanBranch, type PlanOperation, type PlanPlace, type Reissued, type Window } from '../../../core/rollout/plan.ts';
import type { LivePlans } from '../../../core/rollout/store.ts';
import type { Item, Key } from '../batch.ts';
import { list, number, oneOf, optional, record, text, yes, type Read } from '../read.ts';

/** The sort key of every plan. */
export const PLAN = 'plan';
export const PLAN_BRANCH = 'branch#';
/** Behind the plan in its partition: whoever reads it in order knows the plan's edition before he meets the branches of it. */
export const DRAFT_BRANCH = 'terms#';
export const LISTING = 'plan';

export function planKey(id: PlanId): Key {
  return { pk: `plan#${id}`, sk: PLAN };
}

export function planBranchKey(planId: PlanId, branchId: BranchId): Key {
  return { pk: planKey(planId).pk, sk: `${PLAN_BRANCH}${branchId}` };
}

/** A branch as it was saved with an edition of a draft. */
export function draftBranchKey(planId: PlanId, edition: string, branchId: BranchId): Key {
  return { pk: planKey(planId).pk, sk: `${DRAFT_BRANCH}${edition}#${branchId}` };
}

export function targetsPartition({ id, edition }: PlanPlace, branchId: BranchId): string {
  return edition === undefined ? `targets#${id}#${branchId}` : `targets#${id}#${edition}#${branchId}`;
}

/** What lists the plans for a version: a pointer, which is looked through where the plan is for another by now. */
export function versionPlansPartition(versionId: VersionId): string {
  return `version#${versionId}`;
}

export function versionPlanItem({ id, versionId }: Pick<Plan, 'id' | 'versionId'>): Item {
  return { pk: versionPlansPartition(versionId), sk: id, planId: id };
}

export const readVersionPlan = record({ planId: parsePlanId });

/** Where a plan stands in the list of all: the sort key of the index `listing`. */
export function createdKey({ id, createdAt }: Pick<Plan, 'id' | 'createdAt'>): string {
  return `${new Date(createdAt).toISOString()}#${id}`;
}

export function planItem(plan: Plan): Item {
  return { ...planKey(plan.id), ...plan, listing: LISTING, createdKey: createdKey(plan) };
}

/** At the key that a run knows. It counts where its edition is the plan's. */
export function planBranchItem({ edition }: PlanPlace, branch: PlanBranch): Item {
  return { ...planBranchKey(branch.planId, branch.branchId), ...branch, ...(edition === undefined ? {} : { edition }) };
}

export function draftBranchItem(edition: string, branch: PlanBranch): Item {
  return { ...draftBranchKey(branch.planId, edition, branch.branchId), ...branch, edition };
}

export function targetItem(plan: PlanPlace, { branchId, order, id }: Pick<DeviceSummary, 'branchId' | 'order' | 'id'>): Item {
  return { pk: targetsPartition(plan, branchId), sk: order, deviceId: id };
}

/** Plans of releases that could only install do not say what they do. */
const readOperation: Read<PlanOperation> = (value) => (value === undefined ? 'install' : oneOf(planOperations)(value));

const readHold: Read<BranchHold> = record({ branchId: parseBranchId, kind: oneOf(['paused', 'superseded']), by: text });

const readAbortRule: Read<AbortRule> = record({ share: number, minimum: number });

const readReissued: Read<Reissued> = record({ at: number, planId: optional(parsePlanId), words: text, waits: optional(yes) });

const readCanaryKind = record({ kind: oneOf(['test-devices', 'count', 'share']) });
const readCanary: Read<Canary> = record({
  of: (value: unknown): CanaryDevices => {
    const { kind } = readCanaryKind(value);
    switch (kind) {
      case 'test-devices': return { kind };
      case 'count': return { kind, ...record({ devices: number })(value) };
      case 'share': return { kind, ...record({ share: number })(value) };
    }
  },
  soakHours: number, abortRule: optional(readAbortRule),
});

export const readPlan: Read<Plan> = record({
  id: parsePlanId, name: text, operation: readOperation, bundleId: parseBundleId, versionId: parseVersionId, shortVersion: text, version: text, waveSize: number, intervalMinutes: number, deadlineHours: number,
  abortRule: optional(readAbortRule), canary: optional(readCanary), targets: oneOf(['branches', 'list']), tags: optional(list(text)), seed: optional(text), attempt: number, formerPlanId: optional(parsePlanId), reissueTimes: optional(number), reissuingUntil: optional(number), reissued: optional(readReissued),
  status: oneOf(['draft', 'live', 'paused', 'cancelled']), pausedBecause: optional(text), holds: optional(list(readHold)), createdBy: text, createdAt: number, startedAt: optional(number),
  startsAt: optional(number), supersedes: optional(list(parsePlanId)), supersededBy: optional(text), revision: number, edition: optional(text),
});

const readWindow: Read<Window> = record({ from: text, to: text, days: optional(list(oneOf(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))), firstDay: optional(text), lastDay: optional(text) });

export const readPlanBranch: Read<PlanBranch> = record({
  planId: parsePlanId, branchId: parseBranchId, timeZone: text, windows: list(readWindow), inventoryWindow: readWindow,
  pace: optional(record({ waveSize: number, intervalMinutes: number })), openLimit: optional(number), targets: optional(number),
});

export const readEdition = record({ edition: optional(text) });

/** Where a branch stands in its plan's partition, and whether it may have targets. */
export const readBranchPlace = record({ sk: text, branchId: parseBranchId, edition: optional(text), targets: optional(number) });

export function livePlansKey(bundleId: BundleId): Key {
  return { pk: `live#${bundleId}`, sk: 'plans' };
}

export const readLivePlans: Read<Pick<LivePlans, 'planIds' | 'revision'>> = record({ planIds: list(parsePlanId), revision: number });

/** A target's sort key is its order, and the cursor. */
export const readTarget = record({ sk: text, deviceId: parseDeviceId });
