/** Files of rows: read, checked whole before anything is sent, and sent in portions. */
import { readFile } from 'node:fs/promises';
import { Presets, SingleBar } from 'cli-progress';
import { WavecastError } from '../core/errors.ts';
import { portionsOf, type Portion } from '../protocol/csv/portions.ts';
import { CliFailure, exitCodes, networkReason } from './failure.ts';
import type { Output } from './output.ts';
import type { World } from './world.ts';

/** Rows of one request: a second or two of the server's time. */
const ROWS_EACH = 250;
const MOST_REPORTED = 20;

/** `rowsEach`: rows of a portion, asked for once the text is decoded. `-` is standard input. Throws with every mistake that `decode` finds; nothing has been sent then. */
export async function readRows(world: World, file: string, decode: (text: string) => unknown, rowsEach: (most: number) => number = (most) => most): Promise<readonly Portion[]> {
  const text = file === '-' ? await world.readStdin() : await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliFailure(`${file} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Name a CSV file that exists, or - for standard input.', cause });
  });
  try {
    decode(text);
    return portionsOf(text, rowsEach(ROWS_EACH));
  } catch (error) {
    if (!(error instanceof WavecastError)) throw error;
    throw new CliFailure(error.message, { code: error.code, evidence: error.evidence, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) });
  }
}

/** Has the server look at every portion. Its refusals for what is in the file are thrown as one, after the last. */
export async function checkAll<T>(portions: readonly Portion[], progress: RowProgress, check: (portion: Portion) => Promise<T>): Promise<readonly T[]> {
  const mistakes: string[] = [];
  const answers: T[] = [];
  for (const portion of portions) {
    try {
      answers.push(await check(portion));
    } catch (error) {
      if (!(error instanceof CliFailure && error.code === 'invalid-input' && error.evidence.length > 0)) throw error;
      mistakes.push(...error.evidence);
    }
    progress.add(portion.rows);
  }
  if (mistakes.length === 0) return answers;
  throw new CliFailure(mistakes.length === 1 ? 'The file has a mistake; nothing was imported.' : `The file has ${mistakes.length} mistakes; nothing was imported.`, {
    code: 'invalid-input', remedy: 'Correct these lines and import the file again.', evidence: mistakes.length > MOST_REPORTED ? [...mistakes.slice(0, MOST_REPORTED), `and ${mistakes.length - MOST_REPORTED} more`] : mistakes,
  });
}

export interface RowProgress {
  readonly add: (rows: number) => void;
  readonly close: () => void;
}

/** On standard error: a bar on a terminal, a line for every tenth elsewhere; nothing for a file of one portion. */
export function showRows(world: World, output: Output, what: string, portions: readonly Portion[]): RowProgress {
  const total = portions.reduce((sum, { rows }) => sum + rows, 0);
  if (portions.length < 2) return { add: () => undefined, close: () => undefined };
  let done = 0;
  if (!world.stderr.isTTY) {
    let told = 0;
    return {
      add: (rows) => {
        done += rows;
        if (done - told < total / 10 && done < total) return;
        told = done;
        output.note(`${what}: ${done} of ${total} rows`);
      },
      close: () => undefined,
    };
  }
  const bar = new SingleBar({ format: `${what}  {bar}  {value} of {total} rows`, stream: process.stderr, hideCursor: true, barsize: 30, fps: 8, linewrap: false }, Presets.shades_classic);
  bar.start(total, 0);
  return { add: (rows) => { bar.increment(rows); }, close: () => { bar.stop(); } };
}
