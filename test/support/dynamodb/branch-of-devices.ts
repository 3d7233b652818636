/** A branch of enrolled devices, written past the store: a hundred thousand of them in seconds, not in hours. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../../../adapters/dynamodb/document-client.ts';
import { deviceItem } from '../../../adapters/dynamodb/codec/device.ts';
import type { Device } from '../../../core/device/device.ts';
import type { BranchId } from '../../../core/ids.ts';
import { aBranchId, aDevice } from '../samples/device.ts';
import { MORNING, uniqueEnrolmentId } from '../samples/unique.ts';
import type { TableNames } from './engine.ts';

const BATCH = 25;
const BATCHES_AT_ONCE = 12;

/** Device `n` (from 0) of a branch of `count` has the n-th place in its order. */
export function orderOfPlace(n: number): string {
  return `1#${n.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000`;
}

/** Items of one size each, whatever the branch's: what they cost can be compared. */
export async function branchOfDevices(dynamo: DynamoDBClient, { devices: table }: Pick<TableNames, 'devices'>, count: number): Promise<BranchId> {
  const client = createDocumentClient(dynamo);
  const branchId = aBranchId();
  let place = 0;
  const work = async (): Promise<void> => {
    while (place < count) {
      const first = place;
      place = Math.min(place + BATCH, count);
      const requests = Array.from({ length: place - first }, (_, n) => ({ PutRequest: { Item: deviceItem(deviceAt(branchId, first + n)) } }));
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The local DynamoDB left devices over.');
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
  return branchId;
}

function deviceAt(branchId: BranchId, n: number): Device {
  return aDevice({ name: `phone-${String(n).padStart(6, '0')}`, branchId, order: orderOfPlace(n), status: 'enrolled', enrolmentId: uniqueEnrolmentId(), osVersion: '18.1', productName: 'iPhone15,4', enrolledAt: MORNING });
}
