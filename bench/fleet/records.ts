/** Records of enrolled devices as enrolment leaves them, written past the stores: a thousand in a second. Nobody enrols by that. */
import { BatchWriteCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { countsKey, deviceItem } from '../../adapters/dynamodb/codec/device.ts';
import { enrolmentKey } from '../../adapters/dynamodb/codec/enrolment.ts';
import type { Device } from '../../core/device/device.ts';
import type { Enrolment } from '../../core/device/enrolment.ts';
import type { BranchId } from '../../core/ids.ts';

export interface Enrolled {
  readonly device: Device;
  readonly enrolment: Enrolment;
}

/** Items of one call. */
const BATCH = 25;
const AT_ONCE = 4;

/** The devices of one branch, and what its counters must say of them. Names and serial numbers are not claimed: nothing is found by them. */
export async function writeEnrolled(client: DynamoDBDocumentClient, table: string, branchId: BranchId, enrolled: readonly Enrolled[]): Promise<void> {
  const items = enrolled.flatMap(({ device, enrolment }) => [deviceItem(device), { ...enrolmentKey(enrolment.id), ...enrolment }]);
  const work = async (): Promise<void> => {
    for (let batch = items.splice(0, BATCH); batch.length > 0; batch = items.splice(0, BATCH)) {
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: batch.map((Item) => ({ PutRequest: { Item } })) } }));
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The local DynamoDB left devices over.');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await client.send(new UpdateCommand({ TableName: table, Key: countsKey(branchId), UpdateExpression: 'ADD devices :count, enrolled :count', ExpressionAttributeValues: { ':count': enrolled.length } }));
}
