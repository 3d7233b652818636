import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

/** The plan of the scene: under way in Berlin, still to come in New York. */
async function rollout(scene: Scene): Promise<{ readonly id: string; readonly name: string; readonly versionId: string }> {
  const { items } = await scene.admin.call('listPlans', {});
  const found = items.find(({ status }) => status === 'live');
  if (found === undefined) throw new Error('No plan is under way.');
  return found;
}

export function plans(scene: () => Scene): void {
  describe('a plan under way', () => {
    it('is found in the list, and shows what was foreseen with what happened laid over it', async () => {
      const { id, name } = await rollout(scene());
      const visit = await scene().visitAs('viewer', '/plans', { height: 2_200 });
      const { page } = visit;
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      const { items } = await scene().admin.call('listWaves', { id });
      await page.getByRole('img', { name: /^Timeline of/ }).waitFor();
      await expect.poll(() => page.locator('.timeline-opened').count()).toBe(items.length);
      const foreseen = await scene().admin.call('previewPlan', { id, body: { asStarted: true } });
      expect(await page.locator('.timeline-foreseen').count()).toBe(foreseen.waves);
      const berlin = (await scene().admin.call('getPlan', { id })).branches.find(({ branchId }) => branchId === 'berlin');
      await page.getByRole('row', { name: /Berlin Mitte/ }).getByText(`${berlin?.totals.installed ?? 0} done`).waitFor();
      await visit.picture('plan-whole-1280-light');
      await page.getByRole('button', { name: 'Pause', exact: true }).hover();
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).getAttribute('aria-disabled')).toBe('true');
      await visit.end();
    });

    it('tells wave by wave, decision by decision and device by device what the API says, each at an address of its own', async () => {
      const { id } = await rollout(scene());
      const visit = await scene().visitAs('viewer', `/plans/${id}`);
      const { page } = visit;
      await page.getByRole('tab', { name: 'Decisions' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('verdicts');
      await page.getByText('It is time for the next wave.').first().waitFor();
      await page.getByRole('tab', { name: 'Waves' }).click();
      await page.getByRole('row', { name: /Berlin Mitte 1/ }).waitFor();
      await visit.go(`/plans/${id}?tab=devices&state=installed&branch=berlin`);
      await page.getByRole('row').nth(1).waitFor();
      const { items } = await scene().admin.call('listInstructions', { id, query: { state: 'installed', branchId: 'berlin' } });
      await expect.poll(async () => (await page.getByRole('row').count()) - 1).toBe(items.length);
      expect(await page.getByRole('link', { name: items[0]?.deviceName ?? '', exact: true }).getAttribute('href')).toBe(`/devices/${items[0]?.deviceId ?? ''}`);
      await visit.end();
    });

    it('is paused and resumed, whole and in one branch, and keeps another pace', async () => {
      const { id, name } = await rollout(scene());
      const visit = await scene().visitAs('operator', `/plans/${id}`);
      const { page } = visit;
      const now = () => scene().admin.call('getPlan', { id });
      await page.getByRole('button', { name: 'Pause New York Downtown' }).click();
      await page.getByText('No wave opens in New York Downtown any more.').waitFor();
      expect((await now()).holds).toMatchObject([{ branchId: 'new-york', kind: 'paused' }]);
      await page.getByRole('button', { name: 'Resume New York Downtown' }).click();
      await page.getByText('Waves go on in New York Downtown.').waitFor();
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText(`${name} is paused: no wave opens any more.`).waitFor();
      expect((await now()).status).toBe('paused');
      await page.getByRole('button', { name: 'Resume', exact: true }).click();
      await page.getByText(`${name} goes on.`).waitFor();
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('menuitem', { name: 'Pace' }).click();
      await page.getByRole('dialog').getByLabel('Devices in a wave').fill('19');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await page.keyboard.press('Enter');
      await page.getByText(`${name} has another pace from the next wave on.`).waitFor();
      expect([(await now()).waveSize, (await now()).status]).toEqual([19, 'live']);
      await visit.end();
    }, 60_000);
  });

  describe('a plan that is composed', () => {
    it('shows its waves and load while it is entered, takes advice by a click, and is started in the place of another only where that is said', async () => {
      const { versionId } = await rollout(scene());
      const visit = await scene().visitAs('operator', `/plans/new?version=${versionId}`, { height: 2_200 });
      const { page } = visit;
      await page.getByRole('button', { name: /^Branches/ }).click();
      await page.getByRole('option', { name: /Tokyo Shinjuku/ }).click();
      await page.keyboard.press('Escape');
      const preview = page.getByRole('region', { name: 'Preview', exact: true });
      await preview.getByRole('img', { name: /^Timeline of/ }).waitFor();
      await page.getByRole('textbox', { name: 'Name of the plan' }).fill('By the console');
      const window = page.getByRole('group', { name: 'Asia/Tokyo 1' });
      await window.getByLabel('From').fill('13:00');
      await window.getByLabel('To', { exact: true }).fill('14:00');
      // So little of the line is allowed that the usual pace is too quick for a few devices and a small package; with a tenth of it no pace would be slow enough.
      await page.getByLabel('Budget: share of each line, %').fill('0.3');
      await page.getByRole('button', { name: 'Take the advised pace in Tokyo Shinjuku' }).click();
      await page.getByText('1 branches go at an advised pace.').waitFor();
      await visit.picture('compose-filled-1280-light');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await page.getByRole('button', { name: 'Save and start' }).click();
      const dialog = page.getByRole('dialog', { name: 'Start By the console' });
      await dialog.waitFor();
      await visit.picture('start-1280-light');
      visit.expectComplaint(/status of 409/);
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByText('Another plan is under way there').waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
      const made = (await scene().admin.call('listPlans', {})).items.find(({ name }) => name === 'By the console');
      const plan = await scene().admin.call('getPlan', { id: made?.id ?? '' });
      expect([plan.status, plan.branches.map(({ branchId, windows, pace }) => [branchId, windows, pace === undefined])]).toEqual(['draft', [['tokyo', [{ from: '13:00', to: '14:00' }], false]]]);
      await page.getByRole('button', { name: 'Cancel the plan' }).click();
      await page.getByRole('dialog').getByText(`Devices concerned: ${plan.branches[0]?.devices ?? 0}`).waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel the plan' }).click();
      await page.getByText('By the console is cancelled.').waitFor();
      expect((await scene().admin.call('getPlan', { id: plan.id })).status).toBe('cancelled');
      await visit.end();
    }, 60_000);
  });
}
