/** Writing what a device says of one app. Both the inventory and the command queue do it. */
import type { ReportedFacts } from '../../core/inventory/inventory.ts';
import { factsKey } from './codec/inventory.ts';
import { names, type Action } from './transaction.ts';

/** Of each list given; fails as a whole where newer facts of one of them are stored. */
export function factsUpdate(table: string, { deviceId, bundleId, managed, installed }: ReportedFacts): NonNullable<Action['Update']> {
  const lists = [...(managed === undefined ? [] : ['managed']), ...(installed === undefined ? [] : ['installed'])];
  return {
    TableName: table, Key: factsKey(deviceId, bundleId),
    UpdateExpression: `SET ${lists.map((list) => `#${list} = :${list}, `).join('')}#deviceId = :device, #bundleId = :bundle`,
    ConditionExpression: lists.map((list) => `(attribute_not_exists(#${list}) OR #${list}.#reportedAt <= :${list}At)`).join(' AND '),
    ExpressionAttributeNames: names('deviceId', 'bundleId', 'reportedAt', ...lists),
    ExpressionAttributeValues: {
      ':device': deviceId, ':bundle': bundleId,
      ...(managed === undefined ? {} : { ':managed': managed, ':managedAt': managed.reportedAt }), ...(installed === undefined ? {} : { ':installed': installed, ':installedAt': installed.reportedAt }),
    },
  };
}
