/** Brings the demo to where a plan can start, as an administrator would: by the API, step by step. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../../cli/api-client.ts';
import { uploadServer } from '../../cli/place-file.ts';
import { uploadFile, type UploadWorld } from '../../cli/upload.ts';
import { untilVerified } from '../../cli/verification.ts';
import type { LocalCloud } from '../boot.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { startFleet, type DemoFleet } from './demo-fleet.ts';
import { writeSampleIpa } from './sample-ipa.ts';
import type { Steps } from './say.ts';
import { app, intervalMinutes, seed, testDevice, type Site, waveSize } from './scenario.ts';
import { usualMix } from '../../simulator/temper.ts';

export interface DemoStage {
  readonly cloud: LocalCloud;
  readonly api: ApiClient;
  readonly world: UploadWorld;
  readonly steps: Steps;
  readonly sites: readonly Site[];
  /** Where the sample package is made. */
  readonly folder: string;
}

export async function setUpSites({ cloud, api, steps, sites }: DemoStage): Promise<DemoFleet> {
  const step = steps.begin('push certificate, branches, invitations');
  const { certificate, key } = cloud.trust.push;
  await api.call('setPushCertificate', { body: { certificate, key } });
  for (const { id, name, timeZone, linkMbps } of sites) await api.call('putBranch', { id, body: { name, timeZone, linkMbps } });
  const branches = [];
  for (const { id, timeZone, linkMbps, devices } of sites) {
    const { link } = await api.call('invite', { body: { branchId: id, uses: devices } });
    branches.push({ name: id, timeZone, linkMbps, devices, profileUrl: `${link}/profile` });
  }
  const [home] = sites;
  if (home === undefined) throw new Error('The demo has no site.');
  const { link } = await api.call('invite', { body: { branchId: home.id, deviceName: testDevice, testDevice: true } });
  branches.unshift({ name: home.id, timeZone: home.timeZone, linkMbps: home.linkMbps, devices: 1, obliging: true, profileUrl: `${link}/profile` });
  step.done(`Push certificate, ${sites.length} branches in ${sites.length} time zones, ${branches.length} invitations`);

  const count = branches.reduce((sum, { devices }) => sum + devices, 0);
  const enrolling = steps.begin(`enrolling ${count} simulated devices`);
  const fleet = startFleet({
    seed, mix: usualMix, branches, courierPort: cloud.ports.courier, clockPort: cloud.ports.clock, root: cloud.trust.root,
    present: { bundleId: app.bundleId, version: { shortVersion: app.shortVersion, version: app.version } },
  }, (done, of) => { enrolling.update(`enrolling ${of} simulated devices: ${done}`); });
  await fleet.enrolled;
  enrolling.done(`${count} simulated devices enrolled, each with a certificate of its own`);
  return fleet;
}

/** Makes the package, uploads it in parts, registers it and waits until it is verified. Throws with the reason where it is refused. */
export async function placeApp({ api, world, steps, folder, cloud }: Pick<DemoStage, 'api' | 'world' | 'steps' | 'folder' | 'cloud'>, sizeBytes: number = app.sizeBytes): Promise<AnswerOf<'getVersion'>> {
  const step = steps.begin(`making ${app.fileName}`);
  await mkdir(folder, { recursive: true });
  const { path, size } = await writeSampleIpa({ ...app, sizeBytes, path: join(folder, app.fileName), kind: 'enterprise', signedAt: cloud.clock.now() - 86_400_000 });
  step.update(`uploading ${app.fileName}`);
  await uploadFile(world, uploadServer(api), {
    path, fileName: app.fileName, onProgress: (sent) => { step.update(`uploading ${app.fileName}: ${Math.floor((100 * sent) / size)} %`); }, onResume: () => undefined,
  });
  step.update(`verifying ${app.fileName}`);
  const registration = await untilVerified(world, api, await api.call('register', { body: { fileName: app.fileName, bundleId: app.bundleId, version: app.shortVersion, title: app.title } }));
  if (registration.versionId === undefined) throw new Error('The package was verified, but is no version.');
  const version = await api.call('getVersion', { id: registration.versionId });
  step.done(`${app.fileName} (${Math.round(version.size / 1e6)} MB, ${version.kind}) uploaded, registered, verified: ${version.checks.length} checks`);
  return version;
}

/** Installs it on the test device; resolves when the device has said so. */
export async function proveApp({ api, steps, cloud }: DemoStage, version: AnswerOf<'getVersion'>): Promise<void> {
  const step = steps.begin('installing it on the test device');
  const asked = cloud.clock.now();
  await api.call('testInstall', { id: version.id });
  while ((await api.call('getVersion', { id: version.id })).placement !== 'proven') {
    if (cloud.clock.now() > asked + 86_400_000) throw new Error('The test device did not install the app within a day.');
    await pause(100);
  }
  step.done(`The test device has it after ${Math.max(1, Math.round((cloud.clock.now() - asked) / 60_000))} of its minutes: the placement is proven`);
}

export async function startPlan({ api, steps, sites }: DemoStage, version: AnswerOf<'getVersion'>): Promise<AnswerOf<'createPlan'>> {
  const step = steps.begin('planning');
  const plan = await api.call('createPlan', {
    body: { name: `${app.title} ${app.shortVersion}`, versionId: version.id, waveSize, intervalMinutes, branches: sites.map(({ id, window }) => ({ branchId: id, windows: [window] })) },
  });
  const { devices, waves } = await api.call('previewPlan', { id: plan.id });
  await api.call('startPlan', { id: plan.id, body: {} });
  step.done(`Plan started: ${devices} devices in ${waves} waves of at most ${waveSize}, ${intervalMinutes} minutes apart in a branch`);
  return plan;
}
