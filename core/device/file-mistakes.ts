/** What cannot be done of a file's rows, as one refusal. */
import { WavecastError } from '../errors.ts';
import type { RowMistake } from './import-devices.ts';

const MOST_REPORTED = 20;

/** Throws `invalid-input` with every mistake by line and column, as the decoders of files do. */
export function refuseMistakes(mistakes: readonly RowMistake[]): void {
  if (mistakes.length === 0) return;
  const lines = mistakes.toSorted((a, b) => a.line - b.line).map(({ line, column, words }) => `Line ${line}, column "${column}": ${words}`);
  throw new WavecastError('invalid-input', mistakes.length === 1 ? 'The file has a mistake; nothing was imported.' : `The file has ${mistakes.length} mistakes; nothing was imported.`, {
    evidence: lines.length > MOST_REPORTED ? [...lines.slice(0, MOST_REPORTED), `and ${lines.length - MOST_REPORTED} more`] : lines, remedy: 'Correct these lines and import the file again.',
  });
}
