/**
 * Sends a file in parts, several at a time, over links that the server gave. Interrupted, it goes on where it stopped.
 * Source: Amazon S3 user guide, "Uploading and copying objects using multipart upload".
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { CliFailure, exitCodes, networkReason } from './failure.ts';
import { UploadMemory, type UploadState } from './upload-state.ts';
import type { World } from './world.ts';

export interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** The server's side of it. */
export interface UploadServer<Placed> {
  /** Of the API. */
  readonly url: string;
  begin(fileName: string, size: number): Promise<UploadPlan>;
  complete(upload: UploadPlan['uploadId'], parts: readonly SentPart[], fileName: string): Promise<Placed>;
}

export interface UploadPlan {
  readonly uploadId: string;
  /** Bytes; the last part may be smaller. */
  readonly partSize: number;
  readonly parts: readonly { readonly partNumber: number; readonly url: string }[];
}

export interface UploadOptions {
  readonly path: string;
  /** Its name on the communication server. */
  readonly fileName: string;
  /** Bytes that have left so far, also those of former tries. */
  readonly onProgress: (sent: number) => void;
  /** Called once where a former try is taken up, with the bytes that need not be sent again. */
  readonly onResume: (kept: number) => void;
}

/** What an upload needs from around it. */
export type UploadWorld = Pick<World, 'fetch' | 'sleep' | 'configFolder' | 'interrupted'>;

const AT_ONCE = 4;
const TRIES = 5;
/** A part that takes longer than this is tried again (15 minutes: a slow line and a large part). */
const LONGEST_PART = 15 * 60_000;

/** The link is no longer good, or the upload is gone: only a new upload helps. */
class LinksExpired extends Error {}

/** Throws `failed` where the file changes meanwhile or parts are refused, `unreachable` where the network stays away. */
export async function uploadFile<Placed>(world: UploadWorld, server: UploadServer<Placed>, options: UploadOptions): Promise<Placed> {
  const { path, fileName } = options;
  const { size, mtimeMs: modifiedAt } = await statFile(path);
  const memory = new UploadMemory(world.configFolder, server.url, path, fileName);
  const begin = async (): Promise<UploadState> => {
    const { uploadId, partSize, parts } = await server.begin(fileName, size);
    const state = { url: server.url, fileName, size, modifiedAt, uploadId, partSize, links: Object.fromEntries(parts.map(({ partNumber, url }) => [String(partNumber), url])), done: [] };
    await memory.keep(state);
    return state;
  };
  const kept = await memory.recall({ size, modifiedAt });
  if (kept !== undefined && kept.done.length > 0) options.onResume(bytesOf(kept));
  const finish = async (state: UploadState): Promise<Placed> => {
    await sendParts(world, memory, state, options);
    const after = await statFile(path);
    if (after.size !== size || after.mtimeMs !== modifiedAt) {
      await memory.forget();
      throw new CliFailure(`${path} changed while it was sent.`, { remedy: 'Wait until it is complete, then send it again.' });
    }
    return server.complete(state.uploadId, [...state.done].sort((a, b) => a.partNumber - b.partNumber), fileName);
  };
  let placed: Placed;
  try {
    placed = await finish(kept ?? await begin());
  } catch (error) {
    // An upload that was kept may have been cleared away at the server since.
    const gone = error instanceof LinksExpired || (error instanceof CliFailure && (error.code === 'not-found' || error.code === 'conflict'));
    if (kept === undefined || !gone) throw error instanceof LinksExpired ? refused(error) : error;
    placed = await finish(await begin());
  }
  await memory.forget();
  return placed;
}

function refused(error: LinksExpired): CliFailure {
  return new CliFailure('The communication server refused a part of the file.', { remedy: 'Run the command again: it goes on where it stopped.', cause: error });
}

