/**
 * Property lists as JSON, for administrators and for what we store: texts, numbers, booleans, lists and dictionaries are
 * themselves; `{"$data": "base64"}` is data and `{"$date": "2026-11-25T10:00:00Z"}` a date. There is no null.
 */
import { WavecastError } from '../core/errors.ts';
import type { PlainDict, PlainValue } from '../core/instruction/plain-value.ts';
import { encodePlist, type PlistValue } from './plist.ts';

export interface PlainLimits {
  /** Bytes of the whole, as a property list. */
  readonly bytes: number;
  /** Values in it, containers included. */
  readonly values: number;
  /** Containers within containers. */
  readonly depth: number;
}

/** A command by hand: the largest is a provisioning profile that lists devices. Well below the 400 KB of an item. */
export const COMMAND_LIMITS: PlainLimits = { bytes: 128 * 1024, values: 5_000, depth: 12 };

const LONGEST_KEY = 255;
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Throws `invalid-input` with the place of what no property list can hold, `too-large` beyond the limits. `what` names the whole. */
export function plainDict(value: unknown, what: string, limits: PlainLimits = COMMAND_LIMITS): PlainDict {
  const walk = new Walk(what, limits);
  const dict = walk.dict(value, what, 0);
  const { byteLength } = Buffer.from(encodePlist(plistOf(dict)), 'utf8');
  if (byteLength > limits.bytes) throw tooLarge(what, `${byteLength} bytes as a property list`, `${limits.bytes} bytes`);
  return dict;
}

/** For the wire. What came through `plainDict` is taken as it is. */
export function plistOf(dict: PlainDict): { [key: string]: PlistValue } {
  return Object.fromEntries(Object.entries(dict).map(([key, value]) => [key, plistValue(value)]));
}

function plistValue(value: PlainValue): PlistValue {
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map(plistValue);
  const data = wrapped(value, '$data');
  if (data !== undefined) return new Uint8Array(Buffer.from(data, 'base64'));
  const date = wrapped(value, '$date');
  return date === undefined ? plistOf(value) : new Date(date);
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

/** The text in a dictionary of this one key. */
function wrapped(dict: PlainDict, key: '$data' | '$date'): string | undefined {
  const value = Object.keys(dict).length === 1 && Object.hasOwn(dict, key) ? dict[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

class Walk {
  readonly #what: string;
  readonly #limits: PlainLimits;
  #values = 0;

  constructor(what: string, limits: PlainLimits) {
    this.#what = what;
    this.#limits = limits;
  }

  dict(value: unknown, place: string, depth: number): PlainDict {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(`${short(place)} must be a dictionary.`);
    this.#count(depth);
    const entries = Object.entries(value).map(([key, part]: [string, unknown]) => {
      if (key === '' || key.length > LONGEST_KEY || key === '__proto__') throw wrong(`${short(place)} has a key that is empty, "__proto__", or longer than ${LONGEST_KEY} characters.`);
      return [key, this.#value(part, `${place}.${key}`, depth + 1)] as const;
    });
    return checkWrapped(Object.fromEntries(entries), place);
  }

  #value(value: unknown, place: string, depth: number): PlainValue {
    if (typeof value === 'string' || typeof value === 'boolean') {
      this.#count(0);
      return value;
    }
    if (typeof value === 'number') {
      this.#count(0);
      // JSON's own parser has rounded it by now: what is sent would be another number.
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw wrong(`${short(place)} must be a number below 2^53.`);
      return value;
    }
    if (Array.isArray(value)) {
      this.#count(depth);
      return value.map((part: unknown, index) => this.#value(part, `${place}[${index}]`, depth + 1));
    }
    if (value === null) throw wrong(`${short(place)} must not be null: a property list has no such thing.`);
    return this.dict(value, place, depth);
  }

  #count(depth: number): void {
    this.#values += 1;
    if (this.#values > this.#limits.values) throw tooLarge(this.#what, 'too many values', `${this.#limits.values} values`);
    if (depth > this.#limits.depth) throw tooLarge(this.#what, 'nested too deeply', `${this.#limits.depth} levels`);
  }
}

function checkWrapped(dict: PlainDict, place: string): PlainDict {
  const special = Object.keys(dict).find((key) => key === '$data' || key === '$date');
  if (special === undefined) return dict;
  const data = wrapped(dict, '$data');
  const date = wrapped(dict, '$date');
  if (data !== undefined && BASE64.test(data)) return dict;
  if (date !== undefined && DATE.test(date) && !Number.isNaN(Date.parse(date))) return dict;
  throw wrong(`${short(place)} must be {"$data": "base64"} or {"$date": "2026-11-25T10:00:00Z"} and nothing beside it.`);
}

/** A place is made of the keys on the way to it, which may be long. */
function short(place: string): string {
  return place.slice(0, 200);
}

function wrong(message: string): WavecastError {
  return new WavecastError('invalid-input', message, { remedy: 'Send texts, numbers, booleans, lists, dictionaries, {"$data": base64} and {"$date": ISO 8601}.' });
}

function tooLarge(what: string, found: string, allowed: string): WavecastError {
  return new WavecastError('too-large', `${what} is too large: ${found}.`, { remedy: `It may have ${allowed}.` });
}
