import { WavecastError } from '../../core/errors.ts';

/** `why` completes "The icon cannot be shown: ...". */
export function brokenIcon(why: string, cause?: unknown): WavecastError {
  return new WavecastError('package-unreadable', `The icon cannot be shown: ${why}.`, cause === undefined ? {} : { cause });
}
