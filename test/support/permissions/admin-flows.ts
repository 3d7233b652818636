/** Flows of the administrators' API, as a program with a token uses it. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { iconKey } from '../../../core/catalog/package-icon.ts';
import { HOUR } from '../../../core/ambient.ts';
import { parseBranchId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import { createAuthority } from '../../../protocol/certificate-authority.ts';
import { byHandFlows } from './by-hand-flows.ts';
import { refused, withoutAuthority } from './device-flows.ts';
import { addBranch, addDevice, addIdentity, addPlan, addRun, addVersion, addWave, forgetApps, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';

function flow(name: string, run: (world: World) => Promise<void>): Flow {
  return { name: `administrators: ${name}`, roles: ['Admin'], run };
}

/** Uploads a file in parts, as the CLI does. Its name. */
async function uploads({ admin, ids }: World): Promise<string> {
  const fileName = `${ids.fresh()}.ipa`;
  const { uploadId, parts } = await admin.call('beginUpload', { body: { fileName, size: 3 } });
  const etags: { partNumber: number; etag: string }[] = [];
  for (const { partNumber, url } of parts) {
    const response = await fetch(url, { method: 'PUT', body: 'ipa' });
    if (!response.ok) throw new Error(`The part was answered with ${response.status}.`);
    etags.push({ partNumber, etag: response.headers.get('etag') ?? '' });
  }
  await admin.call('completeUpload', { id: uploadId, body: { fileName, parts: etags } });
  return fileName;
}

