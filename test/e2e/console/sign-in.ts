import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';
import type { Visit } from '../../support/console/visit.ts';

/** A token of the session becomes one that nobody takes. */
async function spoil(visit: Visit, token: 'access_token' | 'refresh_token'): Promise<void> {
  await visit.inPage(`Object.keys(sessionStorage).forEach((key) => sessionStorage.setItem(key, sessionStorage.getItem(key).replace(/"${token}":"[^"]+"/, '"${token}":"e30.e30.x"')))`);
}

export function signIn(scene: () => Scene): void {
  describe('whoever signs in', () => {
    it('comes to the page that they had asked for, by the keyboard alone, and stays there when it is loaded anew', async () => {
      const visit = await scene().visitAs('operator', '/branches?text=tokyo&sort=-name');
      await visit.page.getByRole('link', { name: 'Tokyo Shinjuku' }).waitFor();
      expect(await visit.page.getByRole('link', { name: 'Berlin Mitte' }).count()).toBe(0);
      await visit.page.reload();
      await visit.page.getByRole('link', { name: 'Tokyo Shinjuku' }).waitFor();
      await visit.end();
    });

    it('leaves no token where another tab or a later person would find it', async () => {
      const visit = await scene().visitAs('viewer');
      const kept = await visit.inPage<{ readonly local: string; readonly cookies: string; readonly session: string }>('({ local: JSON.stringify(localStorage), cookies: document.cookie, session: JSON.stringify(sessionStorage) })');
      expect(kept.local).not.toMatch(/token|eyJ/);
      expect(kept.cookies).toBe('');
      // It is in this tab alone: the test looks in the right place.
      expect(kept.session).toContain('access_token');
      await visit.end();
    });

    it('goes on when the token has ended, without noticing', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      await spoil(visit, 'access_token');
      visit.expectComplaint(/status of 401/);
      await visit.go('/apps');
      await visit.page.getByText('com.example.fieldwork').waitFor();
      await visit.end();
    });

    it('is asked to sign in again when the session cannot be renewed, and comes back to the same page', async () => {
      const visit = await scene().visitAs('viewer', '/branches');
      await spoil(visit, 'access_token');
      await spoil(visit, 'refresh_token');
      visit.expectComplaint(/status of 40[01]/);
      await visit.go('/branches/tokyo');
      await visit.page.getByText('The session has ended').waitFor();
      // The issuer still knows them: no password is asked for.
      await visit.page.getByRole('button', { name: 'Sign in' }).click();
      await visit.page.getByRole('heading', { name: 'Tokyo Shinjuku' }).waitFor();
      await visit.end();
    });

    it('signs out here and at the issuer, so that the next person is asked for a password', async () => {
      const visit = await scene().visitAs('admin');
      const { page } = visit;
      await page.getByRole('button', { name: /^admin/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign out of Wavecast?' }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByLabel('Password').waitFor();
      await visit.end();
    });

    it('begins again where the sign-in was broken off', async () => {
      const visit = await scene().visit();
      await visit.page.goto(`${scene().url}/callback?error=access_denied&state=unknown`);
      await visit.page.getByText('The sign-in was not completed').waitFor();
      expect(new URL(visit.page.url()).pathname).toBe('/');
      await visit.end();
    });
  });
}
