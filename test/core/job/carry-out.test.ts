import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../core/ambient.ts';
import { WavecastError } from '../../../core/errors.ts';
import { parsePlanId, type JobId } from '../../../core/ids.ts';
import { carryOut, startJob, type JobPage, type JobServices, type JobTable, type Slice } from '../../../core/job/carry-out.ts';
import { asSeen, isOver, jobIdOf, KEPT, newJob, type FilePart, type Job, type PartedUpload } from '../../../core/job/job.ts';
import { memoryJobFiles, type MemoryJobFiles } from '../../support/memory/job-store.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';

const ask = { kind: 'plan-recount', planId: parsePlanId('11111111-2222-4333-8444-555555555555'), mend: false } as const;
const header = 'Row\n';
/** Two of these are more than a part of a file, one is less than the smallest. */
const WIDE = 4_500;

let world: MemoryWorld;
let files: MemoryJobFiles;
beforeEach(() => {
  world = memoryWorld();
  files = memoryJobFiles(world.tables);
});

/** Rows that are known again: each begins with its number, and is filled up to `width`. */
const lineOf = (row: number, width: number): string => `${row}:${'x'.repeat(width)}\n`;

/** `rows` rows, one a page; `read` is told of each page before it is given. */
function table(rows: number, width: number, read: (row: number) => void = () => undefined): JobTable {
  return {
    header,
    async *pages(place) {
      for (let row = place === undefined ? 0 : Number(place) + 1; row < rows; row += 1) {
        await Promise.resolve();
        read(row);
        const page: JobPage = { text: lineOf(row, width), rows: 1, counts: { rows: 1 }, place: String(row) };
        yield page;
      }
    },
    end: ({ rows: all = 0 }) => Promise.resolve(`There are ${all}.`),
  };
}

function services(open: JobServices['open']): JobServices {
  return { jobs: world.jobs, jobFiles: files, clock: world.clock, open };
}

async function begun(): Promise<Job> {
  const now = world.clock.now();
  const job = newJob(ask, { id: jobIdOf(now, world.ids), fileName: 'recount.csv', by: 'ada', createdAt: now });
  await world.jobs.addJob(job);
  return job;
}

const stored = ({ id }: Pick<Job, 'id'>): Job => present(world.tables.jobs.get(id));
const later = (): number => world.clock.now() + HOUR;

/** The file of a finished job has every row once, in order, and the job says as much. */
function expectWhole(job: Job, rows: number, width: number): void {
  const text = present(files.files.get(present(job.key)));
  expect(text.split('\n').slice(1, -1).map((line) => Number(line.split(':')[0]))).toEqual(Array.from({ length: rows }, (_, row) => row));
  expect(text.length).toBe(header.length + Array.from({ length: rows }, (_, row) => lineOf(row, width).length).reduce((a, b) => a + b, 0));
  expect(job).toMatchObject({ state: 'done', rows, bytes: text.length, counts: rows === 0 ? {} : { rows }, note: `There are ${rows}.` });
}

