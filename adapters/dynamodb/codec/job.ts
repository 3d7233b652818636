import { jobKinds, KEPT, type Counts, type Job, type JobAsk, type JobKind } from '../../../core/job/job.ts';
import { parseBranchId, parseBundleId, parseJobId, parsePlanId, parseVersionId, type JobId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { flag, list, number, oneOf, optional, record, text, yes, type Read } from '../read.ts';

/** One partition: jobs are begun by hand, and each is written some ten times a minute. */
export const JOBS = 'jobs';

/** In the order of time. */
export function jobKey(id: JobId): Key {
  return { pk: JOBS, sk: id };
}

export function jobItem(job: Job): Item {
  return { ...jobKey(job.id), ...job, ttl: Math.ceil((job.createdAt + KEPT) / 1_000) };
}

const readKind = record({ kind: oneOf(jobKinds) });
const asks: { readonly [K in JobKind]: Read<Omit<Extract<JobAsk, { readonly kind: K }>, 'kind'>> } = {
  'distribution-status': record({ bundleId: parseBundleId, versionId: optional(parseVersionId), planId: optional(parsePlanId), branchId: optional(parseBranchId) }),
  'plan-targets': record({ planId: parsePlanId, branchId: optional(parseBranchId) }),
  'plan-recount': record({ planId: parsePlanId, mend: flag }),
};
const readAsk: Read<JobAsk> = (value) => {
  const { kind } = readKind(value);
  switch (kind) {
    case 'distribution-status': return { kind, ...asks[kind](value) };
    case 'plan-targets': return { kind, ...asks[kind](value) };
    case 'plan-recount': return { kind, ...asks[kind](value) };
  }
};

const readCounts: Read<Counts> = (value) => Object.fromEntries(Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([word, count]) => [word, number(count)]));

export const readJob: Read<Job> = record({
  id: parseJobId, ask: readAsk, fileName: text, by: text, createdAt: number, updatedAt: number, state: oneOf(['running', 'done', 'failed']), rows: number, bytes: number, counts: readCounts,
  failure: optional(record({ code: text, words: text, remedy: optional(text) })), note: optional(text), key: optional(text), claim: number, place: optional(text),
  upload: optional(record({ key: text, uploadId: text })), parts: list(record({ number, etag: text })), whole: optional(yes),
});
