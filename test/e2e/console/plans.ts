import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../console/pages/plans/reasons-of-plan.ts';
import type { Scene } from '../../support/console/scene.ts';
import type { Visit } from '../../support/console/visit.ts';

/** Each step of a page that asks a lot may wait for a busy machine. */
const PATIENCE = 180_000;

/** The plan of the scene: under way in Berlin, still to come in New York. */
async function rollout(scene: Scene): Promise<{ readonly id: string; readonly name: string; readonly versionId: string }> {
  const { items } = await scene.admin.call('listPlans', {});
  const found = items.find(({ status }) => status === 'live');
  if (found === undefined) throw new Error('No plan is under way.');
  return found;
}

/** The page as it is, in both widths and themes: it keeps within each, and axe finds nothing. */
async function everyLook(visit: Visit, name: string): Promise<void> {
  const { page } = visit;
  for (const width of [1280, 390]) {
    for (const theme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 2_600 });
      await page.emulateMedia({ colorScheme: theme });
      await visit.picture(`${name}-${width}-${theme}`);
      expect([width, theme, await visit.accessibilityFaults()]).toEqual([width, theme, []]);
      expect([width, theme, await visit.overhang()]).toEqual([width, theme, 0]);
    }
  }
  await page.setViewportSize({ width: 1280, height: 2_200 });
  await page.emulateMedia({ colorScheme: 'light' });
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
      await page.getByText(/^Waves are going: 1 of 3 branches have had theirs/).waitFor();
      await page.getByText(/, up to \d+ devices$/).waitFor();
      await everyLook(visit, 'plan-whole');
      await page.getByRole('button', { name: 'Pause', exact: true }).hover();
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).getAttribute('aria-disabled')).toBe('true');
      await visit.end();
    }, PATIENCE);

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
    }, PATIENCE);

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
    }, PATIENCE);

    it('gets other windows and another limit of open installations in one branch, by the keyboard alone', async () => {
      const { id, name } = await rollout(scene());
      const visit = await scene().visitAs('operator', `/plans/${id}`);
      const { page } = visit;
      const branch = async (branchId: string) => (await scene().admin.call('getPlan', { id })).branches.find((each) => each.branchId === branchId);
      const dialogOf = async (item: string) => {
        await page.getByRole('button', { name: 'Change' }).focus();
        await page.keyboard.press('Enter');
        const wanted = page.getByRole('menuitem', { name: item }).and(page.locator(':focus'));
        for (let count = 0; count < 6 && await wanted.count() === 0; count += 1) await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await page.getByRole('dialog', { name: item }).waitFor();
      };
      await dialogOf('Open installations at once');
      await page.getByRole('dialog').getByRole('button', { name: /^Where/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'New York Downtown' }).waitFor();
      await page.keyboard.type('New');
      await page.keyboard.press('Enter');
      await page.getByRole('spinbutton', { name: 'At most so many at once' }).focus();
      await page.keyboard.type('0');
      await page.getByText(/^1-/).waitFor();
      await page.keyboard.press('Backspace');
      await page.keyboard.type('2');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('limit-1280-light');
      await page.keyboard.press('Enter');
      await page.getByText(`${name} has another limit of open installations.`).waitFor();
      expect([(await branch('new-york'))?.openLimit, (await branch('berlin'))?.openLimit]).toEqual([2, undefined]);
      await dialogOf('Windows');
      await page.getByRole('dialog').getByRole('button', { name: /^Branch/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: 'New York Downtown' }).waitFor();
      await page.keyboard.type('New');
      await page.keyboard.press('Enter');
      const window = page.getByRole('group', { name: 'America/New_York 1' });
      await window.getByLabel('To', { exact: true }).focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('11:30');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('windows-1280-light');
      await page.keyboard.press('Enter');
      await page.getByText(`${name} has other windows from the next wave on.`).waitFor();
      expect((await branch('new-york'))?.windows).toEqual([{ from: '09:00', to: '11:30' }]);
      await visit.end();
    }, PATIENCE);

    it('has what failed instructed again, by reason, in a plan of its own that says how many devices it is for', async () => {
      const { id } = await rollout(scene());
      const failures = failuresOf(await scene().admin.call('getPlan', { id }));
      const visit = await scene().visitAs('operator', `/plans/${id}`, { height: 2_200 });
      const { page } = visit;
      await page.getByRole('button', { name: /^Instruct again: / }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Instruct the devices again on which it did not succeed' });
      await dialog.waitFor();
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('reissue-1280-light');
      await dialog.getByRole('button', { name: 'Make the plan' }).click();
      await page.getByText(new RegExp(`is made, for ${failures[0]?.devices ?? 0} devices`)).waitFor();
      await page.getByText('Listed devices').waitFor();
      const made = await scene().admin.call('getPlan', { id: new URL(page.url()).pathname.replace('/plans/', '') });
      expect([made.status, made.formerPlanId, made.branches.reduce((sum, { devices }) => sum + devices, 0)]).toEqual(['draft', id, failures[0]?.devices]);
      await scene().admin.call('cancelPlan', { id: made.id, body: { onlyDraft: true } });
      await visit.end();
    }, PATIENCE);
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
      await page.getByRole('button', { name: 'Take it: the advised pace in Tokyo Shinjuku' }).click();
      await page.getByText('Branches at a pace of their own: 1.').waitFor();
      // Another plan is under way there, and is named with where they meet.
      await preview.getByText('They meet in Tokyo Shinjuku.').waitFor();
      await preview.getByRole('heading', { name: /^Who is left out/ }).waitFor();
      await everyLook(visit, 'compose-filled');
      await visit.go('/plans');
      await page.goBack();
      await page.getByText('What you had entered before you left is here again.').waitFor();
      expect(await page.getByRole('textbox', { name: 'Name of the plan' }).inputValue()).toBe('By the console');
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
      await visit.go(`/plans/new?version=${versionId}`);
      expect(await page.getByRole('textbox', { name: 'Name of the plan' }).inputValue()).toBe('');
      await visit.end();
    }, PATIENCE);

    it('of a version that no test device has is started only where that is ticked, and the dialog says so itself', async () => {
      const { versionId } = await rollout(scene());
      const draft = await scene().admin.call('createPlan', { body: { name: 'Unproven', versionId, branches: [{ branchId: 'tokyo', windows: [{ from: '13:00', to: '14:00' }] }] } });
      const visit = await scene().visitAs('operator', '/plans');
      const { page } = visit;
      let asked = 0;
      // The version of the scene is proven: it is shown as it was before.
      await page.route(`**/v1/versions/${versionId}`, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...await response.json() as object, placement: 'verified' } });
      });
      await page.route('**/v1/plans/*/start', (route) => {
        asked += 1;
        return route.fulfill({ status: 409, headers: { 'access-control-allow-origin': scene().url }, contentType: 'application/problem+json', body: JSON.stringify({ detail: 'There is no push certificate.', code: 'push-certificate-missing' }) });
      });
      await visit.go(`/plans/${draft.id}`);
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('No test device has this version yet').waitFor();
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      await dialog.getByText('Tick this to start it').waitFor();
      expect(asked).toBe(0);
      expect(await visit.accessibilityFaults()).toEqual([]);
      await visit.picture('start-unproven-1280-light');
      visit.expectComplaint(/status of 409/);
      await dialog.getByRole('checkbox').check();
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      // Where the person looks, and not behind the dialog.
      await dialog.getByText('There is no push certificate.').waitFor();
      expect([asked, await page.getByText('There is no push certificate.').count()]).toEqual([1, 1]);
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
      await scene().admin.call('cancelPlan', { id: draft.id, body: { onlyDraft: true } });
      await visit.end();
    }, PATIENCE);

    it('is edited in place as long as it is a draft, and the back button leads to where it was begun', async () => {
      const { versionId } = await rollout(scene());
      const windows = [{ from: '13:00', to: '14:00' }];
      const draft = await scene().admin.call('createPlan', { body: { name: 'To be edited', versionId, branches: [{ branchId: 'tokyo', windows, pace: { waveSize: 2, intervalMinutes: 9 }, openLimit: 4 }], canary: { of: { kind: 'test-devices' }, soakHours: 3 }, seed: 'abc' } });
      const visit = await scene().visitAs('operator', '/plans', { height: 2_200 });
      const { page } = visit;
      await page.getByRole('link', { name: 'To be edited' }).click();
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('menuitem', { name: /edit the draft/ }).click();
      await page.getByRole('heading', { name: 'Edit To be edited', level: 1 }).waitFor();
      await page.getByLabel('Hours until an installation has failed').fill('48');
      await page.getByRole('button', { name: /^Of a single branch/ }).first().click();
      await page.getByRole('button', { name: /Choose a branch/ }).click();
      await page.getByRole('option', { name: /Tokyo Shinjuku/ }).click();
      const own = page.getByRole('group', { name: 'Tokyo Shinjuku', exact: true });
      expect(await own.getByLabel('Devices in a wave').inputValue()).toBe('2');
      await own.getByLabel('Open installations at once').fill('2');
      await own.getByLabel('From').fill('20:00');
      await everyLook(visit, 'compose-single-branch');
      await page.getByRole('button', { name: 'Save as draft' }).click();
      await page.getByText('To be edited is changed.').waitFor();
      await page.waitForURL(`**/plans/${draft.id}`);
      expect(await scene().admin.call('getPlan', { id: draft.id })).toMatchObject({ name: 'To be edited', status: 'draft', revision: 2, deadlineHours: 48, canary: draft.canary, seed: 'abc', createdAt: draft.createdAt, branches: [{ branchId: 'tokyo', windows, pace: { waveSize: 2, intervalMinutes: 9 }, openLimit: 2, inventoryWindow: { from: '20:00', to: '24:00' } }] });
      await page.goBack();
      await page.getByRole('heading', { name: /^Plans/, level: 1 }).waitFor();
      await scene().admin.call('cancelPlan', { id: draft.id, body: { onlyDraft: true } });
      await visit.end();
    }, PATIENCE);

    it('that somebody else changes while it is edited is said to be, and loaded anew without losing what was typed', async () => {
      const { versionId } = await rollout(scene());
      const branches = [{ branchId: 'tokyo', windows: [{ from: '13:00', to: '14:00' }] }];
      const draft = await scene().admin.call('createPlan', { body: { name: 'Of two', versionId, branches } });
      const visit = await scene().visitAs('operator', `/plans/new?edit=${draft.id}`, { height: 2_200 });
      const { page } = visit;
      await page.getByRole('textbox', { name: 'Name of the plan' }).fill('Mine');
      await page.getByLabel('Devices in a wave').fill('7');
      await scene().admin.call('editPlan', { id: draft.id, body: { name: 'Of two', versionId, branches, waveSize: 9, deadlineHours: 48, revision: 1 } });
      visit.expectComplaint(/status of 409/);
      await page.getByRole('button', { name: 'Save as draft' }).click();
      await page.getByText('Somebody else has changed this draft since you began').waitFor();
      expect((await scene().admin.call('getPlan', { id: draft.id })).name).toBe('Of two');
      await everyLook(visit, 'compose-changed-meanwhile');
      // It is still so after a reload, with what was typed.
      await page.reload();
      await page.getByText('Somebody else has changed this draft since you began').waitFor();
      await page.getByRole('button', { name: 'Load it anew' }).click();
      await page.getByText('Both of you changed: Devices in a wave.').waitFor();
      const fields = ['Name of the plan', 'Devices in a wave', 'Hours until an installation has failed'];
      expect(await Promise.all(fields.map((field) => page.getByLabel(field, { exact: true }).inputValue()))).toEqual(['Mine', '7', '48']);
      await visit.picture('compose-loaded-anew-1280-light');
      await page.getByRole('button', { name: 'Save as draft' }).click();
      await page.getByText('Mine is changed.').waitFor();
      expect(await scene().admin.call('getPlan', { id: draft.id })).toMatchObject({ name: 'Mine', waveSize: 7, deadlineHours: 48, revision: 3 });
      // Ended under the hands of whoever edits it, it is left as it is.
      await visit.go(`/plans/new?edit=${draft.id}`);
      await page.getByRole('textbox', { name: 'Name of the plan' }).fill('Too late');
      await scene().admin.call('cancelPlan', { id: draft.id, body: { onlyDraft: true } });
      await page.getByRole('button', { name: 'Save as draft' }).click();
      await page.getByText(/^Mine is no draft any more/).waitFor();
      expect(await page.getByRole('textbox', { name: 'Name of the plan' }).inputValue()).toBe('Too late');
      await visit.end();
    }, PATIENCE);

    it('takes an app away, and says from how many devices before it is started', async () => {
      const visit = await scene().visitAs('operator', '/plans/new', { height: 2_200 });
      const { page } = visit;
      await page.getByRole('radio', { name: /Remove an application/ }).check();
      await page.getByRole('button', { name: /^Application/ }).click();
      await page.getByRole('option', { name: /Fieldwork/ }).click();
      await page.getByRole('button', { name: /^Branches/ }).click();
      await page.getByRole('option', { name: /Berlin Mitte/ }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('region', { name: 'Preview', exact: true }).getByText('Will have it removed').waitFor();
      await visit.picture('compose-removal-1280-light');
      expect(await visit.accessibilityFaults()).toEqual([]);
      await page.getByRole('button', { name: 'Save and start' }).click();
      const dialog = page.getByRole('dialog', { name: 'Start Remove Fieldwork' });
      const id = async () => (await scene().admin.call('listPlans', {})).items.find(({ operation }) => operation === 'remove')?.id ?? '';
      await expect.poll(id).not.toBe('');
      const { targets } = await scene().admin.call('previewPlan', { id: await id(), body: {} });
      await dialog.getByText(`It takes the app from ${targets?.[0]?.instruct ?? -1} devices`).waitFor();
      await visit.picture('start-removal-1280-light');
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
      await scene().admin.call('cancelPlan', { id: await id(), body: { onlyDraft: true } });
      await visit.end();
    }, PATIENCE);
  });

  describe('bulk instructions', () => {
    it('become plans once no line of the file has a mistake, with the windows that were entered', async () => {
      const visit = await scene().visitAs('operator', '/plans/import', { height: 2_600 });
      const { page } = visit;
      const { items: [device] } = await scene().admin.call('listDevices', { query: { branchId: 'tokyo', status: 'enrolled', limit: 1 } });
      const title = 'Operation,OS type,Distributed application,Version,Smart device name';
      const choose = (lines: readonly string[]) => page.locator('input[type=file]').setInputFiles({ name: 'instructions.csv', mimeType: 'text/csv', buffer: Buffer.from([title, ...lines].join('\n')) });
      visit.expectComplaint(/status of 400/);
      await choose([`install,iOS,Fieldwork,2.1.0,${device?.name ?? ''}`, 'install,iOS,Fieldwork,9.9.9,nobody']);
      await page.getByText(/^Choose the branches of these devices/).waitFor();
      await page.getByRole('button', { name: /^Branches/ }).click();
      await page.getByRole('option', { name: /Tokyo Shinjuku/ }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText(/^Line 3, column "Version"/).waitFor();
      await everyLook(visit, 'plans-import-mistakes');
      await choose([`install,iOS,Fieldwork,2.1.0,${device?.name ?? ''}`]);
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByRole('heading', { name: /^No mistakes/ }).waitFor();
      const before = (await scene().admin.call('listPlans', {})).items.length;
      await page.getByRole('button', { name: 'Make the plans' }).click();
      await page.getByText('Plans made: 1.').waitFor();
      const [made, ...others] = (await scene().admin.call('listPlans', {})).items;
      expect([others.length, made?.status, made?.targets]).toEqual([before, 'draft', 'list']);
      expect((await scene().admin.call('listTargets', { id: made?.id ?? '' })).items).toMatchObject([{ name: device?.name, branchId: 'tokyo' }]);
      await visit.picture('plans-import-made-1280-light');
      await scene().admin.call('cancelPlan', { id: made?.id ?? '', body: { onlyDraft: true } });
      await visit.end();
    }, PATIENCE);
  });
}
