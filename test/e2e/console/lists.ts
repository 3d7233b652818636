import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

export function lists(scene: () => Scene): void {
  describe('a list', () => {
    it('keeps filter and order in the address, so that a link and the back button lead to the same rows', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      const { page } = visit;
      await page.getByPlaceholder('Find: name or id').fill('to');
      await page.getByRole('link', { name: 'Tokyo Shinjuku' }).waitFor();
      await expect.poll(() => new URL(page.url()).search).toBe('?text=to');
      expect(await page.getByRole('link', { name: /Berlin/ }).count()).toBe(0);
      await page.getByRole('button', { name: 'Line' }).click();
      await expect.poll(() => new URL(page.url()).search).toBe('?text=to&sort=link');
      const rows = await page.getByRole('row').allInnerTexts();
      expect(rows.slice(1).map((row) => row.split('\n')[0])).toEqual(['New York Downtown', 'Tokyo Shinjuku']);
      await page.goBack();
      await expect.poll(() => new URL(page.url()).search).toBe('?text=to');
      await visit.end();
    });

    it('says so where nothing matches', async () => {
      const visit = await scene().visitAs('viewer', '/branches?text=atlantis');
      await visit.page.getByText('Nothing matches').waitFor();
      await visit.end();
    });

    it('of any length comes page by page, each with an address of its own', async () => {
      const visit = await scene().visitAs('viewer', '/branches/new-york');
      const { page } = visit;
      const firstRow = (): Promise<string> => page.getByRole('row').nth(1).innerText();
      await page.getByRole('row').nth(1).waitFor();
      const first = await firstRow();
      await page.getByRole('button', { name: 'Next page' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('page')).toBe('2');
      await expect.poll(firstRow).not.toBe(first);
      const second = await firstRow();
      await page.reload();
      await page.getByRole('row').nth(1).waitFor();
      expect(await firstRow()).toBe(second);
      await page.goBack();
      await expect.poll(firstRow).toBe(first);
      // Every device is on one of the pages, and on one alone.
      const names = async (): Promise<readonly string[]> => (await page.getByRole('row').allInnerTexts()).slice(1).map((row) => row.split('\t')[0]?.split('\n')[0]?.trim() ?? '');
      const all = [...await names()];
      await page.getByRole('button', { name: 'Next page' }).click();
      await expect.poll(firstRow).toBe(second);
      all.push(...await names());
      const counted = await scene().admin.call('getBranch', { id: 'new-york' });
      expect([new Set(all).size, all.length]).toEqual([counted.devices, counted.devices]);
      await visit.end();
    });

    it('of a branch\'s devices leads to each of them', async () => {
      const visit = await scene().visitAs('viewer', '/branches/berlin?status=enrolled');
      const { page } = visit;
      const { items: [device] } = await scene().admin.call('listDevices', { query: { branchId: 'berlin', status: 'enrolled' } });
      await page.getByRole('link', { name: device?.displayName ?? device?.name ?? '', exact: true }).click();
      await expect.poll(() => new URL(page.url()).pathname).toBe(`/devices/${device?.id ?? ''}`);
      await visit.end();
    });

    it('is filtered by the API where it has too many rows to be held', async () => {
      const visit = await scene().visitAs('viewer', '/branches/new-york?status=enrolled');
      await visit.page.getByRole('row').nth(1).waitFor();
      const { enrolled } = await scene().admin.call('getBranch', { id: 'new-york' });
      expect(await visit.page.getByRole('row').count()).toBe(enrolled + 1);
      await visit.end();
    });
  });
}
