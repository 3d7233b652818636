import { WavecastError } from '../../core/errors.ts';

const exportAgain = 'Export the app from Xcode again (Product > Archive > Distribute App) and register that file.';

/** The file cannot be read as an IPA: damaged, cut off, or something else altogether. */
export function unreadable(sentence: string, evidence: readonly string[] = [], cause?: unknown): WavecastError {
  return new WavecastError('package-unreadable', sentence, { evidence, remedy: exportAgain, ...(cause === undefined ? {} : { cause }) });
}

/** The file reads as an archive, and is made in a way that no honest export is. */
export function refused(sentence: string, evidence: readonly string[] = []): WavecastError {
  return new WavecastError('package-refused', sentence, { evidence, remedy: exportAgain });
}

/** A path from a package, for messages: bounded, without control characters. */
export function printable(path: string): string {
  const clean = path.replaceAll(/\p{Cc}/gu, '?');
  return clean.length > 120 ? `${clean.slice(0, 117)}...` : clean;
}
