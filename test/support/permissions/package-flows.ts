/** Flows of packages: placing a file, keys of the links, what becomes of background work that fails. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createEdgeGate } from '../../../adapters/cloudfront/edge-gate.ts';
import { copyObject } from '../../../adapters/s3/copy.ts';
import { createExportStore } from '../../../adapters/s3/exports.ts';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import { DAY, MINUTE } from '../../../core/ambient.ts';
import type { EdgeGate } from '../../../core/catalog/edge-gate.ts';
import { incomingKey, packageKey } from '../../../core/catalog/placement-keys.ts';
import { PLACE } from '../../../local/boot.ts';
import { writeSampleIpa } from '../../../local/demo/sample-ipa.ts';
import { arnOf } from '../../../local/template/naming.ts';
import { resolveLocalhostNames } from '../localhost-names.ts';
import { failing } from './rollout-flows.ts';
import { deadLetters } from './queue-flows.ts';
import { addVersion } from './seeds.ts';
import type { Flow, World } from './world.ts';

const bundleId = 'com.example.placed';

/** Puts a sample package where administrators put files; its name there. */
export async function putSample(world: World): Promise<string> {
  const { path } = await writeSampleIpa({ path: join(world.folder, 'placed.ipa'), bundleId, version: '7', shortVersion: '1.2', title: 'Placed', sizeBytes: 200_000, kind: 'enterprise', signedAt: world.now() - DAY });
  await world.test.stores.s3.send(new PutObjectCommand({ Bucket: packages(world), Key: 'incoming/placed.ipa', Body: await readFile(path) }));
  return 'placed.ipa';
}

function packages({ test }: World): string {
  return test.name('AWS::S3::Bucket', 'BucketsPackages');
}

/** The gate at the edge as a role reaches it. */
export function gateAs(world: World, role: string): EdgeGate {
  resolveLocalhostNames();
  const { endpoint, ...settings } = world.clientOf(role);
  const storeArn = arnOf('AWS::CloudFront::KeyValueStore', world.test.name('AWS::CloudFront::KeyValueStore', 'EdgeClosed'), PLACE) ?? '';
  return createEdgeGate({ client: new CloudFrontKeyValueStoreClient({ ...settings, endpoint: endpoint.replace('127.0.0.1', 'localhost') }), storeArn });
}

async function places(world: World, fileName: string): Promise<string> {
  const { catalogue } = world.test.stores;
  const id = world.ids.fresh();
  const now = world.now();
  await catalogue.putRegistration({ id, fileName, expected: {}, state: 'verifying', checks: [], requestedBy: 'ada', createdAt: now, updatedAt: now });
  await world.test.invoke('Placement', { registrationId: id });
  const registration = await catalogue.registration(id);
  return `${registration?.state ?? 'none'}: ${registration?.reason ?? ''}`;
}

/** As EventBridge tells the function. */
function tellOf({ test }: World, key: string): Promise<void> {
  return test.invoke('FileEvent', { detail: { object: { key } } });
}

const makesKeys = (world: World): Promise<string> => asksAsCloudFormation(world, 'SigningKey', { Generation: '1' });

/** Has the console published once more, to where it is; expects what CloudFormation is answered. */
async function publishesConsole(world: World, signInUrl: string, expected: 'SUCCESS' | 'FAILED'): Promise<void> {
  const { apiUrl, issuer: { issuer } } = world.test.cloud;
  const status = await asksAsCloudFormation(world, 'PublishConsole', { ApiUrl: apiUrl, Issuer: issuer, SignInUrl: signInUrl, ClientId: 'console', Scope: 'wavecast/api' });
  if (status !== expected) throw new Error(`CloudFormation was answered ${status}.`);
}

/** Asks a custom resource's function as CloudFormation does; its answer's status. */
async function asksAsCloudFormation(world: World, beginning: string, properties: Readonly<Record<string, string>>): Promise<string> {
  let answer = '';
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => { answer += chunk.toString('utf8'); }).on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await world.test.invoke(beginning, {
      RequestType: 'Create', RequestId: world.ids.fresh(), StackId: 'stack', LogicalResourceId: 'Resource', ResourceProperties: properties, ResponseURL: `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}/`,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return String(Reflect.get(Object(JSON.parse(answer)), 'Status'));
}

/** The keys are made anew, for the length of the call. */
async function makesNewKeys(world: World): Promise<void> {
  const client = new SecretsManagerClient(world.clientOf('developer'));
  const before = await Promise.all(['SecretsLink', 'SecretsManifest'].map(async (beginning) => {
    const SecretId = world.test.name('AWS::SecretsManager::Secret', beginning);
    return { SecretId, SecretString: (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString };
  }));
  for (const { SecretId } of before) await client.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' }));
  await world.recycle('SigningKey');
  try {
    const status = await makesKeys(world);
    if (status !== 'SUCCESS') throw new Error(`CloudFormation was answered ${status}.`);
  } finally {
    for (const secret of before) await client.send(new PutSecretValueCommand(secret));
    await world.recycle('SigningKey');
  }
}

/** Expects `work` to fail by what was made to fail, after it has cleaned up. */
async function breaksOff(world: World, role: string, operation: string, work: () => Promise<void>): Promise<void> {
  const removed: string[] = [];
  const watch = world.test.cloud.aws.observe({ onCall: (call) => { if (call.operation === 'AbortMultipartUpload' && call.error === undefined) removed.push(call.operation); } });
  const mend = failing(world, role, operation);
  const failure = await work().then(() => undefined, (error: unknown) => error);
  mend();
  watch();
  if (failure === undefined) throw new Error('It did not break off.');
  if (removed.length === 0) throw new Error('The parts of the upload were left behind.');
}

/** An asynchronous event that fails three times ends where a person finds it. `event`: more of it than a registration or a plan. */
function givenUp(role: string, event: object = {}): Flow {
  return {
    name: `background work of ${role} that fails is kept`, roles: [role], byAws: true,
    async run(world) {
      const before = await deadLetters(world, 'Background');
      const mend = failing(world, role, 'GetItem');
      try {
        await new LambdaClient(world.clientOf('developer')).send(new InvokeCommand({
          FunctionName: arnOf('AWS::Lambda::Function', world.test.name('AWS::Lambda::Function', role), PLACE), InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ registrationId: world.ids.fresh(), planId: world.ids.fresh(), ...event })),
        }));
        await world.quiet();
        await world.pass(4 * MINUTE);
      } finally {
        mend();
      }
      await world.until('a dead letter', async () => (await deadLetters(world, 'Background')) > before);
    },
  };
}

