/** Readers of flag values. What they refuse, commander reports with the flag's name. */
import { InvalidArgumentError } from 'commander';
import { DateTime } from 'luxon';
import type { CanaryDevices } from '../core/rollout/canary.ts';

/** A capacity: any number above zero. */
export function positiveNumber(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0) throw new InvalidArgumentError('Use a number above 0.');
  return Number(text);
}

/** How many: a whole number from 1. */
export function countNumber(text: string): number {
  if (!/^0*[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1.');
  return Number(text);
}

/** How many: a whole number from 0. */
export function countOrZero(text: string): number {
  return /^0+$/.test(text) ? 0 : countNumber(text);
}

/** How many, or `none`. */
export function countOrNone(text: string): number | 'none' {
  return text === 'none' ? 'none' : countNumber(text);
}

/** Days from 0. */
export function dayCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Use a whole number of days from 0.');
  return Number(text);
}

/** An amount of money; nothing is free of charge, too. */
export function price(text: string): number {
  if (!/^\d{1,4}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Use an amount such as 0.023.');
  return Number(text);
}

/** A TCP port of this machine; 0 takes a free one. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('Use a port from 1 to 65535.');
  return Number(text);
}

/** `0.1` or `10%`, as a share from 0 to 1. */
export function share(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(digits) / (percent === '%' ? 100 : 1);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Use a share from 0 to 1, or per cent: 10%.');
  return value;
}

/** `test`, `5`, or `10%`: which devices of each branch go first. */
export function canaryDevices(text: string): CanaryDevices {
  if (text === 'test') return { kind: 'test-devices' };
  const [, count, percent] = /^(?:(\d{1,6})|(\d{1,2}(?:\.\d+)?)%)$/.exec(text) ?? [];
  if (count !== undefined) return { kind: 'count', devices: Number(count) };
  if (percent !== undefined) return { kind: 'share', share: Number(percent) / 100 };
  throw new InvalidArgumentError('Use test, a number of devices, or per cent: 10%.');
}

export function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'on') return true;
  if (text === 'no' || text === 'off') return false;
  throw new InvalidArgumentError('Use yes or no.');
}

/** For flags that may be repeated. */
export function gather(value: string, gathered: readonly string[] = []): readonly string[] {
  return [...gathered, value];
}

export function calendarDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !DateTime.fromISO(text).isValid) throw new InvalidArgumentError('Use a day: 2027-01-31.');
  return text;
}

/** An instant: `2026-12-01T08:00`, UTC as all times that are printed, or with an offset. Milliseconds since the Unix epoch. */
export function instantText(text: string): number {
  const parsed = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone: 'UTC' });
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text.trim()) || !parsed.isValid) throw new InvalidArgumentError('Use a day and a time: 2026-12-01T08:00, which is UTC, or 2026-12-01T08:00+01:00.');
  return parsed.toMillis();
}

interface WindowText {
  readonly from: string;
  readonly to: string;
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

interface DatedWindow extends WindowText {
  readonly days?: readonly (typeof WEEK)[number][];
  readonly firstDay?: string;
  readonly lastDay?: string;
}

interface BranchWindows {
  readonly branchId: string;
  readonly windows: DatedWindow[];
}

/** `01:00-02:00`. Whether the times exist is the server's to say. */
export function windowText(text: string): WindowText {
  const [, from, to] = /^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined) throw new InvalidArgumentError('Use local times: 22:00-24:00.');
  return { from: from.padStart(5, '0'), to: to.padStart(5, '0') };
}

/** `01:00-02:00`, then where they are wanted `/mon-fri+sun`, and `/2027-01-04..2027-01-29` with either day left out or both the same. */
export function datedWindow(text: string): DatedWindow {
  const [span = '', ...limits] = text.trim().split('/');
  let window: DatedWindow = windowText(span);
  for (const limit of limits) window = { ...window, ...(/\d/.test(limit) ? dayRange(limit) : { days: weekdays(limit) }) };
  return window;
}

function weekdays(text: string): readonly (typeof WEEK)[number][] {
  const place = (day: string): number => WEEK.findIndex((each) => each === day);
  const wanted = text.toLowerCase().split('+').flatMap((part) => {
    const [from = '', to = from] = part.split('-');
    const [first, last] = [place(from), place(to)];
    if (first < 0 || last < 0) throw new InvalidArgumentError('Use days of the week: mon-fri, sat+sun.');
    return WEEK.filter((_, day) => (first <= last ? day >= first && day <= last : day >= first || day <= last));
  });
  return WEEK.filter((day) => wanted.includes(day));
}

function dayRange(text: string): Pick<DatedWindow, 'firstDay' | 'lastDay'> {
  const [first = '', last = first, ...more] = text.split('..');
  if (more.length > 0 || (first === '' && last === '')) throw new InvalidArgumentError('Use days: 2027-01-04..2027-01-29, ..2027-01-29, or 2027-01-04..');
  return { ...(first === '' ? {} : { firstDay: calendarDay(first) }), ...(last === '' ? {} : { lastDay: calendarDay(last) }) };
}

/** `berlin=01:00-02:00,13:00-14:00`; repeated flags add up, also for one branch. */
export function branchWindows(text: string, gathered: readonly BranchWindows[] = []): readonly BranchWindows[] {
  const [, branchId, times] = /^([^=\s]+)=(.+)$/.exec(text) ?? [];
  if (branchId === undefined || times === undefined) throw new InvalidArgumentError('Use BRANCH=FROM-TO[,FROM-TO]: berlin=01:00-02:00,13:00-14:00.');
  const windows = times.split(',').map(datedWindow);
  const known = gathered.find((each) => each.branchId === branchId);
  if (known === undefined) return [...gathered, { branchId, windows }];
  return gathered.map((each) => (each === known ? { branchId, windows: [...known.windows, ...windows] } : each));
}
