/**
 * Windows: spans of local time, on the days of a zone with its daylight-saving changes. Local times become instants
 * here and nowhere else. In the gap of spring a local time is the first instant that exists; in the overlap of autumn a
 * start is the earlier of its two instants and an end the later.
 */
import { DAY, HOUR, MINUTE, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { OpenWindow, Weekday, Window } from './plan.ts';

/** A calendar day, without a zone. */
interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** A window open at an instant, and one that it was cut by, opened no longer ago. */
const LOOK_BACK = 3 * DAY;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formatters.set(timeZone, made);
    return made;
  } catch (cause) {
    throw new WavecastError('invalid-input', `"${timeZone}" is not a time zone.`, { remedy: 'Use an IANA name such as Europe/Berlin or Asia/Tokyo.', cause });
  }
}

/** Throws `invalid-input` unless `timeZone` is an IANA zone that this runtime knows. */
export function checkTimeZone(timeZone: string): void {
  formatter(timeZone);
}

/** What the formatters said: they take most of the time of a search that looks at the same days again and again. */
const shown = new Map<string, Map<Instant, number>>();
const SHOWN_AT_MOST = 20_000;

/** The local wall clock at an instant, as the milliseconds that UTC would show the same figures at. */
function wallClock(timeZone: string, instant: Instant): number {
  let known = shown.get(timeZone);
  if (known === undefined || known.size >= SHOWN_AT_MOST) shown.set(timeZone, (known = new Map<Instant, number>()));
  const before = known.get(instant);
  if (before !== undefined) return before;
  const read = readWallClock(timeZone, instant);
  known.set(instant, read);
  return read;
}

function readWallClock(timeZone: string, instant: Instant): number {
  const parts = new Map<string, number>();
  for (const { type, value } of formatter(timeZone).formatToParts(instant)) parts.set(type, Number(value));
  const of = (type: string): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

function offset(timeZone: string, instant: Instant): number {
  const whole = Math.floor(instant / 1000) * 1000;
  return wallClock(timeZone, whole) - whole;
}

/** The instants at which the wall clock shows `wall`: two in an overlap, one mostly, and in a gap the first that exists. */
function instantsShowing(timeZone: string, wall: number): readonly [Instant, ...Instant[]] {
  const offsets = [...new Set([offset(timeZone, wall - DAY), offset(timeZone, wall + DAY)])].sort((a, b) => b - a);
  const [first, ...rest] = offsets.map((o) => wall - o).filter((instant) => wallClock(timeZone, instant) === wall);
  if (first !== undefined) return [first, ...rest];
  // A gap: the change lies between the two candidates; find its instant to the second.
  let before = wall - Math.max(...offsets) - MINUTE;
  let after = wall - Math.min(...offsets) + MINUTE;
  const old = offset(timeZone, before);
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000;
    if (offset(timeZone, middle) === old) before = middle;
    else after = middle;
  }
  return [after];
}

/** `HH:MM` to milliseconds since midnight; `24:00` only where `end` says so. */
function timeOfDay(text: string, end: boolean): number {
  const match = /^(\d\d):(\d\d)$/.exec(text);
  const hours = Number(match?.[1]);
  const minutes = Number(match?.[2]);
  const valid = match !== null && minutes < 60 && (hours < 24 || (end && hours === 24 && minutes === 0));
  if (!valid) {
    throw new WavecastError('invalid-input', `"${text}" is not a time of day.`, { remedy: end ? 'Use HH:MM from 00:00 to 24:00.' : 'Use HH:MM from 00:00 to 23:59.' });
  }
  return hours * HOUR + minutes * MINUTE;
}

/** Throws `invalid-input` where a window is malformed or has no length. */
export function checkWindow(window: Window): void {
  const from = timeOfDay(window.from, false);
  const to = timeOfDay(window.to, true);
  if (from === to) throw new WavecastError('invalid-input', `The window ${window.from}-${window.to} has no length.`, { remedy: 'For a whole day use 00:00-24:00.' });
  const { firstDay, lastDay } = window;
  for (const day of [firstDay, lastDay]) if (day !== undefined) checkDay(day);
  if (firstDay !== undefined && lastDay !== undefined && firstDay > lastDay) throw new WavecastError('invalid-input', `The window's first day, ${firstDay}, is after its last, ${lastDay}.`, { remedy: 'Exchange them.' });
  if (window.days?.length === 0) throw new WavecastError('invalid-input', 'The window opens on no day.', { remedy: 'Name at least one day, or leave the days out for every day.' });
}

