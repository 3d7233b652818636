/** Enrolments: each is the header of its command queue and shares its partition. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../../core/ambient.ts';
import type { Device } from '../../core/device/device.ts';
import { countDevices, subtractDeviceCounts } from '../../core/device/device-counts.ts';
import type { EnrolmentStore } from '../../core/device/store.ts';
import { WavecastError } from '../../core/errors.ts';
import { batchGet } from './batch.ts';
import { deviceKey } from './codec/device.ts';
import { certificateKey, enrolmentKey, readEnrolment } from './codec/enrolment.ts';
import { countAction } from './device-claims.ts';
import type { Table } from './document-client.ts';
import { getItem } from './query.ts';
import { conditionally, names, transact, type Action } from './transaction.ts';

export function createEnrolmentStore(devices: Table): EnrolmentStore {
  const { client, table } = devices;
  return {
    /** 1 read. */
    async enrolment(id) {
      const item = await getItem(devices, enrolmentKey(id));
      return item === undefined ? undefined : readEnrolment(item);
    },

    /** 1 call per 100. */
    async enrolments(ids) {
      return (await batchGet(devices, ids.map(enrolmentKey))).map(readEnrolment);
    },

    /** 1 transaction of 2 items. */
    async authenticate(enrolment, since) {
      const { push: _, ...unreachable } = enrolment;
      const held = since === undefined ? {} : {
        ConditionExpression: '#pin = :since AND attribute_not_exists(#revokedAt)', ExpressionAttributeNames: names('pin', 'revokedAt'), ExpressionAttributeValues: { ':since': since },
      };
      const failed = await transact(client, [
        { Put: { TableName: table, Item: { ...enrolmentKey(enrolment.id), ...unreachable }, ...held } },
        {
          Update: {
            TableName: table, Key: certificateKey(enrolment.pin), UpdateExpression: 'SET #enrolmentId = :id',
            ConditionExpression: 'attribute_exists(pk) AND #revoked = :no AND (attribute_not_exists(#enrolmentId) OR #enrolmentId = :id)',
            ExpressionAttributeNames: names('enrolmentId', 'revoked'), ExpressionAttributeValues: { ':id': enrolment.id, ':no': false },
          },
        },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'The certificate does not speak for this device, or no longer.');
    },

    /** 1 write. */
    async replacePin(id, from, { fingerprint, expiresAt }) {
      const answer = await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: enrolmentKey(id), UpdateExpression: 'SET #pin = :to, #identityExpiresAt = :end',
        // Or it is the pin already: a repetition by the SDK must not find its own in the way.
        ConditionExpression: '#pin IN (:from, :to) AND attribute_not_exists(#revokedAt)',
        ExpressionAttributeNames: names('pin', 'identityExpiresAt', 'revokedAt'), ExpressionAttributeValues: { ':from': from, ':to': fingerprint, ':end': expiresAt },
      })));
      return answer !== undefined;
    },

    /** 1 transaction of 2 items. */
    async revoke(id, pin, now) {
      const failed = await transact(client, [
        {
          Update: {
            TableName: table, Key: enrolmentKey(id), UpdateExpression: 'SET #revokedAt = :now, #status = :left REMOVE #push', ConditionExpression: '#pin = :pin',
            ExpressionAttributeNames: names('revokedAt', 'status', 'push', 'pin'), ExpressionAttributeValues: { ':now': now, ':left': 'left', ':pin': pin },
          },
        },
        {
          Update: {
            TableName: table, Key: certificateKey(pin), UpdateExpression: 'SET #revoked = :yes', ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: names('revoked'), ExpressionAttributeValues: { ':yes': true },
          },
        },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'The device has got another identity meanwhile.', { remedy: 'Look at the device again, and repeat the revocation if it still is to be revoked.' });
    },

    /** 1 write. */
    async setPush(id, pin, push, now) {
      const answer = await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: enrolmentKey(id), ReturnValues: 'ALL_NEW',
        UpdateExpression: 'SET #push = :push, #status = :enrolled, #lastSeenAt = :now, #enrolledAt = if_not_exists(#enrolledAt, :now)',
        ConditionExpression: '#pin = :pin AND #status <> :left',
        ExpressionAttributeNames: names('push', 'status', 'lastSeenAt', 'enrolledAt', 'pin'),
        ExpressionAttributeValues: { ':push': push, ':enrolled': 'enrolled', ':left': 'left', ':now': now, ':pin': pin },
      })));
      if (answer === undefined) throw new WavecastError('conflict', 'The enrolment has changed meanwhile.');
      // Not from the state before: a repetition by the SDK would find its own and call the enrolment complete already.
      return readEnrolment(answer.Attributes).enrolledAt === now;
    },

    /** 1 transaction of 1 item; 3 with the device. */
    async markPushDead(id, token, device, now) {
      const address = {
        Update: {
          TableName: table, Key: enrolmentKey(id), UpdateExpression: 'SET #push.#dead = :yes', ConditionExpression: '#push.#token = :token',
          ExpressionAttributeNames: names('push', 'dead', 'token'), ExpressionAttributeValues: { ':yes': true, ':token': token },
        },
      };
      await transact(client, [address, ...(device === undefined ? [] : unreachable(table, device, now))]);
    },

    /** 1 write. */
    async heardFrom(id, now) {
      await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: enrolmentKey(id), UpdateExpression: 'SET #lastSeenAt = :now', ConditionExpression: '#lastSeenAt < :now',
        ExpressionAttributeNames: names('lastSeenAt'), ExpressionAttributeValues: { ':now': now },
      })));
    },

    /** 1 write. */
    async leave(id, now) {
      await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: enrolmentKey(id), UpdateExpression: 'SET #status = :left, #lastSeenAt = :now REMOVE #push', ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: names('status', 'lastSeenAt', 'push'), ExpressionAttributeValues: { ':left': 'left', ':now': now },
      })));
    },
  };
}

function unreachable(table: string, device: Device, now: Instant): readonly Action[] {
  const after: Device = { ...device, unreachableSince: now };
  return [
    {
      Update: {
        TableName: table, Key: deviceKey(device.id), UpdateExpression: 'SET #unreachableSince = :now, #revision = :next', ConditionExpression: '#revision = :before',
        ExpressionAttributeNames: names('unreachableSince', 'revision'), ExpressionAttributeValues: { ':now': now, ':before': device.revision, ':next': device.revision + 1 },
      },
    },
    ...countAction(table, device.branchId, subtractDeviceCounts(countDevices([after]), countDevices([device]))),
  ];
}
