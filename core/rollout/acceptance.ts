/** How the users of a branch answer prompts, and what follows from it: when downloads start. Expected values, so counts are fractions. */
import { DAY, HOUR, MINUTE, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { OpenWindow } from './plan.ts';
import { checkWindow, windowsFrom } from './window.ts';

/**
 * Users see a prompt when they are awake. Of those who are asked, `soon` answer within minutes of seeing it, `startOfDay`
 * at the start of their next day, `late` some time in the 24 hours of daytime after it; the rest never.
 */
export interface AcceptanceModel {
  /** Share of the devices that install unasked, at any hour; 0 to 1. */
  readonly supervised: number;
  /** Shares of the others; together at most 1. */
  readonly soon: number;
  readonly startOfDay: number;
  readonly late: number;
  /** Mean minutes from seeing a prompt to a soon answer, 1 to 60. */
  readonly soonMinutes: number;
  /** Local time in which phones are first unlocked, evenly. */
  readonly morning: { readonly from: string; readonly to: string };
  /** Local time in which they are put away, evenly. */
  readonly evening: { readonly from: string; readonly to: string };
}

/** On the safe side: everybody accepts, most of them soon, and no device is known to be supervised. */
export const usualAcceptance: AcceptanceModel = {
  supervised: 0, soon: 0.7, startOfDay: 0.15, late: 0.15, soonMinutes: 10, morning: { from: '07:00', to: '09:00' }, evening: { from: '22:00', to: '24:00' },
};

/** A supervised device begins within so many minutes of its wave. */
const SUPERVISED_SPREAD = 4;
/** Of those who answer soon, what is left when it is less than this many devices is counted at once: nobody waits for ever. */
const REST = 1e-4;
/** Mean delays until then, for any fleet. */
const DELAYS_TO_THE_LAST = 24;
const MINUTES_OF_DAY = DAY / MINUTE;
const NOBODY = 1e-12;
/** Whoever was asked has waked after a day, be it one of 25 hours, and is done a day of daytime later. */
const LONGEST = 52 * HOUR;

/** Throws `invalid-input` unless the shares and times make sense. */
export function checkAcceptance(model: AcceptanceModel): void {
  const shares = [model.supervised, model.soon, model.startOfDay, model.late];
  const remedy = 'Use shares from 0 to 1; soon, startOfDay and late are at most 1 together.';
  if (shares.some((share) => !(share >= 0 && share <= 1)) || model.soon + model.startOfDay + model.late > 1 + 1e-9) throw new WavecastError('invalid-input', 'The shares of the acceptance model are out of range.', { remedy });
  if (!(model.soonMinutes >= 1 && model.soonMinutes <= 60)) throw new WavecastError('invalid-input', `Soon answers take ${model.soonMinutes} minutes on average: that is out of range.`, { remedy: 'Use 1 to 60.' });
  checkWindow(model.morning);
  checkWindow(model.evening);
  const [from, to, later] = [model.morning.from, model.morning.to, model.evening.from].map(minuteOf);
  if (from === undefined || to === undefined || later === undefined || from >= to || to >= later || minuteOf(model.evening.to) <= later) {
    throw new WavecastError('invalid-input', 'The times of the acceptance model are out of order.', { remedy: 'The morning comes before the evening, and both end on their day: for example 07:00-09:00 and 22:00-24:00.' });
  }
}

/** Share of a wave's devices that will ever download. */
export function acceptedShare({ supervised, soon, startOfDay, late }: AcceptanceModel): number {
  return supervised + (1 - supervised) * (soon + startOfDay + late);
}

export interface Starts {
  /** Start of the first minute. */
  readonly from: Instant;
  /** Expected downloads that start in each minute. */
  readonly perMinute: Float64Array;
}

/** When downloads of these waves start. Cost grows with the minutes from the first wave to the last, not with the waves. */
export function startsOf(model: AcceptanceModel, timeZone: string, waves: readonly { readonly at: Instant; readonly size: number }[]): Starts | undefined {
  const [first, last] = [waves[0], waves.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const from = Math.floor(first.at / MINUTE) * MINUTE;
  const days = new Days(model, timeZone, from, last.at + LONGEST);
  const length = Math.ceil((days.end - from) / MINUTE) + DELAYS_TO_THE_LAST * Math.ceil(model.soonMinutes);
  const minuteAt = (instant: Instant): number => Math.floor((instant - from) / MINUTE);
  const [starts, awake, waking] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  for (const { at, size } of waves) {
    const minute = minuteAt(at);
    spread(starts, size * model.supervised, minute, minute + SUPERVISED_SPREAD);
    const asked = size * (1 - model.supervised);
    const up = days.awakeShare(at);
    awake[minute] = (awake[minute] ?? 0) + asked * up;
    if (up < 1) {
      const morning = days.morningFrom(at);
      spread(waking, asked * (1 - up), minuteAt(Math.max(at, morning.opensAt)), minuteAt(morning.closesAt));
    }
  }
  // Delays are distributed exponentially: of those who have not answered yet the same share stays in every minute.
  const stay = Math.exp(-1 / model.soonMinutes);
  let waiting = 0;
  const daytime = new Daytime(days, from, length);
  for (let minute = 0; minute < length; minute += 1) {
    const [seenAwake, seenWaking] = [awake[minute] ?? 0, waking[minute] ?? 0];
    const seen = seenAwake + seenWaking;
    waiting += seen * model.soon;
    const answering = waiting < REST ? waiting : waiting * (1 - stay);
    if (answering > 0) add(starts, minute, answering);
    waiting -= answering;
    if (seen === 0) continue;
    // Whoever sees it on waking is at the start of the day.
    add(starts, minute, seenWaking * model.startOfDay);
    if (seenAwake > 0) {
      const morning = days.morningFrom(days.dayAfter(from + minute * MINUTE));
      spread(starts, seenAwake * model.startOfDay, minuteAt(morning.opensAt), minuteAt(morning.closesAt));
    }
    daytime.spread(minute, seen * model.late);
  }
  add(starts, length - 1, waiting);
  daytime.into(starts);
  return { from, perMinute: starts };
}

/** Mornings and evenings of a branch, from the day before `from` on. */
class Days {
  readonly mornings: readonly OpenWindow[];
  readonly evenings: readonly OpenWindow[];
  readonly end: Instant;

  constructor({ morning, evening }: AcceptanceModel, timeZone: string, from: Instant, to: Instant) {
    this.mornings = until(windowsFrom(timeZone, [morning], from - DAY), to + DAY);
    this.evenings = until(windowsFrom(timeZone, [evening], from - DAY), to + DAY);
    this.end = Math.max(to, ...this.mornings.map(({ closesAt }) => closesAt));
  }

  /** The morning that is under way or comes next. */
  morningFrom(instant: Instant): OpenWindow {
    return after(this.mornings, instant);
  }

  /** An instant of the night that follows: the next morning from there is tomorrow's. */
  dayAfter(instant: Instant): Instant {
    return after(this.evenings, instant).closesAt;
  }

  awakeShare(instant: Instant): number {
    const [morning, evening] = [after(this.mornings, instant), after(this.evenings, instant)];
    if (morning.opensAt <= instant) return passed(morning, instant);
    if (evening.opensAt <= instant) return 1 - passed(evening, instant);
    return evening.opensAt < morning.opensAt ? 1 : 0;
  }
}

/** Shares that are spread over the daytime of the 24 hours after they are given, by differences: a minute costs the same for any span. */
class Daytime {
  /** Minutes from `from` on: closed at the start, open at the end. */
  readonly #spans: readonly { readonly start: number; readonly end: number; readonly before: number }[];
  readonly #rates: Float64Array;

  constructor(days: Days, from: Instant, length: number) {
    const inside = (instant: Instant): number => Math.min(length, Math.max(0, Math.ceil((instant - from) / MINUTE)));
    let before = 0;
    this.#spans = days.mornings.map(({ closesAt }) => {
      const span = { start: inside(closesAt), end: inside(after(days.evenings, closesAt).opensAt), before };
      before += span.end - span.start;
      return span;
    });
    this.#rates = new Float64Array(length + 1);
  }

  spread(minute: number, amount: number): void {
    const end = Math.min(minute + MINUTES_OF_DAY, this.#rates.length - 1);
    const minutes = this.#upTo(end) - this.#upTo(minute);
    if (minutes === 0 || amount === 0) return;
    this.#rates[minute] = (this.#rates[minute] ?? 0) + amount / minutes;
    this.#rates[end] = (this.#rates[end] ?? 0) - amount / minutes;
  }

  into(starts: Float64Array): void {
    let [rate, next] = [0, 0];
    for (const { start, end } of this.#spans) {
      for (; next < end; next += 1) {
        rate += this.#rates[next] ?? 0;
        // What is left of sums that cancel out is nobody.
        if (rate < NOBODY) rate = 0;
        else if (next >= start) add(starts, next, rate);
      }
    }
  }

  /** Minutes of daytime before a minute. */
  #upTo(minute: number): number {
    const span = this.#spans.findLast(({ start }) => start <= minute);
    return span === undefined ? 0 : span.before + Math.min(minute, span.end) - span.start;
  }
}

