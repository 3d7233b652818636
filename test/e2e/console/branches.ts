import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

export function branches(scene: () => Scene): void {
  describe('the emergency brake of a branch', () => {
    it('is not for viewers, who are told why', async () => {
      const visit = await scene().visitAs('viewer', '/branches/tokyo');
      const button = visit.page.getByRole('button', { name: 'Pull the emergency brake' });
      await button.waitFor();
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await button.hover();
      await visit.page.getByText('This needs the role admin; yours is viewer.').filter({ visible: true }).first().waitFor();
      await visit.end();
    });

    it('asks with the number of devices, is seen at once, and is on record', async () => {
      const visit = await scene().visitAs('admin', '/branches/tokyo');
      const { page } = visit;
      const { devices } = await scene().admin.call('getBranch', { id: 'tokyo' });
      await page.getByRole('button', { name: 'Pull the emergency brake' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(`Devices concerned: ${devices}`).waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('confirm-1280-light');
      // Who thinks better of it has done nothing.
      await dialog.getByRole('button', { name: 'Leave it' }).click();
      expect((await scene().admin.call('getBranch', { id: 'tokyo' })).brake).toBe(false);
      await page.getByRole('button', { name: 'Pull the emergency brake' }).click();
      await dialog.getByRole('button', { name: 'Pull the emergency brake' }).click();
      await page.getByText('The emergency brake is on in Tokyo Shinjuku.').waitFor();
      expect((await scene().admin.call('getBranch', { id: 'tokyo' })).brake).toBe(true);
      await visit.go('/');
      await visit.picture('overview-attention-1280-light');
      await page.getByRole('link', { name: /emergency brake is on in Tokyo/ }).click();
      await page.getByRole('button', { name: 'Release the emergency brake' }).click();
      await page.getByText('Packages are served again in Tokyo Shinjuku.').waitFor();
      const { items } = await scene().admin.call('listAudit', {});
      expect(items.filter(({ action }) => action === 'branch.put').slice(0, 2).map(({ who, subject }) => [who, subject])).toEqual([['admin', 'tokyo'], ['admin', 'tokyo']]);
      await visit.end();
    });

    it('goes back to what it was where the API refuses, and says why', async () => {
      const visit = await scene().visitAs('admin', '/branches/berlin');
      const { page } = visit;
      visit.expectComplaint(/status of 409/);
      await page.route('**/v1/branches/berlin', (route) => (route.request().method() === 'PUT'
        ? route.fulfill({ status: 409, headers: { 'access-control-allow-origin': scene().url }, contentType: 'application/problem+json', body: JSON.stringify({ title: 'The state has moved on', detail: 'Somebody else has changed the branch.', code: 'conflict', remedy: 'Look at it again.' }) }) : route.continue()));
      await page.getByRole('button', { name: 'Pull the emergency brake' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Pull the emergency brake' }).click();
      await page.getByText('Somebody else has changed the branch.').waitFor();
      await page.getByText('What to do: Look at it again.').waitFor();
      await page.getByRole('button', { name: 'Pull the emergency brake' }).waitFor();
      await visit.end();
    });
  });
}
