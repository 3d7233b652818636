/**
 * Cron expressions of six fields (minute, hour, day of month, month, day of week, year) with `* , - / ? L W #`.
 * A local time that the spring change leaves out is skipped; one that the autumn change repeats counts once, as on AWS.
 */
import { DateTime } from 'luxon';
import type { Instant } from '../../core/ambient.ts';

type DayRule = (day: DateTime) => boolean;

export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether the date may be due, by the one of the two day fields that is not `?`. */
  readonly isDay: DayRule;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** How far ahead a due date is looked for: any combination of month, day and weekday comes within it. */
const HORIZON_DAYS = 366 * 29;

/** Undefined when the text is no cron expression: exactly one of the two day fields must be `?`. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = parseValues(minute, 0, 59);
  const hours = parseValues(hour, 0, 23);
  const months = parseValues(named(month, monthNames), 1, 12);
  const years = parseValues(year, 1970, 2199);
  const isDay = dayOfWeek === '?' ? dayOfMonthRule(dayOfMonth) : dayOfWeekRule(named(dayOfWeek, dayNames));
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined || isDay === undefined) return undefined;
  return { minutes, hours, months, years, isDay };
}

/** The first due instant after `after`, in the zone's local time. */
export function nextCron(cron: Cron, zone: string, after: Instant): Instant | undefined {
  const from = DateTime.fromMillis(after, { zone });
  for (let offset = 0; offset <= HORIZON_DAYS; offset += 1) {
    const day = from.startOf('day').plus({ days: offset });
    if (!cron.years.has(day.year) || !cron.months.has(day.month) || !cron.isDay(day)) continue;
    const due = firstOfDay(cron, day, after);
    if (due !== undefined) return due;
  }
  return undefined;
}

function firstOfDay(cron: Cron, day: DateTime, after: Instant): Instant | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const local = day.set({ hour, minute });
      const isSkipped = local.hour !== hour || local.minute !== minute;
      if (!isSkipped && local.toMillis() > after) return local.toMillis();
    }
  }
  return undefined;
}

function named(field: string, names: readonly string[]): string {
  return names.reduce((text, name, index) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gi'), String(index + 1)), field);
}

/** Ascending values of a field; undefined when it is none. */
function parseValues(field: string, least: number, most: number): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, from = '', to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === '' || step === '0') return undefined;
    const first = from === '*' ? least : Number(from);
    const last = to === undefined ? (from === '*' || step !== undefined ? most : first) : Number(to);
    if (first < least || last > most || first > last) return undefined;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return new Set([...values].sort((a, b) => a - b));
}

function dayOfMonthRule(field: string): DayRule | undefined {
  if (field === 'L') return (day) => day.day === day.daysInMonth;
  const nearest = /^(\d{1,2})W$/.exec(field)?.[1];
  if (nearest !== undefined) return (day) => day.day === nearestWeekday(day, Number(nearest));
  const days = parseValues(field, 1, 31);
  return days === undefined ? undefined : (day) => days.has(day.day);
}

/** AWS counts days of the week from Sunday = 1. */
function dayOfWeekRule(field: string): DayRule | undefined {
  const weekday = (day: DateTime): number => (day.weekday % 7) + 1;
  const [, last] = /^([1-7])L$/.exec(field) ?? [];
  if (last !== undefined) return (day) => weekday(day) === Number(last) && day.day + 7 > (day.daysInMonth ?? 31);
  const [, which, ordinal] = /^([1-7])#([1-5])$/.exec(field) ?? [];
  if (which !== undefined) return (day) => weekday(day) === Number(which) && Math.ceil(day.day / 7) === Number(ordinal);
  const days = parseValues(field === 'L' ? '7' : field, 1, 7);
  return days === undefined ? undefined : (day) => days.has(weekday(day));
}

/** The weekday (Monday to Friday) nearest to a day, within its month. */
function nearestWeekday(within: DateTime, wanted: number): number {
  const length = within.daysInMonth ?? 31;
  const { day, weekday } = within.set({ day: Math.min(wanted, length) });
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 7) return day < length ? day + 1 : day - 2;
  return day;
}
