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

  describe('the form of a branch', () => {
    it('makes one, tells faults where they were typed, and changes it', async () => {
      const visit = await scene().visitAs('admin', '/branches');
      const { page } = visit;
      await page.getByRole('button', { name: 'Create a branch' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('ID').fill('berlin');
      await dialog.getByText('A branch has this ID already.').waitFor();
      await dialog.getByLabel('ID').fill('O slo');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('This cannot be an ID.').waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('branch-form-faults-1280-light');
      await dialog.getByLabel('ID').fill('oslo');
      await dialog.getByLabel('Name').fill('Oslo Sentrum');
      await dialog.getByRole('button', { name: /Time zone/ }).click();
      await page.getByPlaceholder('Find a time zone').fill('oslo');
      await page.getByRole('option', { name: 'Europe/Oslo' }).click();
      await dialog.getByLabel('Line, Mbit/s').fill('20');
      await dialog.getByLabel('Open installations at once').fill('5');
      await dialog.getByText('Its users answer prompts otherwise than usual').click();
      await dialog.getByLabel('Answer soon, %').fill('50');
      await visit.picture('branch-form-1280-light');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Oslo Sentrum is saved.').waitFor();
      expect(await scene().admin.call('getBranch', { id: 'oslo' })).toMatchObject({ name: 'Oslo Sentrum', timeZone: 'Europe/Oslo', linkMbps: 20, openLimit: 5, acceptance: { soon: 0.5 }, brake: false });
      await visit.go('/branches/oslo');
      await page.getByRole('button', { name: 'Edit' }).click();
      await dialog.getByLabel('Open installations at once').fill('');
      await dialog.getByText('Its users answer prompts otherwise than usual').click();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'hidden' });
      const after = await scene().admin.call('getBranch', { id: 'oslo' });
      expect([after.openLimit, after.acceptance, after.linkMbps]).toEqual([undefined, undefined, 20]);
      await visit.end();
    });

    it('keeps within a narrow screen', async () => {
      const visit = await scene().visitAs('admin', '/branches', { width: 390, height: 844, dark: true });
      await visit.page.getByRole('button', { name: 'Create a branch' }).click();
      await visit.page.getByRole('dialog').getByText('Its users answer prompts otherwise than usual').click();
      expect([await visit.accessibilityFaults(), await visit.overhang()]).toEqual([[], 0]);
      await visit.picture('branch-form-390-dark');
      await visit.end();
    });
  });

  describe('the load of a branch', () => {
    it('is looked back on for a day, three or seven, at an address of its own', async () => {
      const visit = await scene().visitAs('viewer', '/branches/berlin');
      const { page } = visit;
      await page.getByText(/served in \d+ downloads/).waitFor();
      await page.getByRole('button', { name: '7 days' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('hours')).toBe('168');
      const { bytes, steps } = await scene().admin.call('getBranchLoad', { id: 'berlin', query: { hours: '168', everyMinutes: '60' } });
      expect([bytes > 0, steps.length > 0]).toEqual([true, true]);
      await page.getByText(/served in \d+ downloads/).waitFor();
      await visit.picture('branch-load-7-days-1280-light');
      await page.reload();
      await page.getByRole('button', { name: '7 days', pressed: true }).waitFor();
      await page.goBack();
      await page.getByRole('button', { name: '24 hours', pressed: true }).waitFor();
      await visit.end();
    });
  });
}
