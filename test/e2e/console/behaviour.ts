/** How pages behave that nobody looks at, that cannot ask, or that may not. */
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

const RESTING = { timeout: 60_000 };

export function behaviour(scene: () => Scene): void {
  describe('a page that is looked at', () => {
    it('asks ever less often while the network is lost, says so, and has the present again when it is back', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      await page.getByRole('link', { name: 'Berlin Mitte' }).waitFor();
      visit.expectComplaint(/ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
      const asked: number[] = [];
      await page.route('**/v1/branches', (route) => {
        asked.push(performance.now());
        return route.abort();
      });
      await page.getByText('What you see may be old').waitFor(RESTING);
      // Each time it tries twice more within seconds, and then rests longer than the time before.
      const rests = (): readonly number[] => asked.slice(1).map((at, index) => at - (asked[index] ?? at)).filter((gap) => gap > 4_000);
      await expect.poll(() => rests().length, RESTING).toBeGreaterThanOrEqual(2);
      const [first = 0, second = 0] = rests();
      expect(second).toBeGreaterThan(first);
      await page.unroute('**/v1/branches');
      await page.getByText('What you see may be old').waitFor({ state: 'detached', ...RESTING });
      await visit.end();
    }, 200_000);

    it('has what could not be loaded as soon as the server is back, whoever waits for it', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      visit.expectComplaint(/ERR_FAILED/);
      await page.route('**/v1/storage**', (route) => route.abort());
      await visit.go('/storage');
      await page.getByText('This could not be loaded').first().waitFor(RESTING);
      await page.unroute('**/v1/storage**');
      await page.getByText('This could not be loaded').first().waitFor({ state: 'detached', ...RESTING });
      await visit.end();
    }, 200_000);

    it('says that a deed failed until it succeeds', async () => {
      const visit = await scene().visitAs('admin', '/branches/tokyo');
      const { page } = visit;
      visit.expectComplaint(/status of 503/);
      const pull = async (): Promise<void> => {
        await page.getByRole('button', { name: 'Pull the emergency brake' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Pull the emergency brake' }).click();
      };
      await page.route('**/v1/branches/tokyo', (route) => (route.request().method() === 'PUT' ? route.fulfill({
        status: 503, headers: { 'access-control-allow-origin': scene().url }, contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Not now', detail: 'The store is busy.', code: 'unavailable', remedy: 'Try again.' }),
      }) : route.fallback()));
      await pull();
      await page.getByText('The store is busy.').waitFor();
      await page.unroute('**/v1/branches/tokyo');
      await pull();
      await page.getByText('The emergency brake is on in Tokyo Shinjuku.').waitFor();
      expect(await page.getByText('The store is busy.').count()).toBe(0);
      await page.getByRole('button', { name: 'Release the emergency brake' }).click();
      await page.getByText('Packages are served again in Tokyo Shinjuku.').waitFor();
      await visit.end();
    }, 200_000);

    it('goes back and forth between filters, and a link leads to what they showed', async () => {
      const visit = await scene().visitAs('viewer', '/branches?text=tokyo');
      const { page } = visit;
      const shown = (name: string) => page.getByRole('link', { name }).waitFor();
      await shown('Tokyo Shinjuku');
      await visit.go('/branches?text=berlin&sort=-devices');
      await shown('Berlin Mitte');
      expect(await page.getByRole('link', { name: 'Tokyo Shinjuku' }).count()).toBe(0);
      await page.goBack();
      await shown('Tokyo Shinjuku');
      expect(await page.getByRole('link', { name: 'Berlin Mitte' }).count()).toBe(0);
      await page.goForward();
      await shown('Berlin Mitte');
      await page.reload();
      await shown('Berlin Mitte');
      expect(new URL(page.url()).search).toBe('?text=berlin&sort=-devices');
      await visit.end();
    });

    it('that the API refuses says that the role does not allow it, and does not offer to try again', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      visit.expectComplaint(/status of 403/);
      await page.route('**/v1/overview', (route) => route.fulfill({
        status: 403, headers: { 'access-control-allow-origin': scene().url }, contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Not allowed', detail: 'This needs the role operator.', code: 'forbidden', remedy: 'Ask an administrator for the role.' }),
      }));
      await visit.go('/');
      await page.getByText('Your role does not allow this').waitFor();
      await page.getByText('Ask an administrator for the role.').waitFor();
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('no-permission-1280-light');
      await visit.end();
    });
  });
}
