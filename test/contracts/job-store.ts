import { describe, expect, it } from 'vitest';
import { parseBranchId, parseBundleId, parseJobId, parsePlanId, parseVersionId } from '../../core/ids.ts';
import { newJob, type Job, type JobAsk } from '../../core/job/job.ts';
import { MORNING } from '../support/samples/unique.ts';
import type { OpenStores } from './stores.ts';

/** What the store of jobs promises. */
export function jobStoreContract(open: OpenStores): void {
  const planId = parsePlanId('11111111-2222-4333-8444-555555555555');
  const bundleId = parseBundleId('com.example.field');
  const asks: readonly JobAsk[] = [
    { kind: 'distribution-status', bundleId },
    { kind: 'distribution-status', bundleId, versionId: parseVersionId('0'.repeat(32)), planId, branchId: parseBranchId('berlin') },
    { kind: 'plan-targets', planId }, { kind: 'plan-targets', planId, branchId: parseBranchId('berlin') }, { kind: 'plan-recount', planId, mend: true },
  ];
  const jobAt = (second: number, ask: JobAsk = { kind: 'plan-targets', planId }): Job => newJob(ask, { id: parseJobId(`20260302T0800${String(second).padStart(2, '0')}000-0000000a`), fileName: 'targets.csv', by: 'ada', createdAt: MORNING });

  describe('a job', () => {
    it.each(asks)('is kept as it was begun: %j', async (ask) => {
      const { jobs } = await open();
      const job = jobAt(1, ask);
      expect(await jobs.job(job.id)).toBeUndefined();
      await jobs.addJob(job);
      expect(await jobs.job(job.id)).toEqual(job);
    });

    it('is begun once', async () => {
      const { jobs } = await open();
      await jobs.addJob(jobAt(1));
      await expect(jobs.addJob({ ...jobAt(1), by: 'grace' })).rejects.toMatchObject({ code: 'conflict' });
      expect((await jobs.job(jobAt(1).id))?.by).toBe('ada');
    });

    it('moves on with all that it has, by the one who holds it', async () => {
      const { jobs } = await open();
      const job = jobAt(1);
      await jobs.addJob(job);
      const parts = [{ number: 1, etag: '"a"' }, { number: 3, etag: '"b"' }];
      const after: Job = { ...job, claim: 1, rows: 7, bytes: 70, counts: { devices: 7, 'skipped/os-too-old': 2 }, place: 'berlin/1#a', upload: { key: 'exports/x.csv', uploadId: 'u' }, parts, whole: true, note: 'Some moved.', updatedAt: MORNING + 5 };
      expect(await jobs.replaceJob(job, after)).toBe(true);
      expect(await jobs.job(job.id)).toEqual(after);
      const failed: Job = { ...job, claim: 2, state: 'failed', failure: { code: 'not-found', words: 'Gone.', remedy: 'Ask again.' } };
      expect(await jobs.replaceJob(after, failed)).toBe(true);
      expect(await jobs.job(job.id)).toEqual(failed);
    });

    it('moves on once where two hold it', async () => {
      const { jobs } = await open();
      const job = jobAt(1);
      await jobs.addJob(job);
      const done = await Promise.all([1, 2, 3].map((rows) => jobs.replaceJob(job, { ...job, rows, claim: 1 })));
      expect(done.filter((one) => one)).toHaveLength(1);
      expect((await jobs.job(job.id))?.rows).toBe(done.indexOf(true) + 1);
    });

    it('that is not there does not move', async () => {
      const { jobs } = await open();
      expect(await jobs.replaceJob(jobAt(1), { ...jobAt(1), claim: 1 })).toBe(false);
      expect(await jobs.job(jobAt(1).id)).toBeUndefined();
    });
  });

  describe('the list of jobs', () => {
    it('has the newest first, page by page', async () => {
      const { jobs } = await open();
      for (const second of [2, 1, 3]) await jobs.addJob(jobAt(second));
      const first = await jobs.jobs(undefined, 2);
      expect(first.items.map(({ id }) => id)).toEqual([jobAt(3).id, jobAt(2).id]);
      const second = await jobs.jobs(first.next, 2);
      expect(second.items.map(({ id }) => id)).toEqual([jobAt(1).id]);
      expect(second.next).toBeUndefined();
    });

    it('ends with a page that is full', async () => {
      const { jobs } = await open();
      await jobs.addJob(jobAt(1));
      expect((await jobs.jobs(undefined, 1)).next).toBeUndefined();
    });
  });
}
