/**
 * A job: a file that takes longer to write than a request may. It is written in slices, each of which goes on behind the
 * last row that is safe, so that a slice which is repeated or killed neither doubles a row nor loses one.
 */
import { DAY, MINUTE, type Identifiers, type Instant } from '../ambient.ts';
import { parseJobId, type BranchId, type BundleId, type JobId, type PlanId, type VersionId } from '../ids.ts';

export const jobKinds = ['distribution-status', 'plan-targets', 'plan-recount'] as const;
export type JobKind = (typeof jobKinds)[number];

/** What is asked for. */
export type JobAsk =
  /** Which device has which version; of a plan its devices and its version. */
  | { readonly kind: 'distribution-status'; readonly bundleId: BundleId; readonly versionId?: VersionId; readonly planId?: PlanId; readonly branchId?: BranchId }
  /** Whom a plan would instruct in which wave, and whom not. */
  | { readonly kind: 'plan-targets'; readonly planId: PlanId; readonly branchId?: BranchId }
  /** Where the kept totals of a plan differ from its instructions. */
  | { readonly kind: 'plan-recount'; readonly planId: PlanId; readonly mend: boolean };

/** How many of what, by a word of the kind's own. */
export type Counts = Readonly<Record<string, number>>;

export interface FilePart {
  /** Of S3: parts stand in the file in the order of their numbers, which may have gaps. */
  readonly number: number;
  readonly etag: string;
}

/** A file that is being put together. */
export interface PartedUpload {
  readonly key: string;
  readonly uploadId: string;
}

export interface Job {
  readonly id: JobId;
  readonly ask: JobAsk;
  /** The name under which the file is downloaded. */
  readonly fileName: string;
  /** Who asked. */
  readonly by: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly state: 'running' | 'done' | 'failed';
  /** Rows that are safe, without the title line. */
  readonly rows: number;
  /** Their bytes, the title line included. */
  readonly bytes: number;
  readonly counts: Counts;
  /** Of `failed`: why, and what to do. */
  readonly failure?: { readonly code: string; readonly words: string; readonly remedy?: string };
  /** What a reader has to know of the file, in a sentence. */
  readonly note?: string;
  /** The finished file. */
  readonly key?: string;
  /**
   * Who holds the job: every step raises it on the condition that nobody else has. It is also the number of the part that the holder
   * writes next, so that one who has lost the job unknowingly overwrites nothing.
   */
  readonly claim: number;
  /** Behind the last row that is safe, as the kind says it; absent before the first part. */
  readonly place?: string;
  readonly upload?: PartedUpload;
  readonly parts: readonly FilePart[];
  /** Every row is in a part: what is left is to put the parts together. */
  readonly whole?: true;
}

/** The file is removed after so long, and the job is forgotten with it. */
export const KEPT = 7 * DAY;
/** Without a sign for so long nobody carries it out any more: three tries of a slice, at fifteen minutes each. */
const STALLED = 60 * MINUTE;

export function jobIdOf(now: Instant, ids: Pick<Identifiers, 'fresh'>): JobId {
  return parseJobId(`${new Date(now).toISOString().replaceAll(/[-:.Z]/g, '')}-${ids.fresh().slice(-8)}`);
}

export function newJob(ask: JobAsk, about: Pick<Job, 'id' | 'fileName' | 'by' | 'createdAt'>): Job {
  return { ...about, ask, updatedAt: about.createdAt, state: 'running', rows: 0, bytes: 0, counts: {}, claim: 0, parts: [] };
}

/** Its file is there no more, or is about to go. */
export function isOver({ createdAt }: Pick<Job, 'createdAt'>, now: Instant): boolean {
  return now >= createdAt + KEPT;
}

/** As it is to be shown: one that has not been heard of for long has failed. */
export function asSeen(job: Job, now: Instant): Job {
  if (job.state !== 'running' || now < job.updatedAt + STALLED) return job;
  return { ...job, state: 'failed', failure: { code: 'internal', words: 'Nothing has been heard of the job for a long time.', remedy: 'Ask for it again; where it stays so, see the log of the function `job`.' } };
}

export function addCounts(one: Counts, other: Counts): Counts {
  const sum = new Map(Object.entries(one));
  for (const [word, count] of Object.entries(other)) sum.set(word, (sum.get(word) ?? 0) + count);
  return Object.fromEntries(sum);
}
