import type { PlanStore } from '../../../core/rollout/store.ts';
import { WavecastError } from '../../../core/errors.ts';
import type { BranchId, PlanId } from '../../../core/ids.ts';
import type { DeviceSummary } from '../../../core/device/device.ts';
import type { Plan, PlanBranch } from '../../../core/rollout/plan.ts';
import { settled, summaryOf } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryPlanStore(tables: MemoryTables): PlanStore {
  return {
    async plan(id) {
      await settled();
      return tables.plans.get(id);
    },
    async plans(after, limit) {
      await settled();
      const newestFirst = [...tables.plans.values()].sort((a, b) => (listKey(a) < listKey(b) ? 1 : -1));
      const rest = newestFirst.filter((plan) => after === undefined || listKey(plan) < after);
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(rest.length > limit && last !== undefined ? { next: listKey(last) } : {}) };
    },
    async plansOfVersion(versionId) {
      await settled();
      return [...tables.plans.values()].filter((plan) => plan.versionId === versionId);
    },
    async branchesOf(planId) {
      await settled();
      return [...tables.planBranches.values()].filter((branch) => branch.planId === planId).sort((a, b) => (a.branchId < b.branchId ? -1 : 1));
    },
    async branchOf(planId, branchId) {
      await settled();
      return tables.planBranches.get(planBranchKey(planId, branchId));
    },
    async addPlan(plan, branches, targets) {
      await settled();
      tables.beforeWrite('plans.add');
      if (tables.plans.has(plan.id)) throw new WavecastError('conflict', 'The plan exists.');
      putParts(tables, plan, branches, targets);
      tables.plans.set(plan.id, plan);
    },
    async replacePlan(before, after) {
      await settled();
      tables.beforeWrite('plans.replace');
      if (tables.plans.get(before.id)?.revision !== before.revision) throw new WavecastError('conflict', 'The plan has changed meanwhile.');
      tables.plans.set(after.id, after);
    },
    async replaceDraft(before, after, branches, targets) {
      await settled();
      tables.beforeWrite('plans.replaceDraft');
      if (tables.plans.get(before.id)?.revision !== before.revision) throw new WavecastError('conflict', 'The plan has changed meanwhile.');
      for (const [key, { planId }] of tables.planBranches) {
        if (planId === before.id) {
          tables.planBranches.delete(key);
          tables.targets.delete(key);
        }
      }
      putParts(tables, after, branches, targets);
      tables.plans.set(after.id, after);
    },
    async settleBranch() {
      await settled();
    },
    async livePlans(bundleId) {
      await settled();
      return tables.livePlans.get(bundleId) ?? { bundleId, planIds: [], revision: 0 };
    },
    async startPlan({ plan, others, live, planIds }) {
      await settled();
      tables.beforeWrite('plans.start');
      const all = [plan, ...others];
      if (all.some(({ before }) => tables.plans.get(before.id)?.revision !== before.revision) || (tables.livePlans.get(live.bundleId)?.revision ?? 0) !== live.revision) throw new WavecastError('conflict', 'A plan has changed meanwhile.');
      for (const { after } of all) tables.plans.set(after.id, after);
      tables.livePlans.set(live.bundleId, { bundleId: live.bundleId, planIds, revision: live.revision + 1 });
    },
    async putBranches(_, branches) {
      await settled();
      tables.beforeWrite('plans.putBranches');
      for (const branch of branches) tables.planBranches.set(planBranchKey(branch.planId, branch.branchId), branch);
    },
    async targetsOf({ id: planId }, branchId, after, limit) {
      await settled();
      const targets = (tables.targets.get(planBranchKey(planId, branchId)) ?? []).filter(({ order }) => after === undefined || order > after);
      return targets.flatMap(({ order, deviceId }) => {
        const device = tables.devices.get(deviceId);
        // The order is the target's, also where the device's own has changed: it is the cursor.
        return device === undefined ? [] : [{ ...summaryOf(device), order }];
      }).slice(0, limit);
    },
  };
}

function putParts(tables: MemoryTables, plan: Plan, branches: readonly PlanBranch[], targets: readonly DeviceSummary[]): void {
  for (const branch of branches) {
    const key = planBranchKey(plan.id, branch.branchId);
    const own = (plan.targets === 'list' ? targets : []).filter(({ branchId }) => branchId === branch.branchId).map(({ order, id }) => ({ order, deviceId: id }));
    tables.planBranches.set(key, branch);
    tables.targets.set(key, own.sort((a, b) => (a.order < b.order ? -1 : 1)));
  }
}

export function planBranchKey(planId: PlanId, branchId: BranchId): string {
  return `${planId}/${branchId}`;
}

function listKey(plan: Plan): string {
  return `${new Date(plan.createdAt).toISOString()}#${plan.id}`;
}
