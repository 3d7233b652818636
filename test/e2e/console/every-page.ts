/** What holds for every page, in both themes and widths. */
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';
import type { Visit } from '../../support/console/visit.ts';

/** A page joins this list when it joins the console. In braces: one of the scene's. */
const shown: readonly (readonly [name: string, path: string])[] = [
  ['overview', '/'],
  ['apps', '/apps'],
  ['app', '/apps/com.example.fieldwork'],
  ['version', '/versions/{version}'],
  ['register', '/register'],
  ['plans', '/plans'],
  ['compose', '/plans/new'],
  ['plans-import', '/plans/import'],
  ['plan', '/plans/{plan}'],
  ['devices', '/devices'],
  ['device', '/devices/{device}'],
  ['device-timeline', '/devices/{device}?tab=timeline'],
  ['device-commands', '/devices/{device}?tab=commands'],
  ['devices-import', '/devices/import'],
  ['invitations', '/invitations?branch=berlin'],
  ['invitations-file', '/invitations/file'],
  ['branches', '/branches'],
  ['branch', '/branches/berlin'],
  ['self-service', '/self-service'],
  ['storage', '/storage'],
  ['audit', '/audit'],
  ['settings', '/settings'],
  ['not-found', '/no-such-page'],
];
const widths = [1280, 390] as const;

export function everyPage(scene: () => Scene): void {
  describe.each(widths)('at a width of %i pixels', (width) => {
    it('every page keeps within it, satisfies axe in both themes and breaks no policy', async () => {
      const visit = await scene().visit({ width, height: width === 390 ? 844 : 900 });
      await visit.page.goto(scene().url);
      await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
      await looksRight(visit, 'landing', width);
      await visit.signIn('admin');
      const ids = await idsOf(scene());
      for (const [name, path] of shown) {
        await visit.go(path.replace(/\{(\w+)\}/, (_, noun: string) => ids[noun] ?? ''));
        await looksRight(visit, name, width);
      }
      await visit.end();
    }, 240_000);
  });
}

/** A theme is colours: what else axe looks at, and how wide the page is, is the same in the other. */
async function looksRight(visit: Visit, name: string, width: number): Promise<void> {
  await visit.picture(`${name}-${width}-light`);
  expect([name, await visit.accessibilityFaults()]).toEqual([name, []]);
  expect([name, await visit.overhang()]).toEqual([name, 0]);
  await visit.inTheme('dark');
  await visit.picture(`${name}-${width}-dark`);
  expect([name, 'dark', await visit.contrastFaults()]).toEqual([name, 'dark', []]);
  await visit.inTheme('light');
}

async function idsOf({ admin }: Scene): Promise<Readonly<Record<string, string | undefined>>> {
  const { items: apps } = await admin.call('listApps', {});
  const { items: plans } = await admin.call('listPlans', {});
  const { items: devices } = await admin.call('listDevices', { query: { branchId: 'berlin', status: 'enrolled', limit: 1 } });
  return { version: apps[0]?.latest?.id, plan: plans.at(-1)?.id, device: devices[0]?.id };
}

export { idsOf, shown };
