/** Somebody who has read nothing, at a console whose branches have devices: from a file to a finished rollout, page by page, in a real browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { DAY, HOUR, MINUTE } from '../../core/ambient.ts';
import { app } from '../../local/demo/scenario.ts';
import { writeSampleIpa } from '../../local/demo/sample-ipa.ts';
import { testWorld } from '../cli/support/world.ts';
import { Scene } from '../support/console/scene.ts';
import type { Visit } from '../support/console/visit.ts';

let set: Scene | undefined;
const scene = (): Scene => {
  if (set === undefined) throw new Error('The scene is not set.');
  return set;
};
/** One person, one browser: each step goes on where the last one ended. */
let visit: Visit;
let page: Page;

beforeAll(async () => {
  set = await Scene.set({ begun: false });
  visit = await set.visitAs('operator', '/', { height: 1_400 });
  // Hours pass in seconds, and tokens end with them: the console has the next one by itself.
  visit.expectComplaint(/status of 401/);
  ({ page } = visit);
}, 400_000);
afterAll(async () => { await set?.end(); }, 60_000);

/** Lets the time go on until the page says it. */
async function until(says: string | RegExp, atMost: number): Promise<void> {
  const { clock } = scene().test.cloud;
  const end = clock.now() + atMost;
  const said = page.getByText(says).filter({ visible: true });
  clock.setPace('max');
  while (clock.now() < end && (await said.count()) === 0) await page.waitForTimeout(100);
  clock.setPace('real');
  await said.first().waitFor();
}

async function theApp(): Promise<{ readonly versionId: string; readonly placement: string }> {
  const { items: [found] } = await scene().admin.call('listApps', {});
  const { id, placement } = await scene().admin.call('getVersion', { id: found?.latest?.id ?? '' });
  return { versionId: id, placement };
}

async function thePlan() {
  const { items: [plan] } = await scene().admin.call('listPlans', {});
  return scene().admin.call('getPlan', { id: plan?.id ?? '' });
}

describe('a newcomer', () => {
  it('registers a package of 30 MB, and is told that devices can fetch it', async () => {
    const { path } = await writeSampleIpa({ ...app, path: join(scene().folder, app.fileName), sizeBytes: 30_000_000, kind: 'enterprise', signedAt: scene().test.cloud.clock.now() - DAY });
    await page.getByRole('link', { name: 'iOS applications' }).click();
    await page.getByRole('link', { name: 'Register an app' }).first().click();
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.getByRole('button', { name: 'Upload and register' }).click();
    await page.getByText('It is for internal use, and devices can fetch it').waitFor({ timeout: 90_000 });
    expect((await theApp()).placement).toBe('verified');
  }, 180_000);

  it('installs it on the test device, sees it come, and only then plans', async () => {
    expect(await page.getByRole('button', { name: 'Plan distribution' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Install on all test devices' }).click();
    await page.getByText('Test devices instructed: 1.').waitFor();
    await until('A test device has it: the placement is proven.', 4 * HOUR);
    await page.getByRole('link', { name: 'Plan distribution' }).click();
    await page.getByRole('heading', { name: 'Plan a distribution', level: 1 }).waitFor();
  }, 120_000);

  it('sees waves and load of what is planned before it is, and starts it', async () => {
    await page.getByRole('button', { name: /^Branches/ }).click();
    await page.getByRole('option', { name: 'All branches' }).click();
    await page.keyboard.press('Escape');
    const preview = page.getByRole('region', { name: 'Preview', exact: true });
    await preview.getByRole('img', { name: /^Timeline of/ }).waitFor();
    await page.getByRole('textbox', { name: 'Name of the plan' }).fill('First rollout');
    await page.getByLabel('Devices in a wave').fill('2');
    await page.getByRole('button', { name: 'Save and start' }).click();
    await visit.picture('newcomer-start-1280-light');
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await thePlan()).status).toBe('live');
  }, 120_000);

  it('pauses it by the keyboard when the first wave is open, and lets it go on', async () => {
    await until(/[1-9]\d* done/, DAY);
    const press = async (name: string): Promise<void> => {
      const button = page.getByRole('button', { name, exact: true }).first();
      await button.focus();
      await page.keyboard.press('Enter');
    };
    await press('Pause');
    await page.getByText('First rollout is paused: no wave opens any more.').waitFor();
    expect((await thePlan()).status).toBe('paused');
    await press('Resume');
    await page.getByText('First rollout goes on.').waitFor();
    expect((await thePlan()).status).toBe('live');
  }, 120_000);

  it('watches it come to its end, and reads what the devices say themselves', async () => {
    const { clock } = scene().test.cloud;
    clock.setPace('max');
    for (const end = clock.now() + 4 * DAY; clock.now() < end && (await thePlan()).state !== 'finished';) await page.waitForTimeout(300);
    await clock.until(clock.now() + 10 * MINUTE);
    clock.setPace('real');
    const plan = await thePlan();
    expect(plan.state).toBe('finished');
    const { devices } = await scene().report(app.bundleId);
    // The test device had it before.
    const installed = devices.filter(({ account }) => account === 'installed').length - 1;
    await page.getByText(new RegExp(`^${plan.totals.installed ?? 0} done`)).first().waitFor();
    expect(plan.totals.installed).toBe(installed);
    await visit.picture('newcomer-finished-1280-light');
    expect(await visit.accessibilityFaults()).toEqual([]);
    // It is over, and what it left to be chased is still on the first page.
    await visit.go('/');
    await page.getByText('Ended lately').waitFor();
    await page.getByRole('region', { name: 'First rollout' }).getByText(new RegExp(`^${plan.totals.installed ?? 0} done`)).waitFor();
    await visit.picture('newcomer-overview-1280-light');
    expect(await visit.accessibilityFaults()).toEqual([]);
  }, 240_000);

  it('has the distribution status as a file: the one that the command line writes', async () => {
    const { versionId } = await theApp();
    await visit.go(`/versions/${versionId}`);
    await page.getByRole('button', { name: 'Export distribution status' }).click();
    const link = page.getByRole('link', { name: 'Download' });
    await link.waitFor();
    const fromPage = await (await fetch(await link.getAttribute('href') ?? '')).text();
    const [client] = Object.entries(scene().test.cloud.issuer.clientSecrets);
    const world = testWorld({ env: { WAVECAST_URL: scene().test.cloud.apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' }, sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, Math.min(milliseconds, 100)); }) });
    const file = join(scene().folder, 'status.csv');
    expect(await run(['export-distribution-status', '--package-name', app.bundleId, '--version', app.shortVersion, '--output', file], world, '1.0.0')).toBe(0);
    expect(fromPage.split(/\r?\n/).toSorted()).toEqual(readFileSync(file, 'utf8').split(/\r?\n/).toSorted());
  }, 60_000);

  it('instructs those again that failed, after reading how many they are', async () => {
    const before = await thePlan();
    const failed = (before.totals.failed ?? 0) + (before.totals.rejected ?? 0) + (before.totals.timedOut ?? 0);
    expect(failed).toBeGreaterThan(0);
    await visit.go(`/plans/${before.id}`);
    await page.getByRole('button', { name: 'Instruct failures again' }).click();
    const dialog = page.getByRole('dialog');
    await visit.picture('newcomer-reissue-1280-light');
    await dialog.getByRole('button', { name: 'Make the plan' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { items } = await scene().admin.call('listPlans', {});
    expect(items).toHaveLength(2);
    await visit.end();
  }, 60_000);
});
