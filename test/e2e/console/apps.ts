import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DAY, HOUR } from '../../../core/ambient.ts';
import { app } from '../../../local/demo/scenario.ts';
import { writeSampleIpa } from '../../../local/demo/sample-ipa.ts';
import { sampleProfile } from '../../../local/demo/sample-profile.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import type { Scene } from '../../support/console/scene.ts';

/** Two parts of an upload. */
const LARGE = 30_000_000;
/** Bytes a second of a slow line: what is left takes seconds. */
const SLOW_LINE = 4_000_000;

async function newest(scene: Scene): Promise<AnswerOf<'getVersion'>> {
  const { items: [found] } = await scene.admin.call('listApps', {});
  return scene.admin.call('getVersion', { id: found?.latest?.id ?? '' });
}

async function versionNamed(scene: Scene, shortVersion: string): Promise<AnswerOf<'getVersion'>> {
  const found = (await scene.admin.call('getApp', { id: app.bundleId })).versions.find((version) => version.shortVersion === shortVersion);
  if (found === undefined) throw new Error(`The scene has no version ${shortVersion}.`);
  return found;
}

/** A device of New York, and the page of the version's list that it is on: chance says where, among those that never enrolled. */
async function scheduledAndEnrolled({ admin }: Scene, versionId: string): Promise<{ readonly address: string; readonly device: string }> {
  const enrolled = new Set((await admin.call('listDevices', { query: { branchId: 'new-york', status: 'enrolled' } })).items.map(({ id }) => id));
  const address = `/versions/${versionId}?branch=new-york&state=scheduled`;
  let after: string | undefined;
  for (let page = 1; page === 1 || after !== undefined; page += 1) {
    const { items, next } = await admin.call('listVersionDevices', { id: versionId, query: { branchId: 'new-york', state: 'scheduled', limit: 25, ...(after === undefined ? {} : { after }) } });
    const found = items.find(({ deviceId }) => enrolled.has(deviceId));
    if (found !== undefined) return { device: found.deviceName, address: after === undefined ? address : `${address}&page=${page}&after=${encodeURIComponent(after)}` };
    after = next;
  }
  throw new Error('Nobody in New York waits for the version.');
}

/** As an administrator's program places a file: nothing is registered. */
async function place({ admin }: Scene, path: string): Promise<void> {
  const file = await readFile(path);
  const { uploadId, parts: [part] } = await admin.call('beginUpload', { body: { fileName: basename(path), size: file.length } });
  const etag = (await fetch(part?.url ?? '', { method: 'PUT', body: file })).headers.get('etag') ?? '';
  await admin.call('completeUpload', { id: uploadId, body: { fileName: basename(path), parts: [{ partNumber: 1, etag }] } });
}

/** Bytes a second, upwards. */
async function slowLine(page: Page, uploadThroughput: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
}