export const adminFlows: readonly Flow[] = [
  ...byHandFlows,
  flow('an unknown address', ({ test: { cloud } }) => refused(`${cloud.apiUrl}/unicorns`)),
  flow('branches', async ({ admin, ids }) => {
    const id = `b-${ids.fresh()}`;
    await admin.call('putBranch', { id, body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 100 } });
    await admin.call('putBranch', { id, body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50, brake: true } });
    await admin.call('putBranch', { id, body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50 } });
    await admin.call('listBranches');
  }),
  flow('invitations', async (world) => {
    const { id } = await world.admin.call('invite', { body: { branchId: await addBranch(world) } });
    await world.admin.call('getInvitation', { id });
    await world.admin.call('withdrawInvitation', { id });
  }),
  flow('a device gets another name and branch', async (world) => {
    const [from, to] = [await addBranch(world), await addBranch(world)];
    const { id } = await addDevice(world, from);
    const name = `phone-${world.ids.fresh()}`;
    await world.admin.call('changeDevice', { id, body: { name, branchId: to } });
    await world.admin.call('getTimeline', { id });
    const { items } = await world.admin.call('listDevices', { query: { branchId: to } });
    if (items[0]?.name !== name) throw new Error('The device was not changed.');
  }),
  flow('what a device said of its apps, and asking it again', async (world) => {
    await forgetApps(world);
    const { id } = await addDevice(world, await addBranch(world));
    await addVersion(world);
    await world.admin.call('getInventory', { id });
    if ((await world.admin.call('collectInventory', { id })).apps === 0) throw new Error('The device was asked of nothing.');
    await world.admin.call('listCommands', { id });
  }),
  flow('a single device is instructed', async (world) => {
    const { id, name } = await addDevice(world, await addBranch(world));
    const { instructed } = await world.admin.call('instructDevices', { id: (await addVersion(world)).id, body: { deviceIds: [id], unproven: true } });
    if (instructed[0] !== name) throw new Error('The device was not instructed.');
  }),
  flow('the icon of a version', async (world) => {
    const version = await addVersion(world, { iconWidth: 120 });
    await world.test.stores.s3.send(new PutObjectCommand({ Bucket: world.test.name('AWS::S3::Bucket', 'BucketsPackages'), Key: iconKey(version.digest, 'original'), Body: 'icon' }));
    const { link } = await world.admin.call('getVersionIcon', { id: version.id });
    const response = await fetch(link);
    if ((await response.text()) !== 'icon') throw new Error(`The icon was answered with ${response.status}.`);
  }),
  flow('devices come from a file, and go into one', async (world) => {
    const branchId = await addBranch(world);
    const name = `till-${world.ids.fresh()}`;
    const { created } = await world.admin.call('importDevices', { body: { csv: `Name,Branch\n${name},${branchId}\n` } });
    const { link } = await world.admin.call('exportDevices', { body: { branchId } });
    const response = await fetch(link);
    if (created !== 1 || !(await response.text()).includes(name)) throw new Error('The device is not in the file.');
  }),
  flow('a device is found by what it is called', async (world) => {
    const { id, name } = await addDevice(world, await addBranch(world));
    const { items } = await world.admin.call('listDevices', { query: { search: name.toUpperCase() } });
    if (items[0]?.id !== id) throw new Error('The device was not found.');
  }),
  flow('a device that was instructed is deleted', async (world) => {
    const [version, device] = [await addVersion(world), await addDevice(world, await addBranch(world))];
    const instruction = instructionFor(world, device, version);
    await world.test.stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
    const { instructions } = await world.admin.call('deleteDevice', { id: device.id, query: { force: 'true' } });
    if (instructions !== 1 || (await world.test.stores.devices.device(device.id)) !== undefined) throw new Error('The device is still there.');
    await world.quiet();
  }),
  flow('the push certificate', async ({ admin, test }) => {
    const { certificate, key } = test.cloud.trust.push;
    await admin.call('getPushCertificate');
    await admin.call('setPushCertificate', { body: { certificate, key, force: true } });
  }),
  flow('who signs profiles', async ({ admin, test }) => {
    const { certificate, key } = test.cloud.trust.server;
    const { signed } = await admin.call('setProfileSigner', { body: { certificate, key } });
    await admin.call('removeProfileSigner');
    if (!signed) throw new Error('Nobody signs.');
  }),
  flow('a device\'s identity is revoked', async (world) => {
    const [version, device] = [await addVersion(world), await addDevice(world, await addBranch(world))];
    await addIdentity(world, device);
    const instruction = instructionFor(world, device, version);
    await world.test.stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
    await world.admin.call('revokeIdentity', { id: device.id });
    await world.quiet();
    if ((await world.admin.call('getDevice', { id: device.id })).status !== 'left') throw new Error('The device is managed still.');
  }),
  flow('an authority is brought', async (world) => {
    const { certificatePem: certificate, privateKeyPem: key } = await createAuthority('Example', world.now(), 1);
    await withoutAuthority(world, async () => {
      await world.admin.call('importAuthority', { body: { certificate, key } });
      await world.admin.call('getAuthority');
    });
  }),
  flow('a file and its registration', async (world) => {
    const { id } = await world.admin.call('register', { body: { fileName: await uploads(world) } });
    await world.admin.call('getRegistration', { id });
    await world.quiet();
  }),
  flow('apps and versions', async (world) => {
    const { id, bundleId } = await addVersion(world);
    await world.admin.call('listApps');
    await world.admin.call('getApp', { id: bundleId });
    await world.admin.call('getVersion', { id });
  }),
  flow('a test install', async (world) => {
    const { id } = await addDevice(world, await addBranch(world), { testDevice: true });
    await world.admin.call('testInstall', { id: (await addVersion(world)).id, body: { deviceIds: [id] } });
    await world.quiet();
  }),
  flow('a plan is made and started', async (world) => {
    const [version, branchId] = [await addVersion(world), await addBranch(world)];
    const { id } = await world.admin.call('createPlan', { body: { name: 'Field', versionId: version.id, branches: [{ branchId, windows: [{ from: '01:00', to: '02:00' }] }] } });
    await world.admin.call('listPlans');
    await world.admin.call('previewPlan', { id });
    await world.admin.call('setPace', { id, body: { branches: [{ branchId, pace: { waveSize: 20, intervalMinutes: 10 } }] } });
    await world.admin.call('editPlan', { id, body: { name: 'Field, again', versionId: version.id, branches: [{ branchId, windows: [{ from: '01:00', to: '02:00' }] }], revision: 2 } });
    await world.admin.call('startPlan', { id, body: { unproven: true } });
    await world.admin.call('setOpenLimit', { id, body: { openLimit: 5 } });
    await world.quiet();
    await world.admin.call('setWindows', { id, body: { branches: [{ branchId, windows: [{ from: '03:00', to: '04:00' }] }] } });
    await world.quiet();
    await world.admin.call('getPlan', { id });
  }),
  flow('a plan is re-issued', async (world) => {
    const [version, branchId] = [await addVersion(world), await addBranch(world)];
    const { plan, branch } = await addPlan(world, version, branchId, { attempt: 2 });
    const run = await addRun(world, branch);
    const failed = instructionFor(world, await addDevice(world, branchId), version, { planId: plan.id, waveId: waveIdOf(run, 1), state: 'failed', issuedAt: world.now() - HOUR });
    await world.test.stores.instructions.issue(failed, []);
    await world.quiet();
    await addWave(world, run, [failed]);
    const { devices } = await world.admin.call('reissuePlan', { id: plan.id, body: {} });
    if (devices !== 1) throw new Error('The device is not in the plan.');
  }),
  flow('the distribution status', async (world) => {
    const [version, branchId] = [await addVersion(world), await addBranch(world)];
    await addDevice(world, parseBranchId(branchId));
    const { plan } = await addPlan(world, version, branchId);
    const { link = '' } = await world.admin.call('exportDistributionStatus', { body: { bundleId: version.bundleId, planId: plan.id } });
    const response = await fetch(link);
    if (!response.ok || !(await response.text()).startsWith('Name,')) throw new Error(`The export was answered with ${response.status}.`);
  }),
  flow('permissions come from a file, go into one, and are taken away', async (world) => {
    const [version, branchId] = [await addVersion(world), await addBranch(world)];
    const { name } = await addDevice(world, branchId);
    const csv = `OS Type,Application Name,Version,Type of the target,Name of the target\niOS,${version.bundleId},${version.shortVersion},0,${name}\n`;
    const { importId = '' } = await world.admin.call('importPermissions', { body: { mode: 'app', csv } });
    await world.admin.call('finishPermissions', { body: { importId, mode: 'app', apps: [version.bundleId] } });
    const { link } = await world.admin.call('exportPermissions');
    const text = await (await fetch(link)).text();
    const { items } = await world.admin.call('listPermissions', { query: { device: name } });
    if (!text.includes(name) || items.length !== 1) throw new Error('The device has no permission.');
    const empty = await world.admin.call('importPermissions', { body: { mode: 'app', csv: `OS Type\niOS,${version.bundleId}\n` } });
    const { removed } = await world.admin.call('finishPermissions', { body: { importId: empty.importId ?? '', mode: 'app', apps: [version.bundleId] } });
    if (removed !== 1) throw new Error('The permission is still there.');
  }),
  flow('the audit log', async ({ admin, test }) => {
    const day = new Date(test.cloud.clock.now()).toISOString().slice(0, 10);
    await admin.call('listAudit', { query: { day } });
    const { link } = await admin.call('exportAudit', { body: { day } });
    if (!(await (await fetch(link)).text()).startsWith('Time (UTC),')) throw new Error('The audit log was not written.');
  }),
];
