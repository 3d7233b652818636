import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

export function devices(scene: () => Scene): void {
  const oneOf = async (branchId: string, status: 'enrolled' | 'expected') => {
    const { items: [device] } = await scene().admin.call('listDevices', { query: { branchId, status, limit: 1 } });
    if (device === undefined) throw new Error(`There is no ${status} device in ${branchId}.`);
    return device;
  };

  describe('devices', () => {
    it('of all branches are searched and filtered by the API, and a link leads to the same rows', async () => {
      const visit = await scene().visitAs('viewer', '/devices');
      const { page } = visit;
      await page.getByRole('row').nth(1).waitFor();
      await page.getByPlaceholder(/^Find: name, serial or UDID/).fill('spare-1');
      const { items } = await scene().admin.call('listDevices', { query: { search: 'spare-1' } });
      await expect.poll(() => page.getByRole('row').count()).toBe(items.length + 1);
      await page.reload();
      await expect.poll(() => page.getByRole('row').count()).toBe(items.length + 1);
      await visit.go('/devices?branch=berlin&status=enrolled');
      const { items: berlin } = await scene().admin.call('listDevices', { query: { branchId: 'berlin', status: 'enrolled' } });
      await expect.poll(() => page.getByRole('row').count()).toBe(berlin.length + 1);
      await visit.end();
    });

    it('are renamed, tagged and moved by an operator, and their timeline says so', async () => {
      const device = await oneOf('new-york', 'expected');
      const visit = await scene().visitAs('operator', `/devices/${device.id}`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Display name').fill('受付 1');
      await dialog.getByLabel('Tags').fill('lobby, shared');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('device-edit-1280-light');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText(`${device.name} is saved.`).waitFor();
      await page.getByRole('heading', { name: '受付 1' }).waitFor();
      expect(await scene().admin.call('getDevice', { id: device.id })).toMatchObject({ displayName: '受付 1', tags: ['lobby', 'shared'] });
      await page.getByRole('tab', { name: 'Timeline' }).click();
      await page.getByRole('cell', { name: 'operator' }).first().waitFor();
      expect(new URL(page.url()).search).toBe('?tab=timeline');
      // What is not theirs is not for them.
      expect(await page.getByRole('button', { name: 'Delete' }).getAttribute('aria-disabled')).toBe('true');
      await visit.end();
    });

    it('tell by which plan they were instructed', async () => {
      const plan = (await scene().admin.call('listPlans', {})).items.find(({ status }) => status === 'live');
      const { items: [instruction] } = await scene().admin.call('listInstructions', { id: plan?.id ?? '', query: { branchId: 'berlin' } });
      const visit = await scene().visitAs('viewer', `/devices/${instruction?.deviceId ?? ''}`);
      await visit.page.getByRole('link', { name: /: the plan that instructed it$/ }).first().click();
      await expect.poll(() => new URL(visit.page.url()).pathname).toBe(`/plans/${plan?.id ?? ''}`);
      await visit.end();
    });

    it('show what they have, and are asked for it again', async () => {
      const device = await oneOf('berlin', 'enrolled');
      const visit = await scene().visitAs('operator', `/devices/${device.id}`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Collect inventory now' }).click();
      await page.getByText(/^The device is asked about \d+ apps/).waitFor();
      await page.getByRole('link', { name: 'com.example.fieldwork', exact: true }).waitFor({ timeout: 60_000 });
      const { items } = await scene().admin.call('getInventory', { id: device.id });
      expect(items.map(({ bundleId }) => bundleId)).toContain('com.example.fieldwork');
      await visit.end();
    });

    it('are sent a command by an administrator, and its answer can be had', async () => {
      const device = await oneOf('berlin', 'enrolled');
      const visit = await scene().visitAs('admin', `/devices/${device.id}?tab=commands`);
      const { page } = visit;
      await page.getByLabel('Command', { exact: true }).fill('ProfileList');
      await page.getByRole('button', { name: 'Send a command' }).click();
      await page.getByRole('heading', { name: 'What became of the command' }).waitFor();
      await page.getByRole('link', { name: /Download the answer/ }).waitFor({ timeout: 60_000 });
      await visit.end();
    });

    it('that never enrolled are deleted after a question', async () => {
      const device = await oneOf('new-york', 'expected');
      const visit = await scene().visitAs('admin', `/devices/${device.id}`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByText('Devices concerned: 1').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText(`${device.name} is deleted.`).waitFor();
      await expect.poll(() => new URL(page.url()).pathname).toBe('/devices');
      const { items } = await scene().admin.call('listDevices', { query: { name: device.name } });
      expect(items).toEqual([]);
      await visit.end();
    });

    it('are imported from a file once it has no mistake, which are told by their lines', async () => {
      const visit = await scene().visitAs('operator', '/devices/import');
      const { page } = visit;
      visit.expectComplaint(/status of 400/);
      const choose = (text: string) => page.locator('input[type=file]').setInputFiles({ name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await choose('Name,Branch\ntill-1,atlantis\ntill 2,berlin\n');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText(/^Line 3, column "Name"/).waitFor();
      await visit.picture('devices-import-mistakes-1280-light');
      await choose('Name,Branch\nconsole-1,berlin\nconsole-2,berlin\n');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByRole('cell', { name: 'console-2' }).or(page.getByRole('rowheader', { name: 'console-2' })).waitFor();
      expect((await scene().admin.call('listDevices', { query: { search: 'console-' } })).items).toEqual([]);
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('The file is imported').waitFor();
      expect((await scene().admin.call('listDevices', { query: { search: 'console-' } })).items).toHaveLength(2);
      await visit.end();
    });
  });

  describe('an invitation', () => {
    it('shows its link once, with a code for the camera, and is withdrawn again', async () => {
      const visit = await scene().visitAs('operator', '/invitations?branch=berlin');
      const { page } = visit;
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Device name').fill('lobby-7');
      await page.getByRole('dialog').getByRole('button', { name: 'Make the invitation' }).click();
      await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('invitation-made-1280-light');
      const { items } = await scene().admin.call('listInvitations', { query: { branchId: 'berlin' } });
      expect(items.map(({ deviceName }) => deviceName)).toContain('lobby-7');
      await page.getByRole('button', { name: 'Withdraw: lobby-7' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
      await page.getByText('The invitation is withdrawn.').waitFor();
      const { items: left } = await scene().admin.call('listInvitations', { query: { branchId: 'berlin' } });
      expect(left.map(({ deviceName }) => deviceName)).not.toContain('lobby-7');
      await visit.end();
    });

    it('for each row of a file gives a file of links', async () => {
      const visit = await scene().visitAs('operator', '/invitations/file');
      const { page } = visit;
      await page.locator('input[type=file]').setInputFiles({ name: 'new.csv', mimeType: 'text/csv', buffer: Buffer.from('Name,Branch\nfile-1,tokyo\nfile-2,tokyo\n') });
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('2 invitations would be made, and 2 devices made known.').waitFor();
      await page.getByRole('button', { name: 'Make the invitations' }).click();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the links (CSV)' }).click();
      expect((await saved).suggestedFilename()).toBe('invitation-links.csv');
      const { items } = await scene().admin.call('listInvitations', { query: { branchId: 'tokyo' } });
      expect(items.flatMap(({ deviceName }) => deviceName ?? []).toSorted()).toEqual(['file-1', 'file-2']);
      await visit.end();
    });
  });
}
