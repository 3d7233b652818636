/** Which pace keeps a branch's link under the budget and ends first: found by trying paces on the very model of the preview. */
import { DAY, MINUTE, type Instant } from '../ambient.ts';
import { startsOf, type AcceptanceModel } from './acceptance.ts';
import { loadOf, type LinkLoad } from './link-load.ts';
import { planLimits } from './new-plan.ts';
import type { Pace } from './pace.ts';
import type { Window } from './plan.ts';
import { planWaves, type PlannedWave, type StageAhead } from './schedule.ts';

/** What decides the load of a branch, but for the pace. */
export interface Ground {
  readonly timeZone: string;
  readonly windows: readonly Window[];
  readonly devices: number;
  /** Bytes of the package; 0 where nothing is downloaded. */
  readonly size: number;
  readonly linkMbps: number;
  readonly acceptance: AcceptanceModel;
  readonly canary?: StageAhead;
  /** Installations at once; no limit where absent. */
  readonly openLimit?: number;
}

export interface Foreseen {
  readonly waves: readonly PlannedWave[];
  /** Undefined where nothing is downloaded. */
  readonly load: LinkLoad | undefined;
}

export interface AdvisedPace extends Pace {
  readonly lastWaveAt: Instant;
  /** When the last download ends. */
  readonly endsAt: Instant;
  /** The largest share of the link that any minute takes. */
  readonly peakShare: number;
}

export type Advice =
  /** The pace as it is keeps the budget; `pace` is one that keeps it too and ends earlier, or asks devices for which no window is left otherwise. */
  | { readonly kind: 'within'; readonly pace?: AdvisedPace }
  | { readonly kind: 'slower'; readonly pace: AdvisedPace }
  /** No pace keeps it and ends within two weeks. `night`: it is the prompts of the night that are answered together in the morning; `link`: the link is too small for the package. */
  | { readonly kind: 'none'; readonly because: 'night' | 'link' };

const INTERVALS = [1, 2, 5, 10, 20, 60] as const;
/** Another interval than the plan's own is advised where it ends so much earlier. */
const WORTH_IT = 30 * MINUTE;
/** Advice that takes longer is none. */
const LONGEST = 14 * DAY;
/** The quickest that is tried: the largest wave at the shortest interval. */
const QUICKEST = planLimits.waveSize.max / planLimits.intervalMinutes.min;
/** Halvings of the range of rates: the last two differ by less than 5 %. */
const HALVINGS = 8;

/** What a branch's waves and its link will be like at a pace. `budget`: share of the link that is ours, 0 to 1. */
export function foresee(ground: Ground, { waveSize, intervalMinutes }: Pace, budget: number, from: Instant): Foreseen {
  const waves = [...planWaves(ground.timeZone, ground.windows, from, ground.devices, waveSize, intervalMinutes, ground.canary)];
  const starts = ground.size === 0 ? undefined : startsOf(ground.acceptance, ground.timeZone, waves);
  return { waves, load: starts === undefined ? undefined : loadOf(starts, ground.size, ground.linkMbps, budget, ground.openLimit) };
}

/** The pace that keeps the budget and ends first, against the pace as it is. */
export function advise(ground: Ground, pace: Pace, budget: number, from: Instant): Advice {
  const now = foresee(ground, pace, budget, from);
  const best = quickest(ground, pace, budget, from);
  if ((now.load?.minutesOver ?? 0) === 0) {
    const inTime = lastWaveOf(ground, pace, from) !== undefined;
    const endsAt = now.load?.endsAt ?? now.waves.at(-1)?.at ?? from;
    return best === undefined || (inTime && best.endsAt > endsAt - WORTH_IT) ? { kind: 'within' } : { kind: 'within', pace: best };
  }
  if (best !== undefined) return { kind: 'slower', pace: best };
  return { kind: 'none', because: quickest(atDaytime(ground), pace, budget, from) === undefined ? 'link' : 'night' };
}

/** Of the intervals, that with the largest waves that keep the budget; what is answered was tried itself. */
function quickest(ground: Ground, own: Pace, budget: number, from: Instant): AdvisedPace | undefined {
  const rate = largestRate(ground, budget, from);
  if (rate === undefined) return undefined;
  let best: AdvisedPace | undefined;
  for (const intervalMinutes of new Set([own.intervalMinutes, ...INTERVALS])) {
    // Waves come in lumps, and lumps weigh more than the steady stream of the same rate.
    const sizes = [1, 0.8, 0].map((part) => Math.max(1, Math.floor(Math.min(rate * intervalMinutes, planLimits.waveSize.max, ground.devices) * part)));
    for (const waveSize of new Set(sizes)) {
      const found = tried(ground, { waveSize, intervalMinutes }, budget, from);
      if (typeof found === 'string') continue;
      if (best === undefined || found.endsAt <= best.endsAt - WORTH_IT) best = found;
      break;
    }
  }
  return best;
}

/** Devices a minute, asked as a steady stream: the most that keep the budget. By halving: more at a time load a link no less. */
function largestRate(ground: Ground, budget: number, from: Instant): number | undefined {
  let [low, high]: [number, number] = [planLimits.waveSize.min / planLimits.intervalMinutes.max, QUICKEST];
  let best: number | undefined;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const rate = halving === 0 ? Math.min(high, ground.devices) : Math.sqrt(low * high);
    const found = tried(ground, { waveSize: rate, intervalMinutes: 1 }, budget, from);
    if (found === 'over') high = rate;
    else low = rate;
    if (typeof found === 'string') continue;
    best = rate;
    if (halving === 0) break;
  }
  return best;
}

/** How a pace ends, where no minute is over the budget and the last wave goes in time. */
function tried(ground: Ground, pace: Pace, budget: number, from: Instant): AdvisedPace | 'over' | 'late' {
  const ends = lastWaveOf(ground, pace, from);
  if (ends === undefined) return 'late';
  const { load } = foresee(ground, pace, budget, from);
  if ((load?.minutesOver ?? 0) > 0) return 'over';
  return { waveSize: pace.waveSize, intervalMinutes: pace.intervalMinutes, lastWaveAt: ends, endsAt: load?.endsAt ?? ends, peakShare: load?.peakShare ?? 0 };
}

function lastWaveOf(ground: Ground, { waveSize, intervalMinutes }: Pace, from: Instant): Instant | undefined {
  let [last, left] = [from, ground.devices];
  for (const { at, size } of planWaves(ground.timeZone, ground.windows, from, ground.devices, waveSize, intervalMinutes, ground.canary)) {
    if (at > from + LONGEST) return undefined;
    last = at;
    left -= size;
  }
  // What is left when the last window is over is not asked in time, either; rests of divisions are nobody.
  return left > 1e-6 ? undefined : last;
}

/** The same with everybody awake when asked. */
function atDaytime(ground: Ground): Ground {
  return { ...ground, windows: [{ from: ground.acceptance.morning.to, to: ground.acceptance.evening.from }] };
}
