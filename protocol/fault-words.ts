/** What is wrong with a field, in a sentence for whoever wrote it: of requests, of the flags that become such, of files in packages. */
import type * as z from 'zod';

type Issue = z.core.$ZodRawIssue;

/** What the schemas speak of where they have no words of their own for a fault. Given to `safeParse` as `error`. */
export function faultWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? MISSING : `it must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? MISSING : `it must be ${either(issue.values.map(quoted))}`;
    case 'too_big':
      return tooMuch(issue);
    case 'too_small':
      return tooLittle(issue);
    case 'not_multiple_of':
      return `it must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `it must be ${formats[issue.format] ?? 'of another form'}`;
    case 'unrecognized_keys':
      return `${either(issue.keys.map(quoted), 'and')} ${issue.keys.length === 1 ? 'is' : 'are'} not known here`;
    case 'invalid_union':
      // The forms that a field may have besides its main one need no words.
      return issue.input === undefined ? MISSING : issue.errors[0]?.[0]?.message ?? 'it has none of the forms that are allowed';
    default:
      return 'it is not right';
  }
}

const MISSING = 'it is missing';

/** By zod's names. */
const kinds: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object', date: 'a date' };
const formats: Readonly<Record<string, string>> = { date: 'a day, YYYY-MM-DD', datetime: 'an instant, like 2026-11-23T08:00:00Z', uuid: 'a UUID', url: 'an address', base64: 'base64' };
/** What is counted of it; of a number it is the number itself. */
const counted: Readonly<Record<string, readonly [one: string, many: string]>> = { string: ['character', 'characters'], array: ['entry', 'entries'], set: ['entry', 'entries'], map: ['entry', 'entries'] };

function tooMuch({ origin, maximum, inclusive, exact, input }: Extract<Issue, { readonly code: 'too_big' }>): string {
  const units = counted[origin];
  if (units === undefined) return `it must be ${inclusive === false ? 'less than' : 'at most'} ${maximum}`;
  return `it ${exact === true ? 'must have' : 'may have at most'} ${amount(maximum, units)}${has(input)}`;
}

function tooLittle({ origin, minimum, inclusive, exact, input }: Extract<Issue, { readonly code: 'too_small' }>): string {
  const units = counted[origin];
  if (units === undefined) return `it must be ${inclusive === false ? 'more than' : 'at least'} ${minimum}`;
  if (minimum === 1 && exact !== true) return 'it must not be empty';
  return `it must have ${exact === true ? '' : 'at least '}${amount(minimum, units)}${has(input)}`;
}

function amount(count: number | bigint, [one, many]: readonly [string, string]): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

/** How many there are instead. */
function has(input: unknown): string {
  return typeof input === 'string' || Array.isArray(input) ? `, and has ${input.length}` : '';
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function either(words: readonly string[], word = 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${word} ${last}`;
}
