import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

export function settings(scene: () => Scene): void {
  describe('the settings', () => {
    it('say of the certificates what the API says, and let an administrator replace the authority', async () => {
      const visit = await scene().visitAs('admin', '/settings');
      const { page } = visit;
      const [{ topic }, { current }] = await Promise.all([scene().admin.call('getPushCertificate', {}), scene().admin.call('getAuthority', {})]);
      await page.getByText(topic).waitFor();
      await page.getByText(current.fingerprint).waitFor();
      await page.getByText('How to get one, step by step').click();
      await page.getByText('openssl req -new').waitFor();
      await page.getByRole('button', { name: 'Replace by a new one' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Replace by a new one' }).click();
      await page.getByText('A new authority issues identities from now on.').waitFor();
      const next = await scene().admin.call('getAuthority', {});
      expect(next.former.map(({ fingerprint }) => fingerprint)).toContain(current.fingerprint);
      await page.getByText(next.current.fingerprint).waitFor();
      await visit.end();
    });

    it('say how the installation was set up, to a viewer, too', async () => {
      const visit = await scene().visitAs('viewer', '/settings');
      const { organisation, eventBus, notificationTopic, linkGeneration } = await scene().admin.call('getInstallation', {});
      // The organisation may be called like the product, whose name is on every page.
      await visit.page.getByText(eventBus, { exact: true }).waitFor();
      for (const said of [organisation, notificationTopic, `Generation ${linkGeneration}`]) expect(await visit.page.getByText(said, { exact: true }).filter({ visible: true }).count()).toBeGreaterThan(0);
      await visit.page.getByRole('heading', { name: 'Installation' }).scrollIntoViewIfNeeded();
      await visit.picture('settings-installation-1280-light');
      // What a person cannot change here is changed by a command that is there to be copied.
      await visit.page.getByText('How to change these').click();
      await visit.page.getByText(`--stack-name ${eventBus.replace('wavecast', 'Wavecast')}-Service`).waitFor();
      await visit.page.getByText(`--topic-arn ${notificationTopic}`).waitFor();
      await visit.page.getByText('How to give somebody a role').click();
      await visit.page.getByText('--group-name operator').first().waitFor();
      expect([await visit.accessibilityFaults(), await visit.overhang()]).toEqual([[], 0]);
      await visit.page.setViewportSize({ width: 1280, height: 2_600 });
      await visit.picture('settings-commands-1280-light');
      await visit.page.setViewportSize({ width: 390, height: 2_600 });
      await visit.page.getByText('How to change these').scrollIntoViewIfNeeded();
      expect(await visit.overhang()).toBe(0);
      await visit.picture('settings-commands-390-light');
      await visit.end();
    });

    it('refuse a file that is no certificate, with the API\'s remedy, and change nothing', async () => {
      const visit = await scene().visitAs('admin', '/settings');
      const { page } = visit;
      const before = await scene().admin.call('getPushCertificate', {});
      visit.expectComplaint(/status of 400/);
      await page.getByRole('button', { name: 'Upload the renewed certificate' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Upload' }).click();
      await dialog.getByText('Choose a file first.').waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('push-upload-1280-light');
      await dialog.locator('input[type=file]').setInputFiles({ name: 'mdm.p12', mimeType: 'application/x-pkcs12', buffer: Buffer.from('no certificate') });
      await dialog.getByRole('button', { name: 'Upload' }).click();
      await page.getByText('What to do:').waitFor();
      expect(await scene().admin.call('getPushCertificate', {})).toEqual(before);
      await visit.end();
    });

    it('tell a viewer why not, and ask nothing that would be refused', async () => {
      const visit = await scene().visitAs('viewer', '/settings');
      const { page } = visit;
      await page.getByText('Only administrators see the authority').waitFor();
      for (const name of ['Upload the renewed certificate', 'Set the signing certificate', 'Replace by a new one']) expect([name, await page.getByRole('button', { name }).getAttribute('aria-disabled')]).toEqual([name, 'true']);
      await page.getByRole('columnheader', { name: 'Viewer yours' }).waitFor();
      await visit.end();
    });
  });

  describe('the audit log', () => {
    it('is read by day, filtered in the address, and saved as the CSV that the API writes', async () => {
      await scene().admin.call('putBranch', { id: 'berlin', body: { name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100 } });
      const { day, items } = await scene().admin.call('listAudit', { query: { action: 'branch' } });
      const visit = await scene().visitAs('viewer', `/audit?day=${day}&noun=branch`);
      const { page } = visit;
      await page.getByRole('row').nth(1).waitFor();
      expect(await page.getByRole('row').count()).toBe(items.length + 1);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export the day as CSV' }).click();
      const file = await saved;
      expect(file.suggestedFilename()).toBe(`audit-${day}.csv`);
      const lines = readFileSync(await file.path(), 'utf8').trim().split('\n');
      expect([lines[0], lines.length]).toEqual(['Time (UTC),Who,Role,Action,Subject,Before,After', items.length + 1]);
      await page.getByRole('button', { name: 'Day before' }).click();
      await page.getByText('Nothing matches').waitFor();
      await page.goBack();
      await page.getByRole('row').nth(1).waitFor();
      await visit.end();
    });
  });

  describe('lists of self-service', () => {
    it('are checked, asked about, and put in the place of those before', async () => {
      const { items: [device] } = await scene().admin.call('listDevices', { query: { branchId: 'berlin', limit: '1' } });
      const { items: [app] } = await scene().admin.call('listApps', {});
      const visit = await scene().visitAs('operator', '/self-service');
      const { page } = visit;
      await page.getByText('No device may install it by itself').waitFor();
      await page.getByRole('button', { name: 'Import a list' }).click();
      const csv = `OS Type,Application Name,Version,Type of the target,Name of the target\niOS,${app?.bundleId ?? ''},${app?.latest?.shortVersion ?? ''},0,${device?.name ?? ''}\n`;
      const dialog = page.getByRole('dialog').first();
      await dialog.locator('input[type=file]').setInputFiles({ name: 'permissions.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await dialog.getByRole('button', { name: 'Check' }).click();
      await dialog.getByText('No mistakes: 1 permissions').waitFor();
      await visit.picture('self-service-import-1280-light');
      await dialog.getByRole('button', { name: 'Import' }).click();
      const question = page.getByRole('dialog', { name: 'Replace these permissions?' });
      await question.getByText('Devices concerned: 1').waitFor();
      await question.getByRole('button', { name: 'Import' }).click();
      await page.getByRole('row', { name: new RegExp(device?.name ?? '') }).waitFor();
      expect((await scene().admin.call('listPermissions', { query: { device: device?.name ?? '' } })).items).toHaveLength(1);
      await visit.end();
    });
  });

  describe('the storage', () => {
    it('shows every version and every placed file that the API tells of', async () => {
      const { items, ...rest } = await scene().admin.call('listFiles', {});
      expect([items.length > 0, rest]).toEqual([true, {}]);
      const visit = await scene().visitAs('operator', '/storage');
      const { page } = visit;
      const { versions } = await scene().admin.call('getStorage', {});
      await page.getByRole('row', { name: new RegExp(versions[0]?.bundleId ?? '') }).first().waitFor();
      for (const { fileName } of items) await page.getByText(fileName, { exact: true }).waitFor();
      await visit.end();
    });
  });

  describe('whoever loses the network', () => {
    it('sees that what is shown is old, and the present again as soon as the network is back', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      visit.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
      await page.context().setOffline(true);
      await page.getByText('What you see may be old').waitFor({ timeout: 40_000 });
      await page.context().setOffline(false);
      await page.getByText('What you see may be old').waitFor({ state: 'detached', timeout: 10_000 });
      await visit.end();
    }, 90_000);
  });
}
