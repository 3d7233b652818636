/** CloudFront KeyValueStore's API. Source: its API reference (DescribeKeyValueStore, GetKey, ListKeys, PutKey, DeleteKey, UpdateKeys). */
import * as z from 'zod';
import { SECOND } from '../../core/ambient.ts';
import { parseInput } from '../aws/input.ts';
import { rawResponse, restJsonService, type RestJsonInput, type RestJsonRoute } from '../aws/rest-json.ts';
import { AwsError, type RestService } from '../aws/service.ts';
import type { KeyValueStores } from './store.ts';

const STORE = '/key-value-stores/{KvsARN}';
const KEY = `${STORE}/keys/{Key}`;
const key = z.string().min(1).max(512);
const value = z.string().max(1024);
const putBody = z.object({ Value: value });
const updateBody = z.object({ Puts: z.array(z.object({ Key: key, Value: value })).max(50).optional(), Deletes: z.array(z.object({ Key: key })).max(50).optional() });

export function keyValueStoreService(stores: KeyValueStores): RestService {
  const label = ({ labels }: RestJsonInput, name: 'KvsARN' | 'Key'): string => labels[name] ?? '';
  const needs = (action: string): RestJsonRoute['needs'] => (input) => [{ action: `cloudfront-keyvaluestore:${action}`, resource: label(input, 'KvsARN') }];
  const counts = (arn: string): { readonly ItemCount: number; readonly TotalSizeInBytes: number } => {
    const items = Object.entries(stores.find(arn).items);
    return { ItemCount: items.length, TotalSizeInBytes: items.reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text), 0) };
  };
  /** The version of the store stands in a header. */
  const answer = (arn: string, body: object): Promise<unknown> => {
    const output = { ...counts(arn), ...body };
    return Promise.resolve(rawResponse({ status: 200, headers: { 'content-type': 'application/json', etag: stores.find(arn).etag }, body: JSON.stringify(output), output }));
  };
  return restJsonService('cloudfront-keyvaluestore', [
    {
      operation: 'DescribeKeyValueStore', method: 'GET', path: STORE, needs: needs('DescribeKeyValueStore'),
      handle: (input) => {
        const KvsARN = label(input, 'KvsARN');
        const { createdAt, changedAt } = stores.find(KvsARN);
        return answer(KvsARN, { KvsARN, Created: createdAt / SECOND, LastModified: changedAt / SECOND, Status: 'READY' });
      },
    },
    {
      operation: 'ListKeys', method: 'GET', path: `${STORE}/keys`, needs: needs('ListKeys'),
      handle: (input) => Promise.resolve({ Items: Object.entries(stores.find(label(input, 'KvsARN')).items).map(([Key, Value]) => ({ Key, Value })) }),
    },
    {
      operation: 'GetKey', method: 'GET', path: KEY, needs: needs('GetKey'),
      handle: (input) => {
        const [arn, Key] = [label(input, 'KvsARN'), label(input, 'Key')];
        const Value = stores.value(arn, Key);
        if (Value === undefined) throw new AwsError('ResourceNotFoundException', 'The key was not found.', 404);
        return answer(arn, { Key, Value });
      },
    },
    {
      operation: 'PutKey', method: 'PUT', path: KEY, needs: needs('PutKey'),
      handle: (input, { headers }) => {
        const arn = label(input, 'KvsARN');
        stores.change(arn, headers['if-match'], { puts: [{ key: label(input, 'Key'), value: parseInput(putBody, input.json).Value }], deletes: [] });
        return answer(arn, {});
      },
    },
    {
      operation: 'DeleteKey', method: 'DELETE', path: KEY, needs: needs('DeleteKey'),
      handle: (input, { headers }) => {
        const arn = label(input, 'KvsARN');
        stores.change(arn, headers['if-match'], { puts: [], deletes: [label(input, 'Key')] });
        return answer(arn, {});
      },
    },
    {
      operation: 'UpdateKeys', method: 'POST', path: `${STORE}/keys`, needs: needs('UpdateKeys'),
      handle: (input, { headers }) => {
        const arn = label(input, 'KvsARN');
        const { Puts = [], Deletes = [] } = parseInput(updateBody, input.json);
        stores.change(arn, headers['if-match'], { puts: Puts.map(({ Key, Value }) => ({ key: Key, value: Value })), deletes: Deletes.map(({ Key }) => Key) });
        return answer(arn, {});
      },
    },
  ]);
}
