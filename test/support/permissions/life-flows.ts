/** Flows of what becomes of versions: renewed, withdrawn, deleted, told of in time. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DAY } from '../../../core/ambient.ts';
import { incomingKey, packageKey } from '../../../core/catalog/placement-keys.ts';
import { sampleProfile } from '../../../local/demo/sample-profile.ts';
import { setTimer } from './rollout-flows.ts';
import { addBranch, addDevice, addVersion } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** Files are removed from where the version has them: each folder needs a grant of its own. */
async function withdraws(world: World): Promise<void> {
  const version = await addVersion(world, { fileName: `${world.ids.fresh()}.ipa`, size: 3 });
  const { s3 } = world.test.stores;
  const Bucket = world.test.name('AWS::S3::Bucket', 'BucketsPackages');
  for (const Key of [incomingKey(version.fileName), packageKey(version.digest, version.fileName)]) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'ipa' }));
  await world.admin.call('withdrawVersion', { id: version.id, body: { reason: 'It crashed.' } });
}

async function deletes(world: World): Promise<void> {
  const { catalogue } = world.test.stores;
  const version = await addVersion(world);
  await catalogue.withdraw(version.id, { at: world.now() - 2 * DAY, by: 'ada', reason: 'It crashed.' });
  await world.admin.call('deleteApp', { id: version.bundleId });
  if ((await catalogue.app(version.bundleId)) !== undefined) throw new Error('The app is still there.');
}

async function renews(world: World): Promise<void> {
  const now = world.now();
  const version = await addVersion(world);
  const profile = await sampleProfile({ kind: 'enterprise', covers: version.bundleId, teamId: version.teamId, signedAt: now - DAY, expiresAt: now + 360 * DAY, provisionedDevices: [], seed: version.id });
  await world.admin.call('renewProfile', { id: version.id, body: { profile: profile.toString('base64') } });
  const device = await addDevice(world, await addBranch(world));
  const { sent } = await world.admin.call('sendProfile', { id: version.id, body: { deviceIds: [device.id] } });
  if (sent.length !== 1) throw new Error('The profile was not sent.');
  await world.quiet();
}

/** The sweep meets a warning about a version. */
async function warns(world: World): Promise<void> {
  const { id, profileExpiresAt } = await addVersion(world, { profileExpiresAt: world.now() + DAY });
  await setTimer(world, { kind: 'version-end', subject: `${id}.${profileExpiresAt}`, step: 2 });
  await world.test.invoke('Sweep', {});
}

export const lifeFlows: readonly Flow[] = [
  { name: 'administrators: a version is withdrawn', roles: ['Admin'], run: withdraws },
  { name: 'administrators: an app is deleted', roles: ['Admin'], run: deletes },
  { name: 'administrators: a profile is renewed', roles: ['Admin'], run: renews },
  { name: 'administrators: what versions take', roles: ['Admin'], run: async ({ admin }) => { await admin.call('getStorage', { query: {} }); } },
  { name: 'the sweep tells of a version that ends', roles: ['Sweep'], run: warns },
];
