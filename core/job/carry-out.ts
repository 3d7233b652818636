/** Carries a job out, slice by slice: each is bounded in time, and keeps one part of the file in memory at most. */
import type { Clock, Identifiers, Instant } from '../ambient.ts';
import { WavecastError, type ErrorCode } from '../errors.ts';
import type { JobId } from '../ids.ts';
import { addCounts, jobIdOf, newJob, type Counts, type Job, type JobAsk } from './job.ts';
import type { JobFiles, JobStore } from './store.ts';

/** Some rows, and where to go on behind them. */
export interface JobPage {
  /** Whole lines, ready for the file. */
  readonly text: string;
  readonly rows: number;
  readonly counts: Counts;
  /** Opaque to the job. */
  readonly place: string;
}

/** What a kind of job writes. */
export interface JobTable {
  /** The title line. */
  readonly header: string;
  /** From behind `place` on, a page at a time; the same rows in the same order as long as nothing changes. */
  readonly pages: (place: string | undefined) => AsyncIterable<JobPage>;
  /** When all rows are there: what a reader has to know of them, where there is anything. `counts`: of the whole file. */
  readonly end?: (counts: Counts) => Promise<string | undefined>;
}

export interface JobServices {
  readonly jobs: JobStore;
  readonly jobFiles: JobFiles;
  /** Throws a coded error where it cannot be written: the job has failed then. */
  readonly open: (ask: JobAsk, asOf: Instant) => Promise<JobTable>;
  readonly clock: Clock;
}

export interface StartServices extends JobServices {
  readonly background: { job(id: JobId): Promise<void> };
  readonly ids: Pick<Identifiers, 'fresh'>;
}

/** `over`: nothing is left to do here; `further`: time is up and rows were made safe; `nowhere`: time is up and none were. */
export type Slice = 'over' | 'further' | 'nowhere';

/** A part is so much larger than it has to be: at S3's 5 MiB it has some 100,000 rows. */
const ROOM = 1.6;
/** For so long whoever asks waits for the whole file, milliseconds: most are written by then. */
const AT_ONCE = 4_000;
const CSV = 'text/csv; charset=utf-8';
/** Faults that pass: the slice is tried again. */
const passing: ReadonlySet<ErrorCode> = new Set(['throttled', 'internal']);

/** Begins a job; what is not done within the request goes on in the background. The job as it is then. */
export async function startJob(services: StartServices, ask: JobAsk, about: Pick<Job, 'fileName' | 'by'>, now: Instant): Promise<Job> {
  const job = newJob(ask, { ...about, id: jobIdOf(now, services.ids), createdAt: now });
  await services.jobs.addJob(job);
  const slice = await carryOut(services, job.id, services.clock.now() + AT_ONCE).catch((error: unknown): Slice => {
    // It passes: the background has more patience than whoever waits.
    if (error instanceof WavecastError && error.code === 'throttled') return 'nowhere';
    throw error;
  });
  if (slice !== 'over') await services.background.job(job.id);
  return (await services.jobs.job(job.id)) ?? job;
}

/** Goes on until the file is finished or it is `until`. May run twice, late or beside itself: one of them holds the job, the others end. */
export async function carryOut(services: JobServices, id: JobId, until: Instant): Promise<Slice> {
  const found = await services.jobs.job(id);
  if (found?.state !== 'running') return 'over';
  const slice = new SliceOfJob(services, found);
  try {
    return await slice.run(until);
  } catch (error) {
    if (!(error instanceof WavecastError) || passing.has(error.code)) throw error;
    await slice.fail(error);
    return 'over';
  }
}

/** Another holds the job: whatever this slice has in hand is theirs to write. */
class Lost extends Error {}

class SliceOfJob {
  readonly #services: JobServices;
  #held: Job;
  #chunks: Buffered = nothing;
  #kept = false;
  #note: string | undefined;

  constructor(services: JobServices, found: Job) {
    this.#services = services;
    this.#held = found;
  }

