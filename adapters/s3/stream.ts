/** A large file from end to end, by ranges: a connection that breaks or stalls costs what it had not brought yet, not the file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { backOff } from '../../core/back-off.ts';
import { WavecastError } from '../../core/errors.ts';
import { orExchanged } from './exchanged.ts';

export interface WholeFile {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Which version of the file; another one is not mixed in. */
  readonly etag: string;
}

const MIB = 1024 * 1024;
/** Milliseconds. */
export const streamHabits = {
  /** Bytes of a request: few requests for 4 GB, and no connection so old that a balancer ends it. */
  range: 64 * MIB,
  /** In a row, without a byte between them. */
  attempts: 6,
  backOffBase: 100,
  backOffCap: 5_000,
  /** A connection that brings nothing for so long is given up. */
  stall: 20_000,
  /** The whole file: what a function of 15 minutes can spare. */
  patience: 12 * 60_000,
};
export type StreamHabits = typeof streamHabits;

/**
 * The bytes in order, in constant memory; 1 request per 64 MiB and 1 more per broken connection. Throws `conflict` where the file is
 * exchanged or removed meanwhile, `too-large` where it cannot be read in time, and the last failure where attempts are used up.
 */
export async function* streamObject(client: S3Client, file: WholeFile, habits: StreamHabits = streamHabits): AsyncGenerator<Uint8Array, undefined> {
  const end = performance.now() + habits.patience;
  let at = 0;
  for (let failures = 0; at < file.size; ) {
    const before = at;
    try {
      for await (const chunk of range(client, file, at, Math.min(file.size, at + habits.range), habits.stall)) {
        at += chunk.length;
        yield chunk;
        if (performance.now() > end) throw tooSlow(at, file.size);
      }
      if (at === before) throw new Error('The server answered a range without bytes.');
      failures = 0;
    } catch (error) {
      if (error instanceof WavecastError) throw error;
      failures = at > before ? 1 : failures + 1;
      if (failures >= habits.attempts || !isPassing(error)) throw error;
      await sleep(backOff(failures, habits.backOffBase, habits.backOffCap, Math.random()));
    }
  }
}

async function* range(client: S3Client, { bucket, key, etag }: WholeFile, from: number, to: number, stall: number): AsyncGenerator<Uint8Array, undefined> {
  const stalled = new AbortController();
  const watch = setTimeout(() => { stalled.abort(); }, stall);
  try {
    const body = await open();
    for await (const chunk of body) {
      watch.refresh();
      yield chunk as Uint8Array;
      // Whoever takes the bytes may take their time.
      watch.refresh();
    }
  } finally {
    clearTimeout(watch);
  }

  async function open(): Promise<Readable> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${from}-${to - 1}`, IfMatch: etag }), { abortSignal: stalled.signal });
      if (!(Body instanceof Readable)) throw new WavecastError('internal', 'The communication server answered without a file.');
      stalled.signal.addEventListener('abort', () => { Body.destroy(new Error('The connection brought nothing more.')); });
      return Body;
    } catch (error) {
      throw orExchanged(error);
    }
  }
}

/** What S3 refuses for good is not asked again. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return true;
  const status = error.$metadata.httpStatusCode ?? 500;
  return status >= 500 || status === 408 || status === 429;
}

function tooSlow(read: number, size: number): WavecastError {
  return new WavecastError('too-large', `Reading the file takes too long: after the time that there is, ${Math.floor((read / size) * 100)} % of it were read.`, { remedy: 'Repeat it; when it stays so, make the file smaller.' });
}
