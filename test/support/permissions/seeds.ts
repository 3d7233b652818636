/** Ordinary data of a local cloud, put there by the developer's hand. Everything is new each time. */
import { createHash, randomBytes } from 'node:crypto';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { DAY, MINUTE } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { orderOf } from '../../../core/device/order.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parseInstructionId, parsePlanId, parseSha256, versionIdOf, type BranchId } from '../../../core/ids.ts';
import type { Instruction } from '../../../core/instruction/instruction.ts';
import type { Plan, PlanBranch, Run, Wave } from '../../../core/rollout/plan.ts';
import { directWaveId, waveIdOf } from '../../../core/rollout/wave-id.ts';
import type { World } from './world.ts';

export type EnrolledDevice = Device & Required<Pick<Device, 'enrolmentId'>>;

export async function addBranch({ test, ids }: World): Promise<BranchId> {
  const id = parseBranchId(`b-${ids.fresh()}`);
  await test.stores.branches.putBranch({ id, name: id, timeZone: 'UTC', linkMbps: 100, brake: false, revision: 0 });
  return id;
}

/** A verified version of an app of its own. Its package is not stored. */
export async function addVersion(world: World, facts: Partial<AppVersion> = {}, content: Uint8Array = randomBytes(16)): Promise<AppVersion> {
  const now = world.now();
  const digest = parseSha256(createHash('sha256').update(content).digest('hex'));
  const version: AppVersion = {
    id: versionIdOf(digest), bundleId: parseBundleId(`com.example.${digest.slice(0, 12)}`), version: '7', shortVersion: '1.2', title: 'Field', fileName: 'field.ipa', digest, size: 30_000_000, chunkDigests: [digest],
    chunkSize: 30_000_000, minimumOsVersion: '16.0', deviceFamilies: [1], kind: 'enterprise', teamId: 'TEAM123456', warnings: [], profileExpiresAt: now + 300 * DAY, provisionedDevices: [], placement: 'verified', checks: [], verifiedAt: now, createdAt: now, ...facts,
  };
  await world.test.stores.catalogue.putVersion({ bundleId: version.bundleId, title: 'Field', description: '', createdAt: now }, version);
  world.apps.add(version.bundleId);
  return version;
}

/** Takes out of the catalogue what flows before have added: each adds apps of its own, and a device is asked of a hundred at most. */
export async function forgetApps({ apps, test }: World): Promise<void> {
  await Promise.all([...apps].map((bundleId) => test.stores.catalogue.deleteApp(bundleId)));
  apps.clear();
}

/** A device that is enrolled and says where to push; APNs knows nothing of it. */
export async function addDevice(world: World, branchId: BranchId, facts: Partial<Device> = {}): Promise<EnrolledDevice> {
  const { test, ids, document } = world;
  const id = parseDeviceId(ids.fresh());
  const enrolmentId = parseEnrolmentId(ids.fresh().toUpperCase());
  const now = world.now();
  const device: EnrolledDevice = {
    id, name: `phone-${id}`, branchId, testDevice: false, tags: [], order: orderOf(id, facts.testDevice ?? false, ids), status: 'enrolled', enrolmentId, productName: 'iPhone15,4', osVersion: '18.1',
    createdAt: now, enrolledAt: now, revision: 1, ...facts,
  };
  await document.send(new PutCommand({
    TableName: test.name('AWS::DynamoDB::Table', 'TablesDevices'),
    Item: {
      pk: `enrolment#${enrolmentId}`, sk: 'enrolment', id: enrolmentId, deviceId: id, branchId, status: 'enrolled', pin: 'ab'.repeat(32), topic: test.cloud.trust.push.topic,
      push: { token: randomBytes(32).toString('hex'), magic: 'm', dead: false }, lastSeenAt: now, authenticatedAt: now, enrolledAt: now,
    },
  }));
  await test.stores.devices.addDevice(device);
  return device;
}

