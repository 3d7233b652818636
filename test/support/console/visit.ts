/** One person at a browser. Whatever the page complains of meanwhile, scripts that the policy refuses among it, fails the test. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type AxeResults, type RunOnly } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Role, Scene } from './scene.ts';

/** Not committed: to be looked at. */
const PICTURES = join(import.meta.dirname, '..', '..', '..', 'dist', 'console-pictures');
const PATIENCE = 60_000;

/** Faults of the component set itself, which nothing here can mend: the navigation of a narrow screen says which way it lies, though its role does not know that. */
function knownOfTheComponents(rule: string, html: string): boolean {
  return rule === 'aria-allowed-attr' && html.startsWith('<nav ') && html.includes('aria-orientation');
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly language?: string;
}

export class Visit {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #scene: Scene;
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];

  private constructor(context: BrowserContext, page: Page, scene: Scene) {
    this.#context = context;
    this.page = page;
    this.#scene = scene;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => { this.#complaints.push(`page error: ${error.message}`); });
  }

  static async begin(browser: Browser, scene: Scene, { width = 1280, height = 900, dark = false, language = 'en-GB' }: VisitOptions): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale: language, timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    return new Visit(context, page, scene);
  }

  /** Opens a page of the console and signs in, by the keyboard alone. */
  async signIn(role: Role, path = '/'): Promise<void> {
    const { page } = this;
    await page.goto(`${this.#scene.url}${path}`);
    const button = page.getByRole('button', { name: /^(Sign in|サインイン)$/ });
    await button.waitFor();
    await this.tabTo(async () => (await button.and(page.locator(':focus')).count()) === 1);
    await page.keyboard.press('Enter');
    // What is typed before the field has the focus is lost.
    await page.getByLabel('User name').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(role);
    await page.keyboard.press('Tab');
    await page.getByLabel('Password').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(this.#scene.test.cloud.passwords[role] ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${this.#scene.url}${path}`);
    await this.settled();
  }

  /** Presses Tab until what is wanted has the focus. */
  async tabTo(isThere: () => Promise<boolean>): Promise<void> {
    for (let count = 0; count < 60; count += 1) {
      if (await isThere()) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error('The keyboard does not get there.');
  }

  /** Goes to another page as a link of the console does: without loading it anew. */
  async go(path: string): Promise<void> {
    await this.inPage(`(() => {
      const link = Object.assign(document.createElement('a'), { href: ${JSON.stringify(path)} });
      document.querySelector('#console > div').append(link);
      link.click();
      link.remove();
    })()`);
    // The address changes when the page's file is there: until then the one before is seen.
    await this.page.waitForURL(`${this.#scene.url}${path}`);
    await this.settled();
  }

  /** Until the page's title is there and nothing is loading any more. */
  async settled(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
    await this.page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  }

  /** The value of an expression in the page, as text: the tests' own program knows no document. */
  inPage<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** From here on this complaint is what the test is about. */
  expectComplaint(like: RegExp): void {
    this.#expected.push(like);
  }

  /** Serious and worse, by axe, with the rules of WCAG 2.2 AA. */
  async accessibilityFaults(): Promise<readonly string[]> {
    return this.#faults({ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  }

  /** The same, of those rules that colours alone decide: what another theme may break on a page that has none of the others. */
  async contrastFaults(): Promise<readonly string[]> {
    return this.#faults({ type: 'rule', values: ['color-contrast', 'link-in-text-block'] });
  }

  async #faults(runOnly: RunOnly): Promise<readonly string[]> {
    // What lies below the notices while the page is scrolled is no fault of its own.
    await this.inPage('scrollTo(0, 0)');
    // Until the page is loaded anew it is there.
    if (!await this.inPage<boolean>("'axe' in window")) await this.page.evaluate(axe.source);
    const { violations } = await this.inPage<AxeResults>(`axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ['violations'] })})`);
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.filter(({ html }) => !knownOfTheComponents(id, html)).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`));
  }

  /** The system turns light or dark, and the page with it. */
  async inTheme(theme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(theme === 'dark' ? 'body.awsui-dark-mode' : 'body:not(.awsui-dark-mode)').waitFor();
  }

  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: false });
  }

  /** How far the page can be scrolled sideways, in pixels: nothing may stand out of a narrow one. */
  async overhang(): Promise<number> {
    return this.inPage<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  async end(): Promise<void> {
    await this.#context.close();
    expect(this.#complaints.filter((complaint) => !this.#expected.some((like) => like.test(complaint)))).toEqual([]);
  }
}
