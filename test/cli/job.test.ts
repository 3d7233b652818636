import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredJob, BUNDLE, JOB, PLAN } from './support/answers.ts';
import type { Answers } from './support/api.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const csv = 'Name,Status,Package name,Version\n"a ""b""\nc",1,com.example.fieldwork,2.1.0\nd,4,com.example.fieldwork,2.1.0\n';

async function finished(of: Partial<AnswerOf<'getJob'>> = {}): Promise<AnswerOf<'getJob'>> {
  const files = await serve(({ headers }) => (headers.authorization === undefined ? { body: csv } : { status: 400 }));
  return answeredJob({ link: `${files}/status.csv`, rows: 2, bytes: csv.length, ...of });
}

/** A job that is done at the third look. */
async function running(): Promise<Answers> {
  const done = await finished();
  const looks = [answeredJob({ state: 'running', rows: 100_000 }), answeredJob({ state: 'running', rows: 200_000 }), done];
  return { exportDistributionStatus: answeredJob({ state: 'running', rows: 0 }), getJob: () => looks.shift() ?? done };
}

describe('an export that takes longer than a request', () => {
  it('is waited for, and its file written when it is whole', async () => {
    const path = join(temporaryFolder(), 'status.csv');
    const { world, api, status } = await wavecast(await running(), ['export-distribution-status', '--package-name', BUNDLE, '--output', path]);
    expect({ status, written: readFileSync(path, 'utf8') }).toEqual({ status: 0, written: csv });
    expect(api.calls('getJob').map(({ id }) => id)).toEqual([JOB, JOB, JOB]);
    expect(world.err()).toContain(`Job ${JOB} is being written`);
    expect(world.err()).toContain(`${path}: 2 rows`);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('goes to standard output alone, its progress to standard error', async () => {
    const { world } = await wavecast(await running(), ['export-distribution-status', '--package-name', BUNDLE]);
    expect(world.out()).toBe(csv);
  });

  it('tells programs the job and its rows', async () => {
    const { world } = await wavecast(await running(), ['export-distribution-status', '--package-name', BUNDLE, '--json']);
    expect(JSON.parse(world.out())).toEqual({ ...answeredJob({ rows: 2, bytes: csv.length }), csv });
  });

  it('that fails says why and what to do', async () => {
    const failed = answeredJob({ state: 'failed', failure: { code: 'not-found', words: 'The version is gone.', remedy: 'Register it again.' } });
    const { world, status } = await wavecast({ exportDistributionStatus: failed }, ['export-distribution-status', '--package-name', BUNDLE]);
    expect(status).toBe(1);
    expect(world.err()).toContain('The version is gone.');
    expect(world.err()).toContain('Register it again.');
  });

  it('tells that devices moved meanwhile', async () => {
    const { world } = await wavecast({ exportDistributionStatus: await finished({ note: 'There are 2 devices more now than the file has.' }) }, ['export-distribution-status', '--package-name', BUNDLE]);
    expect(world.err()).toContain('2 devices more');
  });

  it.each([{ rows: 3 }, { bytes: csv.length + 1 }])('of which not everything comes leaves what was there as it was: %j', async (expected) => {
    const path = join(temporaryFolder(), 'status.csv');
    writeFileSync(path, 'of yesterday');
    const { world, status } = await wavecast({ getJob: await finished(expected) }, ['job', 'fetch', JOB, '--output', path]);
    expect({ status, kept: readFileSync(path, 'utf8') }).toEqual({ status: 1, kept: 'of yesterday' });
    expect(world.err()).toContain(`wavecast job fetch ${JOB}`);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('cannot be written where there is no such folder', async () => {
    const { world, status } = await wavecast({ getJob: await finished() }, ['job', 'fetch', JOB, '--output', join(temporaryFolder(), 'none', 'status.csv')]);
    expect(status).toBe(1);
    expect(world.err()).toContain('--output');
  });
});

describe('job', () => {
  it('list shows what was asked for', async () => {
    const { world } = await wavecast({ listJobs: { items: [answeredJob(), answeredJob({ kind: 'plan-targets', state: 'running', planId: PLAN, rows: 12 })] } }, ['job', 'list']);
    expect(world.out()).toMatch(new RegExp(`${JOB} +distribution-status +done +1 +${BUNDLE}`));
    expect(world.out()).toMatch(new RegExp(`${JOB} +plan-targets +running +12 +${PLAN}`));
  });

  it('show tells how far one is and what its rows come to, and no link', async () => {
    const job = await finished();
    const { world } = await wavecast({ getJob: job }, ['job', 'show', JOB]);
    expect(world.out()).toMatch(/State +done/);
    expect(world.out()).toMatch(/installed +1/);
    expect(world.out()).not.toContain(job.link);
    expect((await wavecast({ getJob: job }, ['job', 'show', JOB, '--json'])).world.out()).not.toContain(job.link);
  });

  it('fetch writes the file of one that was begun before', async () => {
    const { world } = await wavecast({ getJob: await finished() }, ['job', 'fetch', JOB]);
    expect(world.out()).toBe(csv);
  });
});

describe('plan recount', () => {
  const counts = { branches: 2, waves: 7, instructions: 350, differences: 0, mended: 0 };

  it('says that the totals are right', async () => {
    const { world, api, status } = await wavecast({ recountPlan: answeredJob({ kind: 'plan-recount', rows: 0, counts }) }, ['plan', 'recount', PLAN]);
    expect({ status, out: world.out() }).toEqual({ status: 0, out: '' });
    expect(api.bodies('recountPlan')).toEqual([{ mend: false }]);
    expect(world.err()).toContain('350 instructions in 7 waves of 2 branches: the kept totals are what they come to.');
  });

  it('shows what differs, and says what was mended', async () => {
    const rows = 'Branch,Kind,Wave,What,Kept,Counted\nberlin,install,3,failed,1,2\n';
    const url = await serve(() => ({ body: rows }));
    const job = answeredJob({ kind: 'plan-recount', rows: 1, bytes: rows.length, counts: { ...counts, differences: 1, mended: 1 }, link: `${url}/r.csv` });
    const { world, api } = await wavecast({ recountPlan: job }, ['plan', 'recount', PLAN, '--mend']);
    expect(world.out()).toBe(rows);
    expect(api.bodies('recountPlan')).toEqual([{ mend: true }]);
    expect(world.err()).toContain('1 difference. Mended: 1 wave.');
  });
});
