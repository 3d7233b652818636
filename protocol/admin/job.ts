/** Files that are written in the background where they take longer than a request: begun, looked at, fetched. */
import * as z from 'zod';
import { jobKinds } from '../../core/job/job.ts';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

const branchId = z.string().optional().meta({ description: 'Only this branch.' });

const statusRequest = z.strictObject({
  bundleId: z.string(),
  versionId: z.string().optional().meta({ description: 'A row per device for this version; else a row per device and version.' }),
  planId: z.string().optional().meta({ description: 'The devices and the version of this plan only.' }),
  branchId,
}).meta({ id: 'ExportRequest' });

const targetsRequest = z.strictObject({ planId: z.string(), branchId }).meta({ id: 'PlanTargetsExportRequest' });

const recountRequest = z.strictObject({
  mend: z.boolean().default(false).meta({ description: 'Count waves that differ again into their kept totals.' }),
}).meta({ id: 'RecountRequest' });

export const jobSummary = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  state: z.enum(['running', 'done', 'failed']),
  bundleId: z.string().optional(),
  versionId: z.string().optional(),
  planId: z.string().optional(),
  branchId: z.string().optional(),
  mend: z.boolean().optional(),
  by: z.string().meta({ description: 'Who asked for it.' }),
  createdAt: instant,
  updatedAt: instant.meta({ description: 'When rows were made safe last. Milliseconds since the Unix epoch, UTC.' }),
  expiresAt: instant.meta({ description: 'When the file is removed. Milliseconds since the Unix epoch, UTC.' }),
  rows: z.number().int().meta({ description: 'Rows of the file until now, without its title line.' }),
  bytes: z.number().int(),
  counts: z.record(z.string(), z.number().int()).meta({ description: 'What the rows come to. Of a distribution status: `devices`, `notInstructed`, `installed`, `scheduled`, `open`, `failed`; of a plan\'s targets: `devices`, `instruct`, `instructed`, `skipped`, `skipped/reason`; of a recount: `branches`, `waves`, `instructions`, `differences`, `mended`.' }),
  fileName: z.string(),
  failure: z.object({ code: z.string(), words: z.string(), remedy: z.string().optional() }).optional(),
  note: z.string().optional().meta({ description: 'What a reader of the file has to know: devices that moved while it was written.' }),
}).meta({ id: 'JobSummary' });

export const job = jobSummary.extend({
  link: z.string().optional().meta({ description: 'Of one that is done: downloads the file; it carries its own permission.' }),
  linkExpiresAt: instant.optional(),
}).meta({ id: 'Job', description: 'Most are done in the answer to the request that begins them; others go on in the background.' });
export type JobAnswer = z.infer<typeof job>;

export const jobOperations = {
  exportDistributionStatus: operation('jobs', 'POST', 'exports/distribution-status', {
    role: 'viewer', summary: 'Writes the distribution status as CSV: Name,Status,Package name,Version. Status: 0 not instructed, 1 installed, 2 scheduled, 3 instructed and not finished, 4 failed.', body: statusRequest, answer: job,
  }),
  exportPlanTargets: operation('jobs', 'POST', 'exports/plan-targets', {
    role: 'viewer', summary: 'Writes as CSV whom a plan would instruct in which wave, and whom it would skip and why: Name,Branch,Decision,Reason code,Reason,Wave,Opens (UTC),Opens (local).', body: targetsRequest, answer: job,
  }),
  recountPlan: operation('jobs', 'POST', 'plans/{id}/recount', { summary: 'Compares the kept totals of a plan with a count of its instructions, and writes what differs as CSV: Branch,Kind,Wave,What,Kept,Counted.', body: recountRequest, answer: job }),
  getJob: operation('jobs', 'GET', 'jobs/{id}', { summary: 'How far a job is; of one that is done with a link to its file.', answer: job }),
  listJobs: operation('jobs', 'GET', 'jobs', { summary: 'The jobs of the last days, newest first.', query: paging, answer: pageOf(jobSummary) }),
};
