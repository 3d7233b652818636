/** Permissions of self-service: each one is two items, in its app's partition and in its device's. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SelfServiceStore } from '../../core/catalog/self-service.ts';
import { batchWrite } from './batch.ts';
import { importKey, permissionItems, permissionKeys, permissionsOfApp, permissionsOfDevice, PERMITTED_APPS, permittedAppKey, readImport, readPermission, readPermittedApp } from './codec/self-service.ts';
import type { Table } from './document-client.ts';
import { getItem, query, queryPartition } from './query.ts';
import { text } from './read.ts';
import { conditionally, names } from './transaction.ts';

export function createSelfServiceStore(catalogue: Table): SelfServiceStore {
  const { client, table } = catalogue;
  /** Who has the list. Repeated after a lost answer it finds itself, and holds: one's own import is never in one's way. */
  const hold = async (importId: string, by: string, until: number, condition: string, values: Readonly<Record<string, unknown>>, ...attributes: readonly string[]): Promise<boolean> =>
    (await conditionally(() => client.send(new PutCommand({
      TableName: table, Item: { ...importKey, importId, by, until }, ConditionExpression: condition, ExpressionAttributeNames: names(...attributes), ExpressionAttributeValues: { ...values },
    })))) !== undefined;

  return {
    /** 1 read. */
    async importUnderWay() {
      const item = await getItem(catalogue, importKey);
      return item === undefined ? undefined : readImport(item);
    },

    /** 1 write. */
    beginImport: (importId, by, now, until) => hold(importId, by, until, 'attribute_not_exists(pk) OR #until <= :now OR #by = :by', { ':now': now, ':by': by }, 'until', 'by'),

    /** 1 write. */
    keepImport: (importId, by, until) => hold(importId, by, until, '#importId = :id', { ':id': importId }, 'importId'),

    /** 1 write. */
    async endImport(importId, by) {
      await hold(importId, by, 0, '#importId = :id', { ':id': importId }, 'importId');
    },

    /** 1 call per 25 apps, then 1 per 12 permissions: 2 write units each. */
    async grant(permissions, importId) {
      // First: what is in no list of apps would never be found again.
      await batchWrite(catalogue, [...new Set(permissions.map(({ bundleId }) => bundleId))].map((bundleId) => ({ put: { ...permittedAppKey(bundleId) } })));
      await batchWrite(catalogue, permissions.flatMap((permission) => permissionItems(permission, importId).map((put) => ({ put }))));
    },

    /** 1 call per 12 permissions: 2 write units each. */
    async revoke(permissions) {
      await batchWrite(catalogue, permissions.flatMap((permission) => permissionKeys(permission).map((key) => ({ delete: key }))));
    },

    /** 1 query. */
    async permittedApps() {
      return (await queryPartition(catalogue, PERMITTED_APPS)).map((item) => readPermittedApp(item).sk);
    },

    /** 1 query: some 25 read units per 1,000. */
    async permissionsOfApp(bundleId, after, limit) {
      const items = await query(catalogue, {
        ConsistentRead: true, KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': permissionsOfApp(bundleId), ...(after === undefined ? {} : { ':after': after }) },
      }, limit + 1);
      const page = items.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(readPermission), ...(items.length > limit && last !== undefined ? { next: text(last['sk']) } : {}) };
    },

    /** 1 query. */
    async permissionsOfDevice(deviceId) {
      return (await queryPartition(catalogue, permissionsOfDevice(deviceId))).map(readPermission);
    },
  };
}
