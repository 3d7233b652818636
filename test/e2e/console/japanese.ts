/** What holds for every page in Japanese: it keeps within its width, and nothing of it is English. */
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';
import type { Visit } from '../../support/console/visit.ts';
import { idsOf, shown } from './every-page.ts';

/** Where most of the API's sentences are, beside the pages themselves. */
const moreShown = [
  ['no-such-plan', '/plans/00000000-0000-4000-8000-000000000000'], ['no-such-device', '/devices/nobody'], ['plan-verdicts', '/plans/{plan}?tab=verdicts'], ['plan-devices', '/plans/{plan}?tab=devices'], ['plan-facts', '/plans/{plan}?tab=facts'], ['plan-waves', '/plans/{plan}?tab=waves'],
] as const;
/** Two words of small letters and more behind each other. Commands, formats of files and names of components' makers are the same in both languages. */
const ENGLISH = /\b[a-z]{2,}(?:[ ,]+[a-z]{2,}){2,}/g;

async function englishIn(visit: Visit): Promise<readonly string[]> {
  const text = await visit.inPage<string>("[...document.querySelectorAll('[aria-label]')].reduce((text, labelled) => `${text}\n${labelled.getAttribute('aria-label')}`, [...document.querySelectorAll('code, pre')].reduce((text, { innerText }) => text.replace(innerText, ''), document.body.innerText))");
  return (text.replace(/`[^`]*`/g, '').match(ENGLISH) ?? []).map((found) => found.trim());
}

export function japanese(scene: () => Scene): void {
  describe('the console in Japanese', () => {
    it('keeps within its width on every page, and is Japanese throughout', async () => {
      const visit = await scene().visitAs('admin', '/', { language: 'ja-JP' });
      visit.expectComplaint(/status of 40[04]/);
      const ids = await idsOf(scene());
      for (const [name, path] of [...shown, ...moreShown]) {
        await visit.page.setViewportSize({ width: 1280, height: 900 });
        await visit.go(path.replace(/\{(\w+)\}/, (_, noun: string) => ids[noun] ?? ''));
        // The checks of a version are folded.
        if (name === 'version') await visit.page.getByRole('button', { name: /項目すべて合格/ }).click();
        expect([name, await englishIn(visit)]).toEqual([name, []]);
        for (const width of [1280, 390]) {
          await visit.page.setViewportSize({ width, height: 900 });
          await visit.picture(`${name}-${width}-japanese`);
          expect([name, width, await visit.overhang()]).toEqual([name, width, 0]);
        }
      }
      await visit.end();
    }, 240_000);

    it('says what is wrong with a field, with a file and with a request, and what to do', async () => {
      const visit = await scene().visitAs('admin', '/devices/import', { language: 'ja-JP' });
      const { page } = visit;
      visit.expectComplaint(/status of 40[03]/);
      await page.locator('input[type=file]').setInputFiles({ name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from('name,branch\nnew-1,nowhere\nnew-2,elsewhere\n') });
      await page.getByRole('button', { name: '確認する' }).click();
      await page.getByText('拠点「nowhere」はありません').waitFor();
      await visit.picture('devices-import-refused-1280-japanese');
      expect(await englishIn(visit)).toEqual([]);
      await visit.go('/plans/new');
      await page.getByLabel('1 回の台数').fill('9999');
      await page.getByText('500 以下の値を指定してください').waitFor();
      const { device = '' } = await idsOf(scene());
      await visit.go(`/devices/${device}?tab=commands`);
      await page.getByLabel('コマンド名').fill('EraseDevice');
      await page.getByRole('button', { name: 'コマンドを送信' }).click();
      await page.getByText('EraseDevice にはアクセス権「消去」（8）が必要ですが、登録プロファイルにありません。').waitFor();
      await visit.picture('command-refused-1280-japanese');
      expect(await englishIn(visit)).toEqual([]);
      await visit.end();
    }, 120_000);
  });
}
