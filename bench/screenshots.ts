/**
 * `npm run screenshots`: the pictures of the console in README.md, from a real rollout: the demo's devices and plan, looked at
 * while one branch is done, one is in the middle of its waves and one is still to come.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { HOUR, MINUTE } from '../core/ambient.ts';
import { root } from '../infra/bundle.ts';
import type { DemoFleet } from '../local/demo/demo-fleet.ts';
import { DEVICES, sitesFor, startOfDemo } from '../local/demo/scenario.ts';
import { placeApp, proveApp, setUpSites, startPlan } from '../local/demo/set-up.ts';
import { startChromium } from './screenshots/chromium.ts';
import { onStage, type Stage } from './stage.ts';

const folder = join(root, 'docs', 'pictures');
const WIDTH = 1280;
/** From when the demo's day begins: before the first branch's window; and inside the second's, after two of its waves. */
const BEGINS = 3.5 * HOUR;
const LOOKED_AT = 6 * HOUR + 8 * MINUTE;
/** Devices download, access logs come, totals are counted: at the machine's pace. */
const SETTLED = 5_000;

interface Shown {
  readonly fleet: DemoFleet;
  /** By the picture's name: where it is in the console, and how much of it is shown. */
  readonly pages: readonly (readonly [name: string, path: string, height: number])[];
}

/** Leaves the rollout at the moment that is looked at. */
async function rollOut(stage: Stage, startsAt: number): Promise<Shown> {
  const setting = { ...stage, sites: sitesFor(DEVICES) };
  const fleet = await setUpSites(setting);
  const version = await placeApp(setting);
  stage.cloud.clock.setPace('max');
  await proveApp(setting, version);
  const plan = await startPlan(setting, version);
  fleet.begin();
  await stage.cloud.clock.until(startsAt + LOOKED_AT);
  stage.cloud.clock.setPace('real');
  return { fleet, pages: [['console-plan', `/plans/${plan.id}`, 1_500], ['console-app', `/versions/${version.id}`, 1_500]] };
}

async function signIn(page: Page, { consoleUrl, passwords }: Stage['cloud']): Promise<void> {
  await page.goto(consoleUrl);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill('operator');
  await page.getByLabel('Password').fill(passwords['operator'] ?? '');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${consoleUrl}/`);
}

/** The page as far as it goes, at most `height`. */
async function picture(page: Page, name: string, url: string, height: number): Promise<void> {
  await page.setViewportSize({ width: WIDTH, height });
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

export async function takeScreenshots(say: (line: string) => void): Promise<void> {
  const now = startOfDemo(Date.now());
  mkdirSync(folder, { recursive: true });
  const browser = await startChromium();
  try {
    await onStage(now + BEGINS, say, async (stage) => {
      const { fleet, pages } = await rollOut(stage, now);
      const page = await (await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', colorScheme: 'light', reducedMotion: 'reduce' })).newPage();
      await signIn(page, stage.cloud);
      await page.waitForTimeout(SETTLED);
      for (const [name, path, height] of pages) {
        await picture(page, name, `${stage.cloud.consoleUrl}${path}`, height);
        say(`Took docs/pictures/${name}.png.`);
      }
      await fleet.stop();
    });
  } finally {
    await browser.close();
  }
}

if (import.meta.main) await takeScreenshots((line) => { process.stderr.write(`${line}\n`); });