export function apps(scene: () => Scene): void {
  describe('the page of a version', () => {
    it('is reached from its application, and says what the package and the placement say', async () => {
      const version = await newest(scene());
      const visit = await scene().visitAs('viewer', '/apps');
      const { page } = visit;
      await page.getByRole('link', { name: version.title, exact: true }).click();
      await page.getByRole('heading', { name: version.title, level: 1 }).waitFor();
      await page.getByRole('link', { name: `${version.shortVersion} (${version.version})` }).click();
      await page.getByRole('heading', { name: `${version.title} ${version.shortVersion} (${version.version})`, level: 1 }).waitFor();
      await page.getByText(version.fileName, { exact: true }).first().waitFor();
      await page.getByText(`${version.checks.length} checks passed`).waitFor();
      const withdraw = page.getByRole('button', { name: 'Withdraw' });
      expect(await withdraw.getAttribute('aria-disabled')).toBe('true');
      await visit.end();
    });

    it('lists its devices as the API does, filtered by the address', async () => {
      const version = await newest(scene());
      const { items } = await scene().admin.call('listVersionDevices', { id: version.id, query: { branchId: 'berlin', state: 'installed' } });
      expect(items.length).toBeGreaterThan(0);
      const visit = await scene().visitAs('viewer', `/versions/${version.id}?branch=berlin&state=installed`);
      for (const { deviceName } of items) await visit.page.getByRole('link', { name: deviceName, exact: true }).waitFor();
      expect(await visit.page.getByRole('row').count()).toBe(items.length + 1);
      await visit.end();
    });

    it('exports the distribution status as the job that it is, with a link that still works after a reload', async () => {
      const version = await newest(scene());
      const visit = await scene().visitAs('viewer', `/versions/${version.id}`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Export distribution status' }).click();
      await page.getByRole('link', { name: 'Download' }).waitFor();
      await page.reload();
      const link = page.getByRole('link', { name: 'Download' });
      await link.waitFor();
      const csv = await (await fetch(await link.getAttribute('href') ?? '')).text();
      const job = await scene().admin.call('getJob', { id: new URL(page.url()).searchParams.get('job') ?? '' });
      expect(csv.split(/\r?\n/).filter((line) => line !== '')).toHaveLength(job.rows + 1);
      expect(csv).toMatch(/^Name,Status,Package name,Version/);
      await visit.end();
    });

    it('instructs the chosen devices again, after asking with their number', async () => {
      const version = await newest(scene());
      const { address, device } = await scheduledAndEnrolled(scene(), version.id);
      const visit = await scene().visitAs('operator', address);
      const { page } = visit;
      // A live plan is still to instruct it: the API refuses, and says why.
      visit.expectComplaint(/status of 4\d\d/);
      await page.getByRole('checkbox', { name: `Choose ${device}`, exact: true }).click();
      await page.getByRole('button', { name: 'Instruct again (1)' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Devices concerned: 1').waitFor();
      await dialog.getByRole('button', { name: 'Instruct them' }).click();
      await page.getByText('What to do:').first().waitFor();
      await visit.end();
    });
  });

  describe('the profile of a version', () => {
    it('is renewed with the file of the developer portal, and sent to the devices that have the version', async () => {
      const version = await versionNamed(scene(), app.shortVersion);
      const build = { signedAt: version.profileExpiresAt - 365 * DAY, expiresAt: version.profileExpiresAt };
      const renewed = { kind: 'enterprise', covers: app.bundleId, teamId: version.teamId, provisionedDevices: [], signedAt: scene().test.cloud.clock.now() - DAY, expiresAt: build.expiresAt + 20 * DAY, renews: build } as const;
      const file = async (seed: string) => ({ name: 'Fieldwork.mobileprovision', mimeType: 'application/octet-stream', buffer: await sampleProfile({ ...renewed, seed }) });
      const visit = await scene().visitAs('operator', `/versions/${version.id}`);
      const { page } = visit;
      visit.expectComplaint(/status of 4\d\d/);
      await page.getByRole('button', { name: 'Renew the profile' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').setInputFiles(await file('another certificate'));
      await dialog.getByRole('button', { name: 'Renew', exact: true }).click();
      await dialog.getByText('holds no certificate that can have signed').waitFor();
      await dialog.locator('input[type=file]').setInputFiles(await file(app.bundleId));
      await visit.picture('renew-profile-1280-light');
      await dialog.getByRole('button', { name: 'Renew', exact: true }).click();
      await page.getByText(/^The profile of .* is renewed\.$/).waitFor();
      await page.getByRole('button', { name: 'Send it to devices' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Send it to devices' }).click();
      const told = page.getByText(/^The profile was sent to [1-9]\d* devices; 0 had been sent it before\.$/);
      await told.waitFor({ timeout: 60_000 });
      const { items } = await scene().admin.call('listProfileDevices', { id: version.id, query: { branchId: 'berlin' } });
      expect(items.length).toBeGreaterThan(0);
      expect(items.every(({ state }) => state !== 'not-sent')).toBe(true);
      await page.getByText(/^(Waiting to be fetched|Fetched|Has it)$/).first().waitFor();
      await visit.picture('version-profile-1280-light');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.end();
    }, 120_000);
  });

  describe('registering an app', () => {
    it('is not for viewers, who are told why', async () => {
      const visit = await scene().visitAs('viewer', '/register');
      const button = visit.page.getByRole('button', { name: 'Upload and register' });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await button.hover();
      await visit.page.getByText('This needs the role operator; yours is viewer.').filter({ visible: true }).first().waitFor();
      await visit.end();
    });

    it('refuses a file of another app, with the evidence and what to do', async () => {
      const visit = await scene().visitAs('operator', '/register');
      const { page } = visit;
      await page.locator('input[type=file]').first().setInputFiles(await ipa('Other-9.0.0.ipa', { shortVersion: '9.0.0', version: '900', sizeBytes: 400_000 }));
      await page.getByRole('button', { name: /What it must be/ }).click();
      await page.getByLabel('Package name').fill('com.example.other');
      await page.getByRole('button', { name: 'Upload and register' }).click();
      await page.getByText('It is refused').waitFor({ timeout: 60_000 });
      await page.getByText('com.example.fieldwork; expected com.example.other').waitFor();
      await page.getByText('What to do:').first().waitFor();
      await visit.picture('register-refused-1280-light');
      await visit.end();
    }, 120_000);

    it('goes on where a lost connection and a reload stopped it, then to a test device, then to a plan', async () => {
      const path = await ipa('Fieldwork-3.0.0.ipa', { shortVersion: '3.0.0', version: '300', sizeBytes: LARGE });
      const visit = await scene().visitAs('operator', '/register');
      const { page } = visit;
      const parts: string[] = [];
      visit.expectComplaint(/ERR_FAILED|ERR_ABORTED/);
      const partOf = (url: string): string => new URL(url).searchParams.get('partNumber') ?? '';
      const isPart = (url: URL): boolean => url.searchParams.has('partNumber');
      page.on('response', (response) => { if (response.request().method() === 'PUT' && response.ok()) parts.push(partOf(response.url())); });
      await page.route(isPart, (route) => (partOf(route.request().url()) === '1' ? route.continue() : route.abort()));
      // By the keyboard alone.
      const choosing = page.waitForEvent('filechooser');
      await visit.tabTo(async () => (await page.locator('input[type=file]:focus').count()) === 1);
      await page.keyboard.press('Enter');
      await (await choosing).setFiles(path);
      await visit.tabTo(async () => (await page.getByRole('button', { name: 'Upload and register' }).and(page.locator(':focus')).count()) === 1);
      await page.keyboard.press('Enter');
      await page.getByText('The connection is lost.').waitFor();
      await expect.poll(() => parts).toEqual(['1']);
      await visit.picture('register-waiting-1280-light');
      page.once('dialog', (dialog) => { void dialog.accept(); });
      await page.reload();
      await page.getByText('The upload of Fieldwork-3.0.0.ipa was interrupted').waitFor();
      await page.unroute(isPart);
      await slowLine(page, SLOW_LINE);
      await page.locator('input[type=file]').first().setInputFiles(path);
      await page.getByRole('button', { name: 'Upload and register' }).click();
      await page.getByText(/^[\d.]+ MB of 30 MB · [\d.]+ [kM]B\/s · \d+ s left$/).waitFor();
      await visit.picture('register-sending-1280-light');
      await page.getByText('It is for internal use, and devices can fetch it').waitFor({ timeout: 90_000 });
      expect(parts.filter((part) => part === '1')).toHaveLength(1);
      expect(new Set(parts).size).toBe(parts.length);

      const { versionId = '' } = await scene().admin.call('getRegistration', { id: new URL(page.url()).searchParams.get('registration') ?? '' });
      expect(await scene().admin.call('getVersion', { id: versionId })).toMatchObject({ shortVersion: '3.0.0', placement: 'verified' });
      expect(await page.getByRole('button', { name: 'Plan distribution' }).getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('button', { name: 'Install on all test devices' }).click();
      await page.getByText('Test devices instructed: 1.').waitFor();
      const { clock } = scene().test.cloud;
      clock.setPace('max');
      const until = clock.now() + HOUR;
      while (clock.now() < until && (await scene().admin.call('getVersion', { id: versionId })).placement !== 'proven') await page.waitForTimeout(300);
      clock.setPace('real');
      await page.getByText('A test device has it: the placement is proven.').waitFor({ timeout: 70_000 });
      const link = page.getByRole('link', { name: 'Plan distribution' });
      await link.waitFor();
      expect(await link.getAttribute('href')).toBe(`/plans/new?version=${versionId}`);
      await visit.picture('register-proven-1280-light');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.end();
    }, 300_000);

    it('takes a file that was placed before from the storage, and gives drafts of the version before it the new one', async () => {
      const api = scene().admin;
      const former = await versionNamed(scene(), app.shortVersion);
      await place(scene(), await ipa('Fieldwork-2.2.0.ipa', { shortVersion: '2.2.0', version: '220', sizeBytes: 400_000 }));
      const draft = await api.call('createPlan', { body: { name: 'Next month', versionId: former.id, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] } });
      const visit = await scene().visitAs('operator', '/storage');
      const { page } = visit;
      await page.getByRole('link', { name: 'Register Fieldwork-2.2.0.ipa' }).click();
      await page.getByRole('combobox', { name: 'File name' }).waitFor();
      expect(await page.getByRole('combobox', { name: 'File name' }).inputValue()).toBe('Fieldwork-2.2.0.ipa');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('register-placed-1280-light');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByText('It is for internal use, and devices can fetch it').waitFor({ timeout: 60_000 });
      await page.getByRole('heading', { name: 'Plans for version 2.1.0 (210)' }).waitFor();
      await page.getByRole('link', { name: 'Next month' }).waitFor();
      await page.getByRole('button', { name: 'Use 2.2.0 (220) in the drafts' }).click();
      await page.getByText('Drafts changed: 1.').waitFor();
      await page.getByRole('link', { name: 'Next month' }).waitFor({ state: 'detached' });
      const { versionId = '' } = await api.call('getRegistration', { id: new URL(page.url()).searchParams.get('registration') ?? '' });
      expect((await api.call('getPlan', { id: draft.id })).versionId).toBe(versionId);
      await visit.picture('register-drafts-1280-light');
      await visit.end();
    }, 120_000);

    it('is taken back by an admin, who says why', async () => {
      const { items: [found] } = await scene().admin.call('listApps', {});
      const version = await newest(scene());
      const visit = await scene().visitAs('admin', `/versions/${found?.latest?.id ?? ''}`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Withdraw' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/^Devices concerned:/).waitFor();
      await dialog.getByRole('button', { name: 'Withdraw' }).click();
      await dialog.getByText('Say why.').waitFor();
      await visit.picture('withdraw-1280-light');
      await dialog.getByLabel('Reason').fill('It crashes at start.');
      await dialog.getByRole('button', { name: 'Withdraw' }).click();
      await page.getByText('This version is withdrawn').waitFor();
      expect((await scene().admin.call('getVersion', { id: version.id })).withdrawn).toMatchObject({ by: 'admin', reason: 'It crashes at start.' });
      await page.getByRole('button', { name: 'Delete' }).waitFor();
      await visit.end();
    });
  });

  const ipa = async (fileName: string, about: { readonly shortVersion: string; readonly version: string; readonly sizeBytes: number }): Promise<string> => {
    const { path } = await writeSampleIpa({ ...app, ...about, path: join(scene().folder, fileName), kind: 'enterprise', signedAt: scene().test.cloud.clock.now() - DAY });
    return path;
  };
}
