/** The certificates of the authorities, one item: who must know an identity of ours reads it, and no key. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AuthorityDirectory } from '../../core/device/authority.ts';
import { AUTHORITIES, readAuthorities } from './codec/authority.ts';
import type { Table } from './document-client.ts';
import { getItem } from './query.ts';
import { conditionally, names } from './transaction.ts';

export function createAuthorityDirectory(devices: Table): AuthorityDirectory {
  return {
    /** 1 read. */
    async authorities() {
      const item = await getItem(devices, AUTHORITIES);
      return item === undefined ? undefined : readAuthorities(item);
    },

    /** 1 write. */
    async publish(authorities) {
      await conditionally(() => devices.client.send(new PutCommand({
        TableName: devices.table, Item: { ...AUTHORITIES, ...authorities }, ConditionExpression: 'attribute_not_exists(pk) OR #revision < :revision',
        ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':revision': authorities.revision },
      })));
    },
  };
}
