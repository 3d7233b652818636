/** Invitations, the challenges of their profiles, and the certificates that these bought. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { InvitationStore } from '../../core/device/store.ts';
import { isOpen, type Challenge } from '../../core/device/enrolment.ts';
import { WavecastError } from '../../core/errors.ts';
import type { InvitationId, Sha256 } from '../../core/ids.ts';
import { batchGet } from './batch.ts';
import { branchInvitationItem, branchInvitationKey, branchInvitationsPartition, certificateKey, challengeItem, challengeKey, invitationKey, readCertificate, readChallenge, readInvitation, readInvitationPointer, secretKey } from './codec/enrolment.ts';
import type { Table } from './document-client.ts';
import { getItem, query } from './query.ts';
import { conditionally, names, transact } from './transaction.ts';

export function createInvitationStore(devices: Table): InvitationStore {
  const { client, table } = devices;
  const invitation = async (id: InvitationId) => {
    const item = await getItem(devices, invitationKey(id));
    return item === undefined ? undefined : readInvitation(item);
  };
  const challenge = async (hash: Sha256): Promise<Challenge | undefined> => {
    const item = await getItem(devices, challengeKey(hash));
    return item === undefined ? undefined : readChallenge(item);
  };

  return {
    /** 1 read. */
    invitation,

    /** 2 reads. */
    async invitationBySecret(hash) {
      const pointer = await getItem(devices, secretKey(hash));
      return pointer === undefined ? undefined : invitation(readInvitationPointer(pointer).invitationId);
    },

    /** 1 transaction of 3 items. */
    async addInvitation(added, secretHash) {
      const failed = await transact(client, [
        { Put: { TableName: table, Item: { ...invitationKey(added.id), ...added }, ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName: table, Item: { ...secretKey(secretHash), invitationId: added.id }, ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName: table, Item: branchInvitationItem(added) } },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'The invitation exists.');
    },

    /** 1 query, and 1 call per 100. */
    async openInvitations(branchId, now, after, limit) {
      const pointers = await query(devices, {
        ConsistentRead: true, KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': branchInvitationsPartition(branchId), ':after': after ?? `${new Date(now).toISOString()}#~` },
      }, limit + 1);
      const page = pointers.slice(0, limit);
      const found = (await batchGet(devices, page.map((pointer) => invitationKey(readInvitationPointer(pointer).invitationId)))).map(readInvitation);
      const last = page.at(-1)?.['sk'];
      return {
        items: found.filter((one) => isOpen(one, now)).sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1)),
        ...(pointers.length > limit && typeof last === 'string' ? { next: last } : {}),
      };
    },

    /** 1 transaction of 2 items. */
    async withdrawInvitation(withdrawn, now) {
      const failed = await transact(client, [
        {
          Update: {
            TableName: table, Key: invitationKey(withdrawn.id), UpdateExpression: 'SET #withdrawnAt = if_not_exists(#withdrawnAt, :now)', ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: names('withdrawnAt'), ExpressionAttributeValues: { ':now': now },
          },
        },
        { Delete: { TableName: table, Key: branchInvitationKey(withdrawn) } },
      ]);
      if (failed.size > 0) throw new WavecastError('not-found', 'There is no such invitation.');
    },

    /** 1 write. */
    async addChallenge(added) {
      await conditionally(() => client.send(new PutCommand({ TableName: table, Item: challengeItem(added), ConditionExpression: 'attribute_not_exists(pk)' })));
    },

    /** 1 read. */
    challenge,

    /** 1 transaction of 3 items, or of 2 for a renewal; after a refusal 1 read. */
    async issue(offered, certificate, transactionId) {
      const use = offered.invitationId === undefined ? [] : [{
        Update: {
          TableName: table, Key: invitationKey(offered.invitationId), UpdateExpression: 'ADD #used :one', ConditionExpression: '#used < #uses AND attribute_not_exists(#withdrawnAt)',
          ExpressionAttributeNames: names('used', 'uses', 'withdrawnAt'), ExpressionAttributeValues: { ':one': 1 },
        },
      }];
      const failed = await transact(client, [
        {
          Update: {
            TableName: table, Key: challengeKey(offered.hash), UpdateExpression: 'SET #usedBy = :use', ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#usedBy)',
            ExpressionAttributeNames: names('usedBy'), ExpressionAttributeValues: { ':use': { transactionId, certificate: certificate.fingerprint } },
          },
        },
        ...use,
        { Put: { TableName: table, Item: { ...certificateKey(certificate.fingerprint), ...certificate }, ConditionExpression: 'attribute_not_exists(pk)' } },
      ]);
      if (failed.size === 0) return;
      // The same transaction again: what it got is its answer still.
      if (failed.has(0) && (await challenge(offered.hash))?.usedBy?.transactionId === transactionId) return;
      throw new WavecastError('conflict', failed.has(0) ? 'The challenge was used, or is gone.' : 'The invitation is used up, or withdrawn.', { remedy: 'Ask for a new invitation.' });
    },

    /** 1 read. */
    async certificate(fingerprint) {
      const item = await getItem(devices, certificateKey(fingerprint));
      return item === undefined ? undefined : readCertificate(item);
    },
  };
}
