/** What the packages weighed on a branch's link, minute by minute, as the communication server saw it. */
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId } from '../ids.ts';
import type { PackageFetch } from './package-fetch.ts';

export interface LoadMinute {
  /** When the minute begins. */
  readonly at: Instant;
  /** Sent in it. */
  readonly bytes: number;
  /** Downloads that began in it. */
  readonly starts: number;
}

/** What one access log tells of a branch, of the minutes that begin on one day (UTC). */
export interface BranchLoad {
  readonly branchId: BranchId;
  readonly day: Instant;
  /** In order; those without anything are left out. */
  readonly minutes: readonly LoadMinute[];
}

export interface LoadStore {
  /** Keeps what the log of that name tells, for 90 days. The same log again changes nothing; logs come in any order. */
  put(log: string, loads: readonly BranchLoad[]): Promise<void>;
  /** The minutes that begin from `from` on and before `to`, of all logs together, in order; those without anything are left out. */
  load(branchId: BranchId, from: Instant, to: Instant): Promise<readonly LoadMinute[]>;
}

/** Bytes go to the minutes in which they were on their way, in proportion: a record tells of a whole answer, once it has ended. */
export function loadsOf(fetches: readonly PackageFetch[]): readonly BranchLoad[] {
  const loads: BranchLoad[] = [];
  for (const [branchId, own] of Map.groupBy(fetches, (fetch) => fetch.branchId)) {
    for (const [day, minutes] of Map.groupBy(sumMinutes(own.flatMap(minutesOf)), ({ at }) => Math.floor(at / DAY) * DAY)) loads.push({ branchId, day, minutes });
  }
  return loads;
}

/** One of each minute, in order. */
export function sumMinutes(minutes: readonly LoadMinute[]): readonly LoadMinute[] {
  const sums = new Map<Instant, LoadMinute>();
  for (const { at, bytes, starts } of minutes) {
    const sum = sums.get(at);
    sums.set(at, { at, bytes: bytes + (sum?.bytes ?? 0), starts: starts + (sum?.starts ?? 0) });
  }
  return [...sums.values()].filter(({ bytes, starts }) => bytes > 0 || starts > 0).sort((a, b) => a.at - b.at);
}

/** Some minutes together, as they weighed on a link. */
export interface LoadStep extends LoadMinute {
  /** On average over the step, Mbit/s. */
  readonly mbps: number;
  /** Of the link's capacity, 0 to 1; more where others than the link's own devices used links of the branch. */
  readonly share: number;
}

/** What is shown unless another time is asked for, and the most that is. */
const SHOWN = 2 * HOUR;
const MOST = 7 * DAY;

export interface ReadLoad {
  readonly from: Instant;
  readonly to: Instant;
  /** In all of the time. */
  readonly bytes: number;
  readonly starts: number;
  readonly steps: readonly LoadStep[];
}

/** The load in the time asked for, from a whole minute on; throws `invalid-input` where that is none, or too long. */
export async function readLoad(
  loads: Pick<LoadStore, 'load'>, branch: { readonly id: BranchId; readonly linkMbps: number }, asked: { readonly from?: Instant | undefined; readonly to?: Instant | undefined; readonly everyMinutes: number }, now: Instant,
): Promise<ReadLoad> {
  const to = asked.to ?? now;
  const begin = asked.from ?? to - SHOWN;
  // What is asked for is judged, not what is answered: seven days back from the middle of a minute begin a little earlier.
  const from = Math.floor(begin / MINUTE) * MINUTE;
  if (begin >= to || to - begin > MOST) throw new WavecastError('invalid-input', 'The time asked for has no end after its beginning, or is longer than seven days.', { remedy: 'Give `from` and a later `to`, at most seven days apart.' });
  const steps = loadSteps(await loads.load(branch.id, from, to), from, asked.everyMinutes, branch.linkMbps);
  return { from, to, bytes: steps.reduce((sum, { bytes }) => sum + bytes, 0), starts: steps.reduce((sum, { starts }) => sum + starts, 0), steps };
}

/** In steps of so many minutes, counted from `from`; those without anything are left out. */
export function loadSteps(minutes: readonly LoadMinute[], from: Instant, every: number, linkMbps: number): readonly LoadStep[] {
  const step = every * MINUTE;
  return sumMinutes(minutes.map((minute) => ({ ...minute, at: from + Math.floor((minute.at - from) / step) * step }))).map((sum) => {
    const mbps = (sum.bytes * 8) / 1_000_000 / (step / SECOND);
    return { ...sum, mbps, share: mbps / linkMbps };
  });
}

function minutesOf({ startedAt, endedAt, bytes, fromStart }: PackageFetch): readonly LoadMinute[] {
  const first = Math.floor(startedAt / MINUTE) * MINUTE;
  const lasted = endedAt - startedAt;
  const minutes: LoadMinute[] = [];
  let sent = 0;
  for (let at = first; at === first || sent < bytes; at += MINUTE) {
    // Rounded as a running sum, so that not a byte is lost or told twice.
    const until = at + MINUTE >= endedAt ? bytes : Math.round((bytes * (at + MINUTE - startedAt)) / lasted);
    minutes.push({ at, bytes: until - sent, starts: at === first && fromStart ? 1 : 0 });
    sent = until;
  }
  return minutes;
}
