/** Brings the demo to where a plan can start, as an administrator would: by the API, step by step. */
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalCloud } from '../boot.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { AdminClient } from './admin-client.ts';
import { startFleet, type DemoFleet } from './demo-fleet.ts';
import { writeSampleIpa } from './sample-ipa.ts';
import type { Steps } from './say.ts';
import { app, intervalMinutes, seed, testDevice, type Site, waveSize } from './scenario.ts';
import { usualMix } from '../../simulator/temper.ts';

export interface DemoStage {
  readonly cloud: LocalCloud;
  readonly api: AdminClient;
  readonly steps: Steps;
  readonly sites: readonly Site[];
  /** Where the sample package is made. */
  readonly folder: string;
}

export async function setUpSites({ cloud, api, steps, sites }: DemoStage): Promise<DemoFleet> {
  const step = steps.begin('push certificate, branches, invitations');
  const { certificate, key } = cloud.trust.push;
  await api('setPushCertificate', { body: { certificate, key } });
  for (const { id, name, timeZone, linkMbps } of sites) await api('putBranch', { id, body: { name, timeZone, linkMbps } });
  const branches = [];
  for (const { id, timeZone, linkMbps, devices } of sites) {
    const { link } = await api('invite', { body: { branchId: id, uses: devices } });
    branches.push({ name: id, timeZone, linkMbps, devices, profileUrl: `${link}/profile` });
  }
  const [home] = sites;
  if (home === undefined) throw new Error('The demo has no site.');
  const { link } = await api('invite', { body: { branchId: home.id, deviceName: testDevice, testDevice: true } });
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
export async function placeApp({ api, steps, folder, cloud }: Pick<DemoStage, 'api' | 'steps' | 'folder' | 'cloud'>, sizeBytes: number = app.sizeBytes): Promise<AnswerOf<'getVersion'>> {
  const step = steps.begin(`making ${app.fileName}`);
  await mkdir(folder, { recursive: true });
  const { path, size } = await writeSampleIpa({ ...app, sizeBytes, path: join(folder, app.fileName), kind: 'enterprise', signedAt: cloud.clock.now() - 86_400_000 });
  step.update(`uploading ${app.fileName}`);
  const { uploadId, partSize, parts } = await api('beginUpload', { body: { fileName: app.fileName, size } });
  const placed = [];
  for (const [index, { partNumber, url }] of parts.entries()) {
    const part = await buffer(Readable.from(createReadStream(path, { start: index * partSize, end: Math.min(size, (index + 1) * partSize) - 1 })));
    const response = await fetch(url, { method: 'PUT', body: new Uint8Array(part) });
    const etag = response.headers.get('etag');
    if (!response.ok || etag === null) throw new Error(`The communication server refused part ${partNumber} of the upload: ${response.status}.`);
    placed.push({ partNumber, etag });
  }
  await api('completeUpload', { id: uploadId, body: { fileName: app.fileName, parts: placed } });
  step.update(`verifying ${app.fileName}`);
  let registration = await api('register', { body: { fileName: app.fileName, bundleId: app.bundleId, version: app.shortVersion, title: app.title } });
  while (registration.state === 'verifying') {
    await pause(200);
    registration = await api('getRegistration', { id: registration.id });
  }
  if (registration.versionId === undefined) throw new Error(`The package was refused: ${registration.reason ?? ''}`);
  const version = await api('getVersion', { id: registration.versionId });
  step.done(`${app.fileName} (${Math.round(version.size / 1e6)} MB, ${version.kind}) uploaded, registered, verified: ${version.checks.length} checks`);
  return version;
}

/** Installs it on the test device; resolves when the device has said so. */
export async function proveApp({ api, steps, cloud }: DemoStage, version: AnswerOf<'getVersion'>): Promise<void> {
  const step = steps.begin('installing it on the test device');
  const asked = cloud.clock.now();
  await api('testInstall', { id: version.id });
  while ((await api('getVersion', { id: version.id })).placement !== 'proven') {
    if (cloud.clock.now() > asked + 86_400_000) throw new Error('The test device did not install the app within a day.');
    await pause(100);
  }
  step.done(`The test device has it after ${Math.max(1, Math.round((cloud.clock.now() - asked) / 60_000))} of its minutes: the placement is proven`);
}

export async function startPlan({ api, steps, sites }: DemoStage, version: AnswerOf<'getVersion'>): Promise<AnswerOf<'createPlan'>> {
  const step = steps.begin('planning');
  const plan = await api('createPlan', {
    body: { name: `${app.title} ${app.shortVersion}`, versionId: version.id, waveSize, intervalMinutes, branches: sites.map(({ id, window }) => ({ branchId: id, windows: [window] })) },
  });
  const { devices, waves } = await api('previewPlan', { id: plan.id });
  await api('startPlan', { id: plan.id });
  step.done(`Plan started: ${devices} devices in ${waves} waves of at most ${waveSize}, ${intervalMinutes} minutes apart in a branch`);
  return plan;
}
