import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

export function overview(scene: () => Scene): void {
  describe('the overview', () => {
    it('says of the rollout what the API says, and follows it without being loaded anew', async () => {
      const visit = await scene().visitAs('operator');
      const { page } = visit;
      const { rollouts: [rollout], enrolled } = await scene().admin.call('getOverview', {});
      await page.getByText(String(enrolled), { exact: true }).first().waitFor();
      const section = page.getByRole('region', { name: rollout?.name ?? '' });
      await section.getByText(`${rollout?.totals.installed ?? 0} done`).waitFor();
      await section.getByText('Running').waitFor();
      await scene().admin.call('pausePlan', { id: rollout?.planId ?? '' });
      await section.getByText('Paused').waitFor({ timeout: 70_000 });
      await page.getByText(`${rollout?.name ?? ''} is paused.`).waitFor();
      await scene().admin.call('resumePlan', { id: rollout?.planId ?? '' });
      await visit.end();
    }, 120_000);

    it('tells devices by state and what was installed on each day, as the API does, also to whoever sees no picture', async () => {
      const visit = await scene().visitAs('viewer');
      const { page } = visit;
      const { expected, enrolled, installs } = await scene().admin.call('getOverview', {});
      const fleet = page.getByRole('list', { name: 'Fleet' });
      await fleet.getByText(`Enrolled ${enrolled}`).waitFor();
      await fleet.getByText(`Expected ${expected}`).waitFor();
      const days = page.getByRole('list', { name: 'Installations by day' }).getByRole('listitem');
      expect(await days.count()).toBe(installs.length);
      const today = installs.at(-1)?.installed ?? 0;
      expect(today).toBeGreaterThan(0);
      expect(await days.last().innerText()).toContain(`: ${today}`);
      await page.getByRole('heading', { name: 'Installations by day' }).scrollIntoViewIfNeeded();
      await visit.picture('overview-installs-1280-light');
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('heading', { name: 'Installations by day' }).scrollIntoViewIfNeeded();
      await visit.picture('overview-installs-390-light');
      expect([await visit.accessibilityFaults(), await visit.overhang()]).toEqual([[], 0]);
      await fleet.getByRole('link', { name: 'Expected' }).click();
      await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
      expect(new URL(page.url()).search).toBe('?status=expected');
      await visit.end();
    });

    it('shows its first numbers within two seconds of a reload', async () => {
      const visit = await scene().visitAs('viewer');
      const begun = performance.now();
      await visit.page.reload();
      await visit.page.getByText('Enrolled devices').waitFor();
      // The machine that runs the tests does other things besides: what is held here is that nothing waits for a timer.
      expect(performance.now() - begun).toBeLessThan(10_000);
      await visit.end();
    });
  });

  describe('the list of applications', () => {
    it('shows the newest version with its icon, where its file is, and how far it has come', async () => {
      const visit = await scene().visitAs('viewer', '/apps');
      const { page } = visit;
      const { items: [app] } = await scene().admin.call('listApps', {});
      const row = page.getByRole('row', { name: /Fieldwork/ });
      await row.getByText('Proven on a test device').waitFor();
      await row.getByText(`${app?.latest?.shortVersion ?? ''} (${app?.latest?.version ?? ''})`).waitFor();
      const { instructions } = await scene().admin.call('getVersionTotals', { id: app?.latest?.id ?? '' });
      await row.getByText(`${instructions.installed ?? 0} done`).waitFor();
      await expect.poll(() => visit.inPage<number>("document.querySelector('td img, th img')?.naturalWidth ?? 0")).toBe(57);
      await visit.end();
    });
  });
}