describe('a job', () => {
  it.each([[0, 10, 0], [3, 10, 0], [3, WIDE, 2], [5, WIDE, 3]])('of %i rows of %i bytes is one file of all of them', async (rows, width, parts) => {
    const job = await begun();
    expect(await carryOut(services(() => Promise.resolve(table(rows, width))), job.id, later())).toBe('over');
    expectWhole(stored(job), rows, width);
    expect(stored(job).parts).toHaveLength(parts);
    expect(files.uploads.size).toBe(0);
  });

  it('is done with at the first look where it is done, failed or unknown', async () => {
    const job = await begun();
    const work = services(() => Promise.resolve(table(1, 10)));
    await carryOut(work, job.id, later());
    const { claim } = stored(job);
    expect(await carryOut(work, job.id, later())).toBe('over');
    expect(stored(job).claim).toBe(claim);
    expect(await carryOut(work, jobIdOf(0, world.ids), later())).toBe('over');
  });

  it('ends its slice in time, and says whether rows were made safe', async () => {
    const job = await begun();
    const atOnce = (rows: number) => carryOut(services(() => Promise.resolve(table(9, WIDE, (row) => { if (row === rows) world.clock.pass(2 * HOUR); }))), job.id, later());
    expect(await atOnce(0)).toBe('nowhere');
    expect(stored(job)).toMatchObject({ rows: 0, parts: [] });
    expect(await atOnce(2)).toBe('further');
    expect(stored(job)).toMatchObject({ rows: 2, parts: [{}] });
    // What was read and is too small for a part is read again.
    expect(await atOnce(2)).toBe('nowhere');
    expect(await atOnce(99)).toBe('over');
    expectWhole(stored(job), 9, WIDE);
  });

  it('that cannot be written has failed, says why and leaves nothing behind', async () => {
    const job = await begun();
    const gone = new WavecastError('not-found', 'The plan is gone.', { remedy: 'Make another.' });
    expect(await carryOut(services(() => Promise.resolve(table(9, WIDE, (row) => { if (row === 3) throw gone; }))), job.id, later())).toBe('over');
    expect(stored(job)).toMatchObject({ state: 'failed', failure: { code: 'not-found', words: 'The plan is gone.', remedy: 'Make another.' } });
    expect({ files: files.files.size, uploads: files.uploads.size }).toEqual({ files: 0, uploads: 0 });
    expect(await carryOut(services(() => Promise.reject(new Error('not opened again'))), job.id, later())).toBe('over');
  });

  it.each([new WavecastError('throttled', 'Too busy.'), new Error('The line broke.')])('goes on where it was after a fault that passes: %s', async (fault) => {
    const job = await begun();
    await expect(carryOut(services(() => Promise.resolve(table(9, WIDE, (row) => { if (row === 3) throw fault; }))), job.id, later())).rejects.toBe(fault);
    expect(stored(job)).toMatchObject({ state: 'running', rows: 2 });
    const read: number[] = [];
    await carryOut(services(() => Promise.resolve(table(9, WIDE, (row) => read.push(row)))), job.id, later());
    expect(read[0]).toBe(2);
    expectWhole(stored(job), 9, WIDE);
  });

  it('that two carry out at once is written by the one who took it last', async () => {
    const job = await begun();
    let first: Promise<Slice> | undefined;
    const second = services(() => Promise.resolve(table(5, WIDE)));
    // The first is overtaken with rows in hand, at each row in turn.
    for (let row = 0; row < 5; row += 1) {
      const again = row === 0 ? job : await begun();
      let other: Promise<Slice> | undefined;
      const overtaken: JobTable = { ...table(5, WIDE), async *pages(place) {
        for await (const page of table(5, WIDE).pages(place)) {
          if (page.place === String(row)) other = carryOut(second, again.id, later());
          await other;
          yield page;
        }
      } };
      first = carryOut(services(() => Promise.resolve(overtaken)), again.id, later());
      expect(await first).toBe('over');
      expect(await other).toBe('over');
      expectWhole(stored(again), 5, WIDE);
      expect(files.uploads.size).toBe(0);
    }
  });
});

/** Ports of which the call numbered `at` is struck: the process dies before it or after it, or it is done and its answer lost. */
function struck(work: JobServices, at: number, blow: 'before' | 'after' | 'refused'): { readonly services: JobServices; readonly calls: () => number } {
  let calls = 0;
  const around = <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    calls += 1;
    if (calls !== at) return call(...args);
    if (blow === 'refused') throw new WavecastError('throttled', 'Too busy.');
    if (blow === 'after') await call(...args);
    throw new Error('killed');
  };
  const { jobs, jobFiles } = work;
  return {
    calls: () => calls,
    services: {
      ...work,
      jobs: { ...jobs, job: around((id: JobId) => jobs.job(id)), replaceJob: around((before: Job, after: Job) => jobs.replaceJob(before, after)) },
      jobFiles: {
        ...jobFiles,
        put: around((key: string, type: string, bytes: Uint8Array) => jobFiles.put(key, type, bytes)), begin: around((key: string, type: string) => jobFiles.begin(key, type)),
        part: around((upload: PartedUpload, number: number, bytes: Uint8Array) => jobFiles.part(upload, number, bytes)), complete: around((upload: PartedUpload, parts: readonly FilePart[]) => jobFiles.complete(upload, parts)),
        abort: around((upload: PartedUpload) => jobFiles.abort(upload)),
      },
      open: around(work.open),
    },
  };
}

