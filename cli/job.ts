/** A job of the server: waited for, and its file fetched as it comes, whole or not at all. */
import type { JobAnswer } from '../protocol/admin/job.ts';
import type { ApiClient } from './api-client.ts';
import { openDownload, saveStream } from './download.ts';
import { CliFailure } from './failure.ts';
import type { Scene } from './command.ts';
import { counted } from './text.ts';

/** Between two looks at a job, milliseconds: soon at first, for most are short. */
const FIRST_LOOK = 500;
const LONGEST_PAUSE = 4_000;

type Stage = Pick<Scene, 'world' | 'output'>;

/** What a program is told of a job: the link is for this program alone. */
export type ToldJob = Omit<JobAnswer, 'link' | 'linkExpiresAt'>;

/** Waits until the job is done, and tells how far it is. Throws why it failed. */
export async function finishedJob({ world, output }: Stage, client: ApiClient, begun: JobAnswer): Promise<JobAnswer> {
  let job = begun;
  let said = false;
  try {
    for (let pause = FIRST_LOOK; job.state === 'running'; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
      const line = `Job ${job.id} is being written: ${counted(job.rows, 'row')} so far ...`;
      if (world.stderr.isTTY) world.stderr.write(`\r\u001b[K${line}`);
      else if (!said) output.note(line);
      said = true;
      await world.sleep(pause);
      if (world.interrupted.aborted) throw new CliFailure('Interrupted: the job goes on without you.', { code: 'interrupted', remedy: `Fetch its file later with \`wavecast job fetch ${job.id}\`.` });
      job = await client.call('getJob', { id: job.id });
    }
  } finally {
    if (said && world.stderr.isTTY) world.stderr.write('\r\u001b[K');
  }
  if (job.failure === undefined) return job;
  const { code, words, remedy } = job.failure;
  throw new CliFailure(words, { code, ...(remedy === undefined ? {} : { remedy }) });
}

/** Writes the file of a finished job to `path`, or to standard output. Throws where not every row of it came. */
export async function fetchJob({ world, output }: Stage, job: JobAnswer, path: string | undefined): Promise<void> {
  if (job.link === undefined) throw new CliFailure(`The job ${job.id} has no file.`, { remedy: 'See what became of it with `wavecast job show`.' });
  const rows = new RowCount();
  const pieces: string[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const check = (): void => {
    if (rows.rows !== job.rows || rows.bytes !== job.bytes) {
      throw new CliFailure(`The file did not come whole: ${rows.rows} of ${counted(job.rows, 'row')}, ${rows.bytes} of ${job.bytes} bytes.`, { code: 'incomplete', remedy: `Fetch it again with \`wavecast job fetch ${job.id}\`.` });
    }
  };
  const stream = await openDownload(world, 'The file of the job', job.link);
  if (path !== undefined) {
    await saveStream(path, rows.through(stream), check);
    return;
  }
  for await (const chunk of rows.through(stream)) {
    const text = decoder.decode(chunk, { stream: true });
    if (output.json) pieces.push(text);
    else output.raw(text);
  }
  check();
  if (output.json) output.result({ ...told(job), csv: pieces.join('') }, () => []);
}

/** As `--output FILE` ends: what the file is, for a program or a person. */
export function tellFile({ output }: Pick<Stage, 'output'>, job: JobAnswer, path: string): void {
  if (output.json) output.result({ ...told(job), file: path }, () => []);
  else output.note(`${path}: ${counted(job.rows, 'row')}`);
}

export function told({ link: _, linkExpiresAt: __, ...job }: JobAnswer): ToldJob {
  return job;
}

/** Waits for the job, fetches its file and tells of it. */
export async function deliverJob(stage: Stage, client: ApiClient, begun: JobAnswer, path: string | undefined): Promise<JobAnswer> {
  const job = await finishedJob(stage, client, begun);
  await fetchJob(stage, job, path);
  if (path !== undefined) tellFile(stage, job, path);
  if (job.note !== undefined) stage.output.note(job.note);
  return job;
}

const LINE_FEED = 10;
const QUOTE = 34;

/** Counts the rows of a CSV file behind its title line as it passes: a line feed inside quotes ends none. */
class RowCount {
  bytes = 0;
  #lines = 0;
  #quoted = false;

  get rows(): number {
    return Math.max(0, this.#lines - 1);
  }

  async *through(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
    for await (const chunk of stream) {
      this.bytes += chunk.length;
      for (const byte of chunk) {
        if (byte === QUOTE) this.#quoted = !this.#quoted;
        else if (byte === LINE_FEED && !this.#quoted) this.#lines += 1;
      }
      yield chunk;
    }
    return undefined;
  }
}
