/** What downloads put on a branch's link, minute by minute: all under way share it evenly, none faster than a device can. */
import { MINUTE, type Instant } from '../ambient.ts';
import type { Starts } from './acceptance.ts';

/** Mbit/s that one device takes at most, over Wi-Fi. */
export const DEVICE_MBPS = 50;

export interface LinkLoad {
  /** Start of the first minute. */
  readonly from: Instant;
  /** Bytes on the link in each minute. The sum is `starts` times the size. */
  readonly bytesPerMinute: readonly number[];
  /** The largest share of the link that a minute takes, 0 to 1, and when. */
  readonly peakShare: number;
  readonly peakAt: Instant;
  /** Minutes that take more than the budget. */
  readonly minutesOver: number;
  /** When the last byte is through, or the forecast ends. */
  readonly endsAt: Instant;
  /** Bytes that are not through when the forecast ends: the link cannot carry this. */
  readonly bytesLeft: number;
}

/** A forecast goes on for so many minutes after the last start. */
const HORIZON = 14 * 24 * 60;
/** So much more than the budget is still within it: rests of divisions. */
const TOLERANCE = 1e-9;
/** Less than this of a device that waits is a rest, too. */
const NOBODY = 1e-12;

/** Expected load. `size`: bytes of the package; `budget`: share of the link that is ours, 0 to 1; `openLimit`: downloads at once, further ones wait for one that ends. */
export function loadOf({ from, perMinute }: Starts, size: number, linkMbps: number, budget: number, openLimit = Number.POSITIVE_INFINITY): LinkLoad {
  const capacity = bytesPerMinute(linkMbps);
  const fastest = Math.min(bytesPerMinute(DEVICE_MBPS), capacity);
  const bytes: number[] = [];
  // Whoever began together ends together, and first: each has the same bytes to fetch at the same rate. `served` is what one that was always there would have by now.
  const ends: { readonly count: number; readonly at: number }[] = [];
  let [head, active, served, waiting] = [0, 0, 0, 0];
  const letIn = (): void => {
    const count = Math.min(waiting, openLimit - active);
    if (count <= 0) return;
    ends.push({ count, at: served + size });
    active += count;
    waiting = waiting - count < NOBODY ? 0 : waiting - count;
  };
  let [peak, lastBusy, minutesOver] = [0, -1, 0];
  const most = capacity * budget * (1 + TOLERANCE);
  for (let minute = 0; minute < perMinute.length || (head < ends.length && minute < perMinute.length + HORIZON); minute += 1) {
    waiting += perMinute[minute] ?? 0;
    letIn();
    let [left, moved] = [1, 0];
    while (left > 0 && head < ends.length) {
      const next = ends[head];
      if (next === undefined) break;
      const rate = Math.min(fastest, capacity / active);
      const takes = (next.at - served) / rate;
      const now = Math.min(left, takes);
      served += rate * now;
      moved += rate * now * active;
      left -= now;
      if (takes <= now) {
        head += 1;
        // Sums that cancel out leave rests: never less than those who are next to end.
        active = Math.max(active - next.count, ends[head]?.count ?? 0);
        letIn();
      }
    }
    bytes.push(moved);
    if (moved === 0) continue;
    lastBusy = minute;
    if (moved > most) minutesOver += 1;
    if (moved > (bytes[peak] ?? 0)) peak = minute;
  }
  return {
    from, bytesPerMinute: bytes.slice(0, lastBusy + 1), peakShare: (bytes[peak] ?? 0) / capacity, peakAt: from + peak * MINUTE,
    bytesLeft: ends.slice(head).reduce((sum, { count, at }) => sum + count * (at - served), waiting * size),
    minutesOver, endsAt: from + (lastBusy + 1) * MINUTE,
  };
}

function bytesPerMinute(mbps: number): number {
  return (mbps * 1_000_000 * 60) / 8;
}
