/**
 * Comma-separated files as administrators have them: UTF-8, a byte order mark accepted, lines ending in LF or CRLF,
 * RFC 4180 quoting, the first line a title. Mistakes are reported all at once, by line and column.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { WavecastError } from '../../core/errors.ts';

/** A record and the line of the file that it starts on (the first line is 1). */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** More than any file of 100,000 devices needs; a request carries less. */
const maxCharacters = 64 * 1024 * 1024;
const maxReported = 20;

/**
 * Reads records; empty lines are passed over. Throws `invalid-input` (`too-large`) naming the line. `mostLines`: of a request,
 * whose rows are counted only after they were read.
 */
export function readTable(text: string, mostLines = Infinity): readonly Row[] {
  if (text.length > maxCharacters) throw new WavecastError('too-large', 'The file is larger than 64 MB.', { remedy: 'Split it into several files.' });
  const garbled = text.indexOf('\uFFFD');
  if (garbled >= 0) {
    throw new WavecastError('invalid-input', `Line ${lineAt(text, garbled)} holds characters that are not UTF-8.`, { remedy: 'Save the file as "CSV UTF-8".' });
  }
  try {
    let next = 1;
    return recordsOf(text, mostLines).flatMap((cells): readonly Row[] => {
      const line = next;
      next += 1 + cells.reduce((breaks, cell) => breaks + (cell.match(/\n/g)?.length ?? 0), 0);
      return cells.every((cell) => cell.trim() === '') ? [] : [{ line, cells }];
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error['lines'];
    throw new WavecastError('invalid-input', `${typeof line === 'number' ? `Line ${line}` : 'The file'} is not well-formed CSV.`, {
      remedy: 'Put values that hold quotes or commas into double quotes, and write a quote inside as two.',
      cause: error,
    });
  }
}

/**
 * The library makes an error of every record that is shorter or longer than the first, also where that is allowed, and drops it.
 * Their stack traces would be nine tenths of the time that such a file takes.
 */
function recordsOf(text: string, most: number): string[][] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const records = parse(text, { bom: true, record_delimiter: ['\r\n', '\n'], relax_column_count: true, ...(most === Infinity ? {} : { to: most + 1 }) });
    if (records.length > most) throw new WavecastError('too-large', `The file has more than ${most} lines.`, { remedy: 'Leave out empty lines, or send it in portions, each with the title line.' });
    return records;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Gathers the mistakes of a file, so that an administrator corrects it once. */
export class Mistakes {
  readonly #found: { readonly line: number; readonly text: string }[] = [];

  add(line: number, column: string, whatToDo: string): void {
    this.#found.push({ line, text: `Line ${line}, column "${column}": ${whatToDo}` });
  }

  /** Throws `invalid-input` where there were any. */
  report(): void {
    const count = this.#found.length;
    if (count === 0) return;
    const inOrder = this.#found.toSorted((a, b) => a.line - b.line).map(({ text }) => text);
    const evidence = count > maxReported ? [...inOrder.slice(0, maxReported), `and ${count - maxReported} more`] : inOrder;
    throw new WavecastError('invalid-input', count === 1 ? 'The file has a mistake; nothing was imported.' : `The file has ${count} mistakes; nothing was imported.`, {
      evidence,
      remedy: 'Correct these lines and import the file again.',
    });
  }
}

/** One line, ending in LF. Values are quoted where they hold a quote, a comma or a line break; quotes are doubled. */
export function writeLine(cells: readonly string[]): string {
  return stringify([cells], { record_delimiter: '\n', quoted_match: /[\r\n]|^\s|\s$/ });
}

/**
 * Spreadsheets run a cell that starts like a formula (`=`, `+`, `-`, `@`, tab, carriage return and their full-width
 * forms). Such text gets an apostrophe before it; text that has apostrophes there already gets one more, so that
 * `restore` gives back exactly what was exported.
 */
export function neutralise(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

export function restore(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

const formula = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
