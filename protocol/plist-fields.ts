/** Reads fields out of a decoded property list: own properties only, of the type expected, within bounds. */
import { WavecastError } from '../core/errors.ts';
import type { PlistDict, PlistValue } from './plist.ts';

/** Longest text that we take from a device: names may be long, nothing we keep is longer. */
export const LONGEST_TEXT = 1024;

export function dictOf(value: PlistValue | undefined, what: string): PlistDict {
  if (!isDict(value)) throw wrong(what, 'a dictionary');
  return value;
}

export function isDict(value: PlistValue | undefined): value is PlistDict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function own(dict: PlistDict, key: string): PlistValue | undefined {
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}

export function optionalText(dict: PlistDict, key: string): string | undefined {
  const value = own(dict, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw wrong(key, `a text of at most ${LONGEST_TEXT} characters`);
  return value;
}

/** For what a report says in passing: what is no text, or too long, is passed over and refuses nothing. */
export function shortText(dict: PlistDict, key: string): string | undefined {
  const value = own(dict, key);
  return typeof value === 'string' && value.length <= LONGEST_TEXT ? value : undefined;
}

export function text(dict: PlistDict, key: string): string {
  const value = optionalText(dict, key);
  if (value === undefined || value === '') throw wrong(key, 'a text');
  return value;
}

export function data(dict: PlistDict, key: string): Uint8Array {
  const value = own(dict, key);
  if (!(value instanceof Uint8Array)) throw wrong(key, 'data');
  return value;
}

export function optionalData(dict: PlistDict, key: string): Uint8Array | undefined {
  return own(dict, key) === undefined ? undefined : data(dict, key);
}

export function optionalBoolean(dict: PlistDict, key: string): boolean | undefined {
  const value = own(dict, key);
  return typeof value === 'boolean' ? value : undefined;
}

export function optionalNumber(dict: PlistDict, key: string): number | undefined {
  const value = own(dict, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function optionalDict(dict: PlistDict, key: string): PlistDict | undefined {
  const value = own(dict, key);
  return isDict(value) ? value : undefined;
}

export function optionalArray(dict: PlistDict, key: string): readonly PlistValue[] | undefined {
  const value = own(dict, key);
  return Array.isArray(value) ? value : undefined;
}

function wrong(what: string, wanted: string): WavecastError {
  return new WavecastError('invalid-input', `${what} must be ${wanted}.`);
}