describe('a slice that is struck', () => {
  it.each(['before', 'after', 'refused'] as const)('%s any of its calls neither doubles a row nor loses one when it is tried again', async (blow) => {
    for (const [rows, width] of [[3, 10], [6, WIDE]] as const) {
      for (let at = 1; ; at += 1) {
        const job = await begun();
        const work = services(() => Promise.resolve(table(rows, width)));
        const { services: fragile, calls } = struck(work, at, blow);
        const ended = await carryOut(fragile, job.id, later()).then(() => 'ended', () => 'struck');
        if (ended === 'ended') {
          // No call was left to strike.
          expect(calls()).toBeLessThan(at);
          expect(at).toBeGreaterThan(rows === 3 ? 5 : 12);
          break;
        }
        for (let slice = 0; stored(job).state === 'running'; slice += 1) {
          expect(slice).toBeLessThan(3);
          await carryOut(work, job.id, later());
        }
        expectWhole(stored(job), rows, width);
      }
    }
  });

  it('and repeated, late and beside itself, any number of times, ends in one whole file', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ at: fc.integer({ min: 1, max: 16 }), blow: fc.constantFrom('before', 'after', 'refused'), beside: fc.boolean(), late: fc.boolean() }), { maxLength: 6 }), async (blows) => {
      const job = await begun();
      const slices: Promise<unknown>[] = [];
      for (const { at, blow, beside, late } of blows) {
        const { services: fragile } = struck(services(() => Promise.resolve(table(5, WIDE))), at, blow);
        const slice = carryOut(fragile, job.id, late ? world.clock.now() : later()).catch(() => undefined);
        if (beside) slices.push(slice);
        else await slice;
      }
      await Promise.all(slices);
      await carryOut(services(() => Promise.resolve(table(5, WIDE))), job.id, later());
      expectWhole(stored(job), 5, WIDE);
    }), { numRuns: 400 });
  });
});

describe('a job that begins', () => {
  const start = (open: JobServices['open']) => startJob({ ...services(open), background: world.background, ids: world.ids }, ask, { fileName: 'recount.csv', by: 'ada' }, world.clock.now());

  it('is done in the answer where it is small, and nothing goes to the background', async () => {
    expectWhole(await start(() => Promise.resolve(table(3, 10))), 3, 10);
    expect(world.background.sliced).toEqual([]);
  });

  it('goes on in the background where the database is too busy for the moment', async () => {
    const job = await start(() => Promise.resolve(table(3, 10, () => { throw new WavecastError('throttled', 'Too busy.'); })));
    expect(job.state).toBe('running');
    expect(world.background.sliced).toEqual([job.id]);
  });

  it('goes on in the background where it takes longer than a few seconds', async () => {
    const job = await start(() => Promise.resolve(table(9, WIDE, (row) => { if (row === 4) world.clock.pass(MINUTE); })));
    expect(job).toMatchObject({ state: 'running', rows: 4, by: 'ada' });
    expect(world.background.sliced).toEqual([job.id]);
    await carryOut(services(() => Promise.resolve(table(9, WIDE))), job.id, later());
    expectWhole(stored(job), 9, WIDE);
  });
});

describe('a job as it is seen', () => {
  it('has failed where nothing has been heard of it for long', async () => {
    const job = await begun();
    expect(asSeen(job, job.updatedAt + 59 * MINUTE).state).toBe('running');
    expect(asSeen(job, job.updatedAt + 60 * MINUTE)).toMatchObject({ state: 'failed', failure: { words: expect.any(String) as string, remedy: expect.any(String) as string } });
    expect(asSeen({ ...job, state: 'done' }, job.updatedAt + DAY).state).toBe('done');
  });

  it('is over with its file', () => {
    expect(isOver({ createdAt: 5 }, 4 + KEPT)).toBe(false);
    expect(isOver({ createdAt: 5 }, 5 + KEPT)).toBe(true);
  });

  it('has an id in the order of time', () => {
    const ids = [0, 999, 1_000, Date.parse('2026-03-02T08:00:00.001Z')].map((at) => jobIdOf(at, world.ids));
    expect(ids.toSorted()).toEqual(ids);
  });
});
