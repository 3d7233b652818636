/** A local cloud for tests: booted from the synthesised template, with the developer's hands on stores and functions. */
import tls from 'node:tls';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createBranchStore } from '../../adapters/dynamodb/branches.ts';
import { createCatalogueStore } from '../../adapters/dynamodb/catalogue.ts';
import { createCommandQueue } from '../../adapters/dynamodb/command-queue.ts';
import { createDeviceStore } from '../../adapters/dynamodb/devices.ts';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { createInstructionStore } from '../../adapters/dynamodb/instructions.ts';
import { createInvitationStore } from '../../adapters/dynamodb/invitations.ts';
import { createPlaceStore } from '../../adapters/dynamodb/places.ts';
import { createPlanStore } from '../../adapters/dynamodb/plans.ts';
import { createPushFaultStore } from '../../adapters/dynamodb/push-fault.ts';
import { createRunStore } from '../../adapters/dynamodb/runs.ts';
import { createPushFactsStore } from '../../adapters/dynamodb/push-facts.ts';
import { createPushCertificateStore } from '../../adapters/secrets/push-certificate.ts';
import { DAY } from '../../core/ambient.ts';
import { bootLocalCloud, PLACE, type BootOptions, type LocalCloud } from '../../local/boot.ts';
import { ensureJava } from '../../local/dynamodb/java.ts';
import { testEngine } from './dynamodb/test-engine.ts';
import { usageJournal } from './usage-journal.ts';

export interface TestCloud {
  readonly cloud: LocalCloud;
  /** Errors that functions ended in and AWS calls that were refused, one line each. */
  readonly faults: readonly string[];
  readonly stores: ReturnType<typeof storesOf>;
  /** Name of the one resource of a type whose logical id begins so. */
  name(type: string, beginning: string): string;
  /** Invokes a function and throws where it fails. */
  invoke(beginning: string, event: unknown): Promise<void>;
}

export async function bootTestCloud(options: Partial<BootOptions> & Pick<BootOptions, 'pace'>): Promise<TestCloud> {
  const faults: string[] = [];
  const cloud = await bootLocalCloud({
    assembly: 'cdk.out', functionLog: () => undefined, onGrantUsed: usageJournal(), patience: 10,
    java: ensureJava((line) => { process.stderr.write(`${line}\n`); }), ...(options.dataFolder === undefined ? { engine: await testEngine() } : {}),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message, fields) => { faults.push(`${message} ${JSON.stringify(fields ?? {})}`); } },
    ...options,
  });
  cloud.aws.observe({
    onCall: ({ principal, operation, error }) => {
      if (error?.code === 'AccessDeniedException' || error?.code === 'AccessDenied' || error?.code === 'ValidationException') faults.push(`${principal.name} ${operation}: ${error.code}: ${error.message}`);
    },
  });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), cloud.trust.root]);
  const name = (type: string, beginning: string): string => {
    const found = cloud.template.ofType(type).filter(({ logicalId }) => logicalId.startsWith(beginning));
    if (found.length !== 1 || found[0] === undefined) throw new Error(`The template has ${found.length} resources ${type} ${beginning}.`);
    return found[0].name;
  };
  const config = { endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer };
  const lambda = new LambdaClient(config);
  return {
    cloud, faults, name, stores: storesOf(config, name, cloud),
    async invoke(beginning, event) {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: name('AWS::Lambda::Function', beginning), Payload: Buffer.from(JSON.stringify(event)) }));
      if (FunctionError !== undefined) throw new Error(`${beginning}: ${Buffer.from(Payload ?? []).toString('utf8')}`);
    },
  };
}

function storesOf(config: { readonly endpoint: string; readonly region: string; readonly credentials: LocalCloud['developer'] }, name: TestCloud['name'], cloud: LocalCloud) {
  const client = createDocumentClient(new DynamoDBClient(config));
  const table = (noun: string) => ({ client, table: name('AWS::DynamoDB::Table', `Tables${noun}`) });
  const devicesTable = table('Devices').table;
  return {
    branches: createBranchStore(table('Devices')), devices: createDeviceStore(table('Devices')), invitations: createInvitationStore(table('Devices')),
    catalogue: createCatalogueStore(table('Catalogue')), plans: createPlanStore({ ...table('Plans'), devicesTable }), runs: createRunStore(table('Plans')), places: createPlaceStore(table('Plans')),
    instructions: createInstructionStore({ ...table('Instructions'), devicesTable }),
    queue: createCommandQueue({ ...table('Devices'), instructionsTable: table('Instructions').table }),
    pushFaults: createPushFaultStore(table('Plans')),
    s3: new S3Client(config),
    /** Puts the local push certificate where an administrator would upload Apple's. */
    setPushCertificate: async (): Promise<void> => {
      const { certificate, key, topic } = cloud.trust.push;
      const expiresAt = cloud.clock.now() + 300 * DAY;
      await createPushFactsStore(table('Devices')).keep({ topic, expiresAt });
      await createPushCertificateStore({ client: new SecretsManagerClient(config), secretId: name('AWS::SecretsManager::Secret', 'SecretsPush'), clock: cloud.clock }).replace({ certificate, key, topic, expiresAt });
    },
  };
}
