/**
 * Property lists, Apple's format for every message of MDM: XML and binary in, XML out. The library does the parsing;
 * this guards it against input that would cost more than it is worth and keeps its messages out of the log.
 */
import { build, parse, parseBinary, type PlistValue } from 'plist';
import { WavecastError } from '../core/errors.ts';
import { checkBinaryPlist } from './plist-binary-guard.ts';
import { checkXmlPlist } from './plist-xml-guard.ts';

export type { PlistValue } from 'plist';
export type PlistDict = Readonly<Record<string, PlistValue>>;

export interface PlistLimits {
  /** Bytes of the document. */
  readonly bytes: number;
  /** Values in it, containers included. */
  readonly values: number;
  /** Containers within containers. */
  readonly depth: number;
}

/** What a device's report may need: a thousand apps with a dozen facts each. */
export const REPORT_LIMITS: PlistLimits = { bytes: 4_500_000, values: 200_000, depth: 20 };

/**
 * Throws `invalid-input` for what is no property list, exceeds the limits, or cannot be represented exactly (integers
 * beyond 2^53, dates that are none).
 */
export function decodePlist(bytes: Uint8Array, limits: PlistLimits = REPORT_LIMITS): PlistValue {
  if (bytes.byteLength > limits.bytes) throw refused('It is too large.');
  const binary = Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'bplist00';
  try {
    if (binary) {
      checkBinaryPlist(bytes, limits);
      return parseBinary(bytes);
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    checkXmlPlist(text, limits);
    return quietly(() => parse(text));
  } catch (error) {
    if (error instanceof WavecastError) throw error;
    throw refused('It cannot be read.');
  }
}

/** XML with Apple's document type; Uint8Array becomes `data`, Date becomes `date`. Throws `invalid-input` for text that XML cannot hold. */
export function encodePlist(value: PlistValue): string {
  try {
    // Some parsers take these for line ends, as XML 1.1 does; as references they survive.
    return build(value, { pretty: false }).replaceAll(/[\u0085\u2028\u2029]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
  } catch {
    throw new WavecastError('invalid-input', 'A text holds a character that no property list can carry.', { remedy: 'Remove control characters from names and titles.' });
  }
}

/** The parser's doubt about U+FFFD. Bytes that are no UTF-8 were refused before: whoever wrote this one meant it. */
const DOUBT = 'Unicode replacement character';

/** The parser reports faults on the console and goes on; here a fault is a refusal and the log stays clean. Synchronous. */
function quietly<T>(work: () => T): T {
  const { error, warn } = console;
  const faults: unknown[] = [];
  console.error = console.warn = (fault: unknown) => {
    if (!String(fault).includes(DOUBT)) faults.push(fault);
  };
  try {
    const result = work();
    if (faults.length > 0) throw refused('It is malformed.');
    return result;
  } finally {
    console.error = error;
    console.warn = warn;
  }
}

function refused(why: string): WavecastError {
  return new WavecastError('invalid-input', `This is not a property list that can be used. ${why}`);
}
