import { HOUR, SECOND } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseBundleId, parseJobId, parsePlanId, parseVersionId, type BranchId } from '../../core/ids.ts';
import { startJob } from '../../core/job/carry-out.ts';
import { asSeen, isOver, KEPT, type Job, type JobAsk, type JobKind } from '../../core/job/job.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { openTable } from '../job-tables.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import { planOf } from './plans.ts';

const LINK_LIFE = HOUR / 4;

export const exportDistributionStatus: Handler<'exportDistributionStatus'> = (call) => {
  const { bundleId, versionId, planId, branchId } = call.body;
  const ask = {
    kind: 'distribution-status' as const, bundleId: parseBundleId(bundleId), ...(versionId === undefined ? {} : { versionId: parseVersionId(versionId) }), ...(planId === undefined ? {} : { planId: parsePlanId(planId) }), ...only(branchId),
  };
  return begin(call, ask, `distribution-status-${ask.bundleId}`);
};

export const exportPlanTargets: Handler<'exportPlanTargets'> = async (call) => {
  const plan = await planOf({ services: call.services, id: call.body.planId });
  return begin(call, { kind: 'plan-targets', planId: plan.id, ...only(call.body.branchId) }, `plan-targets-${plan.bundleId}`);
};

export const recountPlan: Handler<'recountPlan'> = async (call) => {
  const plan = await planOf(call);
  return begin(call, { kind: 'plan-recount', planId: plan.id, mend: call.body.mend }, `plan-recount-${plan.bundleId}`);
};

export const getJob: Handler<'getJob'> = async ({ services, id, now }) => {
  const job = await services.jobs.job(parseJobId(id));
  if (job === undefined || isOver(job, now)) throw new WavecastError('not-found', `There is no job ${id}.`, { remedy: 'Use an id that `wavecast job list` shows; a job and its file are kept for seven days.' });
  return answerOf({ services }, job, now);
};

export const listJobs: Handler<'listJobs'> = async ({ services, now, query: { after, limit } }) => {
  const { items, next } = await services.jobs.jobs(after, limit);
  const present = items.filter((job) => !isOver(job, now));
  // What is behind the first that is over is over as well.
  return { items: present.map((job) => summaryOf(job, now)), ...(next === undefined || present.length < items.length ? {} : { next }) };
};

function only(branchId: string | undefined): { readonly branchId?: BranchId } {
  return branchId === undefined ? {} : { branchId: parseBranchId(branchId) };
}

async function begin(call: AdminContext, ask: JobAsk, name: string): Promise<AnswerOf<'getJob'>> {
  const { services, caller, now } = call;
  // What cannot be written is refused before anything is done.
  const table = await openTable(services)(ask, now);
  const { kind, ...asked } = ask;
  await audit(call, { action: actions[kind], subject: subjectOf(ask), after: asked });
  const job = await startJob({ ...services, open: () => Promise.resolve(table) }, ask, { fileName: `${name}-${new Date(now).toISOString().slice(0, 10)}.csv`, by: caller.name }, now);
  return answerOf(call, job, now);
}

const actions: Readonly<Record<JobKind, string>> = { 'distribution-status': 'status.export', 'plan-targets': 'targets.export', 'plan-recount': 'plan.recount' };

function subjectOf(ask: JobAsk): string {
  return ask.kind === 'distribution-status' ? ask.planId ?? ask.bundleId : ask.planId;
}

async function answerOf({ services }: Pick<AdminContext, 'services'>, job: Job, now: number): Promise<AnswerOf<'getJob'>> {
  const summary = summaryOf(job, now);
  if (job.state !== 'done' || job.key === undefined) return summary;
  return { ...summary, link: await services.exports.link(job.key, job.fileName, LINK_LIFE / SECOND), linkExpiresAt: now + LINK_LIFE };
}

function summaryOf(job: Job, now: number): AnswerOf<'listJobs'>['items'][number] {
  const { id, ask, state, by, createdAt, updatedAt, rows, bytes, counts, fileName, failure, note } = asSeen(job, now);
  return { id, ...ask, state, by, createdAt, updatedAt, expiresAt: createdAt + KEPT, rows, bytes, counts, fileName, ...(failure === undefined ? {} : { failure }), ...(note === undefined ? {} : { note }) };
}
