/** How far the device of an install instruction is with the package, as the communication server's records of access tell. */
import type { Instant } from '../ambient.ts';
import type { PackageFetch } from '../catalog/package-fetch.ts';

export interface Download {
  /** The first request: the user has agreed. */
  readonly startedAt: Instant;
  /** When the last answer that is known of ended. */
  readonly endedAt: Instant;
  /** Sent in all: more than the package has where the device began again. */
  readonly bytes: number;
  /** Names of the access logs that are counted in it, in the order in which they came. */
  readonly logs: readonly string[];
}

/** More of a device's logs than this tell nothing new: whoever fetches for ever does not make an item grow for ever. */
const MOST_LOGS = 100;

/** The download with what one log tells of it; the same where the log is counted already. Logs come in any order. */
export function withLog(download: Download | undefined, log: string, fetches: readonly PackageFetch[]): Download | undefined {
  if (fetches.length === 0 || download?.logs.includes(log) === true || (download?.logs.length ?? 0) >= MOST_LOGS) return download;
  const known = download === undefined ? [] : [download];
  return {
    startedAt: Math.min(...[...known, ...fetches].map(({ startedAt }) => startedAt)),
    endedAt: Math.max(...[...known, ...fetches].map(({ endedAt }) => endedAt)),
    bytes: [...known, ...fetches].reduce((sum, { bytes }) => sum + bytes, 0),
    logs: [...(download?.logs ?? []), log],
  };
}
