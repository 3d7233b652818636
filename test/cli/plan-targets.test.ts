import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredJob, PLAN } from './support/answers.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const branches: AnswerOf<'foreseeTargets'>['branches'] = [
  { branchId: 'berlin', devices: 43, instruct: 38, instructed: 2, skipped: [{ code: 'already-installed', words: 'The device already has this version.', devices: 2 }, { code: 'os-too-old', words: 'Too old.', devices: 1 }] },
  { branchId: 'tokyo', devices: 0, instruct: 0, instructed: 0, skipped: [] },
];

describe('plan targets', () => {
  it('shows a row for each branch and reason, and the sum', async () => {
    const { world, api, status } = await wavecast({ foreseeTargets: { branches } }, ['plan', 'targets', PLAN]);
    expect(status).toBe(0);
    expect(api.bodies('foreseeTargets')).toEqual([{}]);
    expect(world.out()).toBe([
      'BRANCH  DEVICES  DECISION             WHY',
      'berlin       38  would be instructed',
      'berlin        2  instructed already',
      'berlin        2  skipped              The device already has this version.',
      'berlin        1  skipped              Too old.',
      'tokyo         0  no devices',
      '',
      'Of 43 devices 38 would be instructed now, 3 skipped; 2 are instructed already.',
      '',
    ].join('\n'));
  });

  it('writes the file with every device where one is named', async () => {
    const csv = 'Name,Branch,Decision,Reason code,Reason,Wave,Opens (UTC),Opens (local)\na,berlin,would be instructed,,,1,2026-03-10 00:00,2026-03-10 01:00\n';
    const url = await serve(() => ({ body: csv }));
    const path = join(temporaryFolder(), 'targets.csv');
    const job = answeredJob({ kind: 'plan-targets', planId: PLAN, branchId: 'berlin', rows: 1, bytes: csv.length, counts: { devices: 43, instruct: 38, instructed: 2, skipped: 3 } });
    const answers = { exportPlanTargets: { ...job, link: `${url}/targets.csv` } };
    const { world, api, status } = await wavecast(answers, ['plan', 'targets', PLAN, '--branch', 'berlin', '--output', path, '--json']);
    expect(status).toBe(0);
    expect(api.bodies('exportPlanTargets')).toEqual([{ planId: PLAN, branchId: 'berlin' }]);
    expect(readFileSync(path, 'utf8')).toBe(csv);
    expect(JSON.parse(world.out())).toEqual({ ...job, file: path });
    // The link carries its own permission.
    expect(world.out()).not.toContain(url);
    expect((await wavecast(answers, ['plan', 'targets', PLAN, '--output', path])).world.out()).toBe('Of 43 devices 38 would be instructed now, 3 skipped; 2 are instructed already.\n');
  });

  it('prints the devices that the plan lists as `plan create` reads them, page after page', async () => {
    const pages = [{ items: [{ deviceId: 'd1', name: 'desk-1', branchId: 'berlin' }], next: 'berlin/1' }, { items: [{ deviceId: 'd2', name: 'desk-2', branchId: 'tokyo' }] }];
    const { world, api, status } = await wavecast({ listTargets: () => pages.shift() ?? { items: [] } }, ['plan', 'targets', PLAN, '--listed']);
    expect(status).toBe(0);
    expect(world.out()).toBe('desk-1\ndesk-2\n');
    expect(api.calls('listTargets').map(({ query }) => query)).toMatchObject([{}, { after: 'berlin/1' }]);
    expect((await wavecast({}, ['plan', 'targets', PLAN, '--listed', '--branch', 'berlin'])).status).toBe(2);
  });

  it('of a plan whose waves are over says where to look instead', async () => {
    const over = new WavecastError('conflict', 'No wave of the plan is to come any more.', { remedy: 'See `wavecast plan instructions`.' });
    const { world, status } = await wavecast({ foreseeTargets: () => over }, ['plan', 'targets', PLAN]);
    expect(status).toBe(1);
    expect(world.err()).toContain('wavecast plan instructions');
  });
});

describe('plan preview', () => {
  it('says which plan under way the draft would meet', async () => {
    const { world } = await wavecast({ previewPlan: { ...preview, meets: [{ planId: 'p9', name: 'Autumn', branches: ['berlin'] }] } }, ['plan', 'preview', PLAN]);
    expect(world.out().replaceAll('\n', ' ')).toContain('The plan "Autumn" (p9) is under way there for the same app');
  });

  const preview: AnswerOf<'previewPlan'> = { devices: 43, waves: 1, budget: 0.3, branches: [{ branchId: 'berlin', timeZone: 'Europe/Berlin', devices: 43, waveSize: 50, intervalMinutes: 5, windows: 1, left: 0, waves: [{ seq: 1, at: 0, localTime: '2026-03-10 01:00', size: 43 }] }] };

  it('says whom the plan skips where the server has looked', async () => {
    const { world } = await wavecast({ previewPlan: { ...preview, targets: branches } }, ['plan', 'preview', PLAN]);
    expect(world.out()).toContain('berlin        1  skipped              Too old.');
    expect(world.out()).not.toContain('wavecast plan targets');
  });

  it('says how to learn it where the fleet is large', async () => {
    const { world } = await wavecast({ previewPlan: preview }, ['plan', 'preview', PLAN]);
    expect(world.out()).toContain('wavecast plan targets');
  });
});
