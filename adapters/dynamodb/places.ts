/** Places of branches with an open limit: a set beside each run, and an item for each device that came in vain. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { PlaceStore, PlaceTaking } from '../../core/rollout/places.ts';
import { batchGet, batchWrite } from './batch.ts';
import { memberOf, placesKey, placesPartition, readLimit, readPlaces, readWaiting, WAITING, waitingKey, whereIs } from './codec/places.ts';
import { planBranchKey } from './codec/plan.ts';
import type { Table } from './document-client.ts';
import { query } from './query.ts';
import { conditionally, names, transact, type Action } from './transaction.ts';

export function createPlaceStore(plans: Table): PlaceStore {
  const { client, table } = plans;
  return {
    /** 1 call. */
    async view(key) {
      const branch = planBranchKey(key.planId, key.branchId);
      const items = await batchGet(plans, [branch, placesKey(key)]);
      const limits = items.find(({ pk }) => pk === branch.pk);
      return { limit: limits === undefined ? undefined : readLimit(limits).openLimit, ...readPlaces(key, items.find(({ pk }) => pk !== branch.pk)) };
    },

    /** 1 call per 100 branches. */
    async counts(planId, branchIds) {
      const items = await batchGet(plans, branchIds.map((branchId) => placesKey({ planId, branchId })));
      const found = new Map(items.map((item) => [item['pk'], item]));
      return new Map(branchIds.flatMap((branchId) => {
        const key = { planId, branchId };
        const { held } = readPlaces(key, found.get(placesPartition(key)));
        return held.length === 0 ? [] : [[branchId, held.length] as const];
      }));
    },

    /** 1 write. */
    async occupy(key, places) {
      await client.send(new UpdateCommand({ TableName: table, Key: placesKey(key), UpdateExpression: 'ADD #places :places, #revision :one', ExpressionAttributeNames: names('places', 'revision'), ExpressionAttributeValues: { ':places': new Set(places.map(memberOf)), ':one': 1 } }));
    },

    /** 1 transaction of 1 item. */
    async giveBack(key, places, revision) {
      const failed = await transact(client, [{
        Update: {
          TableName: table, Key: placesKey(key), UpdateExpression: 'DELETE #places :places ADD #revision :one', ConditionExpression: '#revision = :seen',
          ExpressionAttributeNames: names('places', 'revision'), ExpressionAttributeValues: { ':places': new Set(places.map(memberOf)), ':one': 1, ':seen': revision },
        },
      }]);
      return failed.size === 0;
    },

    /** 1 write. */
    async wait({ waveId, deviceId, enrolmentId }) {
      await client.send(new PutCommand({ TableName: table, Item: { ...waitingKey({ waveId, deviceId }), enrolmentId } }));
    },

    /** 1 query; consistent. */
    async waiting(key, after, limit) {
      const items = await query(plans, {
        ConsistentRead: true, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': placesPartition(key), ':first': after === undefined ? WAITING : `${waitingKey(after).sk}\u0000`, ':last': `${WAITING}\uFFFF` },
      }, limit);
      return items.map((item) => readWaiting(key, item));
    },

    /** 1 write. */
    async markWoken({ wokenAt, ...place }, now) {
      const done = await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: waitingKey(place), UpdateExpression: 'SET #wokenAt = :now',
        ConditionExpression: `attribute_exists(pk) AND ${wokenAt === undefined ? 'attribute_not_exists(#wokenAt)' : '#wokenAt = :seen'}`,
        ExpressionAttributeNames: names('wokenAt'), ExpressionAttributeValues: { ':now': now, ...(wokenAt === undefined ? {} : { ':seen': wokenAt }) },
      })));
      return done !== undefined;
    },

    /** 1 call per 25. */
    async stopWaiting(places) {
      await batchWrite(plans, places.map((place) => ({ delete: waitingKey(place) })));
    },
  };
}

/** The parts of a hand-out's transaction: the place, on the condition that it is free or its own, and the end of the waiting. */
export function placeActions(table: string, { place, limit }: PlaceTaking): readonly [Action, Action] {
  const member = memberOf(place);
  return [
    {
      Update: {
        TableName: table, Key: placesKey(whereIs(place.waveId).key), UpdateExpression: 'ADD #places :member, #revision :one',
        ConditionExpression: 'attribute_not_exists(#places) OR contains(#places, :name) OR size(#places) < :limit',
        ExpressionAttributeNames: names('places', 'revision'), ExpressionAttributeValues: { ':member': new Set([member]), ':name': member, ':one': 1, ':limit': limit },
      },
    },
    { Delete: { TableName: table, Key: waitingKey(place) } },
  ];
}
