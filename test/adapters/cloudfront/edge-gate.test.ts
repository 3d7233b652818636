import { CloudFrontKeyValueStoreClient, ListKeysCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEdgeGate } from '../../../adapters/cloudfront/edge-gate.ts';
import type { EdgeGate, Gated } from '../../../core/catalog/edge-gate.ts';
import { parseBranchId, parseSha256 } from '../../../core/ids.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { keyValueStoreService } from '../../../local/key-value-store/service.ts';
import { KeyValueStores } from '../../../local/key-value-store/store.ts';
import { memoryStateStore, type StateStore } from '../../../local/state-store.ts';
import { clientSettings, principal, startRig, type Rig } from '../../local/aws/rig.ts';
import { memoryEdgeGate } from '../../support/memory/edge-gate.ts';
import { resolveLocalhostNames } from '../../support/localhost-names.ts';
import { refusalOf } from '../../support/outcomes.ts';
import { many } from '../../support/samples/unique.ts';

const storeArn = 'arn:aws:cloudfront::000000000000:key-value-store/closed';
const berlin: Gated = { kind: 'branch', branchId: parseBranchId('berlin') };
const build: Gated = { kind: 'package', digest: parseSha256('ab'.repeat(32)) };

let rig: Rig;
let state: StateStore;
let client: CloudFrontKeyValueStoreClient;
beforeAll(resolveLocalhostNames);

const connect = (settings: ReturnType<typeof clientSettings>) => new CloudFrontKeyValueStoreClient({ ...settings, endpoint: settings.endpoint.replace('127.0.0.1', 'localhost') });

beforeEach(async () => {
  state = memoryStateStore();
  rig = await startRig((clock) => [keyValueStoreService(new KeyValueStores([storeArn], state, clock))]);
  client = connect(clientSettings(rig));
});
afterEach(async () => {
  client.destroy();
  await rig.port.close();
});

const closedAtEdge = async (): Promise<readonly string[]> => ((await client.send(new ListKeysCommand({ KvsARN: storeArn }))).Items ?? []).map(({ Key }) => Key ?? '').sort();

const inMemory = new Set<string>();
describe.each<[string, () => EdgeGate, () => Promise<readonly string[]>]>([
  ['of CloudFront', () => createEdgeGate({ client, storeArn }), closedAtEdge],
  ['in memory', () => memoryEdgeGate(inMemory), () => Promise.resolve([...inMemory].sort())],
])('a gate %s', (_, gate, closed) => {
  beforeEach(() => { inMemory.clear(); });

  it('closes and opens branches and packages, each by itself, however often', async () => {
    for (let times = 0; times < 2; times += 1) {
      await gate().close(berlin);
      await gate().close(build);
    }
    expect(await closed()).toEqual(['branch/berlin', `package/${'ab'.repeat(32)}`]);
    for (let times = 0; times < 2; times += 1) await gate().open(berlin);
    expect(await closed()).toEqual([`package/${'ab'.repeat(32)}`]);
  });

  it('loses none of several changes at once', async () => {
    const names = many(4, (n) => parseBranchId(`site-${n}`));
    await Promise.all(names.map((branchId) => gate().close({ kind: 'branch', branchId })));
    expect(await closed()).toEqual(names.map((name) => `branch/${name}`).sort());
  });
});

describe('the gate of CloudFront', () => {
  it('gives up where others change it without end, and says what to do', async () => {
    rig.port.observe({ beforeCall: ({ operation }) => { if (operation === 'PutKey') throw new AwsError('ValidationException', 'Pre-Condition failed'); } });
    expect(await refusalOf(createEdgeGate({ client, storeArn }).close(berlin))).toBe('throttled');
  });

  it('does not take another refusal for a change by others', async () => {
    let asked = 0;
    rig.port.observe({ beforeCall: ({ operation }) => { if (operation === 'PutKey') { asked += 1; throw new AwsError('ValidationException', 'The value is too long.'); } } });
    await expect(createEdgeGate({ client, storeArn }).close(berlin)).rejects.toThrow('too long');
    expect(asked).toBe(1);
  });

  it('is kept over a restart', async () => {
    await createEdgeGate({ client, storeArn }).close(berlin);
    expect(new KeyValueStores([storeArn], state, rig.clock).value(storeArn, 'branch/berlin')).toBe('closed');
  });

  it('needs permission for what it does, and a signature that holds', async () => {
    const allowed = principal('teller', [{ Statement: { Effect: 'Allow', Action: ['cloudfront-keyvaluestore:DescribeKeyValueStore'], Resource: storeArn } }]);
    rig.principals.add(allowed);
    const asTeller = connect({ ...clientSettings(rig), credentials: allowed });
    await expect(createEdgeGate({ client: asTeller, storeArn }).close(berlin)).rejects.toThrow('not authorized to perform: cloudfront-keyvaluestore:PutKey');
    const asForger = connect({ ...clientSettings(rig), credentials: { ...allowed, secretAccessKey: 'guessed' } });
    await expect(createEdgeGate({ client: asForger, storeArn }).close(berlin)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(await closedAtEdge()).toEqual([]);
    asTeller.destroy();
    asForger.destroy();
  });
});
