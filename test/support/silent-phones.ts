/** Enrolled phones that lie in a drawer: their records are there, nothing ever reaches them. A thousand of them are written in a second, where a thousand that live take minutes. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { writeEnrolled } from '../../bench/fleet/records.ts';
import { DAY } from '../../core/ambient.ts';
import { orderOf } from '../../core/device/order.ts';
import { parseBranchId, parseDeviceId, parseEnrolmentId } from '../../core/ids.ts';
import { PLACE } from '../../local/boot.ts';
import type { TestCloud } from './local-cloud.ts';
import { aDevice, anEnrolment, aPushAddress } from './samples/device.ts';
import { many, uniqueDigest } from './samples/unique.ts';

/** Named `BRANCH-0001` and so on. */
export async function addSilentPhones({ cloud, name }: Pick<TestCloud, 'cloud' | 'name'>, branch: string, count: number): Promise<void> {
  const dynamo = new DynamoDBClient({ endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer });
  const [ids, branchId, longAgo] = [createIdentifiers(), parseBranchId(branch), cloud.clock.now() - 30 * DAY];
  const phones = many(count, (n) => {
    const [id, enrolmentId] = [parseDeviceId(ids.fresh()), parseEnrolmentId(ids.fresh().toUpperCase())];
    return {
      device: aDevice({
        id, name: `${branch}-${String(n + 1).padStart(4, '0')}`, branchId, order: orderOf(id, false, ids), status: 'enrolled', enrolmentId, osVersion: '18.6', productName: 'iPhone15,4', createdAt: longAgo, enrolledAt: longAgo,
      }),
      enrolment: anEnrolment({ fingerprint: uniqueDigest('certificate') }, {
        id: enrolmentId, deviceId: id, branchId, status: 'enrolled', topic: cloud.trust.push.topic, push: aPushAddress({ dead: true }), lastSeenAt: longAgo, authenticatedAt: longAgo, enrolledAt: longAgo,
      }),
    };
  });
  await writeEnrolled(createDocumentClient(dynamo), name('AWS::DynamoDB::Table', 'TablesDevices'), branchId, phones);
  dynamo.destroy();
}