/** Throws `wrong-usage` where there is no file with something in it. */
export async function statFile(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new CliFailure(`${path} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Name a file that exists and that you may read.', cause });
  });
  if (!found.isFile() || found.size === 0) throw new CliFailure(`${path} is ${found.isFile() ? 'empty' : 'no file'}.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Name the IPA file.' });
  return found;
}

function rangeOf({ size, partSize }: UploadState, partNumber: number): { readonly start: number; readonly length: number } {
  const start = (partNumber - 1) * partSize;
  return { start, length: Math.min(partSize, size - start) };
}

function bytesOf(state: UploadState): number {
  return state.done.reduce((sum, { partNumber }) => sum + rangeOf(state, partNumber).length, 0);
}

async function sendParts(world: UploadWorld, memory: UploadMemory, state: UploadState, { path, onProgress }: UploadOptions): Promise<void> {
  let sent = bytesOf(state);
  onProgress(sent);
  const add = (bytes: number): void => { onProgress(sent += bytes); };
  const done = new Set(state.done.map(({ partNumber }) => partNumber));
  const queue = Object.entries(state.links).map(([number, link]) => ({ partNumber: Number(number), link })).filter(({ partNumber }) => !done.has(partNumber)).values();
  // The first failure stops the others, and what they have finished stays done.
  const stop = new AbortController();
  let keeping = Promise.resolve();
  const work = async (): Promise<void> => {
    for (const { partNumber, link } of queue) {
      const etag = await sendPart(world, path, rangeOf(state, partNumber), link, add, stop.signal);
      state.done.push({ partNumber, etag });
      keeping = keeping.then(() => memory.keep(state));
      await keeping;
    }
  };
  const workers = Array.from({ length: AT_ONCE }, () => work().catch((error: unknown) => {
    stop.abort();
    throw error;
  }));
  const results = await Promise.allSettled(workers);
  const [failed] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])).sort((a, b) => Number(isAbort(a)) - Number(isAbort(b)));
  if (failed !== undefined) throw failed instanceof Error ? failed : new Error('The upload stopped.', { cause: failed });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function sendPart(world: UploadWorld, path: string, range: { readonly start: number; readonly length: number }, link: string, add: (bytes: number) => void, stop: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    stop.throwIfAborted();
    let counted = 0;
    const count = (bytes: number): void => {
      counted += bytes;
      add(bytes);
    };
    try {
      const response = await world.fetch(link, partRequest(path, range, count, stop));
      await response.arrayBuffer();
      const etag = response.headers.get('etag');
      if (response.ok && etag !== null) return etag;
      add(-counted);
      if (response.status === 403 || response.status === 404) throw new LinksExpired(`status ${response.status}`);
      if (tries >= TRIES) throw new CliFailure(`The communication server answered ${response.status} to a part of the file.`, { status: response.status, remedy: 'Run the command again: it goes on where it stopped.' });
    } catch (error) {
      if (error instanceof CliFailure || error instanceof LinksExpired) throw error;
      add(-counted);
      if (stop.aborted || world.interrupted.aborted) throw error;
      if (tries >= TRIES) throw new CliFailure(`The communication server cannot be reached (${networkReason(error)}).`, { exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Run the command again when the network is back: it goes on where it stopped.', cause: error });
    }
    await world.sleep(500 * 2 ** (tries - 1));
  }
}

/** A part is read as it is sent: four parts of any size take no memory to speak of. */
function partRequest(path: string, { start, length }: { readonly start: number; readonly length: number }, count: (bytes: number) => void, stop: AbortSignal): RequestInit {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });
  const source = createReadStream(path, { start, end: start + length - 1 });
  source.once('error', (error) => { counter.destroy(error); });
  const body = Readable.toWeb(source.pipe(counter)) as ReadableStream;
  return { method: 'PUT', body, duplex: 'half', headers: { 'content-length': String(length) }, signal: AbortSignal.any([stop, AbortSignal.timeout(LONGEST_PART)]) };
}