function checkDay(text: string): void {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // What no calendar has, 31 February, would be taken for a day of March.
  if (date === undefined || Number.isNaN(date.getTime()) || dayText(date.getTime()) !== text) throw new WavecastError('invalid-input', `"${text}" is no day.`, { remedy: 'Use YYYY-MM-DD, for example 2027-01-31.' });
}

/** `YYYY-MM-DD` of milliseconds that UTC shows the day at. */
function dayText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}

function dayAt(timeZone: string, instant: Instant): LocalDay {
  const date = new Date(wallClock(timeZone, instant));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

/** The window on the day where it starts, or undefined where it does not open or the spring gap swallows it. */
function windowOnDay(timeZone: string, window: Window, start: LocalDay): OpenWindow | undefined {
  const midnight = Date.UTC(start.year, start.month, start.day);
  const weekday = weekdays[new Date(midnight).getUTCDay()];
  if (window.days !== undefined && (weekday === undefined || !window.days.includes(weekday))) return undefined;
  const day = dayText(midnight);
  if (day < (window.firstDay ?? day) || day > (window.lastDay ?? day)) return undefined;
  const from = timeOfDay(window.from, false);
  const to = timeOfDay(window.to, true);
  const opensAt = Math.min(...instantsShowing(timeZone, midnight + from));
  const closesAt = Math.max(...instantsShowing(timeZone, midnight + to + (to <= from ? DAY : 0)));
  return opensAt < closesAt ? { opensAt, closesAt } : undefined;
}

/**
 * The windows that are open at `from` or open later, earliest first, without end unless all have a last day, and none over another: of two that
 * overlap the later one opens when the earlier one has closed. They are not joined, since windows on end (00:00-24:00)
 * would become one that never closes; so each lasts a day at most, and is the same whatever `from` is.
 * Computed day by day as they are asked for.
 */
export function* windowsFrom(timeZone: string, windows: readonly Window[], from: Instant): Generator<OpenWindow, undefined> {
  let taken = Number.NEGATIVE_INFINITY;
  const lastDays = windows.flatMap(({ lastDay }) => (lastDay === undefined ? [] : [lastDay]));
  const last = lastDays.length < windows.length ? undefined : lastDays.toSorted().at(-1) ?? '';
  const firstDay = Date.UTC(...dayNumbers(dayAt(timeZone, from - LOOK_BACK)));
  for (let day = 0; ; day += 1) {
    const date = new Date(firstDay + day * DAY);
    if (last !== undefined && dayText(date.getTime()) > last) return undefined;
    const local = { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
    const opened = windows.map((window) => windowOnDay(timeZone, window, local)).filter((window) => window !== undefined);
    for (const next of opened.sort((a, b) => a.opensAt - b.opensAt)) {
      const rest = { opensAt: Math.max(next.opensAt, taken), closesAt: next.closesAt };
      taken = Math.max(taken, next.closesAt);
      if (rest.opensAt < rest.closesAt && rest.closesAt > from) yield rest;
    }
  }
}

function dayNumbers(day: LocalDay): [number, number, number] {
  return [day.year, day.month, day.day];
}

/** The window open at `from`, else the next one; undefined where none is left. */
export function nextWindow(timeZone: string, windows: readonly Window[], from: Instant): OpenWindow | undefined {
  return windowsFrom(timeZone, windows, from).next().value ?? undefined;
}

/** `2026-03-29 01:00` in the zone. */
export function localText(timeZone: string, instant: Instant): string {
  return new Date(wallClock(timeZone, Math.floor(instant / 1000) * 1000)).toISOString().slice(0, 16).replace('T', ' ');
}
