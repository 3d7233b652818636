/**
 * Sends the parts of a file, several at a time. A lost connection is waited for: what has arrived is not sent again.
 * Source: Amazon S3 user guide, "Uploading and copying objects using multipart upload".
 */
import { arrived, rangeOf, type UploadState } from './upload-state.ts';

export interface PartSender {
  /** Puts bytes `from` to `to` of the file at a link; gives the ETag. `sent`: bytes of this part that have left. Rejects with `PartRefused`, or with whatever the network says. */
  put(url: string, from: number, to: number, sent: (bytes: number) => void, signal: AbortSignal): Promise<string>;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The communication server has answered, and does not take the part. */
export class PartRefused extends Error {
  override readonly name = 'PartRefused';
  readonly status: number;

  constructor(status: number) {
    super(`The communication server answered ${status}.`);
    this.status = status;
  }
}

/** The links are no longer good, or the upload is gone: only a new upload helps. */
export class LinksEnded extends Error {
  override readonly name = 'LinksEnded';
}

export interface Progress {
  /** Bytes that have left or had arrived before. */
  readonly sent: number;
  /** It does not go on for the moment, and is tried again by itself. */
  readonly waiting: boolean;
}

const AT_ONCE = 3;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** Resolves with the state in which all parts are done. `keep` is called with every part that has arrived. Rejects with `LinksEnded`, or with the signal's reason. */
export async function sendParts(sender: PartSender, begun: UploadState, keep: (state: UploadState) => void, progress: (now: Progress) => void, signal: AbortSignal): Promise<UploadState> {
  let state = begun;
  const under = new Map<number, number>();
  const stuck = new Set<number>();
  const tell = (): void => { progress({ sent: arrived(state) + [...under.values()].reduce((sum, bytes) => sum + bytes, 0), waiting: stuck.size > 0 }); };
  // The first failure stops the others.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const done = new Set(begun.done.map(({ partNumber }) => partNumber));
  const queue = begun.parts.filter(({ partNumber }) => !done.has(partNumber)).values();
  const sendOne = async (partNumber: number, url: string): Promise<void> => {
    const [from, to] = rangeOf(begun, partNumber);
    const sent = (bytes: number): void => {
      under.set(partNumber, bytes);
      stuck.delete(partNumber);
      tell();
    };
    for (let pause = FIRST_WAIT; ; pause = Math.min(LONGEST_WAIT, pause * 2)) {
      either.throwIfAborted();
      try {
        const etag = await sender.put(url, from, to, sent, either);
        state = { ...state, done: [...state.done, { partNumber, etag }] };
        under.delete(partNumber);
        stuck.delete(partNumber);
        keep(state);
        tell();
        return;
      } catch (error) {
        either.throwIfAborted();
        if (error instanceof PartRefused && (error.status === 403 || error.status === 404)) throw new LinksEnded('The links are no longer good.', { cause: error });
        under.delete(partNumber);
        stuck.add(partNumber);
        tell();
        await sender.wait(pause, either);
      }
    }
  };
  const work = async (): Promise<void> => {
    for (const { partNumber, url } of queue) await sendOne(partNumber, url);
  };
  tell();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    stop.abort();
    throw error;
  }
  return state;
}
