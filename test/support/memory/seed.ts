/** Puts ordinary things into a memory world, as if they had always been there. What a test is about, it says; the rest is ordinary. */
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Branch } from '../../../core/device/branch.ts';
import type { Device } from '../../../core/device/device.ts';
import { orderOf } from '../../../core/device/order.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parsePlanId, parseSha256, versionIdOf } from '../../../core/ids.ts';
import type { Plan, PlanBranch } from '../../../core/rollout/plan.ts';
import { uuidOf } from './ambient.ts';
import type { MemoryWorld } from './world.ts';

export function seedBranch(world: MemoryWorld, id: string, facts: Partial<Branch> = {}): Branch {
  const branch: Branch = { id: parseBranchId(id), name: `Branch ${id}`, timeZone: 'Europe/Berlin', linkMbps: 100, brake: false, revision: 0, ...facts };
  world.tables.branches.set(branch.id, branch);
  return branch;
}

/** A device called `name`, enrolled and reachable unless `facts` say otherwise. */
export function seedDevice(world: MemoryWorld, branchId: string, name: string, facts: Partial<Device> = {}): Device {
  const now = world.clock.now();
  const id = parseDeviceId(uuidOf(`device ${name}`));
  const enrolmentId = parseEnrolmentId(uuidOf(`enrolment ${name}`).toUpperCase());
  const device: Device = {
    id, name, branchId: parseBranchId(branchId), testDevice: false, tags: [], order: orderOf(id, facts.testDevice ?? false, world.ids), status: 'enrolled', enrolmentId,
    serialNumber: `SN-${name}`, productName: 'iPhone15,4', osVersion: '18.1', createdAt: now, enrolledAt: now, revision: 1, ...facts,
  };
  world.tables.devices.set(id, device);
  if (device.status === 'enrolled') {
    world.tables.enrolments.set(enrolmentId, {
      id: enrolmentId, deviceId: id, branchId: device.branchId, status: 'enrolled', pin: digestOf(`pin ${name}`), topic: 'com.apple.mgmt.External.test',
      push: { token: 'ab'.repeat(32), magic: `magic ${name}`, dead: false }, lastSeenAt: now, authenticatedAt: now, enrolledAt: now,
    });
  }
  return device;
}

/** A verified build of `bundleId`, with its app. */
export function seedVersion(world: MemoryWorld, bundleId = 'com.example.field', facts: Partial<AppVersion> = {}): AppVersion {
  const now = world.clock.now();
  const digest = digestOf(`${bundleId} ${facts.shortVersion ?? '1.0'} ${facts.version ?? '100'}`);
  const version: AppVersion = {
    id: versionIdOf(digest), bundleId: parseBundleId(bundleId), version: '100', shortVersion: '1.0', title: 'Field', fileName: 'Field-1.0.ipa',
    digest, size: 30_000_000, chunkDigests: [digest], chunkSize: 30_000_000, minimumOsVersion: '16.0', deviceFamilies: [1, 2], kind: 'enterprise', teamId: 'TEAM123456', warnings: [],
    profileExpiresAt: now + 300 * 86_400_000, provisionedDevices: [], placement: 'verified', checks: [], verifiedAt: now, createdAt: now, ...facts,
  };
  world.tables.apps.set(version.bundleId, { bundleId: version.bundleId, title: 'Field', description: 'Work orders', createdAt: now });
  world.tables.versions.set(version.id, version);
  world.tables.files.set(version.fileName, version.id);
  return version;
}

/** A plan of `version` in the branches named, windows 09:00-17:00. */
export function seedPlan(world: MemoryWorld, version: AppVersion, branchIds: readonly string[], facts: Partial<Plan> = {}): { readonly plan: Plan; readonly branches: readonly PlanBranch[] } {
  const plan: Plan = {
    id: parsePlanId(world.ids.fresh()), name: 'A plan', operation: 'install', bundleId: version.bundleId, versionId: version.id, shortVersion: version.shortVersion, version: version.version,
    waveSize: 50, intervalMinutes: 5, deadlineHours: 24, targets: 'branches', attempt: 1, status: 'live', createdBy: 'ada', createdAt: world.clock.now(), revision: 1, ...facts,
  };
  const branches = branchIds.map((branchId): PlanBranch => ({
    planId: plan.id, branchId: parseBranchId(branchId), timeZone: world.tables.branches.get(parseBranchId(branchId))?.timeZone ?? 'Europe/Berlin',
    windows: [{ from: '09:00', to: '17:00' }], inventoryWindow: { from: '22:00', to: '24:00' },
  }));
  world.tables.plans.set(plan.id, plan);
  for (const branch of branches) world.tables.planBranches.set(`${plan.id}/${branch.branchId}`, branch);
  return { plan, branches };
}

/** A SHA-256 that `text` always has; not its true digest. */
export function digestOf(text: string): ReturnType<typeof parseSha256> {
  return parseSha256((uuidOf(text) + uuidOf(`${text}, more`)).replaceAll('-', ''));
}
