/** Enrolled phones that lie in a drawer: their records are there, nothing ever reaches them. A thousand of them are written in a second, where a thousand that live take minutes. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, UpdateCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { countsKey, deviceItem } from '../../adapters/dynamodb/codec/device.ts';
import { enrolmentKey } from '../../adapters/dynamodb/codec/enrolment.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { DAY } from '../../core/ambient.ts';
import { orderOf } from '../../core/device/order.ts';
import { parseBranchId, parseDeviceId, parseEnrolmentId } from '../../core/ids.ts';
import { PLACE } from '../../local/boot.ts';
import type { TestCloud } from './local-cloud.ts';
import { aDevice, anEnrolment, aPushAddress } from './samples/device.ts';
import { uniqueDigest } from './samples/unique.ts';

/** Items of one call. */
const BATCH = 25;
const AT_ONCE = 4;

/** Named `BRANCH-0001` and so on. */
export async function addSilentPhones({ cloud, name }: Pick<TestCloud, 'cloud' | 'name'>, branch: string, count: number): Promise<void> {
  const table = name('AWS::DynamoDB::Table', 'TablesDevices');
  const dynamo = new DynamoDBClient({ endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer });
  const client = createDocumentClient(dynamo);
  const [ids, branchId, longAgo] = [createIdentifiers(), parseBranchId(branch), cloud.clock.now() - 30 * DAY];
  const items = Array.from({ length: count }, (_, n) => {
    const [id, enrolmentId] = [parseDeviceId(ids.fresh()), parseEnrolmentId(ids.fresh().toUpperCase())];
    const device = aDevice({
      id, name: `${branch}-${String(n + 1).padStart(4, '0')}`, branchId, order: orderOf(id, false, ids), status: 'enrolled', enrolmentId, osVersion: '18.6', productName: 'iPhone15,4', createdAt: longAgo, enrolledAt: longAgo,
    });
    const enrolment = anEnrolment({ fingerprint: uniqueDigest('certificate') }, {
      id: enrolmentId, deviceId: id, branchId, status: 'enrolled', topic: cloud.trust.push.topic, push: aPushAddress({ dead: true }), lastSeenAt: longAgo, authenticatedAt: longAgo, enrolledAt: longAgo,
    });
    return [deviceItem(device), { ...enrolmentKey(enrolmentId), ...enrolment }];
  }).flat();
  const work = async (): Promise<void> => {
    for (let batch = items.splice(0, BATCH); batch.length > 0; batch = items.splice(0, BATCH)) {
      const requests: BatchWriteCommandInput['RequestItems'] = { [table]: batch.map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: requests }));
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The local DynamoDB left phones over.');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await client.send(new UpdateCommand({ TableName: table, Key: countsKey(branchId), UpdateExpression: 'ADD devices :count, enrolled :count', ExpressionAttributeValues: { ':count': count } }));
  dynamo.destroy();
}
