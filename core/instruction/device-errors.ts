/** What a device's error chain comes to: whether to try again, whose fault it is, and in which words to say it. */
import { errorDomains, networkDomains, type DeviceError, type ErrorKind } from './device-error-table.ts';
import type { Reason } from './instruction.ts';
import { reason } from './reasons.ts';

/** `code`: `domain code`, as a report's chain is decoded. Undefined for one that nobody knows. */
export function deviceErrorOf(code: string): DeviceError | undefined {
  const space = code.lastIndexOf(' ');
  const domain = code.slice(0, space);
  const table = Object.hasOwn(errorDomains, domain) ? errorDomains[domain] : undefined;
  const known = table?.[Number(code.slice(space + 1))];
  if (known !== undefined || !networkDomains.has(domain)) return known;
  return { kind: 'passes', words: 'the network failed' };
}

/**
 * A chain goes from the general to the particular. Where any of it passes by itself the whole may: "the manifest could not be
 * fetched" above "not connected" is no fault of the manifest.
 */
export function kindOfFailure(codes: readonly string[]): ErrorKind {
  const kinds = codes.map((code) => deviceErrorOf(code)?.kind);
  if (kinds.includes('passes')) return 'passes';
  return kinds.includes('ours') ? 'ours' : 'final';
}

/** In the words of the most particular link that is known; the device's own codes beside them. */
export function reasonOfFailure(codes: readonly string[]): Reason {
  const known = codes.map(deviceErrorOf).findLast((error) => error !== undefined);
  const plain = reason('device-error', codes);
  return known === undefined ? plain : { ...plain, words: `The device answered with an error: ${known.words}.` };
}
