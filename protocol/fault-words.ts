/** What is wrong with a field, in a sentence for whoever wrote it: of requests, of the flags that become such, of files in packages. */
import type * as z from 'zod';

type Issue = z.core.$ZodRawIssue;

/** What the schemas speak of where they have no words of their own for a fault: each a whole sentence, so that it can be said in another language. Given to `safeParse` as `error`. */
export function faultWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? MISSING : kinds[issue.expected] ?? `it must be ${issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? MISSING : `it must be ${either(issue.values.map(quoted))}`;
    case 'too_big':
      return tooMuch(issue);
    case 'too_small':
      return tooLittle(issue);
    case 'not_multiple_of':
      return `it must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return formats[issue.format] ?? 'it must be of another form';
    case 'unrecognized_keys':
      return issue.keys.length === 1 ? `${either(issue.keys.map(quoted), 'and')} is not known here` : `${either(issue.keys.map(quoted), 'and')} are not known here`;
    case 'invalid_union':
      // The forms that a field may have besides its main one need no words.
      return issue.input === undefined ? MISSING : issue.errors[0]?.[0]?.message ?? 'it has none of the forms that are allowed';
    default:
      return 'it is not right';
  }
}

const MISSING = 'it is missing';
const EMPTY = 'it must not be empty';

/** By zod's names. */
const kinds: Readonly<Record<string, string>> = {
  string: 'it must be text', number: 'it must be a number', int: 'it must be a whole number', boolean: 'it must be true or false', array: 'it must be a list', object: 'it must be an object', record: 'it must be an object',
  date: 'it must be a date',
};
const formats: Readonly<Record<string, string>> = {
  date: 'it must be a day, YYYY-MM-DD', datetime: 'it must be an instant, like 2026-11-23T08:00:00Z', uuid: 'it must be a UUID', url: 'it must be an address', base64: 'it must be base64',
};

function tooMuch({ origin, maximum, inclusive, exact, input }: Extract<Issue, { readonly code: 'too_big' }>): string {
  const bound = Number(maximum);
  if (origin === 'string') return exact === true ? exactly.string(bound, lengthOf(input)) : bound === 1 ? `it may have at most 1 character, and has ${lengthOf(input)}` : `it may have at most ${bound} characters, and has ${lengthOf(input)}`;
  if (isList(origin)) return exact === true ? exactly.list(bound, lengthOf(input)) : bound === 1 ? `it may have at most 1 entry, and has ${lengthOf(input)}` : `it may have at most ${bound} entries, and has ${lengthOf(input)}`;
  return inclusive === false ? `it must be less than ${maximum}` : `it must be at most ${maximum}`;
}

function tooLittle({ origin, minimum, inclusive, exact, input }: Extract<Issue, { readonly code: 'too_small' }>): string {
  const bound = Number(minimum);
  if (origin === 'string') return exact === true ? exactly.string(bound, lengthOf(input)) : bound === 1 ? EMPTY : `it must have at least ${bound} characters, and has ${lengthOf(input)}`;
  if (isList(origin)) return exact === true ? exactly.list(bound, lengthOf(input)) : bound === 1 ? EMPTY : `it must have at least ${bound} entries, and has ${lengthOf(input)}`;
  return inclusive === false ? `it must be more than ${minimum}` : `it must be at least ${minimum}`;
}

const exactly = {
  string: (wanted: number, has: number): string => (wanted === 1 ? `it must have 1 character, and has ${has}` : `it must have ${wanted} characters, and has ${has}`),
  list: (wanted: number, has: number): string => (wanted === 1 ? `it must have 1 entry, and has ${has}` : `it must have ${wanted} entries, and has ${has}`),
};

/** What is counted by its entries; of a number it is the number itself. */
function isList(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map';
}

/** How many there are instead. */
function lengthOf(input: unknown): number {
  if (typeof input === 'string' || Array.isArray(input)) return input.length;
  return input instanceof Set || input instanceof Map ? input.size : 0;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

function either(words: readonly string[], word = 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${word} ${last}`;
}
