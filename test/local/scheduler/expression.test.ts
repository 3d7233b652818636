import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextInstant, parseExpression } from '../../../local/scheduler/expression.ts';

const next = (text: string, zone: string, after: string): string | undefined => {
  const expression = parseExpression(text, zone);
  if (expression === undefined) throw new Error(`${text} is no expression`);
  const instant = nextInstant(expression, Date.parse(after), Date.parse(after));
  return instant === undefined ? undefined : new Date(instant).toISOString().replace('.000Z', 'Z');
};

test.each([
  ['at(2026-03-02T01:00:00)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-02T01:00:00Z'],
  ['at(2026-03-02T01:00:00)', 'Asia/Tokyo', '2026-03-01T00:00:00Z', '2026-03-01T16:00:00Z'],
  ['rate(1 minute)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-01T00:01:00Z'],
  ['rate(5 hours)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-01T05:00:00Z'],
  ['rate(1 day)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'],
  ['cron(15 10 * * ? *)', 'UTC', '2026-03-01T10:15:00Z', '2026-03-02T10:15:00Z'],
  ['cron(0/20 * * * ? *)', 'UTC', '2026-03-01T10:19:59Z', '2026-03-01T10:20:00Z'],
  ['cron(0 9 ? * MON-FRI *)', 'UTC', '2026-02-27T09:00:00Z', '2026-03-02T09:00:00Z'],
  ['cron(0 9 L * ? *)', 'UTC', '2026-02-01T00:00:00Z', '2026-02-28T09:00:00Z'],
  ['cron(0 9 ? * 6L *)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-27T09:00:00Z'],
  ['cron(0 9 ? * TUE#2 *)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-10T09:00:00Z'],
  ['cron(0 9 15W * ? *)', 'UTC', '2026-03-01T00:00:00Z', '2026-03-16T09:00:00Z'],
  ['cron(0 9 1W 8 ? 2026)', 'UTC', '2026-03-01T00:00:00Z', '2026-08-03T09:00:00Z'],
  ['cron(0 0 29 FEB ? *)', 'UTC', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['cron(0 0 1 1 ? 2025)', 'UTC', '2026-03-01T00:00:00Z', undefined],
  ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
  ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
  ['cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
])('%s in %s, after %s, is due at %s', (text, zone, after, expected) => {
  expect(next(text, zone, after)).toBe(expected);
});

test.each([
  'at(2026-13-02T01:00:00)', 'at(2026-03-02 01:00)', 'rate(0 minutes)', 'rate(1 minutes)', 'rate(2 minute)', 'rate(5 seconds)', 'cron(* * * * *)',
  'cron(0 9 1 * 1 *)', 'cron(0 9 ? * ? *)', 'cron(60 9 * * ? *)', 'cron(0 24 * * ? *)', 'every day',
])('%s is no schedule expression', (text) => {
  expect(parseExpression(text, 'UTC')).toBeUndefined();
});

test('a zone that does not exist is refused', () => {
  expect(parseExpression('rate(1 minute)', 'Europe/Nowhere')).toBeUndefined();
});

test('what is due next is never now or past, and never skips a whole period', () => {
  const minutes = fc.integer({ min: 1, max: 10_000 });
  fc.assert(fc.property(minutes, fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 10 }), (count, anchor, later) => {
    const expression = parseExpression(`rate(${count} ${count === 1 ? 'minute' : 'minutes'})`, 'UTC');
    const after = anchor + later;
    const due = expression === undefined ? 0 : nextInstant(expression, anchor, after) ?? 0;
    return due > after && due - after <= count * 60_000 && (due - anchor) % (count * 60_000) === 0;
  }));
});
