/**
 * The engine without its cloud: core's functions over the real stores and DynamoDB Local, in this process. What a call is part of is
 * known, and every key that it writes; the stream of instructions is what was written to waves.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBranchStore } from '../../../adapters/dynamodb/branches.ts';
import { createCatalogueStore } from '../../../adapters/dynamodb/catalogue.ts';
import { createCommandQueue } from '../../../adapters/dynamodb/command-queue.ts';
import { createDeviceStore } from '../../../adapters/dynamodb/devices.ts';
import { createDocumentClient, type Table } from '../../../adapters/dynamodb/document-client.ts';
import { createEnrolmentStore } from '../../../adapters/dynamodb/enrolments.ts';
import { createEvidenceReads } from '../../../adapters/dynamodb/evidence.ts';
import { createInstructionStore } from '../../../adapters/dynamodb/instructions.ts';
import { createInventoryStore } from '../../../adapters/dynamodb/inventory.ts';
import { createInvitationStore } from '../../../adapters/dynamodb/invitations.ts';
import { createPlaceStore } from '../../../adapters/dynamodb/places.ts';
import { createPlanStore } from '../../../adapters/dynamodb/plans.ts';
import { createPushFactsStore } from '../../../adapters/dynamodb/push-facts.ts';
import { createPushFaultStore } from '../../../adapters/dynamodb/push-fault.ts';
import { createRunStore } from '../../../adapters/dynamodb/runs.ts';
import { createTimeline } from '../../../adapters/dynamodb/timeline.ts';
import { createTimers } from '../../../adapters/dynamodb/timers.ts';
import { createIdentifiers } from '../../../adapters/identifiers.ts';
import type { Instant, Logger } from '../../../core/ambient.ts';
import { parseWaveId, type WaveId } from '../../../core/ids.ts';
import { PLACE } from '../../../local/boot.ts';
import { startEngine } from '../../../local/dynamodb/engine.ts';
import { record } from '../../../local/dynamodb/needs.ts';
import { writtenKeys } from '../../../local/dynamodb/service.ts';
import { createTables } from '../../../local/dynamodb/tables.ts';
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts';
import { resolveTemplate } from '../../../local/template/template.ts';

/** What the cloud's functions are called. */
export type Part = 'turn' | 'command' | 'waker' | 'sweep' | 'settle' | 'launch';

export interface EngineCall {
  readonly part: Part;
  readonly writtenKeys: readonly string[];
}

const writing = { PutItemCommand: 'PutItem', UpdateItemCommand: 'UpdateItem', DeleteItemCommand: 'DeleteItem', BatchWriteItemCommand: 'BatchWriteItem', TransactWriteItemsCommand: 'TransactWriteItems' } as const;
const nouns = ['Devices', 'Instructions', 'Inventory', 'Catalogue', 'Plans'] as const;
const WAVE = 'Instructions/wave#';

export type EngineWorld = Awaited<ReturnType<typeof openEngineWorld>>;

/** `assembly`: folder of the synthesised cloud. `watch` is told of every call that is part of something. */
export async function openEngineWorld(assembly: string, java: string, startAt: Instant, fault: (words: string) => void, watch: (call: EngineCall) => void) {
  const engine = await startEngine({ java });
  const dynamo = new DynamoDBClient({ endpoint: engine.url, region: PLACE.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const definitions = resolveTemplate(readCloudAssembly(assembly), { ...PLACE, parameters: {}, attribute: () => '' }).ofType('AWS::DynamoDB::Table');
  await createTables(dynamo, nouns.map((noun) => ({ name: noun, properties: definitions.find(({ logicalId }) => logicalId.startsWith(`Tables${noun}`))?.properties ?? {} })));

  const parts = new AsyncLocalStorage<Part>();
  const touched = new Set<WaveId>();
  dynamo.middlewareStack.add((next, { commandName }) => async (args) => {
    const answer = await next(args);
    const part = parts.getStore();
    if (part === undefined) return answer;
    const operation = Object.entries(writing).find(([name]) => name === commandName)?.[1];
    const keys = operation === undefined ? [] : writtenKeys(operation, record(JSON.parse(bodyOf(args.request))));
    watch({ part, writtenKeys: keys });
    for (const key of keys) if (key.startsWith(WAVE)) touched.add(parseWaveId(key.slice(WAVE.length)));
    return answer;
  }, { step: 'build', name: 'watched' });

  let now = startAt;
  const clock = { now: (): Instant => now, set: (instant: Instant): void => { now = instant; } };
  const client = createDocumentClient(dynamo);
  const table = (noun: (typeof nouns)[number]): Table => ({ client, table: noun });
  const quiet = (): void => undefined;
  const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: (message, fields) => { fault(`${message} ${JSON.stringify(fields ?? {})}`); } };
  return {
    client, clock, touched, log, ids: createIdentifiers(),
    /** Does work as a part of the engine. */
    as: <T>(part: Part, work: () => Promise<T>): Promise<T> => parts.run(part, work),
    branches: createBranchStore(table('Devices')), devices: createDeviceStore(table('Devices')), timeline: createTimeline(table('Devices')), enrolments: createEnrolmentStore(table('Devices')), invitations: createInvitationStore(table('Devices')),
    instructions: createInstructionStore({ ...table('Instructions'), devicesTable: 'Devices' }), queue: createCommandQueue({ ...table('Devices'), instructionsTable: 'Instructions', inventoryTable: 'Inventory', plansTable: 'Plans' }),
    timers: createTimers({ ...table('Instructions'), clock }), inventory: createInventoryStore(table('Inventory')), evidence: createEvidenceReads({ client, inventoryTable: 'Inventory', instructionsTable: 'Instructions' }),
    catalogue: createCatalogueStore(table('Catalogue')), plans: createPlanStore({ ...table('Plans'), devicesTable: 'Devices' }), runs: createRunStore(table('Plans')), places: createPlaceStore(table('Plans')),
    pushFaults: createPushFaultStore(table('Plans')), pushFacts: createPushFactsStore(table('Devices')), events: { publish: () => Promise.resolve() },
    async stop() {
      dynamo.destroy();
      await engine.stop();
    },
  };
}

/** As it goes over the wire. */
function bodyOf(request: unknown): string {
  const body: unknown = typeof request === 'object' && request !== null ? Reflect.get(request, 'body') : undefined;
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8') : typeof body === 'string' ? body : '{}';
}
