import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';
import type { Visit } from '../../support/console/visit.ts';

/** The tab is put behind others, or before them. */
async function look(visit: Visit, state: 'hidden' | 'visible'): Promise<void> {
  await visit.inPage(`Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${state}' }), document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);
}

export function shell(scene: () => Scene): void {
  describe('the frame of the pages', () => {
    it('leads by links and by the back button, without loading anew', async () => {
      const visit = await scene().visitAs('viewer');
      const { page } = visit;
      await visit.inPage('globalThis.sameDocument = true');
      await page.getByRole('link', { name: 'Branches', exact: true }).click();
      await page.getByRole('link', { name: 'Berlin Mitte' }).click();
      await page.getByRole('heading', { name: 'Berlin Mitte' }).waitFor();
      expect(await page.title()).toBe('Berlin Mitte - Wavecast');
      await page.goBack();
      await page.getByRole('heading', { name: 'Branches', level: 1 }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(await visit.inPage<boolean>("'sameDocument' in globalThis")).toBe(true);
      await visit.end();
    });

    it('speaks Japanese to whoever\'s browser does, and keeps the language that is chosen', async () => {
      const visit = await scene().visitAs('viewer', '/branches', { language: 'ja-JP' });
      const { page } = visit;
      await page.getByRole('heading', { name: '拠点', level: 1 }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
      await page.getByRole('button', { name: /^言語/ }).click();
      await page.getByRole('menuitemcheckbox', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'Branches', level: 1 }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Branches', level: 1 }).waitFor();
      await visit.end();
    });

    it('is dark where the system is, until the person wants it otherwise', async () => {
      const visit = await scene().visitAs('viewer', '/', { dark: true });
      const { page } = visit;
      const isDark = (): Promise<boolean> => visit.inPage<boolean>("document.body.classList.contains('awsui-dark-mode')");
      expect(await isDark()).toBe(true);
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Light' }).click();
      expect(await isDark()).toBe(false);
      await page.reload();
      await visit.settled();
      expect(await isDark()).toBe(false);
      await visit.end();
    });

    it('keeps what was seen when the network is lost, says that it is old, and goes on by itself', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      await page.getByRole('link', { name: 'Berlin Mitte' }).waitFor();
      visit.expectComplaint(/ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
      await page.route('**/v1/**', (route) => route.abort());
      await page.getByText('What you see may be old').waitFor({ timeout: 30_000 });
      expect(await page.getByRole('link', { name: 'Berlin Mitte' }).count()).toBe(1);
      await page.unroute('**/v1/**');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('What you see may be old').waitFor({ state: 'detached' });
      await visit.end();
    });

    it('asks for nothing while nobody looks', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      let asked = 0;
      page.on('request', (request) => { if (request.url().includes('/v1/')) asked += 1; });
      await look(visit, 'hidden');
      await page.waitForTimeout(200);
      asked = 0;
      await page.waitForTimeout(8_000);
      expect(asked).toBe(0);
      await look(visit, 'visible');
      await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(0);
      await visit.end();
    });
  });
}