function until(windows: Iterable<OpenWindow>, end: Instant): readonly OpenWindow[] {
  const found: OpenWindow[] = [];
  for (const window of windows) {
    found.push(window);
    if (window.opensAt > end) break;
  }
  return found;
}

/** The window that is open at an instant or opens next. They are in order, and the last one is later than any instant asked for. */
function after(windows: readonly OpenWindow[], instant: Instant): OpenWindow {
  let [low, high] = [0, windows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((windows[middle]?.closesAt ?? 0) > instant) high = middle;
    else low = middle + 1;
  }
  return windows[low] ?? { opensAt: instant, closesAt: instant };
}

function passed({ opensAt, closesAt }: OpenWindow, instant: Instant): number {
  return (instant - opensAt) / (closesAt - opensAt);
}

/** Evenly over the minutes from `start` to before `end`; over one where there is none between. */
function spread(into: Float64Array, amount: number, start: number, end: number): void {
  const minutes = Math.max(1, end - start);
  for (let minute = start; minute < start + minutes; minute += 1) add(into, minute, amount / minutes);
}

/** Nothing is lost at the end: it is counted in the last minute. */
function add(into: Float64Array, minute: number, amount: number): void {
  const at = Math.min(minute, into.length - 1);
  into[at] = (into[at] ?? 0) + amount;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
