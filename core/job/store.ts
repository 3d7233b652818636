/** Ports to jobs and to the files that they write. */
import type { Page } from '../device/store.ts';
import type { JobId } from '../ids.ts';
import type { FilePart, Job, PartedUpload } from './job.ts';

/** Reads are consistent. What is older than a job is kept may be gone at any time. */
export interface JobStore {
  /** `conflict` where the id is taken. */
  addJob(job: Job): Promise<void>;
  job(id: JobId): Promise<Job | undefined>;
  /** Newest first. */
  jobs(after: string | undefined, limit: number): Promise<Page<Job>>;
  /** If the stored claim is `before.claim`; false otherwise, and nothing is written. True also where this very change was made and its answer got lost. */
  replaceJob(before: Job, after: Job): Promise<boolean>;
}

export interface JobFiles {
  /** A part that is not the last has at least so many bytes. */
  readonly smallestPart: number;
  /** A whole file at once. */
  put(key: string, contentType: string, bytes: Uint8Array): Promise<void>;
  /** Begins a file of several parts; nothing is at `key` until it is completed. Given up, it is removed within days. */
  begin(key: string, contentType: string): Promise<PartedUpload>;
  /** A number that was written before is replaced. */
  part(upload: PartedUpload, number: number, bytes: Uint8Array): Promise<FilePart>;
  /** The file is the parts named, in order, and no other. May be repeated when it has been done. Throws where it cannot be done any more. */
  complete(upload: PartedUpload, parts: readonly FilePart[]): Promise<void>;
  /** Removes the parts of a file that will not be completed; harmless where there are none. */
  abort(upload: PartedUpload): Promise<void>;
}