/** The record of a certificate that a device is pinned to from now on. */
export async function addIdentity({ test, document, ids }: World, { enrolmentId }: EnrolledDevice): Promise<void> {
  const TableName = test.name('AWS::DynamoDB::Table', 'TablesDevices');
  const fingerprint = createHash('sha256').update(ids.fresh()).digest('hex');
  await document.send(new PutCommand({
    TableName, Item: { pk: `certificate#${fingerprint}`, sk: 'certificate', fingerprint, serialNumber: '01', issuedAt: 0, expiresAt: 5 * 365 * DAY, revoked: false, der: 'MIIB', enrolmentId },
  }));
  await document.send(new UpdateCommand({ TableName, Key: { pk: `enrolment#${enrolmentId}`, sk: 'enrolment' }, UpdateExpression: 'SET pin = :pin', ExpressionAttributeValues: { ':pin': fingerprint } }));
}

/** An install instruction for a device, outside any plan unless the facts say otherwise. Not stored. */
export function instructionFor(world: World, device: EnrolledDevice, version: AppVersion, facts: Partial<Instruction> = {}): Instruction {
  const now = world.now();
  return {
    id: parseInstructionId(world.ids.fresh()), kind: 'install', waveId: directWaveId(world.ids), deviceId: device.id, deviceName: device.name, enrolmentId: device.enrolmentId, branchId: device.branchId,
    bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version, attempt: 1, state: 'issued', issuedAt: now, deadline: now + DAY, updatedAt: now,
    history: [{ at: now, state: 'issued' }], ...facts,
  };
}

export interface PlannedBranch {
  readonly plan: Plan;
  readonly branch: PlanBranch;
}

/** A live plan for one branch, with windows in the night. */
export async function addPlan(world: World, version: AppVersion, branchId: BranchId, facts: Partial<Plan> = {}, targets: readonly Device[] = []): Promise<PlannedBranch> {
  const now = world.now();
  const plan: Plan = {
    id: parsePlanId(world.ids.fresh()), name: 'Field 1.2', operation: 'install', bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version, waveSize: 50, intervalMinutes: 5, deadlineHours: 24,
    targets: 'branches', attempt: 1, status: 'live', createdBy: 'ada', createdAt: now, startedAt: now, revision: 1, ...facts,
  };
  const branch: PlanBranch = { planId: plan.id, branchId, timeZone: 'UTC', windows: [{ from: '01:00', to: '02:00' }], inventoryWindow: { from: '22:00', to: '24:00' } };
  await world.test.stores.plans.addPlan(plan, [branch], targets);
  return { plan, branch };
}

/** The install run of a branch; its window is open for two minutes more. */
export async function addRun(world: World, { planId, branchId }: Pick<PlanBranch, 'planId' | 'branchId'>, facts: Partial<Run> = {}): Promise<Run> {
  const now = world.now();
  const run: Run = { planId, branchId, kind: 'install', status: 'waiting', pass: 'first', epoch: 1, nextSeq: 1, nextAt: now, window: { opensAt: now - MINUTE, closesAt: now + 2 * MINUTE }, ...facts };
  await world.test.stores.runs.addRuns([run]);
  return run;
}

/** The first wave of a run, with its instructions. */
export async function addWave(world: World, run: Run, instructions: readonly Instruction[], facts: Partial<Wave> = {}): Promise<Wave> {
  const { runs } = world.test.stores;
  const wave: Wave = {
    id: waveIdOf(run, 1), runKey: { planId: run.planId, branchId: run.branchId, kind: run.kind }, seq: 1, state: 'open', pass: 'first', openedAt: world.now(), skips: [],
    targets: instructions.flatMap(({ deviceId, deviceName, enrolmentId }) => (enrolmentId === undefined ? [] : [{ deviceId, deviceName, enrolmentId }])), ...facts,
  };
  if (!(await runs.openWave(run, { ...run, nextSeq: 2 }, wave))) throw new Error('The wave was not opened.');
  return wave;
}
