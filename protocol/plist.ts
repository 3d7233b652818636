/**
 * Property lists, Apple's format for every message of MDM: XML and binary in, XML out. The library does the parsing;
 * this guards it against input that would cost more than it is worth and keeps its messages out of the log.
 */
import { build, parse, parseBinary, type PlistValue } from 'plist';
import { WavecastError } from '../core/errors.ts';
import { checkBinaryPlist } from './plist-binary-guard.ts';

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

/** Throws `invalid-input` for what is no property list or exceeds the limits. */
export function decodePlist(bytes: Uint8Array, limits: PlistLimits = REPORT_LIMITS): PlistValue {
  if (bytes.byteLength > limits.bytes) throw refused('It is too large.');
  const binary = Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'bplist00';
  try {
    if (binary) {
      checkBinaryPlist(bytes, limits);
      return parseBinary(bytes);
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    checkXml(text, limits);
    return quietly(() => parse(text));
  } catch (error) {
    if (error instanceof WavecastError) throw error;
    throw refused('It cannot be read.');
  }
}

/** XML with Apple's document type; Uint8Array becomes `data`, Date becomes `date`. */
export function encodePlist(value: PlistValue): string {
  return build(value, { pretty: false });
}

const APPLE_DOCTYPE = /<!DOCTYPE\s+plist\s+PUBLIC\s+"[^"[\]<>]*"\s+"[^"[\]<>]*"\s*>/;

/** No document type but Apple's (no entities, no internal subset), bounded depth and size: before anything is parsed. */
function checkXml(text: string, limits: PlistLimits): void {
  const declarations = text.match(/<!(?!--)/g)?.length ?? 0;
  if (declarations > (APPLE_DOCTYPE.test(text) ? 1 : 0)) throw refused('It has declarations of its own.');
  if (!/^\uFEFF?\s*(?:<\?xml|<!DOCTYPE|<!--|<plist)/.test(text)) throw refused('It is no XML property list.');
  let depth = 0;
  let values = 0;
  for (const [, closing, name, empty] of text.matchAll(/<(\/?)([A-Za-z]+)[^<>]*?(\/?)>/g)) {
    if (closing !== '/') values += 1;
    if (name !== 'dict' && name !== 'array') continue;
    if (empty === '/') continue;
    depth += closing === '/' ? -1 : 1;
    if (depth > limits.depth) throw refused('It is nested too deeply.');
  }
  if (values > limits.values) throw refused('It has too many values.');
}

/** The parser reports faults on the console and goes on; here a fault is a refusal and the log stays clean. Synchronous. */
function quietly<T>(work: () => T): T {
  const { error, warn } = console;
  const faults: unknown[] = [];
  console.error = console.warn = (fault: unknown) => {
    faults.push(fault);
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
