/**
 * Schedule expressions: `at(…)`, `rate(…)`, `cron(…)`. Source: EventBridge Scheduler user guide, "Schedule types".
 */
import { DateTime, IANAZone } from 'luxon';
import { DAY, HOUR, MINUTE, type Instant } from '../../core/ambient.ts';
import { nextCron, parseCron, type Cron } from './cron.ts';

export type ScheduleExpression =
  | { readonly kind: 'at'; readonly instant: Instant }
  | { readonly kind: 'rate'; readonly period: number }
  | { readonly kind: 'cron'; readonly cron: Cron; readonly zone: string };

const units: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: DAY };

/** Undefined for what is no schedule expression or no IANA time zone. */
export function parseExpression(text: string, zone: string): ScheduleExpression | undefined {
  if (!IANAZone.create(zone).isValid) return undefined;
  const [, kind, argument = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'at') {
    const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(argument) ? DateTime.fromISO(argument, { zone }) : undefined;
    return local?.isValid === true ? { kind, instant: local.toMillis() } : undefined;
  }
  if (kind === 'rate') {
    const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(argument) ?? [];
    const duration = units[unit];
    return duration === undefined || (Number(count) === 1) === (plural === 's') ? undefined : { kind, period: Number(count) * duration };
  }
  const cron = kind === 'cron' ? parseCron(argument) : undefined;
  return cron === undefined ? undefined : { kind: 'cron', cron, zone };
}

/**
 * The first instant strictly after `after` at which the schedule is due; undefined when there is none. Rates are counted
 * in whole periods from `anchor`. One-time schedules have only their instant, also when it is past.
 */
export function nextInstant(expression: ScheduleExpression, anchor: Instant, after: Instant): Instant | undefined {
  switch (expression.kind) {
    case 'at': return expression.instant;
    case 'rate': return anchor + Math.max(1, Math.floor((after - anchor) / expression.period) + 1) * expression.period;
    case 'cron': return nextCron(expression.cron, expression.zone, after);
  }
}
