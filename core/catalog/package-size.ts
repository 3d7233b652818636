/**
 * How large a package may be. It is read once from end to end for its digests, by a function that has 15 minutes: this much is read in
 * twelve even at 12 MB a second, a quarter of what a function gets from S3 on a slow day. docs/decisions/0008 has the figures.
 */
import { WavecastError } from '../errors.ts';

const GIB = 1024 ** 3;
export const LARGEST_PACKAGE = 8 * GIB;

/** Throws `too-large` for a file of `size` bytes that could not be read in time. */
export function checkPackageSize(fileName: string, size: number): void {
  if (size <= LARGEST_PACKAGE) return;
  throw new WavecastError('too-large', `"${fileName}" has ${(Math.ceil((size / GIB) * 10) / 10).toFixed(1)} GiB, and a package may have ${LARGEST_PACKAGE / GIB}.`, {
    remedy: 'Take large data out of the app and have it download that by itself.',
  });
}
