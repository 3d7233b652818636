/** Numbers and dates in a language. Dates name their zone wherever it is not the viewer's own. */
import type { Language } from './words.ts';

export interface Formats {
  readonly number: (value: number) => string;
  /** 0.125 is `12.5%`. */
  readonly share: (value: number) => string;
  /** Bytes, in units of a thousand, as storage and links are sold: `30 MB`. */
  readonly bytes: (value: number) => string;
  /** `currency`: ISO 4217. */
  readonly money: (value: number, currency: string) => string;
  readonly mbps: (value: number) => string;
  /** `27 Nov 2026, 01:05 GMT+9`. */
  readonly moment: (at: number, zone: string) => string;
  /** Without the date: `01:05`. */
  readonly time: (at: number, zone: string) => string;
  readonly day: (at: number, zone: string) => string;
  /** Without the year, for marks on an axis: `27 Nov`. */
  readonly shortDay: (at: number, zone: string) => string;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** The tag that numbers and dates are written by: the browser's own region of the language where it names one, so that a Briton does not read American dates. */
export function tagFor(language: Language, browser: readonly string[]): string {
  return browser.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
}

/** `language`: its tag, with a region or without. */
export function formats(language: string): Formats {
  const plain = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const dated = remembered((timeZone) => new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }));
  // With the name of a zone there is no style of a date: the parts are those that `medium` has.
  const parts = language.startsWith('ja') ? { month: '2-digit', day: '2-digit' } as const : { month: 'short', day: 'numeric' } as const;
  const zoned = remembered((timeZone) => new Intl.DateTimeFormat(language, { timeZone, year: 'numeric', ...parts, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }));
  const timed = remembered((timeZone) => new Intl.DateTimeFormat(language, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }));
  const days = remembered((timeZone) => new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium' }));
  const shortDays = remembered((timeZone) => new Intl.DateTimeFormat(language, { timeZone, month: language.startsWith('ja') ? 'numeric' : 'short', day: 'numeric' }));
  return {
    number: (value) => plain.format(value),
    share: (value) => percent.format(value),
    bytes: (value) => {
      const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)));
      return new Intl.NumberFormat(language, { style: 'unit', unit: units[power] ?? 'byte', unitDisplay: power === 0 ? 'long' : 'short', maximumFractionDigits: power === 0 ? 0 : 1 }).format(value / 1_000 ** power);
    },
    money: (value, currency) => new Intl.NumberFormat(language, { style: 'currency', currency }).format(value),
    mbps: (value) => `${plain.format(value)} Mbit/s`,
    // A line is never broken between the zone's name and its hours.
    moment: (at, zone) => (zone === viewerZone() ? dated(zone) : zoned(zone)).format(at).replace('GMT-', 'GMT\u2212'),
    time: (at, zone) => timed(zone).format(at),
    day: (at, zone) => days(zone).format(at),
    shortDay: (at, zone) => shortDays(zone).format(at),
  };
}

/** The IANA zone of the browser. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