  async run(until: Instant): Promise<Slice> {
    try {
      await this.#step({});
      if (this.#held.whole !== true && !(await this.#write(until))) return this.#kept ? 'further' : 'nowhere';
      await this.#finish();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
    return 'over';
  }

  /** Best effort: where another holds the job it will meet the same. */
  async fail({ code, message, remedy }: WavecastError): Promise<void> {
    const { upload, ...rest } = this.#held;
    const failed = await this.#services.jobs.replaceJob(this.#held, { ...rest, state: 'failed', failure: { code, words: message, ...(remedy === undefined ? {} : { remedy }) }, claim: rest.claim + 1, updatedAt: this.#services.clock.now() });
    if (failed && upload !== undefined) await this.#services.jobFiles.abort(upload);
  }

  /** True where every row has been read; the last of them may still be in hand. */
  async #write(until: Instant): Promise<boolean> {
    const { open, clock, jobFiles: { smallestPart } } = this.#services;
    const { ask, createdAt, place } = this.#held;
    const table = await open(ask, createdAt);
    if (place === undefined) this.#take({ text: table.header, rows: 0, counts: {}, place: '' });
    for await (const page of table.pages(place)) {
      this.#take(page);
      const isLate = clock.now() >= until;
      if (this.#chunks.bytes >= smallestPart * (isLate ? 1 : ROOM)) await this.#keep();
      if (isLate) return false;
    }
    this.#note = await table.end?.(this.#sums().counts);
    return true;
  }

  #take({ text, rows, counts, place }: JobPage): void {
    const chunk = encoder.encode(text);
    const before = this.#chunks;
    this.#chunks = { chunks: [...before.chunks, chunk], bytes: before.bytes + chunk.length, rows: before.rows + rows, counts: addCounts(before.counts, counts), place };
  }

  /** Makes what is in hand safe as the next part. */
  async #keep(whole?: true): Promise<void> {
    const { jobFiles } = this.#services;
    const { upload = await jobFiles.begin(this.#ownKey(), CSV), claim, parts } = this.#held;
    const part = await jobFiles.part(upload, claim, joined(this.#chunks));
    const isNew = this.#held.upload === undefined;
    await this.#step({ ...this.#sums(), upload, parts: [...parts, part], place: this.#chunks.place, ...(whole === undefined ? {} : { whole }) }).catch(async (error: unknown) => {
      // Nobody but this slice knows of the upload.
      if (isNew && error instanceof Lost) await jobFiles.abort(upload);
      throw error;
    });
    this.#chunks = nothing;
    this.#kept = true;
  }

  async #finish(): Promise<void> {
    const { jobFiles } = this.#services;
    if (this.#held.upload === undefined) {
      const key = this.#ownKey();
      await jobFiles.put(key, CSV, joined(this.#chunks));
      await this.#step({ ...this.#sums(), key, state: 'done' });
      return;
    }
    const { upload } = this.#held;
    if (this.#held.whole !== true) {
      if (this.#chunks.bytes > 0) await this.#keep(true);
      else await this.#step({ ...this.#sums(), whole: true });
    }
    await jobFiles.complete(upload, this.#held.parts);
    await this.#step({ key: upload.key, state: 'done' });
  }

  #sums(): Pick<Job, 'rows' | 'bytes' | 'counts'> & Partial<Pick<Job, 'note'>> {
    const { rows, bytes, counts } = this.#held;
    const note = this.#note;
    return { rows: rows + this.#chunks.rows, bytes: bytes + this.#chunks.bytes, counts: addCounts(counts, this.#chunks.counts), ...(note === undefined ? {} : { note }) };
  }

  /** Of this holder alone: who has lost the job unknowingly writes no file that another has written. */
  #ownKey(): string {
    return `exports/${this.#held.id}/${this.#held.claim}.csv`;
  }

  async #step(change: Partial<Job>): Promise<void> {
    const after = { ...this.#held, ...change, claim: this.#held.claim + 1, updatedAt: this.#services.clock.now() };
    if (!(await this.#services.jobs.replaceJob(this.#held, after))) throw new Lost();
    this.#held = after;
  }
}

interface Buffered {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
  readonly rows: number;
  readonly counts: Counts;
  readonly place: string;
}

const nothing: Buffered = { chunks: [], bytes: 0, rows: 0, counts: {}, place: '' };
const encoder = new TextEncoder();

function joined({ chunks, bytes }: Buffered): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
