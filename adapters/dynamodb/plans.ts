/** Plans, their branches, and the targets of plans that list devices. */
import type { DeviceSummary } from '../../core/device/device.ts';
import { WavecastError } from '../../core/errors.ts';
import type { Plan } from '../../core/rollout/plan.ts';
import type { PlanStore } from '../../core/rollout/store.ts';
import { batchGet, batchWrite } from './batch.ts';
import { deviceKey, readSummary } from './codec/device.ts';
import { createdKey, LISTING, livePlansKey, planBranchItem, planBranchKey, planItem, planKey, readLivePlans, readPlan, readPlanBranch, readTarget, readVersionPlan, targetItem, targetsPartition, versionPlanItem, versionPlansPartition } from './codec/plan.ts';
import type { Table } from './document-client.ts';
import { branchesAmong, replaceDraft, settleBranch } from './draft-editions.ts';
import { changedMeanwhile, ofRevision, replacement } from './plan-revision.ts';
import { getItem, query, queryPartition } from './query.ts';
import { names, putKnowingly, transact, type Action } from './transaction.ts';

const INDEX = 'listing';

export interface PlanTables extends Table {
  /** Where targets are looked up as they are now. */
  readonly devicesTable: string;
}

export function createPlanStore(tables: PlanTables): PlanStore {
  const { client, table, devicesTable } = tables;
  return {
    /** 1 read. */
    async plan(id) {
      const item = await getItem(tables, planKey(id));
      return item === undefined ? undefined : readPlan(item);
    },

    /** 1 query of the index, eventually consistent. */
    async plans(after, limit) {
      const items = await query(tables, {
        IndexName: INDEX, ScanIndexForward: false, ExpressionAttributeNames: names('listing', ...(after === undefined ? [] : ['createdKey'])),
        KeyConditionExpression: after === undefined ? '#listing = :plan' : '#listing = :plan AND #createdKey < :after',
        ExpressionAttributeValues: { ':plan': LISTING, ...(after === undefined ? {} : { ':after': after }) },
      }, limit + 1);
      const found: readonly Plan[] = items.slice(0, limit).map(readPlan);
      const last = found.at(-1);
      return { items: found, ...(items.length > limit && last !== undefined ? { next: createdKey(last) } : {}) };
    },

    /** 1 query, 1 call per 100. */
    async plansOfVersion(versionId) {
      const ids = (await queryPartition(tables, versionPlansPartition(versionId))).map((item) => readVersionPlan(item).planId);
      return (await batchGet(tables, ids.map(planKey))).map(readPlan).filter((plan) => plan.versionId === versionId);
    },

    /** 1 query. */
    async branchesOf(planId) {
      return branchesAmong(await queryPartition(tables, planKey(planId).pk));
    },

    /** 1 read. */
    async branchOf(planId, branchId) {
      const item = await getItem(tables, planBranchKey(planId, branchId));
      return item === undefined ? undefined : readPlanBranch(item);
    },

    /** 1 read, 1 call per 25 branches and targets, 1 transaction of 1 item. */
    async addPlan(plan, branches, targets) {
      // Asked beforehand too: the branches of a plan that is there must not become another's.
      if ((await getItem(tables, planKey(plan.id))) !== undefined) throw idTaken();
      const listed = plan.targets === 'list' ? targets : [];
      await batchWrite(tables, [
        { put: versionPlanItem(plan) },
        ...branches.map((branch) => ({ put: planBranchItem(plan, branch) })),
        ...listed.map((target) => ({ put: targetItem(plan, target) })),
      ]);
      if (!(await putKnowingly(client, { TableName: table, Item: planItem(plan), ConditionExpression: 'attribute_not_exists(pk)' }))) throw idTaken();
    },

    /** 1 transaction of 1 item; 1 call more where the version is another. */
    async replacePlan(before, after) {
      // The pointer first: one that leads to a plan for another version is passed over, a plan without one would be missed.
      if (before.versionId !== after.versionId) await batchWrite(tables, [{ put: versionPlanItem(after) }]);
      if (!(await putKnowingly(client, replacement(table, before, after)))) throw changedMeanwhile();
    },

    replaceDraft: (before, after, branches, targets) => replaceDraft(tables, before, after, branches, targets),
    settleBranch: (plan, branch) => settleBranch(tables, plan, branch),

    /** 1 read. */
    async livePlans(bundleId) {
      const item = await getItem(tables, livePlansKey(bundleId));
      return { bundleId, ...(item === undefined ? { planIds: [], revision: 0 } : readLivePlans(item)) };
    },

    /** 1 transaction: the plan, the note, and each plan that gives way. */
    async startPlan({ plan, others, live, planIds }) {
      const note: Action = {
        Put: {
          TableName: table, Item: { ...livePlansKey(live.bundleId), planIds, revision: live.revision + 1 },
          ...(live.revision === 0 ? { ConditionExpression: 'attribute_not_exists(pk)' } : ofRevision(live.revision)),
        },
      };
      const failed = await transact(client, [note, ...[plan, ...others].map(({ before, after }): Action => ({ Put: replacement(table, before, after) }))]);
      if (failed.size > 0) throw changedMeanwhile();
    },

    /** 1 call per 25 branches. */
    async putBranches(plan, branches) {
      await batchWrite(tables, branches.map((branch) => ({ put: planBranchItem(plan, branch) })));
    },

    /** 1 query and 1 call per 100 devices; once more where some of them were deleted. */
    async targetsOf(plan, branchId, after, limit) {
      const all: DeviceSummary[] = [];
      for (let place = after; ;) {
        const wanted = limit - all.length;
        const items = await query(tables, {
          ConsistentRead: true, KeyConditionExpression: place === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': targetsPartition(plan, branchId), ...(place === undefined ? {} : { ':after': place }) },
        }, wanted);
        const targets = items.map(readTarget);
        const found = await batchGet({ client, table: devicesTable }, targets.map(({ deviceId }) => deviceKey(deviceId)));
        const devices = new Map(found.map(readSummary).map((device) => [device.id, device]));
        all.push(...targets.flatMap(({ sk: order, deviceId }): readonly DeviceSummary[] => {
          const device = devices.get(deviceId);
          // The target's own order is the cursor, also where the device's has changed since.
          return device === undefined ? [] : [{ ...device, order }];
        }));
        place = targets.at(-1)?.sk;
        // A short page says that there are no more, which deleted devices must not.
        if (items.length < wanted || all.length === limit) return all;
      }
    },
  };
}

function idTaken(): WavecastError {
  return new WavecastError('conflict', 'A plan with this id exists.');
}
