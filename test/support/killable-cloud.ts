/**
 * `node test/support/killable-cloud.ts FOLDER [CALLS]`: a local cloud with one plan, in a process that kills itself with
 * SIGKILL at the given AWS call of its functions, before or after the call took effect. It says `ready` and the time when
 * the rollout may begin or go on, and at the end of the window one line of JSON: what became of it.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { MINUTE } from '../../core/ambient.ts';
import { orderOf } from '../../core/device/order.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parsePlanId, parseSha256, versionIdOf } from '../../core/ids.ts';
import { addCounts, type Counts } from '../../core/job/job.ts';
import { recountPlan, type Difference } from '../../core/result/recount.ts';
import { PLACE } from '../../local/boot.ts';
import { bootTestCloud, type TestCloud } from './local-cloud.ts';

export const DEVICES = 48;
export const WAVE_SIZE = 4;
export const INTERVAL_MINUTES = 5;

export interface Aftermath {
  readonly waves: readonly { readonly seq: number; readonly openedAt: number; readonly deviceIds: readonly string[] }[];
  /** Device of every instruction. */
  readonly instructed: readonly string[];
  /** Enrolment of every install command in a queue. */
  readonly queued: readonly string[];
  readonly totals: Readonly<Record<string, number>>;
  /** What `wavecast plan recount` says of the plan. */
  readonly recount: { readonly waves: number; readonly instructions: number; readonly differences: readonly Difference[] };
  readonly faults: readonly string[];
}

const startAt = Date.parse('2026-11-23T00:55:00Z');
const windowEnds = Date.parse('2026-11-23T02:05:00Z');
const branchId = parseBranchId('head-office');
const planId = parsePlanId('6f1cbbb4-50a5-4c4b-8a7e-3d8a3d5b6a01');
const bundleId = parseBundleId('com.example.field');
const ids = createIdentifiers();

/** Does nothing in a later life: nothing is killed before the plan is there. */
async function seed(test: TestCloud): Promise<void> {
  const { cloud, stores } = test;
  if ((await stores.plans.plan(planId)) !== undefined) return;
  await stores.branches.putBranch({ id: branchId, name: 'Head office', timeZone: 'UTC', linkMbps: 100, brake: false, revision: 0 });
  const document = createDocumentClient(new DynamoDBClient({ endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer }));
  for (let number = 0; number < DEVICES; number += 1) {
    const id = parseDeviceId(ids.named(`device ${number}`));
    const enrolmentId = parseEnrolmentId(ids.named(`enrolment ${number}`).toUpperCase());
    const at = { lastSeenAt: startAt, authenticatedAt: startAt, enrolledAt: startAt };
    await document.send(new PutCommand({
      TableName: test.name('AWS::DynamoDB::Table', 'TablesDevices'),
      Item: { pk: `enrolment#${enrolmentId}`, sk: 'enrolment', id: enrolmentId, deviceId: id, branchId, status: 'enrolled', pin: 'ab'.repeat(32), topic: 'com.apple.mgmt.External.test', push: { token: 'ab'.repeat(32), magic: 'm', dead: true }, ...at },
    }));
    await stores.devices.addDevice({
      id, name: `phone-${number}`, branchId, testDevice: false, tags: [], order: orderOf(id, false, ids), status: 'enrolled', enrolmentId, productName: 'iPhone15,4', osVersion: '18.1',
      createdAt: startAt, enrolledAt: startAt, revision: 1,
    });
  }
  const digest = parseSha256('cd'.repeat(32));
  const versionId = versionIdOf(digest);
  await stores.catalogue.putVersion({ bundleId, title: 'Field', description: '', createdAt: startAt }, {
    id: versionId, bundleId, version: '7', shortVersion: '1.2', title: 'Field', fileName: 'field.ipa', digest, size: 30_000_000, chunkDigests: [digest], chunkSize: 30_000_000, minimumOsVersion: '16.0',
    deviceFamilies: [1], kind: 'enterprise', teamId: 'TEAM123456', warnings: [], profileExpiresAt: startAt + 10 ** 10, provisionedDevices: [], placement: 'verified', checks: [], verifiedAt: startAt, createdAt: startAt,
  });
  await stores.plans.addPlan(
    { id: planId, name: 'Field 1.2', operation: 'install', bundleId, versionId, shortVersion: '1.2', version: '7', waveSize: WAVE_SIZE, intervalMinutes: INTERVAL_MINUTES, deadlineHours: 24, targets: 'branches', attempt: 1, status: 'live', createdBy: 'ada', createdAt: startAt, startedAt: startAt, revision: 1 },
    [{ planId, branchId, timeZone: 'UTC', windows: [{ from: '01:00', to: '02:00' }], inventoryWindow: { from: '22:00', to: '24:00' } }], [],
  );
}

async function aftermath(test: TestCloud): Promise<Aftermath> {
  const { cloud, stores, faults } = test;
  const run = { planId, branchId, kind: 'install' } as const;
  const waves = await stores.runs.waves(run);
  const instructed: string[] = [];
  for (const { id } of waves) instructed.push(...(await stores.instructions.instructionsOfWave(id)).map(({ deviceId }) => deviceId));
  const document = createDocumentClient(new DynamoDBClient({ endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer }));
  const queued: string[] = [];
  for await (const { Items } of paginateScan({ client: document }, { TableName: test.name('AWS::DynamoDB::Table', 'TablesDevices') })) {
    for (const { pk, sk } of Items ?? []) if (String(sk).startsWith('q#')) queued.push(String(pk));
  }
  return {
    waves: waves.map(({ seq, openedAt, targets }) => ({ seq, openedAt, deviceIds: targets.map(({ deviceId }) => deviceId) })), instructed, queued, faults,
    totals: Object.values(Object.fromEntries(await stores.runs.runTotals([run])))[0] ?? {}, recount: await recounted(stores),
  };
}

async function recounted(stores: TestCloud['stores']): Promise<Aftermath['recount']> {
  let counts: Counts = {};
  const differences: Difference[] = [];
  for await (const page of recountPlan(stores, planId, [branchId], ['install', 'inventory'], false)) {
    counts = addCounts(counts, page.counts);
    differences.push(...page.differences);
  }
  return { waves: counts['waves'] ?? 0, instructions: counts['instructions'] ?? 0, differences };
}

/** An even call ends it before anything is done, an odd one when all is done but the answer. */
function dieAt(calls: number, { cloud }: TestCloud): void {
  let count = 0;
  const die = (): void => {
    process.kill(process.pid, 'SIGKILL');
  };
  cloud.aws.observe({
    beforeCall: () => {
      count += 1;
      if (count === calls && calls % 2 === 0) die();
    },
    onCall: () => {
      if (count >= calls) die();
    },
  });
}

if (import.meta.main) {
  const [, , dataFolder = '', calls] = process.argv;
  const test = await bootTestCloud({ pace: 'max', startAt, dataFolder });
  const preparing = test.cloud.clock.hold('preparing');
  await seed(test);
  await test.invoke('Launch', { planId });
  process.stdout.write(`ready ${new Date(test.cloud.clock.now()).toISOString()}\n`);
  if (calls !== undefined) dieAt(Number(calls), test);
  preparing();
  await test.cloud.clock.until(windowEnds + 5 * MINUTE);
  process.stdout.write(`${JSON.stringify(await aftermath(test))}\n`);
  await test.cloud.stop();
}
