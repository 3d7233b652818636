/** Instants as people read them. */
import { DateTime } from 'luxon';

/** `2026-11-23 14:05 UTC`, in the zone given. */
export function dateTime(instant: number, timeZone = 'UTC'): string {
  const local = DateTime.fromMillis(instant, { zone: timeZone, locale: 'en' });
  return `${local.toFormat('yyyy-MM-dd HH:mm')} ${timeZone === 'UTC' ? 'UTC' : local.offsetNameShort ?? timeZone}`;
}

/** `2026-11-23`, UTC. */
export function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** `14:05:09`, UTC. */
export function timeOfDay(instant: number): string {
  return new Date(instant).toISOString().slice(11, 19);
}

/** The time of day in a zone; with the weekday where that is another day than `now`, with the date where it is a week off. */
export function clockTime(instant: number, timeZone: string, now: number): string {
  const [local, today] = [instant, now].map((at) => DateTime.fromMillis(at, { zone: timeZone, locale: 'en' }));
  if (local === undefined || today === undefined) return '';
  if (local.hasSame(today, 'day')) return local.toFormat('HH:mm');
  return local.toFormat(Math.abs(local.diff(today, 'days').days) < 6 ? 'ccc HH:mm' : 'd LLL HH:mm');
}

/** `in 3 min`, `in 5 h`, `now`: how long until an instant, in its largest unit. */
export function until(instant: number, now: number): string {
  const seconds = Math.round((instant - now) / 1_000);
  if (seconds <= 0) return 'now';
  if (seconds < 60) return `in ${seconds} s`;
  if (seconds < 2 * 3_600) return `in ${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `in ${Math.round(seconds / 3_600)} h`;
  return `in ${Math.round(seconds / 86_400)} days`;
}

/** `12.5 MB`: decimal units, as networks count. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = count < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1_000 ** power;
  return `${power === 0 ? String(value) : value.toFixed(value < 10 ? 2 : 1)} ${units[power] ?? ''}`;
}