const PART = 5 * 1024 * 1024;

/** `sample`: name of a package among the files of administrators. */
export function packageFlows(sample: string): readonly Flow[] {
  return [
    {
      name: 'a package is placed', roles: ['Placement', 'Verify'],
      async run(world) {
        const end = await places(world, sample);
        if (!end.startsWith('verified')) throw new Error(`The registration ended so: ${end}`);
      },
    },
    {
      name: 'a file that is not there is not placed', roles: ['Placement'],
      async run(world) {
        const end = await places(world, 'nothing.ipa');
        if (!end.startsWith('refused: There is no file')) throw new Error(`The registration ended so: ${end}`);
      },
    },
    {
      name: 'a registered file is gone', roles: ['FileEvent'],
      async run(world) {
        const { id, fileName } = await addVersion(world, { fileName: `${world.ids.fresh()}.ipa` });
        await tellOf(world, incomingKey(fileName));
        const placement = (await world.test.stores.catalogue.version(id))?.placement;
        if (placement !== 'missing') throw new Error(`The placement is ${placement ?? 'none'}.`);
      },
    },
    {
      name: 'a registered file is placed anew', roles: ['FileEvent', 'Placement'],
      async run(world) {
        const { catalogue } = world.test.stores;
        // While it is not verified, the events of its own placing find nothing to do.
        const version = await addVersion(world, { fileName: `${world.ids.fresh()}.ipa`, size: 9, placement: 'placed' });
        for (const Key of [incomingKey(version.fileName), packageKey(version.digest, version.fileName)]) await world.test.stores.s3.send(new PutObjectCommand({ Bucket: packages(world), Key, Body: 'unchanged' }));
        await world.quiet();
        await catalogue.movePlacement(version.id, 'placed', { placement: 'verified', checks: [] });
        await tellOf(world, incomingKey(version.fileName));
        await world.until('a verification', async () => (await catalogue.version(version.id))?.placement === 'mismatched');
      },
    },
    {
      // By the adapter, in the function's name: the function itself begins with parts at 1 GiB.
      name: 'the copy of a large package breaks off', roles: ['Placement'],
      run: (world) => breaksOff(world, 'Placement', 'UploadPartCopy', () => copyObject(createS3Client(world.clientOf('Placement')), { bucket: packages(world), from: `incoming/${sample}`, to: 'packages/large.ipa' }, 1, PART)),
    },
    {
      // By the adapter, in the function's name: an export begins with parts at some 100,000 devices.
      name: 'a large export breaks off', roles: ['Admin'],
      run: (world) => breaksOff(world, 'Admin', 'UploadPart', () => {
        const store = createExportStore({ client: createS3Client(world.clientOf('Admin')), bucket: world.test.name('AWS::S3::Bucket', 'BucketsReports') });
        return store.write('exports/large.csv', 'text/csv', twoParts());
      }),
    },
    { name: 'the keys of links are made', roles: ['SigningKey'], run: makesNewKeys },
    { name: 'the console is published', roles: ['PublishConsole'], run: (world) => publishesConsole(world, 'https://sign-in.example', 'SUCCESS') },
    { name: 'the console cannot be published', roles: ['PublishConsole'], byAws: true, run: (world) => publishesConsole(world, 'no address', 'FAILED') },
    {
      name: 'the keys of links cannot be made', roles: ['SigningKey'], byAws: true,
      async run(world) {
        await world.recycle('SigningKey');
        const mend = failing(world, 'SigningKey', 'GetSecretValue');
        const status = await makesKeys(world).finally(mend);
        if (status !== 'FAILED') throw new Error(`CloudFormation was answered ${status}.`);
      },
    },
    {
      // By the adapter, in the function's name: the function opens the gate for a withdrawn build that is registered again, and closes it where that fails.
      name: 'the gate opens to a build that comes back, and closes again', roles: ['Placement'],
      async run(world) {
        const what = { kind: 'package', digest: (await addVersion(world)).digest } as const;
        await gateAs(world, 'Placement').open(what);
        await gateAs(world, 'Placement').close(what);
      },
    },
    givenUp('Placement'), givenUp('Launch'), givenUp('Job', { jobId: '20260302T080000000-00000000' }), givenUp('Access'), givenUp('FileEvent', { detail: { object: { key: 'incoming/any.ipa' } } }),
  ];
}

async function* twoParts(): AsyncGenerator<string, undefined> {
  for (let part = 0; part < 2; part += 1) yield await Promise.resolve('x'.repeat(PART));
  return undefined;
}

